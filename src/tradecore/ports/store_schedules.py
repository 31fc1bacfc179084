"""Store port, schedules: watchlists of users, what is done for them at certain times, and each run of it."""

from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import ScheduleId, ScheduleRunId, UserId, WatchlistId
from tradecore.model.schedule_runs import ScheduleRun
from tradecore.model.schedules import Schedule
from tradecore.model.watchlists import Watchlist


class Watchlists(Protocol):
    """The watchlists of users."""

    async def get(self, id: WatchlistId, *, owner: UserId | None = None) -> Watchlist:
        """The watchlist. Raises NotFound, with `owner` also for one of another user."""
        ...

    async def add(self, change: Change[Watchlist], *, limit: int) -> Watchlist | None:
        """Store a new watchlist; None, and nothing stored, where its user has `limit` already."""
        ...

    async def put(self, change: Change[Watchlist]) -> Watchlist:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId) -> tuple[Watchlist, ...]:
        """The watchlists of a user, newest first."""
        ...

    async def delete(self, id: WatchlistId) -> None:
        """Delete a watchlist; no effect if there is none."""
        ...


class Schedules(Protocol):
    """Schedules of users and the runs of each."""

    async def get(self, id: ScheduleId, *, owner: UserId | None = None) -> Schedule:
        """The schedule. Raises NotFound, with `owner` also for one of another user."""
        ...

    async def add(self, change: Change[Schedule], *, limit: int) -> Schedule | None:
        """Store a new schedule; None, and nothing stored, where its user has `limit` already."""
        ...

    async def put(self, change: Change[Schedule]) -> Schedule:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId) -> tuple[Schedule, ...]:
        """The schedules of a user, newest first."""
        ...

    async def delete(self, id: ScheduleId) -> None:
        """Delete a schedule with its runs; no effect if there is none."""
        ...

    async def due(self, at: datetime, *, limit: int) -> tuple[Schedule, ...]:
        """Schedules that are due at a time, those due first before the others, at most `limit`."""
        ...

    async def run(self, id: ScheduleRunId, *, schedule: ScheduleId | None = None) -> ScheduleRun:
        """The run. Raises NotFound, with `schedule` also for one of another schedule."""
        ...

    async def add_run(self, change: Change[ScheduleRun]) -> bool:
        """Store a new run, and whether it is new: one with its id is left as it is."""
        ...

    async def put_run(self, change: Change[ScheduleRun]) -> ScheduleRun:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def due_runs(self, at: datetime, *, limit: int, per_user: int) -> tuple[ScheduleRun, ...]:
        """Runs to be taken up at a time, those due first before the others, at most `limit`.

        There are at most `per_user` of each user. They are held against other writers; those that another unit of work
        holds are left out.
        """
        ...

    async def runs(self, schedule: ScheduleId, *, limit: int, offset: int = 0) -> tuple[ScheduleRun, ...]:
        """Runs of a schedule, those due last before the others, at most `limit` after `offset`."""
        ...

    async def count_runs(self, schedule: ScheduleId) -> int:
        """The number of runs of a schedule."""
        ...

    async def delete_runs_before(self, before: datetime, limit: int) -> int:
        """Delete the oldest runs from before a time, up to `limit`, and return their number."""
        ...


class ScheduleRepositories(Protocol):
    """What is done for users at certain times."""

    @property
    def watchlists(self) -> Watchlists: ...
    @property
    def schedules(self) -> Schedules: ...
