"""Estimates of how long an analysis takes, from the run times of earlier ones."""

from math import ceil

from attrs import frozen

# An analysis that is expected to take longer than this many seconds is announced as one.
LONG_RUN = 300
# The mean follows about this many of the latest runs, so that a change of model or machine shows soon.
MAX_COUNT = 50


def long_run_notice(seconds: float) -> str:
    """The sentence that announces an analysis of more than LONG_RUN seconds; empty for all others."""
    if seconds <= LONG_RUN:
        return ""
    return f"This analysis is expected to take about {ceil(seconds / 60)} minutes, longer than most."


@frozen
class RunTimes:
    """Run times of one shape of analysis: the number of runs that count, and their mean in seconds."""

    count: int = 0
    mean: float = 0.0

    def add(self, seconds: float) -> "RunTimes":
        """The run times with one more run of `seconds`."""
        count = min(self.count + 1, MAX_COUNT)
        return RunTimes(count, self.mean + (seconds - self.mean) / count)

    def estimate(self, prior: float) -> float:
        """Seconds that a run takes: the measured mean, blended with `prior` seconds, which count as half a run."""
        return (self.count * self.mean + 0.5 * prior) / (self.count + 0.5)
