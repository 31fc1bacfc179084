"""Estimates of how long an analysis takes, from the run times of earlier ones."""

from attrs import frozen

# The mean follows about this many of the latest runs, so that a change of model or machine shows soon.
MAX_COUNT = 50


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
