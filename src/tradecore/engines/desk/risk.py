"""Risk: volatility, falls, liquidity and beta as evidence, their classes, and how large a position may be.

All of it is computed; no figure comes from a language model.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal

from tradecore.engines.desk import indicators
from tradecore.engines.desk.evidence_builder import EvidenceDraft, PriceSeries, common_closes, days_per_year
from tradecore.engines.desk.wording import format_days, format_number, format_signed, rounded
from tradecore.model.evidence import Evidence
from tradecore.model.market import AssetType, Bars
from tradecore.model.steps import Action, Assessed, Liquidity, Proposed, Volatility

# Percent a year: a broad index has a volatility of some fifteen, a calm large stock of twenty-five, a lively one of
# fifty.
_CALM, _LIVELY = Decimal(20), Decimal(40)
# Millions of the quote currency traded a day.
_THIN, _FAIR, _DEEP = Decimal(10), Decimal(100), Decimal(1000)

# Percent of a portfolio: the volatility a year that one position may add, and what it may lose at its stop.
_VOLATILITY_BUDGET, _LOSS_BUDGET = Decimal(2), Decimal(1)
LARGEST_POSITION = Decimal(10)
"""The largest size of a position, in percent of the portfolio."""


def risk_evidence(bars: Bars, benchmark: Bars | None, asset_type: AssetType) -> Iterator[EvidenceDraft]:
    """All risk measures that the length of the series allows; the deepest fall and the turnover always.

    `bars` holds at least one bar, and `benchmark` bars of the market on the same days, as far as it traded.
    """
    series = PriceSeries.of(bars)
    per_year = days_per_year(asset_type)
    yield from _volatility(series, per_year)
    yield from _falls(series, per_year)
    if series.volumes:
        yield _turnover(series)
    if benchmark is not None:
        yield from _beta(bars, benchmark, per_year)


def _volatility(series: PriceSeries, per_year: int) -> Iterator[EvidenceDraft]:
    returns = indicators.returns(series.closes)
    days = len(returns[-60:])
    recent = indicators.volatility(returns[-60:], per_year)
    if recent is None or days < 10:
        return
    value = rounded(100.0 * recent, 1)
    yield series.draft("volatility", f"Realised volatility of {days} days is {format_number(value)}% a year.", value)
    latest = indicators.volatility(returns[-20:], per_year)
    if latest is not None and days == 60 and recent > 0:
        ratio = rounded(100.0 * latest / recent, 0)
        yield series.draft(
            "volatility.trend", f"Volatility of the last 20 days is {format_number(ratio)}% of that of 60 days.", ratio
        )


def _falls(series: PriceSeries, per_year: int) -> Iterator[EvidenceDraft]:
    closes = series.closes[-per_year:]
    days = format_days(len(closes))
    deepest = rounded(-100.0 * indicators.max_drawdown(closes), 1)
    yield series.draft(
        "drawdown.max", f"The deepest fall from a high close within {days} was {format_number(deepest)}%.", deepest
    )
    if len(closes) > 1:
        below = rounded(-100.0 * indicators.drawdown(closes), 1)
        yield series.draft(
            "drawdown", f"The close is {format_number(below)}% below the highest close of {days}.", below
        )
        worst = rounded(100.0 * min(indicators.returns(closes)), 1)
        yield series.draft(
            "worst.day", f"The worst day within {days} changed the price by {format_signed(worst)}%.", worst
        )


def _turnover(series: PriceSeries) -> EvidenceDraft:
    millions = indicators.turnover(series.closes, series.volumes) / 1e6
    value = rounded(millions, 0 if millions >= 100 else 1)
    days = format_days(len(series.closes[-20:]))
    statement = f"On average of {days}, {format_number(value)} million of the quote currency changed hands a day."
    return series.draft("turnover", statement, value)


def _beta(bars: Bars, benchmark: Bars, per_year: int) -> Iterator[EvidenceDraft]:
    own, market = common_closes(bars, benchmark)
    own_year, market_year = own[-1 - per_year :], market[-1 - per_year :]
    slope = indicators.beta(indicators.returns(own_year), indicators.returns(market_year))
    if slope is not None and len(own) > 60:
        value = rounded(slope, 2)
        shown = format_signed(value) if value < 0 else format_number(value)
        statement = f"Beta against {benchmark.symbol} is {shown} over {len(own_year) - 1} days."
        yield PriceSeries.of(bars, benchmark).draft("beta", statement, value)


def volatility_class(volatility: Decimal | None) -> Volatility:
    """The class of a volatility in percent a year; HIGH where it is unknown."""
    if volatility is None or volatility > _LIVELY:
        return Volatility.HIGH
    return Volatility.LOW if volatility < _CALM else Volatility.MODERATE


def liquidity_class(millions: Decimal) -> Liquidity:
    """The class of a turnover in millions of the quote currency a day."""
    if millions < _THIN:
        return Liquidity.LOW
    if millions < _FAIR:
        return Liquidity.MODERATE
    return Liquidity.HIGH if millions < _DEEP else Liquidity.EXCELLENT


def position_size(proposal: Proposed, volatility: Decimal | None, liquidity: Liquidity) -> Decimal:
    """The size of a position in percent of the portfolio, 0 to 10 with one decimal, rounded down; 0 for a HOLD.

    It is the least of the volatility budget / `volatility` (percent a year), the loss budget / the share of the entry
    that is lost at the stop, and the largest size; half of that in a thin market, and in proportion to the confidence
    where that is below 7.
    """
    if proposal.action is Action.HOLD:
        return Decimal(0)
    size = _largest(proposal.entry, proposal.stop, volatility, liquidity) * min(Decimal(1), proposal.confidence / 7)
    return _rounded_down(size)


def full_size(entry: Decimal, stop: Decimal, volatility: Decimal | None, liquidity: Liquidity) -> Decimal:
    """The size that `position_size` gives to a plan with a confidence of 7 or more."""
    return _rounded_down(_largest(entry, stop, volatility, liquidity))


def _largest(entry: Decimal, stop: Decimal, volatility: Decimal | None, liquidity: Liquidity) -> Decimal:
    loss = abs(entry - stop) / entry
    size = LARGEST_POSITION if loss <= 0 else min(LARGEST_POSITION, _LOSS_BUDGET / loss)
    # A series of a few days has no volatility, so that only a very small position can be justified.
    size = min(size, 100 * _VOLATILITY_BUDGET / max(volatility, Decimal(1)) if volatility is not None else Decimal(1))
    return size / 2 if liquidity is Liquidity.LOW else size


def _rounded_down(size: Decimal) -> Decimal:
    return size.quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def position_value(evidence: Mapping[str, Evidence], size: Decimal) -> Decimal | None:
    """What a size in percent is in money, to cents; None where the value of the portfolio is not known."""
    total = evidence["portfolio.value"].value if "portfolio.value" in evidence else None
    return None if total is None else rounded(total * size / 100, 2)


def _of_holding(proposal: Proposed, size: Decimal, held: Decimal) -> Decimal:
    """The size of a plan that changes a holding of `held` percent: at most up to the limit, or half of the holding."""
    if proposal.intent == "add":
        return max(Decimal(0), min(size, LARGEST_POSITION - held))
    return _rounded_down(held / 2) if proposal.intent == "reduce" else size


def assess(evidence: Mapping[str, Evidence], proposal: Proposed) -> Assessed:
    """The computed part of a risk assessment, from evidence by measure; it has no concerns yet."""

    def number(measure: str) -> Decimal | None:
        return evidence[measure].value if measure in evidence else None

    volatility = number("volatility")
    liquidity = liquidity_class(number("turnover") or Decimal(0))
    return Assessed(
        volatility=volatility_class(volatility),
        beta=number("beta"),
        max_drawdown=number("drawdown.max") or Decimal(0),
        liquidity=liquidity,
        position_size=_of_holding(
            proposal,
            position_size(proposal, volatility, liquidity),
            number("portfolio.position") or Decimal(0),
        ),
        concerns=(),
    )
