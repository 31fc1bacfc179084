"""Jobs and scheduled tasks in SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from tradecore.model.analyses import Analysis
from tradecore.model.backtest_runs import BacktestPart
from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import JobId
from tradecore.model.jobs import Backlog, Job, JobState, Kind, QueuedJob
from tradecore.ports.store_jobs import Work
from tradecore_adapters.store.analyses import analysis_columns
from tradecore_adapters.store.connection import (
    Connection,
    Expression,
    GuardedInsert,
    NewRow,
    first_row,
    from_micros,
    micros,
    scalar,
)
from tradecore_adapters.store.documents import decode
from tradecore_adapters.store.entities import new_rows, put, update_all
from tradecore_adapters.store.news import digest_columns

_ABANDONED = "state = 'running' AND lease_until <= ?"
# A digest waits while another digest of its user runs.
_QUEUED = (
    "state = 'queued' AND not_before <= ? AND NOT (kind = 'digest' AND EXISTS (SELECT 1 FROM jobs AS running "
    "WHERE running.user_id = candidate.user_id AND running.state = 'running' AND running.kind = 'digest'))"
)
_WAITING = "(SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) FROM queue_counts)"
# Behind a new job, at most so many are counted.
_COUNTED = 256
# The number of queued jobs before a new one is added, and its round: the one after the last queued job of its user, or
# else the one being served; and the queued jobs of later rounds. Each part is ordered by the index that it reads: by a
# plan for a queue that was short, Postgres would read all of a long one.
_PLACE = f"""queue AS (
    SELECT {_WAITING} AS waiting, COALESCE(
        (SELECT MAX(round) + 1 FROM jobs WHERE state = 'queued' AND user_id = ?),
        (SELECT round FROM jobs WHERE state = 'queued' ORDER BY round, queued_at, id LIMIT 1),
        0
    ) AS round
), behind AS (
    SELECT COUNT(*) AS jobs FROM (
        SELECT 1 FROM jobs WHERE state = 'queued' AND round > (SELECT round FROM queue)
        ORDER BY round, queued_at, id LIMIT {_COUNTED}
    ) AS later
)"""  # noqa: S608  # parts are constants
_COLUMNS_OF_PLACE = "(SELECT round FROM queue), (SELECT waiting FROM queue), (SELECT jobs FROM behind)"


@frozen
class SqlJobs:
    """The table `jobs`, which is the job queue."""

    connection: Connection

    async def get(self, id: JobId) -> Job:
        rows = await self.connection.rows_for_update("SELECT doc, round FROM jobs WHERE id = ?", id)
        if not rows:
            raise NotFound("job", id)
        return _job(*rows[0])

    async def put(self, change: Change[Job]) -> Job:
        return await put(self.connection, "jobs", change, _columns(change.entity), owner=change.entity.user)

    async def put_all(self, changes: Sequence[Change[Job]]) -> tuple[Job | None, ...]:
        return await update_all(
            self.connection, "jobs", [(change, _columns(change.entity), change.entity.user) for change in changes]
        )

    async def add(self, job: Change[Job], work: Work, *, limit: int) -> QueuedJob | None:
        [queued] = await self.add_all([(job, work)], limit=limit)
        return queued

    async def add_all(
        self, entries: Sequence[tuple[Change[Job], Work]], *, limit: int, wait: bool = True
    ) -> tuple[QueuedJob | None, ...]:
        below_limit = self.connection.below_limit("queue", "(SELECT waiting FROM queue)", several=len(entries) > 1)
        queued = await self._add(entries, below_limit, limit)
        left = [number for number, job in enumerate(queued) if job is None]
        # Those who are refused by a full queue, which are most of them, do not wait for each other.
        if left and wait and await self.waiting() < limit:
            # Close to the limit others wait, so that the count is exact.
            await self.connection.lock("queue")
            added = await self._add([entries[number] for number in left], "(SELECT waiting FROM queue) < ?", limit)
            for number, job in zip(left, added, strict=True):
                queued[number] = job
        return tuple(queued)

    async def _add(
        self, entries: Sequence[tuple[Change[Job], Work]], below_limit: str, limit: int
    ) -> list[QueuedJob | None]:
        condition = Expression(below_limit, (limit,))
        jobs, inserts = [], []
        for job, work in entries:
            stored, rows = new_rows(
                "jobs",
                job,
                _columns(job.entity),
                owner=job.entity.user,
                computed={"round": "(SELECT round FROM queue)"},
            )
            jobs.append(stored)
            place = Expression(_PLACE, (job.entity.user,))
            inserts.append(GuardedInsert([*rows, *_rows_of(work)], place, condition, _COLUMNS_OF_PLACE))
        places = await self.connection.insert_all(inserts)
        if any(places):
            await self.connection.notify()
        return [
            None if place is None else await self._queued(job, *place) for job, place in zip(jobs, places, strict=True)
        ]

    async def _queued(self, job: Job, round: int, waiting: int, behind: int) -> QueuedJob:
        ahead = waiting - behind
        if behind == _COUNTED:
            sql = "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND round <= ?"
            ahead = await scalar(self.connection, sql, round) - 1
        return QueuedJob(evolve(job, round=round), ahead)

    async def next(self, now: datetime, limit: int = 1, *, only: Collection[JobId] | None = None) -> tuple[Job, ...]:
        if only is not None:
            if not only:
                return ()
            ids = _padded(sorted(only))
            rows = await self.connection.rows(
                f"SELECT doc, round FROM jobs AS candidate WHERE id IN ({', '.join('?' * len(ids))}) "  # noqa: S608  # constants
                f"AND (({_ABANDONED}) OR ({_QUEUED})) {self.connection.skip_locked('candidate')}",
                *ids, micros(now), micros(now),
            )  # fmt: skip
            return tuple(_job(*row) for row in rows)
        # Both parts have an index, and the second one is not read where the first one has enough.
        rows = await self.connection.rows(
            "SELECT doc, round FROM (SELECT doc, round FROM jobs "  # noqa: S608  # constants
            f"WHERE {_ABANDONED} ORDER BY lease_until LIMIT ? {self.connection.skip_locked('jobs')}) AS abandoned "
            f"UNION ALL SELECT doc, round FROM (SELECT doc, round FROM jobs AS candidate WHERE {_QUEUED} "
            f"ORDER BY round, queued_at, id LIMIT ? {self.connection.skip_locked('candidate')}) AS queued LIMIT ?",
            micros(now), limit, micros(now), limit, limit,
        )  # fmt: skip
        return tuple(_job(*row) for row in rows)

    async def due(self, now: datetime, limit: int, *, like: Job | None = None) -> tuple[Job, ...]:
        condition, args = ("", ()) if like is None else (" AND user_id = ? AND kind = ?", (like.user, like.kind))
        abandoned = await self.connection.many_rows(
            f"SELECT doc, round FROM jobs WHERE {_ABANDONED}{condition} "  # noqa: S608  # constants
            "ORDER BY lease_until LIMIT ?",
            micros(now), *args, limit,
        )  # fmt: skip
        queued = await self.connection.many_rows(
            f"SELECT doc, round FROM jobs AS candidate WHERE {_QUEUED}{condition} "  # noqa: S608  # constants
            "ORDER BY queued_at, id LIMIT ?",
            micros(now), *args, limit - len(abandoned),
        )  # fmt: skip
        return tuple(_job(*row) for row in (*abandoned, *queued))

    async def waiting(self) -> int:
        return await scalar(self.connection, f"SELECT {_WAITING}")

    async def backlog(self) -> tuple[Backlog, ...]:
        rows = await self.connection.rows(
            "SELECT kind, state, COUNT(*), MIN(queued_at) FROM jobs WHERE state = 'queued' GROUP BY kind, state "
            "UNION ALL SELECT kind, state, COUNT(*), 0 FROM jobs WHERE state = 'running' GROUP BY kind, state"
        )
        counts = {(kind, state): count for kind, state, count, _ in rows}
        oldest = {kind: from_micros(queued_at) for kind, state, _, queued_at in rows if state == JobState.QUEUED}
        states = (JobState.QUEUED, JobState.RUNNING)
        return tuple(
            Backlog(kind, {state: counts.get((kind, state), 0) for state in states}, oldest.get(kind)) for kind in Kind
        )

    async def ended(self) -> Mapping[tuple[Kind, JobState], int]:
        rows = await self.connection.rows(
            "SELECT kind, state, CAST(SUM(jobs) AS BIGINT) FROM ended_jobs GROUP BY kind, state"
        )
        return {(Kind(kind), JobState(state)): count for kind, state, count in rows}

    async def delete_before(self, before: datetime, limit: int) -> tuple[Job, ...]:
        rows = await self.connection.rows(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs "
            "WHERE state IN ('completed', 'failed', 'cancelled') AND queued_at < ? ORDER BY queued_at LIMIT ?) "
            "RETURNING doc, round",
            micros(before), limit,
        )  # fmt: skip
        return tuple(_job(*row) for row in rows)


def _padded(ids: Sequence[JobId]) -> list[JobId]:
    """The ids, with the last one repeated up to a power of two, so that there are few different statements."""
    missing = (1 << (len(ids) - 1).bit_length()) - len(ids)
    return [*ids, *(ids[-1] for _ in range(missing))]


def _job(doc: str, round: int) -> Job:
    # The round of a new job is computed where it is inserted, so the column holds it and not the document.
    return evolve(decode(Job, doc), round=round)


def _rows_of(change: Work) -> list[NewRow]:
    work = change.entity
    if isinstance(work, Analysis):
        return new_rows("analyses", Change(work, change.facts), analysis_columns(work), owner=work.user)[1]
    if isinstance(work, BacktestPart):
        columns = {"backtest_id": work.backtest, "user_id": work.user}
        return new_rows("backtest_parts", Change(work, change.facts), columns, owner=work.user)[1]
    return new_rows("digests", Change(work, change.facts), digest_columns(work), owner=work.owner)[1]


def _columns(job: Job) -> dict[str, object]:
    return {
        "user_id": job.user,
        "kind": job.kind,
        "state": job.state,
        "round": job.round,
        "queued_at": micros(job.queued_at),
        "not_before": micros(job.not_before) if job.not_before else 0,
        "lease_until": micros(job.lease.until) if job.lease else None,
    }


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
