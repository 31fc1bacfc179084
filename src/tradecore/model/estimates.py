"""Estimates: how long an analysis will take, from how long others took."""

from attrs import frozen

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.steps import plan

# Seconds per step before any run of a shape was measured: what the rule-based desk takes on a small machine.
PRIOR_PER_STEP = 0.1
# The same for a call of a language model that others wait for: small models take less, models that think take more.
PRIOR_PER_CALL = 6.0
# Past runs weigh as many as this; older ones fade, so that a changed model or machine shows within a day's runs.
MEMORY = 50


@frozen
class RunTimes:
    """How long past runs of one shape took: how many count, and their mean in seconds."""

    count: int = 0
    mean: float = 0.0

    def add(self, seconds: float) -> "RunTimes":
        """Count one run more."""
        count = min(self.count + 1, MEMORY)
        return RunTimes(count, self.mean + (seconds - self.mean) / count)

    def estimate(self, brief: AnalysisBrief) -> float:
        """Seconds that one run of this shape takes: the measured mean, blended with a prior that one run outweighs."""
        if brief.by_model:
            # Analysts are asked side by side; the debate, the trader and the risk manager one after the other.
            prior = PRIOR_PER_CALL * (1 + 3 * brief.depth + 2)
        else:
            prior = PRIOR_PER_STEP * len(plan(brief.analysts, brief.depth))
        return (self.count * self.mean + 0.5 * prior) / (self.count + 0.5)
