"""The track record: past decisions, their outcomes, and the metrics of both."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.intervals import Interval, wilson
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action

# Sharpe ratios of decisions with a horizon of one week are annualised with this.
PERIODS_PER_YEAR = 52
# A metric over fewer scored decisions says more about luck than about the desk, and is not shown.
MIN_SAMPLE = 5
# Calibration groups confidence, which is 0 to 10, in steps of 1.
BUCKETS = 10


# A scored decision is a win when it returned more than this, in percent and after fees. Stores sum wins by it as well.
WIN_THRESHOLD = 0


def is_win(return_percent: float | Decimal) -> bool:
    """Whether a return in percent, after fees, counts as a win."""
    return return_percent > WIN_THRESHOLD


@frozen
class Horizon:
    """How long the position of a decision is held at most: whole weeks, counted in trading days of its asset type.

    Raises Invalid unless 1 <= `weeks` <= 52.
    """

    weeks: int = 1

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.weeks <= 52:
            raise Invalid.one("horizon", f"The horizon is {self.weeks} weeks; it must be 1 to 52.")

    def days(self, asset_type: AssetType) -> int:
        """The horizon in trading days: 5 a week for equities, 7 for crypto."""
        return self.weeks * (7 if asset_type is AssetType.CRYPTO else 5)

    @property
    def periods_per_year(self) -> float:
        """The number of horizons in a year."""
        return PERIODS_PER_YEAR / self.weeks


class Exit(StrEnum):
    """The reasons for which a position is exited."""

    STOP = "stop"
    TARGET = "target"
    HORIZON = "horizon"


@frozen
class TradeOutcome:
    """The outcome of a BUY or SELL, had it been traded. docs/reference/track-record.md has all rules.

    Prices are as known on the last day of the horizon. `return_percent`, `fees` and `benchmark` are in percent of the
    entry price: `return_percent` is direction-aware and after fees, `benchmark` the return of the benchmark from the
    same open to the close of the day of exit, None without a benchmark.
    """

    entered_on: date
    entry: Decimal
    exited_on: date
    exit: Decimal
    reason: Exit
    return_percent: Decimal
    fees: Decimal
    benchmark: Decimal | None
    source: str


@frozen
class Score:
    """The outcome of the decision of an analysis over a horizon of so many weeks at most, and when it was scored."""

    analysis: AnalysisId
    outcome: TradeOutcome
    at: datetime
    horizon_weeks: int = 1


class SortBy(StrEnum):
    """The sort keys of history."""

    DATE = "date"
    CONFIDENCE = "confidence"
    RETURN = "return"


@frozen
class HistoryQuery:
    """A query for completed analyses of a user, created at or after `since`. Pages count from 1."""

    user: UserId
    since: datetime
    symbol: Symbol | None = None
    asset_type: AssetType | None = None
    engine: str | None = None
    sort_by: SortBy = SortBy.DATE
    descending: bool = True
    page: int = 1
    page_size: int = 50


@frozen
class PastDecision:
    """One row of history. Returns are in percent, direction-aware and after fees.

    `shown_return` is the one over the horizon, or so far; `horizon_return` is None until the horizon has passed. An
    `in_sample` one is by a model that may have read what came after the day; it is left out of the record.
    """

    id: AnalysisId
    symbol: Symbol
    asset_type: AssetType
    action: Action
    confidence: Decimal
    as_of: date
    created_at: datetime
    shown_return: Decimal | None
    horizon_return: Decimal | None
    in_sample: bool = False


@frozen
class Tally:
    """Sums over decisions, from which every metric follows. Returns are in percent.

    `scored` counts decisions with a return: a HOLD has no direction and counts in `total` alone. Ratios over fewer than
    `min_sample` of them are None.
    """

    total: int = 0
    confidence: float = 0.0
    scored: int = 0
    wins: int = 0
    returns: float = 0.0
    squares: float = 0.0
    periods_per_year: float = PERIODS_PER_YEAR
    min_sample: int = MIN_SAMPLE

    @property
    def average_confidence(self) -> float | None:
        """Mean confidence, 0..10."""
        return self.confidence / self.total if self.total else None

    @property
    def win_rate(self) -> float | None:
        """The percentage of scored decisions that are wins; None with fewer than `min_sample`."""
        return 100 * self.wins / self.scored if self.scored >= max(1, self.min_sample) else None

    @property
    def average_return(self) -> float | None:
        """The mean return of scored decisions in percent; None with fewer than `min_sample`."""
        return self.returns / self.scored if self.scored >= max(1, self.min_sample) else None

    @property
    def sharpe_ratio(self) -> float | None:
        """Mean over sample standard deviation of returns, times the root of the periods in a year; no risk-free rate.

        None with fewer than `min_sample` scored decisions, and when all returns are equal.
        """
        if self.scored < max(2, self.min_sample):
            return None
        mean = self.returns / self.scored
        variance = (self.squares - self.scored * mean * mean) / (self.scored - 1)
        # Sums of squares of equal returns may differ from zero by rounding alone.
        if variance <= 1e-12 * max(1.0, self.squares):
            return None
        return float(mean / variance**0.5 * self.periods_per_year**0.5)


@frozen
class EngineTally:
    """Sums over the analyses of an engine, by its name and by its `label` with version and model, empty for all labels.

    `analyses` counts completed ones, hidden ones included, of which the `priced` cost `cost` US dollars together.
    `scored` counts those whose horizon has passed, without those in sample. Returns are in percent, and `squares` sums
    as in `Bucket`.
    """

    engine: str
    label: str = ""
    analyses: int = 0
    priced: int = 0
    cost: float = 0.0
    scored: int = 0
    wins: int = 0
    returns: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "EngineTally") -> "EngineTally":
        """Both together, under the name of this one."""
        return EngineTally(
            engine=self.engine,
            analyses=self.analyses + other.analyses,
            priced=self.priced + other.priced,
            cost=self.cost + other.cost,
            scored=self.scored + other.scored,
            wins=self.wins + other.wins,
            returns=self.returns + other.returns,
            squares=self.squares + other.squares,
        )

    @property
    def hit_rate(self) -> Interval | None:
        """The percentage of scored decisions that are wins, with its 95 % interval; None without any."""
        return wilson(self.wins, self.scored)

    @property
    def average_return(self) -> float | None:
        """Mean return of scored decisions in percent; None without any."""
        return self.returns / self.scored if self.scored else None

    @property
    def brier(self) -> float | None:
        """The Brier score of confidence / 10, 0 (perfect) to 1; None without scored decisions."""
        return self.squares / self.scored if self.scored else None

    @property
    def cost_per_analysis(self) -> float | None:
        """Mean cost in US dollars; None where no cost is known."""
        return self.cost / self.priced if self.priced else None


@frozen
class History:
    """One page of past decisions, and the tally of all decisions that the query covers.

    `hidden` of these are left out of the pages. `scored` is the tally over the decisions whose horizon has passed,
    within a look-back of its own. `engines` are the sums of each engine that the query covers, where requested.
    """

    rows: tuple[PastDecision, ...]
    tally: Tally
    hidden: int = 0
    scored: Tally = Tally()
    engines: tuple[EngineTally, ...] = ()


@frozen
class CalibrationQuery:
    """A query for scored decisions of a user, of analyses created at or after `since`."""

    user: UserId
    since: datetime
    symbol: Symbol | None = None
    asset_type: AssetType | None = None
    engine: str | None = None


@frozen
class Bucket:
    """Sums over scored decisions with `low` <= confidence < `low` + 1; a confidence of 10 counts to the last bucket.

    `squares` sums the squared distances between confidence / 10 and 1 for a win, 0 otherwise. `benchmark` sums over the
    `benchmarked` decisions that have one. Returns are in percent.
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
        """The percentage of its decisions that are wins; None with fewer than MIN_SAMPLE."""
        return 100 * self.wins / self.scored if self.scored >= MIN_SAMPLE else None

    @property
    def average_return(self) -> float | None:
        """Mean return in percent; None with fewer than MIN_SAMPLE."""
        return self.returns / self.scored if self.scored >= MIN_SAMPLE else None

    @property
    def average_benchmark(self) -> float | None:
        """Mean return of the benchmark over the same days in percent; None with fewer than MIN_SAMPLE that have one."""
        return self.benchmark / self.benchmarked if self.benchmarked >= MIN_SAMPLE else None

    @property
    def brier(self) -> float | None:
        """The Brier score of confidence / 10, 0 (perfect) to 1; None with fewer than MIN_SAMPLE."""
        return self.squares / self.scored if self.scored >= MIN_SAMPLE else None


@frozen
class Calibration:
    """How confidence compares with success: the buckets from 0 to 9, empty ones included.

    `engine` and `label` name the one it is about, and are empty for all of them.
    """

    buckets: tuple[Bucket, ...]
    engine: str = ""
    label: str = ""

    @property
    def whole(self) -> Bucket:
        """All buckets taken together, as one that begins at 0."""
        return Bucket(
            low=0,
            scored=sum(bucket.scored for bucket in self.buckets),
            wins=sum(bucket.wins for bucket in self.buckets),
            confidence=sum(bucket.confidence for bucket in self.buckets),
            squares=sum(bucket.squares for bucket in self.buckets),
            returns=sum(bucket.returns for bucket in self.buckets),
            benchmarked=sum(bucket.benchmarked for bucket in self.buckets),
            benchmark=sum(bucket.benchmark for bucket in self.buckets),
        )

    @property
    def reference(self) -> float | None:
        """The Brier score of always saying the overall hit rate; None with fewer than MIN_SAMPLE scored decisions."""
        rate = self.whole.hit_rate
        return None if rate is None else rate / 100 * (1 - rate / 100)
