"""Estimates with their intervals."""

from statistics import NormalDist

from attrs import frozen

# The quantile of a two-sided 95 % interval.
Z95 = NormalDist().inv_cdf(0.975)


@frozen
class Interval:
    """An estimate and the bounds of its interval, in the unit of the estimate."""

    estimate: float
    low: float
    high: float


def wilson(successes: int, count: int) -> Interval | None:
    """The share of successes in percent with its 95 % interval after Wilson (1927); None for a `count` of 0.

    It takes the successes as independent. Decisions that overlap in time are not, so the interval is then too narrow.
    """
    if not count:
        return None
    share = successes / count
    centre = (share + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    reach = Z95 / (1 + Z95**2 / count) * (share * (1 - share) / count + Z95**2 / (4 * count**2)) ** 0.5
    return Interval(100 * share, 100 * max(0.0, centre - reach), 100 * min(1.0, centre + reach))
