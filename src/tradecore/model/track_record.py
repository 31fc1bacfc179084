"""The track record: past decisions, how to look through them, and what they amount to."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action

# A decision holds for a week, and so many weeks follow one another in a year: what Sharpe ratios are annualised with.
PERIODS_PER_YEAR = 52
# Below this many scored decisions a ratio says more about luck than about the desk.
ENOUGH = 5
# Confidence goes from 0 to 10; calibration looks at it in steps of one.
BUCKETS = 10


@frozen
class Horizon:
    """For how long a decision is held to account: whole weeks, counted in trading days of where it is traded."""

    weeks: int = 1

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.weeks <= 52:
            raise Invalid.one("horizon", f"The horizon is {self.weeks} weeks; it must be 1 to 52.")

    def days(self, asset_type: AssetType) -> int:
        """Trading days: five a week on an exchange, seven where trading never stops."""
        return self.weeks * (7 if asset_type is AssetType.CRYPTO else 5)

    @property
    def periods_per_year(self) -> float:
        """How many horizons follow one another within a year."""
        return PERIODS_PER_YEAR / self.weeks


class Exit(StrEnum):
    """Why a position was left."""

    STOP = "stop"
    TARGET = "target"
    HORIZON = "horizon"


@frozen
class Outcome:
    """What came of a decision to buy or sell, had it been traded. See docs/reference/track-record.md for every rule.

    Prices as told on the horizon's last day. `returned`, `fees` and `benchmark` in percent of the price of entry;
    `returned` is direction-aware and after fees, `benchmark` is what the market of its kind did from the same open to
    the close of the day of leaving, None where it has none.
    """

    entered_on: date
    entry: Decimal
    left_on: date
    exit: Decimal
    reason: Exit
    returned: Decimal
    fees: Decimal
    benchmark: Decimal | None
    source: str


@frozen
class Score:
    """The outcome of an analysis, and when it was settled."""

    analysis: AnalysisId
    outcome: Outcome
    at: datetime


class SortBy(StrEnum):
    """What history is sorted by."""

    DATE = "date"
    CONFIDENCE = "confidence"
    RETURN = "return"


@frozen
class HistoryQuery:
    """Which completed analyses of a user to show: created at or after `since`; pages count from 1."""

    user: UserId
    since: datetime
    symbol: Symbol | None = None
    asset_type: AssetType | None = None
    sort_by: SortBy = SortBy.DATE
    descending: bool = True
    page: int = 1
    page_size: int = 50


@frozen
class PastDecision:
    """One row of history; `actual_return` in percent, direction-aware, None until its horizon has passed."""

    id: AnalysisId
    symbol: Symbol
    asset_type: AssetType
    action: Action
    confidence: Decimal
    as_of: date
    created_at: datetime
    actual_return: Decimal | None


@frozen
class Tally:
    """Sums over all decisions that a query covers, from which every metric follows. Returns in percent.

    Only decisions to buy or sell are ever scored: a HOLD has no direction, and counts in `total` alone.
    """

    total: int = 0
    confidence: float = 0.0
    scored: int = 0
    wins: int = 0
    returns: float = 0.0
    squares: float = 0.0
    periods_per_year: float = PERIODS_PER_YEAR

    @property
    def average_confidence(self) -> float | None:
        """Mean confidence, 0..10."""
        return self.confidence / self.total if self.total else None

    @property
    def win_rate(self) -> float | None:
        """Percent of scored decisions that gained; None with fewer than ENOUGH."""
        return 100 * self.wins / self.scored if self.scored >= ENOUGH else None

    @property
    def average_return(self) -> float | None:
        """Mean return of scored decisions in percent; None with fewer than ENOUGH."""
        return self.returns / self.scored if self.scored >= ENOUGH else None

    @property
    def sharpe_ratio(self) -> float | None:
        """Mean over sample standard deviation of returns, times the root of the periods in a year; no risk-free rate.

        None with fewer than ENOUGH scored decisions, or when they are all the same.
        """
        if self.scored < ENOUGH:
            return None
        mean = self.returns / self.scored
        variance = (self.squares - self.scored * mean * mean) / (self.scored - 1)
        # Sums of squares of equal returns may differ from zero by rounding alone.
        if variance <= 1e-12 * max(1.0, self.squares):
            return None
        return float(mean / variance**0.5 * self.periods_per_year**0.5)


@frozen
class History:
    """One page of past decisions, and the tally of all that the query covers."""

    rows: tuple[PastDecision, ...]
    tally: Tally


@frozen
class CalibrationQuery:
    """Which scored decisions of a user to hold against their confidence: of analyses created at or after `since`."""

    user: UserId
    since: datetime
    symbol: Symbol | None = None
    asset_type: AssetType | None = None


@frozen
class Bucket:
    """Scored decisions whose confidence lay in `low` <= confidence < `low` + 1; 10 counts to the last one.

    Sums, as in `Tally`: `squares` of the distances between confidence / 10 and what came (1 a gain, 0 none), and
    `benchmark` over the `benchmarked` that have one. Returns in percent.
    """

    low: int
    scored: int = 0
    wins: int = 0
    confidence: float = 0.0
    squares: float = 0.0
    returns: float = 0.0
    benchmarked: int = 0
    benchmark: float = 0.0

    @property
    def average_confidence(self) -> float | None:
        """Mean confidence, 0..10; None for an empty bucket."""
        return self.confidence / self.scored if self.scored else None

    @property
    def hit_rate(self) -> float | None:
        """Percent of its decisions that gained; None with fewer than ENOUGH."""
        return 100 * self.wins / self.scored if self.scored >= ENOUGH else None

    @property
    def average_return(self) -> float | None:
        """Mean return in percent; None with fewer than ENOUGH."""
        return self.returns / self.scored if self.scored >= ENOUGH else None

    @property
    def average_benchmark(self) -> float | None:
        """Mean return of the benchmark over the same days in percent; None with fewer than ENOUGH that have one."""
        return self.benchmark / self.benchmarked if self.benchmarked >= ENOUGH else None

    @property
    def brier(self) -> float | None:
        """Mean squared distance of confidence / 10 from what came, 0 (clairvoyant) to 1; None below ENOUGH."""
        return self.squares / self.scored if self.scored >= ENOUGH else None


@frozen
class Calibration:
    """How confidence compares with success: the buckets from 0 to 9, those without a decision included."""

    buckets: tuple[Bucket, ...]

    @property
    def whole(self) -> Bucket:
        """All buckets taken together, as one that begins at 0."""
        every = self.buckets
        return Bucket(
            low=0,
            scored=sum(each.scored for each in every),
            wins=sum(each.wins for each in every),
            confidence=sum(each.confidence for each in every),
            squares=sum(each.squares for each in every),
            returns=sum(each.returns for each in every),
            benchmarked=sum(each.benchmarked for each in every),
            benchmark=sum(each.benchmark for each in every),
        )

    @property
    def reference(self) -> float | None:
        """The Brier score of always saying the overall hit rate; None with fewer than ENOUGH scored decisions."""
        rate = self.whole.hit_rate
        return None if rate is None else rate / 100 * (1 - rate / 100)
