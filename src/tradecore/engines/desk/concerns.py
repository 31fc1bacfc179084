"""Concerns of the rule-based desk: what could go wrong, each with the evidence that it comes from."""

from decimal import Decimal

from tradecore.engines.desk.exhibits import days_in
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import cited, plain
from tradecore.model.evidence import Evidence
from tradecore.model.steps import Action, Analyst, Assessed, Liquidity, Proposed, Volatility

_MOST = 6


def hazards(case: Case) -> tuple[str, ...]:
    """What the prices themselves warn of, whatever is done."""
    found: list[str] = []

    def number(measure: str) -> tuple[Decimal, Evidence] | None:
        one = case.by_measure.get(measure)
        return None if one is None or one.value is None else (one.value, one)

    if (known := number("volatility")) and known[0] > 40:
        found.append(
            f"Volatility of {plain(known[0])}% a year: wide stops and small positions are called for {_id(known)}."
        )
    if (known := number("volatility.trend")) and known[0] > 120:
        found.append(
            f"Swings are growing: 20-day volatility is at {plain(known[0])}% of the 60-day figure {_id(known)}."
        )
    if (known := number("drawdown.max")) and known[0] >= 20:
        found.append(f"A fall of {plain(known[0])}% from a high has happened before in this history {_id(known)}.")
    if (known := number("worst.day")) and known[0] <= -5:
        found.append(
            f"A single day has cost {plain(abs(known[0]))}%; a stop does not protect against such a gap {_id(known)}."
        )
    if (known := number("beta")) and known[0] >= Decimal("1.3"):
        found.append(f"A beta of {plain(known[0])} means that it falls harder than its market {_id(known)}.")
    if (known := number("turnover")) and known[0] < 10:
        found.append(f"Only {plain(known[0])} million a day change hands {_id(known)}.")
    if (known := number("history")) and known[0] < 200:
        found.append(f"Prices go back {days_in(int(known[0]))} only; long averages are missing {_id(known)}.")
    return tuple(found)


def generated(case: Case) -> tuple[str, ...]:
    """The warning that goes with prices that were generated, whoever thinks."""
    if "synthetic" not in case.by_measure["close"].source:
        return ()
    return ("The prices are generated (synthetic): this is a demonstration and says nothing about a real market.",)


def concerns(case: Case, proposal: Proposed, computed: Assessed) -> tuple[str, ...]:
    """What the risk manager says about a plan: the hazards, what contradicts it, and what was not looked at."""
    found = [*generated(case)]
    if proposal.action is not Action.HOLD and computed.position_size == 0:
        found.append("The budgets leave no room for a position worth having.")
    if proposal.action is not Action.HOLD and "history" in case.by_measure and "volatility" not in case.by_measure:
        found.append("There are too few days to know the volatility; the size is the smallest that is ever given.")
    found += hazards(case)
    if (
        computed.volatility is Volatility.LOW
        and computed.liquidity in (Liquidity.HIGH, Liquidity.EXCELLENT)
        and not found
    ):
        found.append("Nothing stands out; calm markets end without notice.")
    if Analyst.FUNDAMENTALS in case.brief.analysts and not _points(case, Analyst.FUNDAMENTALS):
        found.append(
            "Earnings, valuation and the dates of coming reports were not looked at: no figures are connected."
        )
    if {Analyst.NEWS, Analyst.SENTIMENT} & set(case.brief.analysts) and not any(
        _points(case, analyst) for analyst in (Analyst.NEWS, Analyst.SENTIMENT)
    ):
        found.append("No news spoke to this decision, so events are not priced into it.")
    return tuple(found[:_MOST])


def _points(case: Case, analyst: Analyst) -> bool:
    return any(report.points for report in case.reports if report.analyst is analyst)


def _id(known: tuple[Decimal, Evidence]) -> str:
    return cited((known[1].id,))
