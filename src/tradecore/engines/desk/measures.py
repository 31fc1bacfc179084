"""Measures: everything that evidence can measure, one record each."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import field, frozen

from tradecore.engines.desk.signal_rules import (
    Rule,
    bearish_above,
    bearish_below,
    bollinger,
    linear,
    near_high,
    near_low,
    rsi,
    rsi_extreme,
    stretch,
    trend,
    volatility_trend,
)
from tradecore.model.evidence import EvidenceKind
from tradecore.model.steps import Analyst

Condition = Callable[[Decimal], bool]


def _never(_: Decimal) -> bool:
    return False


@frozen
class Measure:
    """One measure, by a name that is the same in every analysis (`rsi`, `level.stop.long.range`).

    `unit` is that of its values. `rule` is how the rule-based desk reads it, and `extreme` takes the place of `rule`
    where `is_extreme` holds; a measure without a rule takes no side. Values for which `warns` holds are warned of.
    `lookback` is the span that the measure covers, where its statement does not give it as a number. A `tabled` measure
    has a row in the report on prices.
    """

    name: str
    kind: EvidenceKind
    unit: str = ""
    rule: Rule | None = None
    extreme: Rule | None = field(default=None, kw_only=True)
    is_extreme: Condition = field(default=_never, kw_only=True)
    warns: Condition = field(default=_never, kw_only=True)
    lookback: str = field(default="", kw_only=True)
    tabled: bool = field(default=False, kw_only=True)

    def rule_for(self, value: Decimal) -> Rule | None:
        """The rule by which a value is read; None where the measure takes no side."""
        return self.extreme if self.is_extreme(value) else self.rule


KINDS: Mapping[Analyst, tuple[EvidenceKind, ...]] = {
    Analyst.TECHNICAL: (EvidenceKind.PRICE, EvidenceKind.RISK, EvidenceKind.LEVELS),
    Analyst.SENTIMENT: (EvidenceKind.SENTIMENT,),
    Analyst.NEWS: (EvidenceKind.NEWS,),
    Analyst.FUNDAMENTALS: (EvidenceKind.FUNDAMENTALS,),
}
"""The kinds of evidence that each analyst reads."""

_PRICE, _RISK, _LEVELS = EvidenceKind.PRICE, EvidenceKind.RISK, EvidenceKind.LEVELS
_NEWS, _SENTIMENT = EvidenceKind.NEWS, EvidenceKind.SENTIMENT
_FUNDAMENTALS = EvidenceKind.FUNDAMENTALS
# The span of figures that are summed over a year.
_YEAR = "4 quarter"

# Rows of reports and warnings come in the order of this table.
_TABLE = (
    Measure("close", _PRICE, "price", tabled=True),
    Measure("repaired", _PRICE, "rows"),
    Measure("change.1", _PRICE, "%", lookback="1 day", tabled=True),
    Measure("change.week", _PRICE, "%", tabled=True),
    Measure("change.month", _PRICE, "%", Rule("0.6", "momentum", trend(21, "1.5")), tabled=True),
    Measure("change.quarter", _PRICE, "%", Rule("0.8", "momentum", trend(63, "1.5")), tabled=True),
    Measure("change.year", _PRICE, "%", Rule("0.6", "momentum", trend(252, "1.5")), tabled=True),
    Measure("sma.20", _PRICE, "%", Rule("0.6", "stretch", stretch), tabled=True),
    Measure("sma.50", _PRICE, "%", Rule("0.6", "trend", trend(21, "1.2")), tabled=True),
    Measure("sma.200", _PRICE, "%", Rule("1.0", "trend", trend(63, "1.2")), tabled=True),
    Measure("sma.cross", _PRICE, "%", Rule("0.6", "trend", trend(63, "0.8"))),
    Measure(
        "rsi",
        _PRICE,
        "points",
        Rule("0.5", "momentum", rsi),
        extreme=Rule("0.7", "stretch", rsi_extreme, phrase="rsi.extreme"),
        is_extreme=lambda value: not 30 < value < 70,
        tabled=True,
    ),
    Measure("macd", _PRICE, "%", Rule("0.6", "turn", trend(1, "0.5")), tabled=True),
    Measure("bollinger", _PRICE, "%", Rule("0.5", "stretch", bollinger), lookback="20 day", tabled=True),
    Measure("range.high", _PRICE, "%", Rule("0.6", "range", near_high), tabled=True),
    Measure("range.low", _PRICE, "%", Rule("0.6", "range", near_low)),
    Measure("volume.up", _PRICE, "%", Rule("0.6", "volume", linear("50", "20")), tabled=True),
    Measure("volume.busy", _PRICE, "%", tabled=True),
    Measure("relative", _PRICE, "points", Rule("0.8", "relative", trend(63, "1.0")), tabled=True),
    Measure(
        "volatility",
        _RISK,
        "% a year",
        Rule("0.4", "risk", bearish_above("40", "100")),
        warns=lambda value: value > 40,
        tabled=True,
    ),
    Measure("volatility.trend", _RISK, "%", Rule("0.4", "calm", volatility_trend), warns=lambda value: value > 120),
    Measure(
        "drawdown.max", _RISK, "%", Rule("0.3", "risk", bearish_above("30", "80")), warns=lambda value: value >= 20
    ),
    Measure("drawdown", _RISK, "%"),
    Measure("worst.day", _RISK, "%", lookback="1 day", warns=lambda value: value <= -5),
    Measure(
        "beta",
        _RISK,
        "",
        Rule("0.3", "market risk", bearish_above("1.4", "2.6")),
        warns=lambda value: value >= Decimal("1.3"),
    ),
    Measure(
        "turnover",
        _RISK,
        "million a day",
        Rule("0.5", "liquidity", bearish_below("5", "-0.8")),
        warns=lambda value: value < 10,
    ),
    Measure("history", _PRICE, "days", warns=lambda value: value < 200),
    Measure("atr", _LEVELS, "price"),
    Measure("swing.high", _LEVELS, "price"),
    Measure("swing.low", _LEVELS, "price"),
    Measure("level.entry", _LEVELS, "price"),
    Measure("level.stop.long.range", _LEVELS, "price", lookback="2 ATR"),
    Measure("level.stop.long.swing", _LEVELS, "price"),
    Measure("level.stop.short.range", _LEVELS, "price", lookback="2 ATR"),
    Measure("level.stop.short.swing", _LEVELS, "price"),
    Measure("level.target.long.range", _LEVELS, "price", lookback="3 ATR"),
    Measure("level.target.long.swing", _LEVELS, "price"),
    Measure("level.target.short.range", _LEVELS, "price", lookback="3 ATR"),
    Measure("level.target.short.swing", _LEVELS, "price"),
    Measure("series.closes", _PRICE, "price"),
    Measure("series.rsi", _PRICE, "points"),
    Measure("series.macd", _PRICE, "%"),
    Measure("bollinger.distance", _PRICE, "%", lookback="20 day"),
    Measure("plan.long", _LEVELS, "times risk"),
    Measure("plan.short", _LEVELS, "times risk"),
    Measure("identity", EvidenceKind.IDENTITY),
    Measure("memory", EvidenceKind.MEMORY, "%"),
    Measure("portfolio.value", EvidenceKind.PORTFOLIO, "money"),
    Measure("portfolio.cash", EvidenceKind.PORTFOLIO, "money"),
    Measure("portfolio.position", EvidenceKind.PORTFOLIO, "% of the portfolio"),
    Measure("portfolio.limits", EvidenceKind.PORTFOLIO, "%"),
    Measure("fund.none", _FUNDAMENTALS),
    Measure("fund.age", _FUNDAMENTALS, "days"),
    Measure("fund.next", _FUNDAMENTALS, "days", warns=lambda value: value <= 14),
    Measure("fund.growth.revenue", _FUNDAMENTALS, "%", Rule("0.8", "growth", linear("4", "25")), lookback=_YEAR),
    Measure("fund.growth.quarter", _FUNDAMENTALS, "%", Rule("0.6", "growth", linear("4", "25"))),
    Measure("fund.growth.turn", _FUNDAMENTALS, "points", Rule("0.4", "turn of growth", linear("0", "20"))),
    Measure("fund.surprise", _FUNDAMENTALS, "standard deviations", Rule("0.4", "surprise", linear("0", "2"))),
    Measure("fund.margin.gross", _FUNDAMENTALS, "% of revenue", lookback=_YEAR),
    Measure(
        "fund.margin.operating", _FUNDAMENTALS, "% of revenue", Rule("0.5", "profit", linear("8", "20")), lookback=_YEAR
    ),
    Measure(
        "fund.margin.turn", _FUNDAMENTALS, "points", Rule("0.5", "turn of margin", linear("0", "5")), lookback=_YEAR
    ),
    Measure("fund.margin.net", _FUNDAMENTALS, "% of revenue", Rule("0.4", "profit", linear("5", "15")), lookback=_YEAR),
    Measure("fund.loss", _FUNDAMENTALS, "bn", Rule("0.4", "profit", bearish_below("0", "-0.6")), lookback=_YEAR),
    Measure(
        "fund.fcf.margin", _FUNDAMENTALS, "% of revenue", Rule("0.5", "cash flow", linear("5", "20")), lookback=_YEAR
    ),
    Measure("fund.leverage", _FUNDAMENTALS, "times", Rule("0.4", "debt", bearish_above("2", "6")), lookback=_YEAR),
    Measure("fund.current", _FUNDAMENTALS, "times", Rule("0.2", "debt", bearish_below("0.8", "-0.5"))),
    Measure("fund.cover", _FUNDAMENTALS, "times", Rule("0.4", "debt", bearish_below("3", "-0.8")), lookback=_YEAR),
    Measure("fund.dilution", _FUNDAMENTALS, "%", Rule("0.4", "dilution", linear("0.5", "-4"))),
    Measure("fund.shares", _FUNDAMENTALS, "%"),
    Measure("fund.unpriced", _FUNDAMENTALS),
    Measure("fund.value", _FUNDAMENTALS, "bn"),
    Measure("fund.pe", _FUNDAMENTALS, "times", lookback=_YEAR),
    Measure("fund.pe.past", _FUNDAMENTALS, "%", Rule("0.6", "valuation", linear("0", "-60"))),
    Measure("fund.ps", _FUNDAMENTALS, "times", lookback=_YEAR),
    Measure("fund.ps.past", _FUNDAMENTALS, "%", Rule("0.4", "valuation", linear("0", "-60"))),
    Measure("fund.ev.ebit", _FUNDAMENTALS, "times", lookback=_YEAR),
    Measure("fund.ev.ebit.past", _FUNDAMENTALS, "%", Rule("0.4", "valuation", linear("0", "-60"))),
    Measure(
        "fund.yield", _FUNDAMENTALS, "% of market value", Rule("0.4", "valuation", linear("4", "5")), lookback=_YEAR
    ),
    Measure(
        "fund.fcf.yield", _FUNDAMENTALS, "% of market value", Rule("0.4", "valuation", linear("3", "4")), lookback=_YEAR
    ),
    Measure("headline", _NEWS, "tone", Rule("0.6", "headlines", linear("0", "0.7"))),
    Measure("headline.other", _NEWS),
    Measure("tone.mean", _SENTIMENT, "tone", Rule("0.8", "tone", linear("0", "0.4"))),
    Measure("tone.balance", _SENTIMENT, "% net", Rule("0.6", "tone", linear("0", "60"))),
    Measure("tone.spread", _SENTIMENT, "tone"),
    Measure("social.tone", _SENTIMENT, "tone", Rule("0.4", "tone", linear("0", "0.4"))),
    Measure("tone.turn", _SENTIMENT, "tone", Rule("0.5", "turn of tone", linear("0", "0.5"))),
)

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by its name."""
