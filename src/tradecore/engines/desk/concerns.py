"""Concerns of the rule-based desk: what could go wrong with a plan, each with the evidence that it comes from."""

from tradecore.engines.desk.measures import KINDS, MEASURES
from tradecore.engines.desk.phrases import phrases
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import citation, format_days, format_number
from tradecore.model.evidence import EvidenceKind
from tradecore.model.market import AssetType
from tradecore.model.steps import Action, Analyst, Assessed, Liquidity, Proposed, Volatility

_MOST_CONCERNS = 6


def warnings(case: Case, analyst: Analyst) -> tuple[str, ...]:
    """What the evidence of an analyst warns of whatever the plan is, in the order of the measures."""
    texts = []
    for measure in MEASURES.values():
        evidence = case.by_measure.get(measure.name) if measure.kind in KINDS[analyst] else None
        if evidence is not None and evidence.value is not None and measure.warns(evidence.value):
            size = abs(evidence.value)
            text = phrases().warnings[measure.name].format(value=format_number(size), days=format_days(int(size)))
            texts.append(f"{text} {citation((evidence.id,))}.")
    return tuple(texts)


def synthetic_data_warning(case: Case) -> tuple[str, ...]:
    """The warning for prices that were generated, by whatever engine the analysis is; empty for real prices."""
    if "synthetic" not in case.by_measure["close"].source:
        return ()
    return ("The prices are generated (synthetic): this is a demonstration and says nothing about a real market.",)


def concerns(case: Case, proposal: Proposed, computed: Assessed) -> tuple[str, ...]:
    """At most six concerns of the risk manager: what the prices warn of, what the size depends on, what is unknown."""
    texts = [*synthetic_data_warning(case)]
    if proposal.action is not Action.HOLD and computed.position_size == 0:
        texts.append("The budgets leave no room for a position worth having.")
    if proposal.action is not Action.HOLD and "history" in case.by_measure and "volatility" not in case.by_measure:
        texts.append("There are too few days to know the volatility; the size is the smallest that is ever given.")
    texts += warnings(case, Analyst.TECHNICAL)
    is_liquid = computed.liquidity in (Liquidity.HIGH, Liquidity.EXCELLENT)
    if computed.volatility is Volatility.LOW and is_liquid and not texts:
        texts.append("Nothing stands out; calm markets end without notice.")
    analysts = set(case.brief.analysts)
    if Analyst.FUNDAMENTALS in analysts and case.brief.asset_type is not AssetType.CRYPTO:
        texts += _about_figures(case)
    news = (Analyst.NEWS, Analyst.SENTIMENT)
    if not analysts.isdisjoint(news) and not any(_has_points(case, analyst) for analyst in news):
        texts.append("No news spoke to this decision, so events are not priced into it.")
    return tuple(texts[:_MOST_CONCERNS])


def _about_figures(case: Case) -> tuple[str, ...]:
    missing = case.by_measure.get("fund.none")
    if missing is not None:
        return (f"Earnings and valuation were not looked at. {missing.statement} {citation((missing.id,))}",)
    if not any(evidence.kind is EvidenceKind.FUNDAMENTALS for evidence in case.evidence):
        return ("Earnings, valuation and the dates of coming reports were not looked at: no figures are connected.",)
    return warnings(case, Analyst.FUNDAMENTALS)


def _has_points(case: Case, analyst: Analyst) -> bool:
    return any(report.points for report in case.reports if report.analyst is analyst)
