"""The edge of an engine: what its record shows beyond chance, and confidence calibrated by it."""

from datetime import date

from attrs import frozen

from tradecore.model.intervals import Interval
from tradecore.model.market import Symbol


@frozen
class Observation:
    """A scored decision. `ends` is the day from which its outcome is known, at the latest; confidence is 0 to 10.

    `base` is the share of wins, 0 to 1, that the same plan has without any knowledge of the day.
    """

    symbol: Symbol
    as_of: date
    ends: date
    confidence: float
    won: bool
    base: float


@frozen
class Edge:
    """What the record of an engine shows. Rates and `skill` are in percent and percentage points.

    `decisions` counts all of them, HOLD included, `scored` those with an outcome, `weeks` the calendar weeks of these.
    `hit_rate` is the share of wins, `hit_interval` its interval of 95 %, `base_rate` what the same plans would have had
    on any day, and `skill` their difference with its interval: 95 % for a single variant, wider for more `variants`, by
    Bonferroni's correction.

    The Brier scores are over the `predicted` decisions that have a calibrated confidence out of sample: `brier_raw` of
    confidence / 10, `brier_calibrated` of the calibrated confidence, `brier_base` of the share of wins known by then.
    `brier_gain` is how much lower the calibrated score is than that of the base, with its interval.

    What is None is explained by `missing`, a sentence; it is empty where everything is there.
    """

    decisions: int
    scored: int
    weeks: int
    variants: int
    horizon_weeks: int
    hit_rate: float | None = None
    base_rate: float | None = None
    skill: Interval | None = None
    predicted: int = 0
    brier_raw: float | None = None
    brier_calibrated: float | None = None
    brier_base: float | None = None
    brier_gain: Interval | None = None
    missing: str = ""
    hit_interval: Interval | None = None

    @property
    def traded_share(self) -> float | None:
        """The share of decisions with an outcome, which are never HOLD, in percent; None without decisions."""
        return 100 * self.scored / self.decisions if self.decisions else None

    @property
    def brier_skill(self) -> float | None:
        """1 - the calibrated Brier score over that of the base: above 0, confidence tells good decisions from bad."""
        if self.brier_calibrated is None or not self.brier_base:
            return None
        return 1 - self.brier_calibrated / self.brier_base

    @property
    def tells_apart(self) -> bool:
        """Whether calibrated confidence is shown to tell good decisions from bad: the whole `brier_gain` is above 0."""
        return self.brier_gain is not None and self.brier_gain.low > 0

    @property
    def shown(self) -> bool:
        """Whether the record shows an edge: the whole interval of `skill` lies above 0."""
        return self.skill is not None and self.skill.low > 0

    @property
    def sentence(self) -> str:
        """What the record shows, in one sentence."""
        if self.skill is None or self.hit_rate is None or self.base_rate is None:
            return self.missing
        verdict = "an edge" if self.shown else "no edge"
        return (
            f"The record shows {verdict}: {self.hit_rate:.1f} % of {self.scored} decisions gained, and "
            f"{self.base_rate:.1f} % of the same plans on any day; the difference of {self.skill.estimate:+.1f} points "
            f"lies between {self.skill.low:+.1f} and {self.skill.high:+.1f}."
        )
