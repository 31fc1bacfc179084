"""Calibration of confidence: Platt scaling on past decisions, and walk-forward predictions out of sample."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import exp, log

from attrs import define, field, frozen

from tradecore.model.edge import Observation
from tradecore.model.market import Symbol

# Fewer decisions than this calibrate nothing.
MIN_FIT = 30
# After the last day of an outcome, so many days pass before it enters a fit: prices of neighbouring days are related.
EMBARGO = timedelta(days=7)
# The middle of the scale of confidence, so that intercept and slope are hardly related.
_MIDDLE = 5.0
_STEPS = 25


@frozen
class Calibrator:
    """The probability of a win as a logistic function of confidence (0 to 10), fitted on `count` decisions.

    `base` is the share of wins among these.
    """

    intercept: float
    slope: float
    base: float
    count: int

    def __call__(self, confidence: float) -> float:
        """The probability of a win, 0 to 1."""
        if not self.slope:
            return self.base
        return _logistic(self.intercept + self.slope * (confidence - _MIDDLE))


@define
class _Levels:
    """How many decisions of each level of confidence there are, and how many of them won."""

    counts: dict[float, list[int]] = field(factory=dict)
    count: int = 0
    wins: int = 0

    def add(self, observation: Observation) -> None:
        level = self.counts.setdefault(observation.confidence, [0, 0])
        level[0] += 1
        level[1] += observation.won
        self.count += 1
        self.wins += observation.won


def fit(observations: Iterable[Observation]) -> Calibrator | None:
    """Platt scaling by Newton's method, with Platt's smoothed targets; None for fewer than MIN_FIT decisions.

    Where confidence and success are not related, or inversely, the slope is 0: a higher confidence never lowers the
    probability.
    """
    levels = _Levels()
    for observation in observations:
        levels.add(observation)
    return _fit(levels)


def _fit(levels: _Levels) -> Calibrator | None:
    if levels.count < MIN_FIT:
        return None
    losses = levels.count - levels.wins
    high, low = (levels.wins + 1) / (levels.wins + 2), 1 / (losses + 2)
    share = (levels.wins * high + losses * low) / levels.count
    flat = Calibrator(log(share / (1 - share)), 0.0, levels.wins / levels.count, levels.count)
    a, b = flat.intercept, 0.0
    for _ in range(_STEPS):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for confidence, (count, wins) in levels.counts.items():
            x = confidence - _MIDDLE
            p = _logistic(a + b * x)
            difference = wins * high + (count - wins) * low - count * p
            weight = count * p * (1 - p)
            g0, g1 = g0 + difference, g1 + difference * x
            h00, h01, h11 = h00 + weight, h01 + weight * x, h11 + weight * x * x
        determinant = h00 * h11 - h01 * h01
        # All decisions have nearly the same confidence: there is no slope to find.
        if determinant <= 1e-9 * max(1.0, h00 * h11):
            return flat
        step_a, step_b = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        a, b = a + step_a, b + step_b
        if abs(step_a) + abs(step_b) < 1e-9:
            break
    return Calibrator(a, b, flat.base, flat.count) if b > 0 else flat


def fit_before(observations: Iterable[Observation], symbol: Symbol, as_of: date) -> Calibrator | None:
    """The fit for a decision on a symbol as of a day: on other symbols, on outcomes known EMBARGO before the day.

    It is the one that `walk_forward` predicts a decision of that day with. None for too few decisions.
    """
    known = as_of - EMBARGO
    return fit(observation for observation in observations if observation.symbol != symbol and observation.ends < known)


@frozen
class Prediction:
    """An observation and what was expected of it before: its calibrated probability, and the share of wins by then."""

    observation: Observation
    probability: float
    base: float


def walk_forward(observations: Sequence[Observation]) -> list[Prediction]:
    """Predictions out of sample, by day: each from a fit on other symbols, on outcomes known a week before its day.

    Outcomes that end later are purged, those that end within EMBARGO before the day are left out. Observations with too
    few others before them have no prediction.
    """
    by_day: dict[date, list[Observation]] = {}
    for observation in observations:
        by_day.setdefault(observation.as_of, []).append(observation)
    known = sorted(observations, key=lambda observation: observation.ends)
    # The levels of every symbol but the one.
    others: Mapping[Symbol, _Levels] = {observation.symbol: _Levels() for observation in observations}
    predictions, place = [], 0
    for day in sorted(by_day):
        while place < len(known) and known[place].ends + EMBARGO < day:
            for symbol, levels in others.items():
                if symbol != known[place].symbol:
                    levels.add(known[place])
            place += 1
        for observation in by_day[day]:
            calibrator = _fit(others[observation.symbol])
            if calibrator:
                probability = calibrator(observation.confidence)
                predictions.append(Prediction(observation, probability, calibrator.base))
    return predictions


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-35.0, min(35.0, value))))
