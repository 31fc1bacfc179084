"""Jobs and scheduled tasks in SQL."""

from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job
from tradecore_adapters.store.connection import Connection, first_row, from_micros, micros, scalar
from tradecore_adapters.store.documents import decode
from tradecore_adapters.store.entities import find_all, get, put

# An upper bound on units of work in progress over all processes, each of which may hold a queued job that is not
# committed yet.
_MAX_UNCOMMITTED = 200
_ABANDONED = "state = 'running' AND lease_until <= ?"
# A digest waits while another digest of its user runs.
_QUEUED = (
    "state = 'queued' AND not_before <= ? AND NOT (kind = 'digest' AND EXISTS (SELECT 1 FROM jobs AS running "
    "WHERE running.user_id = candidate.user_id AND running.state = 'running' AND running.kind = 'digest'))"
)


@frozen
class SqlJobs:
    """The table `jobs`, which is the job queue."""

    connection: Connection

    async def get(self, id: JobId) -> Job:
        return await get(self.connection, Job, "jobs", id)

    async def put(self, change: Change[Job]) -> Job:
        job = change.entity
        columns: dict[str, object] = {
            "user_id": job.user,
            "kind": job.kind,
            "state": job.state,
            "round": job.round,
            "queued_at": micros(job.queued_at),
            "not_before": micros(job.not_before) if job.not_before else 0,
            "lease_until": micros(job.lease.until) if job.lease else None,
        }
        return await put(self.connection, "jobs", change, columns, owner=job.user)

    async def next(self, now: datetime, *, only: JobId | None = None) -> Job | None:
        if only is not None:
            rows = await self.connection.rows_skip_locked(
                f"SELECT doc FROM jobs AS candidate WHERE id = ? AND (({_ABANDONED}) OR ({_QUEUED}))",  # noqa: S608  # constants
                only, micros(now), micros(now), of="candidate",
            )  # fmt: skip
            return decode(Job, rows[0][0]) if rows else None
        abandoned = await self.connection.rows_skip_locked(
            f"SELECT doc FROM jobs WHERE {_ABANDONED} ORDER BY lease_until LIMIT 1",  # noqa: S608  # constants
            micros(now), of="jobs",
        )  # fmt: skip
        rows = abandoned or await self.connection.rows_skip_locked(
            f"SELECT doc FROM jobs AS candidate WHERE {_QUEUED} "  # noqa: S608  # constants
            "ORDER BY round, queued_at, id LIMIT 1",
            micros(now), of="candidate",
        )  # fmt: skip
        return decode(Job, rows[0][0]) if rows else None

    async def due(self, now: datetime, limit: int, *, like: Job | None = None) -> tuple[Job, ...]:
        condition, args = ("", ()) if like is None else (" AND user_id = ? AND kind = ?", (like.user, like.kind))
        abandoned = await find_all(
            self.connection,
            Job,
            f"SELECT doc FROM jobs WHERE {_ABANDONED}{condition} ORDER BY lease_until LIMIT ?",  # noqa: S608  # constants
            micros(now), *args, limit,
        )  # fmt: skip
        queued = await find_all(
            self.connection,
            Job,
            f"SELECT doc FROM jobs AS candidate WHERE {_QUEUED}{condition} "  # noqa: S608  # constants
            "ORDER BY queued_at, id LIMIT ?",
            micros(now), *args, limit - len(abandoned),
        )  # fmt: skip
        return (*abandoned, *queued)

    async def next_round(self, user: UserId) -> int:
        latest = await first_row(
            self.connection, "SELECT MAX(round) FROM jobs WHERE state = 'queued' AND user_id = ?", user
        )
        current = await scalar(self.connection, "SELECT MIN(round) FROM jobs WHERE state = 'queued'")
        return max(current, latest[0] + 1) if latest and latest[0] is not None else current

    async def waiting(self) -> int:
        return await scalar(self.connection, "SELECT COUNT(*) FROM jobs WHERE state = 'queued'")

    async def has_capacity(self, limit: int) -> bool:
        near_limit = await first_row(
            self.connection,
            "SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1 OFFSET ?",
            max(0, limit - _MAX_UNCOMMITTED - 1),
        )
        if near_limit is None and limit > _MAX_UNCOMMITTED:
            return True
        await self.connection.lock("queue")
        return await self.waiting() < limit

    async def queue_position(self, job: Job) -> int:
        return await scalar(
            self.connection,
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND (round, queued_at, id) < (?, ?, ?)",
            job.round, micros(job.queued_at), job.id,
        )  # fmt: skip

    async def delete_before(self, before: datetime, limit: int) -> tuple[Job, ...]:
        rows = await self.connection.rows(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs "
            "WHERE state IN ('completed', 'failed', 'cancelled') AND queued_at < ? ORDER BY queued_at LIMIT ?) "
            "RETURNING doc",
            micros(before), limit,
        )  # fmt: skip
        return tuple(decode(Job, doc) for (doc,) in rows)


@frozen
class SqlScheduledTasks:
    """The table `scheduled_tasks`: when each task is due."""

    connection: Connection

    async def due(self, name: str) -> datetime | None:
        row = await first_row(self.connection, "SELECT due_at FROM scheduled_tasks WHERE name = ?", name)
        return from_micros(row[0]) if row else None

    async def take(self, name: str, *, at: datetime, every: timedelta) -> bool:
        taken = await self.connection.execute(
            "INSERT INTO scheduled_tasks (name, due_at) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE scheduled_tasks.due_at <= ?",
            name, micros(at + every), micros(at),
        )  # fmt: skip
        return taken > 0
