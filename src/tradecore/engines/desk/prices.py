"""What the prices say: trend, momentum, oscillators, volume and relative strength as exhibits."""

from collections.abc import Iterator
from decimal import Decimal

from tradecore.engines.desk import indicators
from tradecore.engines.desk.exhibits import Exhibit, Series, common_closes, days_in, spans
from tradecore.engines.desk.wording import plain, rounded, signed, tick
from tradecore.model.evidence import Topic
from tradecore.model.market import AssetType, Bars


def price_exhibits(bars: Bars, benchmark: Bars | None, asset_type: AssetType) -> Iterator[Exhibit]:
    """All price findings that the length of the series allows; the last close always."""
    series = Series.of(bars)
    closes = series.closes
    last = tick(bars.last.close)
    known = len(closes)

    def found(measure: str, statement: str, value: Decimal, unit: str = "") -> Exhibit:
        return series.exhibit(Topic.PRICE, measure, statement, value, unit)

    yield found("close", f"{bars.symbol} closed at {plain(last)} on {bars.last.day}.", last, "price")
    history = f"Prices of {days_in(known)} were read, from {bars.bars[0].day} to {bars.last.day}."
    yield found("history", history, Decimal(known), "days")
    if bars.repaired:
        yield _repaired(series, bars)
    if known > 1:
        day = _percent(closes[-1] / closes[-2] - 1)
        yield found("change.1", f"The last day's change was {signed(day)}%.", day, "%")
    usual = spans(asset_type)
    for name, days in usual.items():
        moved = indicators.change(closes, days)
        if moved is not None:
            value = _percent(moved)
            statement = f"Over a {name} ({days} trading days) the price changed by {signed(value)}%."
            yield found(f"change.{name}", statement, value, "%")
    yield from _trend(series)
    yield from _oscillators(series)
    yield from _range(series, usual["year"])
    yield from _volume(series)
    if benchmark is not None:
        yield from _relative(bars, benchmark, usual["quarter"])


def _repaired(series: Series, bars: Bars) -> Exhibit:
    count = len(bars.repaired)
    more = f" (and {count - 2} more)" if count > 2 else ""
    statement = f"Rows of the source that did not hold: {' '.join(bars.repaired[:2])}{more}"
    return series.exhibit(Topic.PRICE, "repaired", statement, Decimal(count), "rows")


def _percent(fraction: float) -> Decimal:
    return rounded(100.0 * fraction, 1)


def _trend(series: Series) -> Iterator[Exhibit]:
    averages: dict[int, float] = {}
    for period in (20, 50, 200):
        if len(series.closes) < period:
            continue
        averages[period] = indicators.mean(series.closes[-period:])
        away = _percent(series.closes[-1] / averages[period] - 1)
        side = "above" if away >= 0 else "below"
        yield series.exhibit(
            Topic.PRICE,
            f"sma.{period}",
            f"The close is {plain(abs(away))}% {side} its {period}-day average of {plain(tick(averages[period]))}.",
            away,
            "%",
        )
    if 200 in averages:
        gap = _percent(averages[50] / averages[200] - 1)
        side = "above" if gap >= 0 else "below"
        yield series.exhibit(
            Topic.PRICE,
            "sma.cross",
            f"The 50-day average runs {plain(abs(gap))}% {side} the 200-day average.",
            gap,
            "%",
        )


def _oscillators(series: Series) -> Iterator[Exhibit]:
    strength = indicators.rsi(series.closes)
    if strength:
        value = rounded(strength[-1], 1)
        yield series.exhibit(Topic.PRICE, "rsi", f"RSI(14) stands at {plain(value)}.", value, "points")
    crosses = indicators.macd(series.closes)
    if crosses:
        now = crosses[-1]
        value = rounded(100.0 * now.histogram / series.closes[-1], 2)
        side = "above" if now.histogram >= 0 else "below"
        held = _run([one.histogram >= 0 for one in crosses])
        yield series.exhibit(
            Topic.PRICE,
            "macd",
            f"MACD(12,26,9) is {side} its signal line, by {plain(abs(value))}% of the price, for {days_in(held)} now.",
            value,
            "%",
        )
    bands = indicators.bollinger(series.closes[-20:])
    if bands and bands[-1].upper > bands[-1].lower:
        band = bands[-1]
        value = rounded(100.0 * (series.closes[-1] - band.lower) / (band.upper - band.lower), 0)
        yield series.exhibit(
            Topic.PRICE,
            "bollinger",
            f"Within its Bollinger band ({plain(tick(band.lower))} to {plain(tick(band.upper))}) "
            f"the close sits at {plain(value)}%.",
            value,
            "%",
        )


def _run(flags: list[bool]) -> int:
    run = 1
    while run < len(flags) and flags[-1 - run] == flags[-1]:
        run += 1
    return run


def _range(series: Series, year: int) -> Iterator[Exhibit]:
    if len(series.closes) < 21:
        return
    highs, lows = series.highs[-year:], series.lows[-year:]
    days = len(highs)
    top, bottom = max(highs), min(lows)
    below = _percent(1 - series.closes[-1] / top)
    yield series.exhibit(
        Topic.PRICE,
        "range.high",
        f"The close is {plain(below)}% below the highest price of {days} trading days, {plain(tick(top))}.",
        below,
        "%",
    )
    above = _percent(series.closes[-1] / bottom - 1)
    yield series.exhibit(
        Topic.PRICE,
        "range.low",
        f"The close is {plain(above)}% above the lowest price of {days} trading days, {plain(tick(bottom))}.",
        above,
        "%",
    )


def _volume(series: Series) -> Iterator[Exhibit]:
    share = indicators.up_volume(series.closes, series.volumes)
    if share is not None:
        value = rounded(100.0 * share, 0)
        yield series.exhibit(
            Topic.PRICE, "volume.up", f"{plain(value)}% of the volume of 20 days traded on rising days.", value, "%"
        )
    if len(series.volumes) >= 50:
        usual = indicators.mean(series.volumes[-50:])
        if usual > 0:
            value = rounded(100.0 * indicators.mean(series.volumes[-5:]) / usual, 0)
            yield series.exhibit(
                Topic.PRICE,
                "volume.busy",
                f"Volume of the last 5 days is at {plain(value)}% of its 50-day average.",
                value,
                "%",
            )


def _relative(bars: Bars, benchmark: Bars, days: int) -> Iterator[Exhibit]:
    own, market = common_closes(bars, benchmark)
    mine, theirs = indicators.change(own, days), indicators.change(market, days)
    if mine is None or theirs is None:
        return
    ahead = _percent(mine - theirs)
    side = "ahead of" if ahead >= 0 else "behind"
    yield Series.of(bars, benchmark).exhibit(
        Topic.PRICE,
        "relative",
        f"Over {days} trading days {bars.symbol} is {plain(abs(ahead))} percentage points {side} {benchmark.symbol} "
        f"({signed(_percent(mine))}% against {signed(_percent(theirs))}%).",
        ahead,
        "points",
    )
