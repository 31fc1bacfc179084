"""Replays of a plan on other days of the same symbol, whose share of wins is its base rate."""

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from tradecore.engines.simulation import Prices
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import is_win

# Open, high, low and close of one day, each over the close of the day of the decision.
_Day = tuple[float, float, float, float]


@frozen
class Replays:
    """The days after each decision day of one symbol, for replaying plans; `fee` is in percent per side."""

    windows: tuple[tuple[_Day, ...], ...]
    fee: float

    @classmethod
    def of(cls, prices: Prices, days: Sequence[date], horizon: int, fee: float) -> "Replays":
        """The `horizon` bars after each of `days`; days after which there are fewer are left out."""
        places = {day: place for place, day in enumerate(prices.days)}
        windows = []
        for day in days:
            place = places.get(day)
            if place is None or place + horizon >= len(prices.bars):
                continue
            close = float(prices.bars[place].close)
            after = prices.bars[place + 1 : place + 1 + horizon]
            windows.append(
                tuple(
                    (
                        float(bar.open) / close,
                        float(bar.high) / close,
                        float(bar.low) / close,
                        float(bar.close) / close,
                    )
                    for bar in after
                )
            )
        return cls(tuple(windows), fee)

    def base_rate(self, decision: Decision) -> float | None:
        """The share of days, 0 to 1, on which the plan gains with stop and target at the same distances in percent.

        By the rules of scoring. None without days.
        """
        if not self.windows:
            return None
        sign = 1 if decision.action is Action.BUY else -1
        stop, target = float(decision.stop / decision.entry), float(decision.target / decision.entry)
        wins = sum(is_win(_return(sign, stop, target, window, self.fee)) for window in self.windows)
        return wins / len(self.windows)


def _return(sign: int, stop: float, target: float, window: Sequence[_Day], fee: float) -> float:
    """The return in percent, after fees, of one replay."""
    entry, price = window[0][0], window[-1][3]
    for first, high, low, _ in window:
        adverse, favourable = (low, high) if sign > 0 else (high, low)
        if sign * (first - stop) <= 0 or sign * (first - target) >= 0:
            price = first
            break
        if sign * (adverse - stop) <= 0:
            price = stop
            break
        if sign * (favourable - target) >= 0:
            price = target
            break
    ratio = price / entry
    return 100 * sign * (ratio - 1) - fee * (1 + ratio)
