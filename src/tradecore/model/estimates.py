"""Estimates of how long an analysis takes, from the run times of earlier ones."""

from attrs import frozen

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.steps import plan

# Seconds per step of the rule-based desk on a small machine, for shapes without measured runs.
PRIOR_SECONDS_PER_STEP = 0.1
# Seconds per sequential call of a language model: small models take less, reasoning models more.
PRIOR_SECONDS_PER_CALL = 6.0
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

    def estimate(self, brief: AnalysisBrief) -> float:
        """Seconds that a run takes: the measured mean, blended with a prior that counts as half a run."""
        if brief.by_model:
            # Analysts work concurrently; the debate, the trader and the risk manager in sequence.
            prior = PRIOR_SECONDS_PER_CALL * (1 + 3 * brief.depth + 2)
        else:
            prior = PRIOR_SECONDS_PER_STEP * len(plan(brief.analysts, brief.depth))
        return (self.count * self.mean + 0.5 * prior) / (self.count + 0.5)
