"""Requests and responses of schedules."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from pydantic import AfterValidator, BeforeValidator, Field

from tradecore.model.comparisons import MAX_ENGINES, MIN_ENGINES
from tradecore.model.ids import UserId, WatchlistId
from tradecore.model.news import EVERYTHING
from tradecore.model.schedule_runs import ScheduleRun
from tradecore.model.schedules import (
    DEFAULT_CATCH_UP,
    DEFAULT_DELAY,
    MAX_CATCH_UP,
    MAX_DELAY,
    MAX_NAME_LENGTH,
    AfterClose,
    CronTime,
    Exchange,
    Schedule,
    ScheduledAnalyses,
    ScheduledDigest,
)
from tradecore.model.steps import Analyst
from tradecore.use_cases.schedules import ScheduleChange
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.interests import InterestsRequest
from tradecore_adapters.http.api.requests import (
    CLEAN,
    AnalysisConfig,
    Analysts,
    Number,
    RequestBody,
    integral,
    unique,
)
from tradecore_adapters.http.api.watchlist_schemas import AssetData, AssetsRequest, show_asset
from tradecore_adapters.http.responses import utc

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH), CLEAN]
_Id = Annotated[str, Field(min_length=1, max_length=64), CLEAN]


class CronRequest(RequestBody):
    """The times of a cron expression."""

    expression: Annotated[str, Field(min_length=1, max_length=100), CLEAN] = Field(
        description="Minute, hour, day of month, month, day of week; `0 8 * * 1-5` is eight on weekdays",
        examples=["0 8 * * 1-5"],
    )
    time_zone: Annotated[str, Field(min_length=1, max_length=100), CLEAN] = Field(
        description="An IANA name", examples=["Europe/Berlin", "UTC"]
    )


class CloseRequest(RequestBody):
    """A time on each trading day of an exchange."""

    exchange: Literal["XNYS"] = Field(description="The ISO 10383 code of the exchange: New York")
    delay_minutes: Annotated[int, BeforeValidator(integral)] = Field(
        DEFAULT_DELAY // _MINUTE, ge=0, le=MAX_DELAY // _MINUTE, description="Minutes after the close"
    )


class ScheduledAnalysesRequest(RequestBody):
    """An analysis of each symbol of a watchlist, or of `assets`."""

    watchlist: _Id | None = Field(None, description="The id of a watchlist, or `positions`")
    assets: AssetsRequest | None = None
    analysts: Analysts
    config: AnalysisConfig
    compare: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=50), CLEAN]],
            Field(min_length=MIN_ENGINES, max_length=MAX_ENGINES, json_schema_extra={"uniqueItems": True}),
            AfterValidator(unique),
        ]
        | None
    ) = Field(None, description="Engines: a comparison of each symbol, in place of one analysis")
    max_cost: Number | None = Field(None, description="What a run may cost at most, in US dollars")
    issue_recommendations: bool = Field(False, description="Whether recommendations are issued")

    @property
    def analyses(self) -> ScheduledAnalyses:
        """The same for the core. Raises Invalid where there is neither or both of a watchlist and assets."""
        return ScheduledAnalyses(
            watchlist=None if self.watchlist is None else WatchlistId(self.watchlist),
            assets=tuple(entry.asset for entry in self.assets or ()),
            analysts=tuple(Analyst(name) for name in self.analysts),
            depth=self.config.research_depth,
            model=self.config.llm_model,
            provider=self.config.llm_provider,
            engine=self.config.engine,
            compared=tuple(self.compare or ()),
            max_cost=self.max_cost,
            issue=self.issue_recommendations,
        )


class ScheduledDigestRequest(RequestBody):
    """A digest of the news of the last hours."""

    reader: _Id = Field("schedule", description="Whom each story is told once, as `user_id` of `POST /analyze`")
    hours: Annotated[int, BeforeValidator(integral)] = Field(ge=1, le=1000, description="The window, in hours")
    interests: InterestsRequest | None = Field(None, description="What is left out is as the account has it")

    @property
    def digest(self) -> ScheduledDigest:
        """The same for the core."""
        interests = EVERYTHING if self.interests is None else self.interests.interests
        return ScheduledDigest(reader=UserId(self.reader), hours=self.hours, interests=interests)


class UpdateScheduleRequest(RequestBody):
    """What to change of a schedule; fields that are left out stay as they are."""

    name: _Name | None = None
    cron: CronRequest | None = Field(None, description="Either this or `close`")
    close: CloseRequest | None = None
    analyses: ScheduledAnalysesRequest | None = Field(None, description="Either this or `digest`")
    digest: ScheduledDigestRequest | None = None
    catch_up_hours: Annotated[int, BeforeValidator(integral)] | None = Field(
        None,
        ge=0,
        le=MAX_CATCH_UP // _HOUR,
        description=f"How late a missed run is made up; {DEFAULT_CATCH_UP // _HOUR} by default",
    )
    enabled: bool | None = Field(None, description="Whether it runs; false pauses it")

    @property
    def change(self) -> ScheduleChange:
        """The same for the core. Raises Invalid as the models of its parts do."""
        cron, close = self.cron, self.close
        return ScheduleChange(
            name=self.name,
            cron=None if cron is None else CronTime(cron.expression, cron.time_zone),
            close=None if close is None else AfterClose(Exchange(close.exchange), close.delay_minutes * _MINUTE),
            analyses=None if self.analyses is None else self.analyses.analyses,
            digest=None if self.digest is None else self.digest.digest,
            catch_up=None if self.catch_up_hours is None else self.catch_up_hours * _HOUR,
            enabled=self.enabled,
        )


class CreateScheduleRequest(UpdateScheduleRequest):
    """A schedule to create: its times and what it does."""

    name: _Name


class CronData(Struct, rename="camel"):
    """The times of a cron expression in a time zone."""

    expression: str
    time_zone: str


class CloseData(Struct, rename="camel"):
    """A time on each trading day of an exchange, in minutes after its close."""

    exchange: Literal["XNYS"]
    delay_minutes: int


class AnalysisConfigData(Struct, rename="camel"):
    """How deep the desk debates, and which model and engine it has."""

    research_depth: int
    llm_model: str
    llm_provider: str | UnsetType = UNSET
    engine: str | UnsetType = UNSET


class ScheduledAnalysesData(Struct, rename="camel"):
    """An analysis, or a comparison of the engines in `compare`, of each symbol of a watchlist or of `assets`."""

    analysts: list[Literal["technical", "sentiment", "news", "fundamentals"]]
    config: AnalysisConfigData
    issue_recommendations: bool
    watchlist: str | UnsetType = UNSET
    assets: list[AssetData] | UnsetType = UNSET
    compare: list[str] | UnsetType = UNSET
    max_cost: Annotated[Decimal, Meta(description="US dollars of a run")] | UnsetType = UNSET


class ScheduledInterestsData(Struct, rename="camel"):
    """What the schedule chooses of the news; what is left out is as the account has it."""

    assets: list[str] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    excluded_words: list[str] | UnsetType = UNSET
    min_score: int | UnsetType = UNSET
    max_stories: int | UnsetType = UNSET
    source_weights: dict[str, int] | UnsetType = UNSET
    language: str | UnsetType = UNSET


class ScheduledDigestData(Struct, rename="camel"):
    """A digest of the news of the last hours for a reader."""

    reader: str
    hours: int
    interests: ScheduledInterestsData


class ScheduleData(Struct, rename="camel"):
    """A schedule. `nextRunAt` is there while it is enabled, `disabledReason` where nobody has paused it.

    `missedRuns` counts the times at which no server was there, without the newest that was made up.
    """

    id: str
    name: str
    enabled: bool
    created_at: Timestamp
    catch_up_hours: int
    missed_runs: int
    next_run_at: Timestamp | UnsetType = UNSET
    disabled_reason: str | UnsetType = UNSET
    cron: CronData | UnsetType = UNSET
    close: CloseData | UnsetType = UNSET
    analyses: ScheduledAnalysesData | UnsetType = UNSET
    digest: ScheduledDigestData | UnsetType = UNSET


class SchedulesData(Struct, rename="camel"):
    """A page of schedules, newest first."""

    schedules: list[ScheduleData]
    pagination: schemas.PaginationData


class LaunchedData(Struct, rename="camel"):
    """What a run has launched: the id of an analysis, a comparison or a digest."""

    id: str
    symbol: str | UnsetType = UNSET


class NotLaunchedData(Struct, rename="camel"):
    """What a run could not launch, and why; without a symbol, all of it."""

    reason: str
    symbol: str | UnsetType = UNSET


class ScheduleRunData(Struct, rename="camel"):
    """One time of a schedule. It has `failed` if anything could not be launched.

    `waitingFor` is why a pending run could not launch the rest yet.
    """

    id: str
    state: Literal["pending", "completed", "failed"]
    due_at: Timestamp
    launched: list[LaunchedData]
    failures: list[NotLaunchedData]
    ended_at: Timestamp | UnsetType = UNSET
    waiting_for: str | UnsetType = UNSET


class ScheduleRunsData(Struct, rename="camel"):
    """A page of runs, those due last before the others."""

    runs: list[ScheduleRunData]
    pagination: schemas.PaginationData


def show_schedule(schedule: Schedule) -> ScheduleData:
    """A schedule with its times, what it does and when it runs next."""
    cron, close = schedule.cron, schedule.close
    return ScheduleData(
        id=schedule.id,
        name=schedule.name,
        enabled=schedule.enabled,
        created_at=utc(schedule.created_at),
        catch_up_hours=schedule.catch_up // _HOUR,
        missed_runs=schedule.missed,
        next_run_at=UNSET if schedule.next_due is None else utc(schedule.next_due),
        disabled_reason=caller_text(schedule.disabled_reason) or UNSET,
        cron=UNSET if cron is None else CronData(cron.expression, cron.time_zone),
        close=UNSET if close is None else CloseData(close.exchange.value, close.delay // _MINUTE),
        analyses=UNSET if schedule.analyses is None else _show_analyses(schedule.analyses),
        digest=UNSET if schedule.digest is None else _show_digest(schedule.digest),
    )


def show_run(run: ScheduleRun) -> ScheduleRunData:
    """A run with what it has launched and what it could not."""
    return ScheduleRunData(
        id=run.id,
        state=run.state.value,
        due_at=utc(run.due_at),
        launched=[LaunchedData(entry.id, entry.symbol or UNSET) for entry in run.launched],
        failures=[NotLaunchedData(caller_text(entry.reason), entry.symbol or UNSET) for entry in run.failures],
        ended_at=UNSET if run.ended_at is None else utc(run.ended_at),
        waiting_for=caller_text(run.waiting_for) or UNSET,
    )


def _show_analyses(analyses: ScheduledAnalyses) -> ScheduledAnalysesData:
    return ScheduledAnalysesData(
        analysts=[analyst.value for analyst in analyses.analysts],
        config=AnalysisConfigData(analyses.depth, analyses.model, analyses.provider or UNSET, analyses.engine or UNSET),
        issue_recommendations=analyses.issue,
        watchlist=analyses.watchlist or UNSET,
        assets=[show_asset(asset) for asset in analyses.assets] or UNSET,
        compare=list(analyses.compared) or UNSET,
        max_cost=UNSET if analyses.max_cost is None else analyses.max_cost,
    )


def _show_digest(digest: ScheduledDigest) -> ScheduledDigestData:
    chosen = {name: getattr(digest.interests, name) for name in ScheduledInterestsData.__struct_fields__}
    fields: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items() if value is not None
    }
    return ScheduledDigestData(digest.reader, digest.hours, ScheduledInterestsData(**fields))
