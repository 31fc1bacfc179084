"""Reports as Markdown: of the rule-based desk from an analyst's readings, of a language model from what it said."""

from collections.abc import Sequence
from decimal import Decimal

from tradecore.engines.desk.readings import FAINT, Reading
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import cited, signed
from tradecore.model.evidence import Evidence, Topic
from tradecore.model.steps import Analyst, Side

TITLES = {
    Analyst.TECHNICAL: "Technical analysis",
    Analyst.SENTIMENT: "Sentiment analysis",
    Analyst.NEWS: "News analysis",
    Analyst.FUNDAMENTALS: "Fundamental analysis",
}

AUTHOR = (
    "_Written by the rule-based desk: fixed rules over the evidence cited, no language model and no opinion. "
    "The bracketed ids refer to the evidence of this analysis._"
)

_NOTHING = {
    Analyst.SENTIMENT: "No news about {symbol} is known for the two weeks before this date: there is no tone to read.",
    Analyst.NEWS: "No news about {symbol} is known for the two weeks before this date.",
    Analyst.FUNDAMENTALS: (
        "No filings or other company figures are connected, so there is nothing to say about earnings, growth or "
        "valuation of {symbol}."
    ),
    Analyst.TECHNICAL: "Too few daily bars of {symbol} are known for any indicator.",
}

_HEADED = {
    Analyst.TECHNICAL: "What the prices say",
    Analyst.SENTIMENT: "What the tone says",
    Analyst.NEWS: "What the headlines say",
    Analyst.FUNDAMENTALS: "What the figures say",
}

_TOPICS = {
    Analyst.TECHNICAL: (Topic.PRICE, Topic.RISK, Topic.LEVELS),
    Analyst.SENTIMENT: (Topic.SENTIMENT,),
    Analyst.NEWS: (Topic.NEWS,),
    Analyst.FUNDAMENTALS: (Topic.FUNDAMENTALS,),
}


def stance(score: Decimal) -> str:
    """The word for a score."""
    size = abs(score)
    if size < FAINT:
        return "neutral"
    side = "bullish" if score > 0 else "bearish"
    return f"{side}, strongly" if size >= Decimal("0.5") else side if size >= Decimal("0.2") else f"slightly {side}"


def markdown(case: Case, analyst: Analyst, found: Sequence[Reading], score: Decimal, risks: Sequence[str]) -> str:
    """The whole report; `found` is strongest first."""
    lines = [f"# {TITLES[analyst]}: {case.brief.symbol}, {case.brief.as_of}", ""]
    if not found:
        lines += [
            _NOTHING[analyst].format(symbol=case.brief.symbol),
            "",
            "**Stance: none.** The report counts for nothing in the decision, neither for nor against.",
            "",
        ]
    else:
        lines += [f"**Stance: {stance(score)}** (score {signed(score)}, between minus one and plus one).", ""]
        lines += [f"## {_HEADED[analyst]}", "", *_table(analyst, found, case), ""]
        for heading, side in (("What speaks for it", Side.BULL), ("What speaks against it", Side.BEAR)):
            said = [one for one in found if one.side is side]
            lines += [f"## {heading}", ""]
            lines += [f"- {one.claim.text}" for one in said] or ["- Nothing in this evidence."]
            lines.append("")
    if analyst is Analyst.TECHNICAL:
        lines += _levels(case)
    if risks:
        lines += ["## What could go wrong", "", *(f"- {risk}" for risk in risks), ""]
    lines += [*_sources(case, analyst), AUTHOR, ""]
    return "\n".join(lines)


def written(
    case: Case,
    analyst: Analyst,
    score: Decimal,
    summary: Sequence[str],
    points: Sequence[str],
    risks: Sequence[str],
    author: str,
) -> str:
    """The report that code puts together from what a language model said; `author` says which, and how it was held."""
    lines = [f"# {TITLES[analyst]}: {case.brief.symbol}, {case.brief.as_of}", ""]
    lines += [f"**Stance: {stance(score)}** (score {signed(score)}, between minus one and plus one).", ""]
    if summary:
        lines += [" ".join(summary), ""]
    lines += [f"## {_HEADED[analyst]}", "", *(f"- {point}" for point in points or ["Nothing that counts."]), ""]
    if analyst is Analyst.TECHNICAL:
        lines += _levels(case)
    if risks:
        lines += ["## What could go wrong", "", *(f"- {risk}" for risk in risks), ""]
    sources = dict.fromkeys(one.source for one in case.evidence if one.topic in _TOPICS[analyst])
    return "\n".join([*lines, f"Sources: {'; '.join(sources) or 'none'}.", "", f"_{author}_", ""])


def unwritten(case: Case, analyst: Analyst, why: str) -> str:
    """What stands in the place of a report that there is none of."""
    return f"# {TITLES[analyst]}: {case.brief.symbol}, {case.brief.as_of}\n\n**No report.** {why}\n"


def _table(analyst: Analyst, found: Sequence[Reading], case: Case) -> list[str]:
    if analyst is Analyst.TECHNICAL:
        rows = [case.by_measure[name] for name in _SHOWN if name in case.by_measure]
    else:
        rows = sorted((one.evidence for one in found), key=lambda one: int(one.id[1:]))
    sides = {one.evidence.id: one.side for one in found}
    lines = ["| Finding | Leans | Evidence |", "|---|---|---|"]
    for one in rows:
        side = sides.get(one.id)
        lines.append(f"| {one.statement} | {'–' if side is None else _LEANS[side]} | {cited((one.id,))} |")
    return lines


_LEANS = {Side.BULL: "up", Side.BEAR: "down"}
_SHOWN = (
    "close",
    "change.1",
    "change.week",
    "change.month",
    "change.quarter",
    "change.year",
    "sma.20",
    "sma.50",
    "sma.200",
    "rsi",
    "macd",
    "bollinger",
    "range.high",
    "volume.up",
    "volume.busy",
    "relative",
    "volatility",
)


def _levels(case: Case) -> list[str]:
    shown: list[Evidence] = [
        case.by_measure[name] for name in ("swing.high", "swing.low", "atr") if name in case.by_measure
    ]
    return ["## Levels to watch", "", *(f"- {one.statement} {cited((one.id,))}" for one in shown), ""]


def _sources(case: Case, analyst: Analyst) -> list[str]:
    own = [one for one in case.evidence if one.topic in _TOPICS[analyst]]
    if not own:
        return ["Sources: none.", ""]
    lines = [
        f"Sources: {'; '.join(dict.fromkeys(one.source for one in own))}. Known by {max(e.as_of for e in own)}.",
        "",
    ]
    if analyst is Analyst.TECHNICAL:
        for name in ("history", "repaired"):
            if name in case.by_measure:
                one = case.by_measure[name]
                lines += [f"{one.statement} {cited((one.id,))}", ""]
    return lines
