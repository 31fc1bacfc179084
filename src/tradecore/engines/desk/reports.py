"""Reports as Markdown: of the rule-based desk from an analyst's signals, of a language model from its statements."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from tradecore.engines.desk.measures import KINDS, MEASURES
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.signals import NEUTRAL_BELOW, Signal
from tradecore.engines.desk.wording import citation, format_signed
from tradecore.model.evidence import Evidence
from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst, Side


@frozen
class _Template:
    """The fixed words of an analyst's report; `empty` takes the place of findings and names the `{symbol}`."""

    title: str
    heading: str
    empty: str


_TEMPLATES: Mapping[Analyst, _Template] = {
    Analyst.TECHNICAL: _Template(
        "Technical analysis",
        "What the prices say",
        "Too few daily bars of {symbol} are known for any indicator.",
    ),
    Analyst.SENTIMENT: _Template(
        "Sentiment analysis",
        "What the tone says",
        "No news about {symbol} is known for the two weeks before this date: there is no tone to read.",
    ),
    Analyst.NEWS: _Template(
        "News analysis",
        "What the headlines say",
        "No news about {symbol} is known for the two weeks before this date.",
    ),
    Analyst.FUNDAMENTALS: _Template(
        "Fundamental analysis",
        "What the figures say",
        "No filings or other company figures are connected, so there is nothing to say about earnings, growth or "
        "valuation of {symbol}.",
    ),
}

_NO_COMPANY = "{symbol} is no company, so there are no filings to read."

_AUTHOR = (
    "_Written by the rule-based desk: fixed rules over the evidence cited, no language model and no opinion. "
    "The bracketed ids refer to the evidence of this analysis._"
)
_LEANINGS = {Side.BULL: "up", Side.BEAR: "down", None: "–"}


def stance(score: Decimal) -> str:
    """The word for a score of -1..+1, such as `neutral`, `slightly bullish` or `bearish, strongly`."""
    size = abs(score)
    if size < NEUTRAL_BELOW:
        return "neutral"
    side = "bullish" if score > 0 else "bearish"
    return f"{side}, strongly" if size >= Decimal("0.5") else side if size >= Decimal("0.2") else f"slightly {side}"


def rules_report(case: Case, analyst: Analyst, signals: Sequence[Signal], score: Decimal, risks: Sequence[str]) -> str:
    """The report of the rule-based desk; `signals` come strongest first, `score` is -1..+1, `risks` are sentences."""
    template = _TEMPLATES[analyst]
    lines = [_title(case, analyst), ""]
    if not signals:
        known = [] if analyst is Analyst.TECHNICAL else _evidence(case, analyst)
        is_coin = analyst is Analyst.FUNDAMENTALS and case.brief.asset_type is AssetType.CRYPTO
        empty = _NO_COMPANY if is_coin else template.empty
        lines += [
            *(map(_item, known) if known and not is_coin else [empty.format(symbol=case.brief.symbol)]),
            "",
            "**Stance: none.** The report counts for nothing in the decision, neither for nor against.",
            "",
        ]
    else:
        lines += [_stance(score), "", f"## {template.heading}", "", *_table(case, analyst, signals), ""]
        for heading, side in (("What speaks for it", Side.BULL), ("What speaks against it", Side.BEAR)):
            claims = [f"- {signal.claim.text}" for signal in signals if signal.side is side]
            lines += [f"## {heading}", "", *(claims or ["- Nothing in this evidence."]), ""]
    lines += [*_levels(case, analyst), *_risks(risks), *_sources(case, analyst), _AUTHOR, ""]
    return "\n".join(lines)


def model_report(
    case: Case,
    analyst: Analyst,
    score: Decimal,
    summary: Sequence[str],
    points: Sequence[str],
    risks: Sequence[str],
    author: str,
) -> str:
    """The report put together from what a language model said.

    `summary`, `points` and `risks` are sentences with their citations; `author` says which model wrote them and how
    they were checked.
    """
    sources = dict.fromkeys(evidence.source for evidence in _evidence(case, analyst))
    lines = [
        *(_title(case, analyst), "", _stance(score), ""),
        *([" ".join(summary), ""] if summary else []),
        *(f"## {_TEMPLATES[analyst].heading}", "", *(f"- {point}" for point in points or ["Nothing that counts."]), ""),
        *_levels(case, analyst),
        *_risks(risks),
        *(f"Sources: {'; '.join(sources) or 'none'}.", "", f"_{author}_", ""),
    ]
    return "\n".join(lines)


def missing_report(case: Case, analyst: Analyst, reason: str) -> str:
    """The text in place of a report that could not be made; `reason` is a sentence."""
    return f"{_title(case, analyst)}\n\n**No report.** {reason}\n"


def _title(case: Case, analyst: Analyst) -> str:
    return f"# {_TEMPLATES[analyst].title}: {case.brief.symbol}, {case.brief.as_of}"


def _stance(score: Decimal) -> str:
    return f"**Stance: {stance(score)}** (score {format_signed(score)}, between minus one and plus one)."


def _evidence(case: Case, analyst: Analyst) -> list[Evidence]:
    kinds = KINDS[analyst]
    return [evidence for evidence in case.evidence if evidence.kind in kinds]


def _measured(case: Case, *measures: str) -> list[Evidence]:
    return [case.by_measure[measure] for measure in measures if measure in case.by_measure]


def _table(case: Case, analyst: Analyst, signals: Sequence[Signal]) -> list[str]:
    if analyst is Analyst.TECHNICAL:
        rows = _measured(case, *(measure.name for measure in MEASURES.values() if measure.tabled))
    else:
        # Rows without a side, such as the market value and the spread of the tone, explain those that have one.
        rows = _evidence(case, analyst)
    sides = {signal.evidence.id: signal.side for signal in signals}
    return [
        "| Finding | Leans | Evidence |",
        "|---|---|---|",
        *(f"| {row.statement} | {_LEANINGS[sides.get(row.id)]} | {citation((row.id,))} |" for row in rows),
    ]


def _levels(case: Case, analyst: Analyst) -> list[str]:
    if analyst is not Analyst.TECHNICAL:
        return []
    return ["## Levels to watch", "", *map(_item, _measured(case, "swing.high", "swing.low", "atr")), ""]


def _item(evidence: Evidence) -> str:
    return f"- {evidence.statement} {citation((evidence.id,))}"


def _risks(risks: Sequence[str]) -> list[str]:
    return ["## What could go wrong", "", *(f"- {risk}" for risk in risks), ""] if risks else []


def _sources(case: Case, analyst: Analyst) -> list[str]:
    own = _evidence(case, analyst)
    if not own:
        return ["Sources: none.", ""]
    sources = "; ".join(dict.fromkeys(evidence.source for evidence in own))
    lines = [f"Sources: {sources}. Known by {max(evidence.as_of for evidence in own)}.", ""]
    if analyst is Analyst.TECHNICAL:
        for evidence in _measured(case, "history", "repaired"):
            lines += [f"{evidence.statement} {citation((evidence.id,))}", ""]
    return lines
