"""The edge of an engine: skill over the base rate, with intervals that allow for decisions that overlap."""

from collections import defaultdict
from collections.abc import Sequence
from math import fsum
from statistics import NormalDist

from attrs import evolve

from tradecore.engines.calibration import MIN_FIT, walk_forward
from tradecore.model.edge import Edge, Observation
from tradecore.model.intervals import Interval

# A record shorter than this many horizons says nothing, whatever the number of its decisions.
MIN_HORIZONS = 10


def measure_edge(observations: Sequence[Observation], *, decisions: int, horizon_weeks: int, variants: int = 1) -> Edge:
    """The edge that scored decisions show, out of `decisions` in all.

    `variants` is how many variants of the engine were tried on these days, this one included.
    """
    weeks = [_week(observation) for observation in observations]
    span = max(weeks) - min(weeks) + 1 if weeks else 0
    edge = Edge(decisions, len(observations), len(set(weeks)), variants, horizon_weeks)
    if len(observations) < MIN_FIT or span < MIN_HORIZONS * horizon_weeks:
        return evolve(
            edge,
            missing=f"An edge needs {MIN_FIT} scored decisions over {MIN_HORIZONS * horizon_weeks} weeks; there are "
            f"{len(observations)} over {span}.",
        )
    won = [float(observation.won) for observation in observations]
    bases = [observation.base for observation in observations]
    gains = [100 * (win - base) for win, base in zip(won, bases, strict=True)]
    edge = evolve(
        edge,
        hit_rate=100 * fsum(won) / len(won),
        hit_interval=clustered_mean([100 * win for win in won], weeks, lag=horizon_weeks),
        base_rate=100 * fsum(bases) / len(bases),
        skill=clustered_mean(gains, weeks, lag=horizon_weeks, variants=variants),
    )
    predictions = walk_forward(observations)
    if len(predictions) < MIN_FIT:
        return evolve(
            edge,
            predicted=len(predictions),
            missing="Confidence is calibrated on other symbols and earlier outcomes; only "
            f"{len(predictions)} decisions have {MIN_FIT} of these before them.",
        )
    raw, calibrated, base = (
        [
            (expected - prediction.observation.won) ** 2
            for prediction, expected in zip(predictions, expectations, strict=True)
        ]
        for expectations in (
            [prediction.observation.confidence / 10 for prediction in predictions],
            [prediction.probability for prediction in predictions],
            [prediction.base for prediction in predictions],
        )
    )
    return evolve(
        edge,
        predicted=len(predictions),
        brier_raw=fsum(raw) / len(raw),
        brier_calibrated=fsum(calibrated) / len(calibrated),
        brier_base=fsum(base) / len(base),
        brier_gain=clustered_mean(
            [reference - own for reference, own in zip(base, calibrated, strict=True)],
            [_week(prediction.observation) for prediction in predictions],
            lag=horizon_weeks,
            variants=variants,
        ),
    )


def clustered_mean(values: Sequence[float], weeks: Sequence[int], *, lag: int, variants: int = 1) -> Interval:
    """The mean of values with an interval of 95 %, corrected for `variants` by Bonferroni.

    The errors are those of Driscoll and Kraay (1998): values of the same week are one cluster, whatever the symbol, and
    weeks up to `lag` apart are related, with Bartlett's weights. `weeks` gives the week of each value.
    """
    mean = fsum(values) / len(values)
    sums: defaultdict[int, float] = defaultdict(float)
    for value, week in zip(values, weeks, strict=True):
        sums[week] += value - mean
    total = fsum(value * value for value in sums.values())
    for distance in range(1, lag + 1):
        related = fsum(value * sums.get(week - distance, 0.0) for week, value in list(sums.items()))
        total += 2 * (1 - distance / (lag + 1)) * related
    clusters = len(sums)
    variance = max(0.0, total) / len(values) ** 2 * clusters / max(1, clusters - 1)
    reach = NormalDist().inv_cdf(1 - 0.025 / variants) * variance**0.5
    return Interval(mean, mean - reach, mean + reach)


def _week(observation: Observation) -> int:
    # The first of January of year 1 was a Monday.
    return (observation.as_of.toordinal() - 1) // 7
