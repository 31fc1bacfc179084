"""Retention: rows that nobody can ask for any more are deleted in small batches, so that a store does not only grow."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.digests import DigestId
from tradecore.model.jobs import Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.listeners import Listener, handled_until

# A request that repeats an idempotency key later than this is a new request.
IDEMPOTENCY_KEY_RETENTION = timedelta(hours=24)
# How long digests can be read, and events replayed.
ENDED_JOB_RETENTION = timedelta(days=30)
ALERT_RETENTION = timedelta(days=90)
# How long price alerts that have ended can be read.
ENDED_PRICE_ALERT_RETENTION = timedelta(days=90)
WEBHOOK_DELIVERY_RETENTION = timedelta(days=30)
NOTICE_RETENTION = timedelta(days=30)
SCHEDULE_RUN_RETENTION = timedelta(days=30)
# Expired sessions are refused in any case; their rows may stay a while.
EXPIRED_SESSION_RETENTION = timedelta(days=1)
# Rows per unit of work. On SQLite other writers wait for it. Events are deleted by topic, some 25 with one statement.
_BATCH_SIZE = 50
EVENT_BATCH_SIZE = 500
# How long one run may take, so that the process has time for its other tasks.
_RUN = timedelta(seconds=5)

Delete = Callable[[UnitOfWork, datetime, int], Awaitable[int]]
"""Deletes the oldest rows of one kind from before a time, up to a limit, and returns their number."""


@frozen
class DeleteExpired:
    """A scheduled task that deletes rows of one kind once they are older than `after`."""

    store: Store
    now: Now
    delete: Delete
    after: timedelta
    batch_size: int = _BATCH_SIZE

    async def __call__(self) -> int:
        """The number of deleted rows; the next run goes on where this one has taken too long."""
        total, deleted, end = 0, self.batch_size, self.now() + _RUN
        while deleted == self.batch_size and self.now() < end:
            async with self.store.unit_of_work() as uow:
                deleted = await self.delete(uow, self.now() - self.after, self.batch_size)
            total += deleted
        return total


async def delete_receipts(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Idempotency receipts from before a time."""
    return await uow.receipts.delete_before(before, limit)


async def delete_sessions(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Sessions that expired before a time."""
    return await uow.users.delete_sessions(before, limit)


async def delete_deliveries(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Deliveries of news to recipients, old enough that no report can consider their items again."""
    return await uow.deliveries.delete_before(before, limit)


async def delete_alerts(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Alerts from before a time, acknowledged or not."""
    return await uow.alerts.delete_before(before, limit)


async def delete_ended_price_alerts(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Price alerts that were triggered or expired before a time; active ones stay."""
    return await uow.price_alerts.delete_ended_before(before, limit)


async def delete_notices(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Notices from before a time, also those that wait for a channel that is disabled."""
    return await uow.notices.delete_before(before, limit)


async def delete_webhook_deliveries(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Deliveries of webhooks from before a time, also those that wait for a webhook that is disabled."""
    return await uow.webhooks.delete_deliveries_before(before, limit)


async def delete_schedule_runs(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Runs of schedules from before a time, all of which have ended."""
    return await uow.schedules.delete_runs_before(before, limit)


async def delete_ended_jobs(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Ended jobs with their digests and parts of backtests. Analyses, their steps, results and scores stay."""
    jobs = await uow.jobs.delete_before(before, limit)
    for job in jobs:
        if job.kind is Kind.DIGEST:
            await uow.digests.delete(DigestId(job.id))
        elif job.kind is Kind.BACKTEST:
            await uow.backtests.delete_part(job.id)
    return len(jobs)


def delete_events(listeners: Sequence[Listener]) -> Delete:
    """Events that every one of these durable listeners has passed; the last event of a topic may stay."""

    async def delete(uow: UnitOfWork, before: datetime, limit: int) -> int:
        return await uow.events.forget(until=await handled_until(uow, listeners), before=before, limit=limit)

    return delete
