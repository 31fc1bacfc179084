"""Generated daily prices: a regime-switching random walk, the same on every machine, for what no real series covers."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from math import sqrt
from struct import unpack
from threading import RLock

from attrs import frozen

from tradecore.model.market import AssetType, Bar

BEGIN = date(2012, 1, 3)
END = date(2035, 12, 31)

# Drift a year, share of the usual volatility. A regime lasts 50 trading days on average.
_REGIMES = ((0.30, 0.7), (0.10, 0.9), (-0.05, 1.0), (-0.45, 1.5), (0.55, 1.2))
_SWITCH = 65536 // 50

# Without any attempt at an exchange's calendar: weekends and the three holidays that never move.
_HOLIDAYS = frozenset({(1, 1), (7, 4), (12, 25)})


@frozen
class Walk:
    """What a generated series looks like: the price it hovers around, volatility a year, beta, units traded a day."""

    asset_type: AssetType
    level: float
    volatility: float
    beta: float
    volume: float


def _equity(level: float, volatility: float, beta: float, volume: float) -> Walk:
    return Walk(AssetType.EQUITY, level, volatility, beta, volume)


def _crypto(level: float, volatility: float, beta: float, volume: float) -> Walk:
    return Walk(AssetType.CRYPTO, level, volatility, beta, volume)


# Round figures that make a plausible-looking series; none is a price that was ever quoted.
WALKS: dict[str, Walk] = {
    "SPY": _equity(480, 0.15, 0.0, 7e7),
    "QQQ": _equity(400, 0.08, 1.15, 4e7),
    "AAPL": _equity(190, 0.20, 1.2, 5.5e7),
    "AMD": _equity(130, 0.38, 1.6, 5e7),
    "AMZN": _equity(170, 0.25, 1.2, 4.5e7),
    "FB": _equity(420, 0.28, 1.2, 1.6e7),
    "GOOG": _equity(150, 0.22, 1.1, 2e7),
    "GOOGL": _equity(140, 0.22, 1.1, 2.6e7),
    "IBM": _equity(170, 0.17, 0.8, 4.5e6),
    "INTC": _equity(40, 0.28, 1.1, 4.5e7),
    "JPM": _equity(180, 0.18, 1.1, 1e7),
    "KO": _equity(60, 0.12, 0.6, 1.4e7),
    "META": _equity(420, 0.28, 1.2, 1.6e7),
    "MSFT": _equity(380, 0.18, 1.0, 2.2e7),
    "NFLX": _equity(520, 0.32, 1.2, 4e6),
    "NVDA": _equity(810, 0.44, 1.4, 4e7),
    "TSLA": _equity(230, 0.45, 1.7, 1e8),
    "XOM": _equity(105, 0.20, 0.7, 1.6e7),
    "BTC-USD": _crypto(60000, 0.55, 0.0, 4e5),
    "ADA-USD": _crypto(0.55, 0.50, 0.9, 8e8),
    "BNB-USD": _crypto(450, 0.35, 0.8, 3e6),
    "DOGE-USD": _crypto(0.13, 0.65, 0.9, 6e9),
    "ETH-USD": _crypto(2900, 0.35, 0.9, 5e6),
    "LINK-USD": _crypto(15, 0.50, 0.9, 2.5e7),
    "SOL-USD": _crypto(130, 0.60, 1.0, 2e7),
    "XRP-USD": _crypto(0.6, 0.50, 0.8, 2e9),
}

# The series whose moves the others share by their beta.
MARKET = {AssetType.EQUITY: "SPY", AssetType.CRYPTO: "BTC-USD"}


def bars_until(name: str, day: date) -> list[Bar]:
    """All bars of `name` from BEGIN to `day`, oldest first. What a bar says depends on no later day."""
    with _WALKING:
        path = _path(name)
        path.extend_to(min(day, END))
        return path.until(day)


# Several threads may ask at once, and a walk can only be continued by one of them.
_WALKING = RLock()


class _Path:
    """A walk as far as it was needed."""

    def __init__(self, name: str) -> None:
        self.bars: list[Bar] = []
        self.moves: dict[date, float] = {}
        self._walk = _walk(name, self.moves)

    def extend_to(self, day: date) -> None:
        while not self.bars or self.bars[-1].day < day:
            self.bars.append(next(self._walk))

    def until(self, day: date) -> list[Bar]:
        keep = len(self.bars)
        while keep and self.bars[keep - 1].day > day:
            keep -= 1
        return self.bars[:keep]


@cache
def _path(name: str) -> _Path:
    return _Path(name)


def _days(asset_type: AssetType) -> Iterator[date]:
    day = BEGIN
    while True:
        if asset_type is AssetType.CRYPTO or (day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS):
            yield day
        day += timedelta(days=1)


def _walk(name: str, moves: dict[date, float]) -> Iterator[Bar]:
    shape = WALKS[name]
    per_year = 365 if shape.asset_type is AssetType.CRYPTO else 252
    usual = shape.volatility / sqrt(per_year)
    leader = _path(MARKET[shape.asset_type]) if shape.beta else None
    price, regime = shape.level * 0.8, 1
    for day in _days(shape.asset_type):
        # SHA-256 of symbol and day is the chance of that day: twelve of its sixteen numbers sum up to a normal draw.
        chance = unpack(">16H", sha256(f"{name} {day}".encode()).digest())
        draw = sum(chance[:12]) / 65536 - 6
        if chance[12] < _SWITCH:
            regime = chance[13] % len(_REGIMES)
        drift, share = _REGIMES[regime]
        # A weak pull back keeps the price within the order of magnitude that its level names.
        pull = 0.9 * max(-1.0, min(1.0, shape.level / price - 1.0))
        move = (drift * min(1.0, shape.volatility / 0.25) + pull) / per_year + usual * share * draw
        if leader is not None:
            leader.extend_to(day)
            move += shape.beta * leader.moves[day]
        move = max(-0.3, min(0.3, move))
        moves[day] = move
        close = price * (1.0 + move)
        first = price * (1.0 + 0.35 * move + usual * 0.4 * (chance[13] / 65536 - 0.5))
        high = max(first, close) * (1.0 + usual * share * chance[14] / 65536)
        low = min(first, close) * (1.0 - usual * share * chance[15] / 65536)
        traded = shape.volume * (0.6 + 0.5 * (chance[12] / 65536) + 8.0 * abs(move)) * shape.level / close
        yield _bar(day, (first, high, low, close), traded)
        price = close


def _bar(day: date, prices: tuple[float, float, float, float], traded: float) -> Bar:
    digits = 2 if prices[3] >= 5 else 4 if prices[3] >= 0.5 else 6
    first, high, low, close = (Decimal(f"{price:.{digits}f}") for price in prices)
    return Bar(day=day, open=first, high=high, low=low, close=close, volume=Decimal(f"{traded:.0f}"))
