"""Risk: what the prices say about danger, its classes, and how large a position may be. Computed, never asked."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal

from tradecore.engines.desk import indicators
from tradecore.engines.desk.exhibits import Exhibit, Series, common_closes, days_in, days_per_year
from tradecore.engines.desk.wording import plain, rounded, signed
from tradecore.model.evidence import Evidence, Topic
from tradecore.model.market import AssetType, Bars
from tradecore.model.steps import Action, Assessed, Liquidity, Proposed, Volatility

# Percent a year: a broad index moves by some fifteen, a calm large stock by twenty-five, a lively one by fifty.
_CALM, _LIVELY = Decimal(20), Decimal(40)
# Millions of the quote currency traded a day.
_THIN, _FAIR, _DEEP = Decimal(10), Decimal(100), Decimal(1000)

# A position may add so much volatility to the portfolio (percent a year) and lose so much of it at its stop (percent).
_VOLATILITY_BUDGET = Decimal(2)
_LOSS_BUDGET = Decimal(1)
_CAP = Decimal(10)


def risk_exhibits(bars: Bars, benchmark: Bars | None, asset_type: AssetType) -> Iterator[Exhibit]:
    """All risk findings that the length of the series allows; drawdown and turnover always."""
    series = Series.of(bars)
    closes = series.closes
    per_year = days_per_year(asset_type)

    def found(measure: str, statement: str, value: Decimal, unit: str) -> Exhibit:
        return series.exhibit(Topic.RISK, measure, statement, value, unit)

    moves = indicators.returns(closes)
    recent = indicators.volatility(moves[-60:], per_year)
    if recent is not None and len(moves) >= 10:
        value = rounded(100.0 * recent, 1)
        days = len(moves[-60:])
        yield found("volatility", f"Realised volatility of {days} days is {plain(value)}% a year.", value, "% a year")
        short = indicators.volatility(moves[-20:], per_year)
        if short is not None and len(moves) >= 60 and recent > 0:
            ratio = rounded(100.0 * short / recent, 0)
            yield found(
                "volatility.trend", f"Volatility of the last 20 days is {plain(ratio)}% of that of 60 days.", ratio, "%"
            )
    year = closes[-per_year:]
    deepest = rounded(-100.0 * indicators.max_drawdown(year), 1)
    span = days_in(len(year))
    yield found(
        "drawdown.max", f"The deepest fall from a high close within {span} was {plain(deepest)}%.", deepest, "%"
    )
    if len(year) > 1:
        now = rounded(-100.0 * indicators.drawdown(year), 1)
        yield found("drawdown", f"The close is {plain(now)}% below the highest close of {span}.", now, "%")
        worst = rounded(100.0 * min(indicators.returns(year)), 1)
        yield found("worst.day", f"The worst day within {span} changed the price by {signed(worst)}%.", worst, "%")
    traded = indicators.turnover(closes, series.volumes) / 1e6
    millions = rounded(traded, 0 if traded >= 100 else 1)
    days = len(closes[-20:])
    yield found(
        "turnover",
        f"On average of {days_in(days)}, {plain(millions)} million of the quote currency changed hands a day.",
        millions,
        "million a day",
    )
    if benchmark is not None:
        own, market = common_closes(bars, benchmark)
        slope = indicators.beta(indicators.returns(own[-1 - per_year :]), indicators.returns(market[-1 - per_year :]))
        if slope is not None and len(own) > 60:
            value = rounded(slope, 2)
            days = len(own[-1 - per_year :]) - 1
            yield Series.of(bars, benchmark).exhibit(
                Topic.RISK,
                "beta",
                f"Beta against {benchmark.symbol} is {signed(value) if value < 0 else plain(value)} over {days} days.",
                value,
            )


def volatility_class(volatility: Decimal | None) -> Volatility:
    """The class of a volatility in percent a year; an unknown one counts as high."""
    if volatility is None or volatility > _LIVELY:
        return Volatility.HIGH
    return Volatility.LOW if volatility < _CALM else Volatility.MODERATE


def liquidity_class(millions: Decimal) -> Liquidity:
    """The class of a turnover in millions a day."""
    if millions < _THIN:
        return Liquidity.LOW
    if millions < _FAIR:
        return Liquidity.MODERATE
    return Liquidity.HIGH if millions < _DEEP else Liquidity.EXCELLENT


def position_size(proposal: Proposed, volatility: Decimal | None, liquidity: Liquidity) -> Decimal:
    """The percent of the portfolio that the volatility and loss budgets allow; 0 for a HOLD.

    The smaller of: volatility budget / volatility, loss budget / distance of the stop, the cap; half of it in a thin
    market, and in proportion to the confidence below 7.
    """
    if proposal.action is Action.HOLD:
        return Decimal(0)
    at_stake = abs(proposal.entry - proposal.stop) / proposal.entry
    size = _CAP if at_stake <= 0 else min(_CAP, _LOSS_BUDGET / at_stake)
    # Without a volatility (a series of a few days) the smallest class of position is all that can be justified.
    size = min(size, 100 * _VOLATILITY_BUDGET / max(volatility, Decimal(1)) if volatility is not None else Decimal(1))
    if liquidity is Liquidity.LOW:
        size /= 2
    size *= min(Decimal(1), proposal.confidence / 7)
    return size.quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def assess(evidence: Mapping[str, Evidence], proposal: Proposed) -> Assessed:
    """The computed part of the risk assessment, from evidence by measure; its concerns are still to be said."""

    def number(measure: str) -> Decimal | None:
        return evidence[measure].value if measure in evidence else None

    volatility = number("volatility")
    liquidity = liquidity_class(number("turnover") or Decimal(0))
    return Assessed(
        volatility=volatility_class(volatility),
        beta=number("beta"),
        max_drawdown=number("drawdown.max") or Decimal(0),
        liquidity=liquidity,
        position_size=position_size(proposal, volatility, liquidity),
        concerns=(),
    )
