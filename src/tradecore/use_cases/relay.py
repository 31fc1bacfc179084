"""The relay: committed events go from the outbox to the queue and the stream, in order, at least once."""

from attrs import frozen

from tradecore.model.change import Event
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store, UnitOfWork
from tradecore.ports.stream import EventStream
from tradecore.use_cases.dispatch import dispatch_job

BATCH = 200


@frozen
class RelayEvents:
    """Offer queued jobs to the job queue and publish every event, then remove both from the outbox."""

    store: Store
    queue: JobQueue
    stream: EventStream

    async def __call__(self) -> int:
        """Relay one batch and return its size. Raises Unavailable, with the batch still in the outbox.

        Relays may run side by side: each holds its events until its unit of work ends. This is the only place that
        calls other ports inside a unit of work; both return at once or raise.
        """
        async with self.store.read() as uow:
            if not await uow.events.unsent(1):
                return 0
        async with self.store.unit_of_work() as uow:
            batch = await uow.events.unsent(BATCH)
            for unsent in batch:
                await self._relay(uow, unsent.event)
            await uow.events.sent(batch)
        return len(batch)

    async def _relay(self, uow: UnitOfWork, event: Event) -> None:
        await dispatch_job(self.queue, uow, event)
        await self.stream.publish(event)
