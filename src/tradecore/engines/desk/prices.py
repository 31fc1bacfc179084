"""Price evidence: trend, momentum, oscillators, range, volume and relative strength of a series of daily bars."""

from collections.abc import Iterator
from decimal import Decimal

from tradecore.engines.desk import indicators
from tradecore.engines.desk.evidence_builder import EvidenceDraft, PriceSeries, common_closes, trading_days
from tradecore.engines.desk.wording import format_days, format_number, format_signed, rounded, tick
from tradecore.model.market import AssetType, Bars


def price_evidence(bars: Bars, benchmark: Bars | None, asset_type: AssetType) -> Iterator[EvidenceDraft]:
    """All price measures that the length of the series allows; the last close and the history always.

    `bars` holds at least one bar, and `benchmark` bars of the market on the same days, as far as it traded.
    """
    series = PriceSeries.of(bars)
    closes = series.closes
    last = tick(bars.last.close)
    # Dollars go without saying, as in all other statements.
    currency = f" {bars.currency}" if bars.currency not in (None, "USD") else ""
    yield series.draft("close", f"{bars.symbol} closed at {format_number(last)}{currency} on {bars.last.day}.", last)
    history = f"Prices of {format_days(len(closes))} were read, from {bars.bars[0].day} to {bars.last.day}."
    yield series.draft("history", history, Decimal(len(closes)))
    if bars.repaired:
        yield _repaired(series, bars)
    if len(closes) > 1:
        day = _percent(closes[-1] / closes[-2] - 1)
        yield series.draft("change.1", f"The last day's change was {format_signed(day)}%.", day)
    periods = trading_days(asset_type)
    for name, days in periods.items():
        change = indicators.change(closes, days)
        if change is not None:
            value = _percent(change)
            statement = f"Over a {name} ({days} trading days) the price changed by {format_signed(value)}%."
            yield series.draft(f"change.{name}", statement, value)
    yield from _averages(series)
    yield from _oscillators(series)
    yield from _range(series, periods["year"])
    if series.volumes:
        yield from _volume(series)
    if benchmark is not None:
        yield from _relative(bars, benchmark, periods["quarter"])


def _repaired(series: PriceSeries, bars: Bars) -> EvidenceDraft:
    count = len(bars.repaired)
    more = f" (and {count - 2} more)" if count > 2 else ""
    statement = f"Notes on the source of prices: {' '.join(bars.repaired[:2])}{more}"
    return series.draft("repaired", statement, Decimal(count))


def _percent(fraction: float) -> Decimal:
    return rounded(100.0 * fraction, 1)


def _averages(series: PriceSeries) -> Iterator[EvidenceDraft]:
    averages: dict[int, float] = {}
    for period in (20, 50, 200):
        if len(series.closes) < period:
            continue
        averages[period] = indicators.mean(series.closes[-period:])
        distance = _percent(series.closes[-1] / averages[period] - 1)
        side = "above" if distance >= 0 else "below"
        average = format_number(tick(averages[period]))
        statement = f"The close is {format_number(abs(distance))}% {side} its {period}-day average of {average}."
        yield series.draft(f"sma.{period}", statement, distance)
    if 200 in averages:
        gap = _percent(averages[50] / averages[200] - 1)
        side = "above" if gap >= 0 else "below"
        statement = f"The 50-day average runs {format_number(abs(gap))}% {side} the 200-day average."
        yield series.draft("sma.cross", statement, gap)


def _oscillators(series: PriceSeries) -> Iterator[EvidenceDraft]:
    close = series.closes[-1]
    strengths = indicators.rsi(series.closes)
    if strengths:
        value = rounded(strengths[-1], 1)
        yield series.draft("rsi", f"RSI(14) stands at {format_number(value)}.", value)
    crosses = indicators.macd(series.closes)
    if crosses:
        histogram = crosses[-1].histogram
        value = rounded(100.0 * histogram / close, 2)
        side = "above" if histogram >= 0 else "below"
        days = format_days(_run_length([cross.histogram >= 0 for cross in crosses]))
        statement = (
            f"MACD(12,26,9) is {side} its signal line, by {format_number(abs(value))}% of the price, for {days} now."
        )
        yield series.draft("macd", statement, value)
    bands = indicators.bollinger(series.closes[-20:])
    if bands and bands[-1].upper > bands[-1].lower:
        band = bands[-1]
        value = rounded(100.0 * (close - band.lower) / (band.upper - band.lower), 0)
        lower, upper = format_number(tick(band.lower)), format_number(tick(band.upper))
        statement = f"Within its Bollinger band ({lower} to {upper}) the close sits at {format_number(value)}%."
        yield series.draft("bollinger", statement, value)


def _run_length(flags: list[bool]) -> int:
    """How many flags at the end are equal, at least one."""
    length = 1
    while length < len(flags) and flags[-1 - length] == flags[-1]:
        length += 1
    return length


def _range(series: PriceSeries, year: int) -> Iterator[EvidenceDraft]:
    if len(series.closes) < 21:
        return
    close = series.closes[-1]
    highs, lows = series.highs[-year:], series.lows[-year:]
    days = len(highs)
    high, low = max(highs), min(lows)
    below, above = _percent(1 - close / high), _percent(close / low - 1)
    yield series.draft(
        "range.high",
        f"The close is {format_number(below)}% below the highest price of {days} trading days, "
        f"{format_number(tick(high))}.",
        below,
    )
    yield series.draft(
        "range.low",
        f"The close is {format_number(above)}% above the lowest price of {days} trading days, "
        f"{format_number(tick(low))}.",
        above,
    )


def _volume(series: PriceSeries) -> Iterator[EvidenceDraft]:
    share = indicators.up_volume(series.closes, series.volumes)
    if share is not None:
        value = rounded(100.0 * share, 0)
        statement = f"{format_number(value)}% of the volume of 20 days traded on rising days."
        yield series.draft("volume.up", statement, value)
    if len(series.volumes) >= 50:
        average = indicators.mean(series.volumes[-50:])
        if average > 0:
            value = rounded(100.0 * indicators.mean(series.volumes[-5:]) / average, 0)
            statement = f"Volume of the last 5 days is at {format_number(value)}% of its 50-day average."
            yield series.draft("volume.busy", statement, value)


def _relative(bars: Bars, benchmark: Bars, days: int) -> Iterator[EvidenceDraft]:
    own, market = common_closes(bars, benchmark)
    own_change, market_change = indicators.change(own, days), indicators.change(market, days)
    if own_change is None or market_change is None:
        return
    lead = _percent(own_change - market_change)
    side = "ahead of" if lead >= 0 else "behind"
    changes = f"{format_signed(_percent(own_change))}% against {format_signed(_percent(market_change))}%"
    statement = (
        f"Over {days} trading days {bars.symbol} is {format_number(abs(lead))} percentage points {side} "
        f"{benchmark.symbol} ({changes})."
    )
    yield PriceSeries.of(bars, benchmark).draft("relative", statement, lead)
