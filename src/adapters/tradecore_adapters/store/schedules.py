"""Watchlists, schedules and their runs in SQL."""

from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import ScheduleId, ScheduleRunId, UserId, WatchlistId
from tradecore.model.schedule_runs import ScheduleRun
from tradecore.model.schedules import Schedule
from tradecore.model.watchlists import Watchlist
from tradecore_adapters.store.connection import Connection, micros, scalar
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import delete_oldest, find_all, get, insert, put

# Runs to be taken up, numbered for each user. Rows of a window function cannot be locked, so that they are locked by
# id.
_DUE_RUNS = (
    "SELECT id, next_try, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY next_try, id) AS place "
    "FROM schedule_runs WHERE next_try <= ?"
)


@frozen
class SqlWatchlists:
    """The table `watchlists`."""

    connection: Connection

    async def get(self, id: WatchlistId, *, owner: UserId | None = None) -> Watchlist:
        watchlist = await get(self.connection, Watchlist, "watchlists", id)
        if owner not in (None, watchlist.user):
            raise NotFound("watchlist", id)
        return watchlist

    async def add(self, change: Change[Watchlist], *, limit: int) -> Watchlist | None:
        user = change.entity.user
        # Two that are added at the same time count one after the other.
        await self.connection.lock(f"watchlists of {user}")
        count = await scalar(self.connection, "SELECT COUNT(*) FROM watchlists WHERE user_id = ?", user)
        return await self.put(change) if count < limit else None

    async def put(self, change: Change[Watchlist]) -> Watchlist:
        watchlist = change.entity
        columns: dict[str, object] = {"user_id": watchlist.user, "created_at": micros(watchlist.created_at)}
        return await put(self.connection, "watchlists", change, columns, owner=watchlist.user)

    async def of(self, user: UserId) -> tuple[Watchlist, ...]:
        sql = "SELECT doc FROM watchlists WHERE user_id = ? ORDER BY created_at DESC, id DESC"
        return await find_all(self.connection, Watchlist, sql, user)

    async def delete(self, id: WatchlistId) -> None:
        await self.connection.execute("DELETE FROM watchlists WHERE id = ?", id)


@frozen
class SqlSchedules:
    """The tables `schedules` and `schedule_runs`."""

    connection: Connection

    async def get(self, id: ScheduleId, *, owner: UserId | None = None) -> Schedule:
        schedule = await get(self.connection, Schedule, "schedules", id)
        if owner not in (None, schedule.user):
            raise NotFound("schedule", id)
        return schedule

    async def add(self, change: Change[Schedule], *, limit: int) -> Schedule | None:
        user = change.entity.user
        await self.connection.lock(f"schedules of {user}")
        count = await scalar(self.connection, "SELECT COUNT(*) FROM schedules WHERE user_id = ?", user)
        return await self.put(change) if count < limit else None

    async def put(self, change: Change[Schedule]) -> Schedule:
        schedule = change.entity
        columns: dict[str, object] = {
            "user_id": schedule.user,
            "created_at": micros(schedule.created_at),
            "next_due": None if schedule.next_due is None else micros(schedule.next_due),
        }
        return await put(self.connection, "schedules", change, columns, owner=schedule.user)

    async def of(self, user: UserId) -> tuple[Schedule, ...]:
        sql = "SELECT doc FROM schedules WHERE user_id = ? ORDER BY created_at DESC, id DESC"
        return await find_all(self.connection, Schedule, sql, user)

    async def delete(self, id: ScheduleId) -> None:
        await self.connection.execute("DELETE FROM schedule_runs WHERE schedule_id = ?", id)
        await self.connection.execute("DELETE FROM schedules WHERE id = ?", id)

    async def due(self, at: datetime, *, limit: int) -> tuple[Schedule, ...]:
        sql = "SELECT doc FROM schedules WHERE next_due <= ? ORDER BY next_due, id LIMIT ?"
        return await find_all(self.connection, Schedule, sql, micros(at), limit)

    async def run(self, id: ScheduleRunId, *, schedule: ScheduleId | None = None) -> ScheduleRun:
        run = await get(self.connection, ScheduleRun, "schedule_runs", id)
        if schedule not in (None, run.schedule):
            raise NotFound("schedule run", id)
        return run

    async def add_run(self, change: Change[ScheduleRun]) -> bool:
        run = evolve(change.entity, version=1)
        row = {"id": run.id, **_columns(run), "version": 1, "doc": encode(run)}
        return await insert(self.connection, "schedule_runs", row, key=("id",)) == 1

    async def put_run(self, change: Change[ScheduleRun]) -> ScheduleRun:
        return await put(self.connection, "schedule_runs", change, _columns(change.entity), owner=change.entity.user)

    async def due_runs(self, at: datetime, *, limit: int, per_user: int) -> tuple[ScheduleRun, ...]:
        lock = self.connection.skip_locked("schedule_runs")
        return await find_all(
            self.connection,
            ScheduleRun,
            f"SELECT doc FROM schedule_runs WHERE next_try <= ? AND id IN "  # noqa: S608  # constants
            f"(SELECT id FROM ({_DUE_RUNS}) AS due WHERE place <= ? ORDER BY next_try, id LIMIT ?) "
            f"ORDER BY next_try, id {lock}",
            micros(at), micros(at), per_user, limit,
        )  # fmt: skip

    async def runs(self, schedule: ScheduleId, *, limit: int, offset: int = 0) -> tuple[ScheduleRun, ...]:
        sql = "SELECT doc FROM schedule_runs WHERE schedule_id = ? ORDER BY due_at DESC, id DESC LIMIT ? OFFSET ?"
        return await find_all(self.connection, ScheduleRun, sql, schedule, limit, offset)

    async def count_runs(self, schedule: ScheduleId) -> int:
        return await scalar(self.connection, "SELECT COUNT(*) FROM schedule_runs WHERE schedule_id = ?", schedule)

    async def delete_runs_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "schedule_runs", ("id",), "created_at", before, limit)


def _columns(run: ScheduleRun) -> dict[str, object]:
    return {
        "schedule_id": run.schedule,
        "user_id": run.user,
        "due_at": micros(run.due_at),
        "created_at": micros(run.created_at),
        "next_try": None if run.next_try is None else micros(run.next_try),
    }
