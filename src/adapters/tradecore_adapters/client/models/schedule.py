"""Responses about watchlists and schedules."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class WatchedAsset(msgspec.Struct, frozen=True, rename="camel"):
    """A symbol of a list."""

    symbol: str
    asset_type: Literal["equity", "crypto"]


class Watchlist(msgspec.Struct, frozen=True, rename="camel"):
    """A list of symbols. That with the id `positions` follows what its user holds."""

    id: str
    name: str
    assets: tuple[WatchedAsset, ...]
    created_at: datetime | None = None


class Watchlists(msgspec.Struct, frozen=True, rename="camel"):
    """A page of watchlists: that of the positions, and then the others, newest first."""

    watchlists: tuple[Watchlist, ...]
    pagination: Pagination


class CronTimes(msgspec.Struct, frozen=True, rename="camel"):
    """The times of a cron expression in a time zone."""

    expression: str
    time_zone: str


class CloseTimes(msgspec.Struct, frozen=True, rename="camel"):
    """A time on each trading day of an exchange, in minutes after its close."""

    exchange: str
    delay_minutes: int


class ScheduledAnalyses(msgspec.Struct, frozen=True, rename="camel"):
    """What is analysed at each time, and how; `config` is as in the launch of an analysis."""

    analysts: tuple[str, ...]
    config: dict[str, Any]
    issue_recommendations: bool
    watchlist: str | None = None
    assets: tuple[WatchedAsset, ...] = ()
    compare: tuple[str, ...] = ()
    max_cost: Decimal | None = None


class ScheduledDigest(msgspec.Struct, frozen=True, rename="camel"):
    """Which digest is made at each time; `interests` has what the schedule chooses itself."""

    reader: str
    hours: int
    interests: dict[str, Any]


class Schedule(msgspec.Struct, frozen=True, rename="camel"):
    """What is done at certain times. `next_run_at` is None while it is not enabled."""

    id: str
    name: str
    enabled: bool
    created_at: datetime
    catch_up_hours: int
    missed_runs: int
    next_run_at: datetime | None = None
    disabled_reason: str | None = None
    cron: CronTimes | None = None
    close: CloseTimes | None = None
    analyses: ScheduledAnalyses | None = None
    digest: ScheduledDigest | None = None


class Schedules(msgspec.Struct, frozen=True, rename="camel"):
    """A page of schedules, newest first."""

    schedules: tuple[Schedule, ...]
    pagination: Pagination


class Launched(msgspec.Struct, frozen=True, rename="camel"):
    """What a run has launched: the id of an analysis, a comparison or a digest."""

    id: str
    symbol: str | None = None


class NotLaunched(msgspec.Struct, frozen=True, rename="camel"):
    """What a run could not launch, and why; without a symbol, all of it."""

    reason: str
    symbol: str | None = None


class ScheduleRun(msgspec.Struct, frozen=True, rename="camel"):
    """One time of a schedule; it has failed if anything could not be launched."""

    id: str
    state: Literal["pending", "completed", "failed"]
    due_at: datetime
    launched: tuple[Launched, ...]
    failures: tuple[NotLaunched, ...]
    ended_at: datetime | None = None
    waiting_for: str | None = None


class ScheduleRuns(msgspec.Struct, frozen=True, rename="camel"):
    """A page of runs, those due last before the others."""

    runs: tuple[ScheduleRun, ...]
    pagination: Pagination
