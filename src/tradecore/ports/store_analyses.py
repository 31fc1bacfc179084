"""Store port, analyses: analyses, scores, backtests, run times and what language models cost."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from tradecore.model.agent_steps import StoredStep
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_lists import AnalysisPage, AnalysisQuery
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.backtest_runs import BacktestPart, BacktestRequest
from tradecore.model.backtests import Backtest, BacktestId, BacktestReport, Trial
from tradecore.model.change import Change
from tradecore.model.comparisons import Comparison
from tradecore.model.engine_records import EngineRecord, LiveDecision, LiveOutcome
from tradecore.model.estimates import RunTimes
from tradecore.model.ids import AnalysisId, ComparisonId, JobId, UserId
from tradecore.model.market import Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Step
from tradecore.model.track_record import Calibration, CalibrationQuery, EngineTally, History, HistoryQuery, Score, Tally
from tradecore.model.usage import Call, DailyUsage


class Analyses(Protocol):
    """Analyses, their steps and results."""

    async def get(self, id: AnalysisId, *, owner: UserId | None = None) -> Analysis:
        """Raises NotFound, with `owner` also for an analysis of another user."""
        ...

    async def put(self, change: Change[Analysis]) -> Analysis:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def steps(self, id: AnalysisId) -> tuple[Step, ...]:
        """The steps stored so far, in order of storing."""
        ...

    async def stored_steps(self, id: AnalysisId, skip: int = 0) -> tuple[StoredStep, ...]:
        """The same steps without the first `skip`, each with its time and its place among the events."""
        ...

    async def add_step(self, id: AnalysisId, step: Step, *, at: datetime) -> None:
        """Store a step after the events that the analysis has so far. Raises Stale if there is one with its key."""
        ...

    async def result(self, id: AnalysisId, *, owner: UserId) -> AnalysisResult:
        """Raises NotFound for an analysis that is unknown, has no result, or belongs to another user."""
        ...

    async def add_result(self, result: AnalysisResult) -> None:
        """Store the result of an analysis, once."""
        ...

    async def list(self, query: AnalysisQuery) -> AnalysisPage:
        """A page of analyses that are not hidden, newest first, ties by id."""
        ...

    async def analysed_since(self, since: datetime, limit: int) -> tuple[Asset, ...]:
        """What was analysed since a time, by whomever, the newest first, at most `limit`."""
        ...

    async def history(self, query: HistoryQuery) -> History:
        """A page of completed analyses that are not hidden, and the tally of all.

        Days with several rows go by the time of creation, other ties by id; rows without a return come last in both
        directions. `History.scored` is left empty.
        """
        ...


class Scores(Protocol):
    """Scores of decisions, and when the missing ones are due."""

    async def schedule_scoring(self, id: AnalysisId, *, due: datetime) -> None:
        """Schedule the scoring of a completed analysis at `due`, or reschedule it. No effect once it is scored."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[AnalysisId, ...]:
        """Analyses that are due to be scored, the earliest due first, at most `limit`."""
        ...

    async def add(self, score: Score) -> None:
        """Store a score and remove its schedule. Raises Stale if there is one, NotFound without its analysis."""
        ...

    async def get(self, id: AnalysisId) -> Score:
        """Raises NotFound."""
        ...

    async def tally(self, query: CalibrationQuery) -> Tally:
        """The sums over all scores that the query covers, without those in sample."""
        ...

    async def calibration(self, query: CalibrationQuery) -> Calibration:
        """The calibration over all scores that the query covers, without those in sample."""
        ...

    async def calibrations(self, query: CalibrationQuery) -> tuple[Calibration, ...]:
        """The same for each engine and label that has scores, in the order of both."""
        ...

    async def engine_tallies(self, query: CalibrationQuery) -> tuple[EngineTally, ...]:
        """The sums of each engine and label over all analyses that the query covers, in the order of both."""
        ...


class EngineRecords(Protocol):
    """Live decisions of engines by the labels of these, and the records measured from them or from backtests."""

    async def add(self, decision: LiveDecision) -> None:
        """Store a live decision. No effect if its engine has one on the asset and the day."""
        ...

    async def set_outcome(self, id: AnalysisId, outcome: LiveOutcome) -> None:
        """Store how the live decision of an analysis turned out. No effect where it is not stored as one."""
        ...

    async def engines(self) -> tuple[str, ...]:
        """The labels of the engines that have live decisions, in alphabetical order."""
        ...

    async def decisions(self, engine: str) -> tuple[LiveDecision, ...]:
        """The live decisions of an engine, by day and then by symbol."""
        ...

    async def put(self, record: EngineRecord) -> None:
        """Store the record of an engine, in place of an earlier one."""
        ...

    async def get(self, engine: str) -> EngineRecord | None:
        """The record of an engine; None without one."""
        ...


class Backtests(Protocol):
    """Backtests and their decisions."""

    async def begin(self, backtest: Backtest) -> None:
        """Store a backtest. No effect if it exists, since its id determines its content."""
        ...

    async def get(self, id: BacktestId) -> Backtest:
        """Raises NotFound."""
        ...

    async def add(self, id: BacktestId, trial: Trial) -> None:
        """Store a decision. No effect if there is one for its symbol and day."""
        ...

    async def variants(self, backtest: Backtest) -> int:
        """How many different ways of deciding were tried on a symbol and a day of this backtest, this one included.

        Two backtests that differ in engine, analysts, depth, model or frequency are two variants.
        """
        ...

    async def trials(self, id: BacktestId) -> tuple[Trial, ...]:
        """The decisions stored so far, by day and then by symbol."""
        ...

    async def decided(self, id: BacktestId) -> frozenset[tuple[Symbol, date]]:
        """The symbols and days of the decisions stored so far."""
        ...

    async def add_request(self, request: BacktestRequest) -> None:
        """Store the request of a user; a later one for the same backtest takes the place of an earlier one."""
        ...

    async def request(self, id: BacktestId, user: UserId) -> BacktestRequest | None:
        """The last request of a user for a backtest; None for one who never requested it."""
        ...

    async def is_requested(self, id: BacktestId) -> bool:
        """Whether a user has requested a backtest and not cancelled it since."""
        ...

    async def requests(self, user: UserId, limit: int, skip: int) -> tuple[tuple[BacktestRequest, ...], int]:
        """At most `limit` requests of a user without the newest `skip`, newest first, and how many there are."""
        ...

    async def part(self, job: JobId) -> BacktestPart:
        """The part that a job makes; `Jobs.add` stores it. Raises NotFound."""
        ...

    async def parts(self, id: BacktestId) -> tuple[BacktestPart, ...]:
        """All parts of a backtest, those of earlier launches included."""
        ...

    async def delete_part(self, job: JobId) -> None:
        """Delete the part that a job made. No effect without one."""
        ...

    async def put_report(self, report: BacktestReport) -> None:
        """Store the report on a backtest, in place of an earlier one."""
        ...

    async def has_report(self, id: BacktestId) -> bool:
        """Whether there is a report on a backtest."""
        ...

    async def report(self, id: BacktestId) -> BacktestReport:
        """The report on a backtest. Raises NotFound."""
        ...


class Comparisons(Protocol):
    """Comparisons of engines."""

    async def get(self, id: ComparisonId, *, owner: UserId | None = None) -> Comparison:
        """Raises NotFound, with `owner` also for a comparison of another user."""
        ...

    async def put(self, change: Change[Comparison]) -> Comparison:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def list(self, user: UserId, limit: int, skip: int) -> tuple[tuple[Comparison, ...], int]:
        """At most `limit` comparisons of a user without the newest `skip`, newest first, and how many there are."""
        ...


class Measurements(Protocol):
    """Run times of past analyses, for estimates."""

    async def run_times(self, engine: str, shape: str) -> RunTimes:
        """The run times of analyses of a shape on an engine."""
        ...

    async def add_run_time(self, engine: str, shape: str, seconds: float) -> None:
        """Add a run time. Older ones weigh less once there are many."""
        ...


class Spending(Protocol):
    """The cost of language models in US dollars: spent per user and day (UTC), and reserved for running analyses."""

    async def reserve(self, id: AnalysisId, user: UserId, day: date, amount: Decimal, *, cap: Decimal) -> bool:
        """Reserve an amount for an analysis; False, and no effect, when it does not fit into the user's day.

        It fits when the amounts spent on the day and reserved for all analyses of the user do not exceed `cap` with it.
        Of two concurrent reservations for the same remainder, one succeeds.
        """
        ...

    async def book(self, id: AnalysisId, user: UserId, day: date, cost: Decimal) -> None:
        """Count a cost as spent, and reduce the reservation of the analysis by it."""
        ...

    async def release(self, id: AnalysisId) -> None:
        """Drop the reservation of an analysis."""
        ...

    async def spent(self, user: UserId, day: date) -> Decimal:
        """What a user spent on a day; each call is rounded up to millionths of a dollar."""
        ...

    async def reserved(self, user: UserId) -> Decimal:
        """What is reserved for the running analyses of a user."""
        ...

    async def add_usage(self, user: UserId, day: date, agent: str, calls: Collection[Call]) -> None:
        """Count the calls of an agent on a day, by model; the cost is None once that of any of them is."""
        ...

    async def usage(self, user: UserId, since: date) -> tuple[DailyUsage, ...]:
        """The counts of a user from the day `since` on, in the order of day, agent and model."""
        ...


class AnalysisRepositories(Protocol):
    """Analyses and what is known about them."""

    @property
    def analyses(self) -> Analyses: ...
    @property
    def scores(self) -> Scores: ...
    @property
    def engine_records(self) -> EngineRecords: ...
    @property
    def backtests(self) -> Backtests: ...
    @property
    def comparisons(self) -> Comparisons: ...
    @property
    def measurements(self) -> Measurements: ...
    @property
    def spending(self) -> Spending: ...
