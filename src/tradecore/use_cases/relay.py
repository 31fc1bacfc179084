"""Relaying: the only door out. What was committed is passed on, in order, at least once."""

from attrs import frozen

from tradecore.model.change import Event
from tradecore.model.ids import JobId
from tradecore.model.jobs import JobQueued
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream

BATCH = 200


@frozen
class RelayFacts:
    """Offer queued jobs to the queue and every fact to the stream, then forget that they were to be passed on."""

    store: Store
    queue: JobQueue
    stream: EventStream

    async def __call__(self) -> int:
        """Pass on one batch; how many facts it held. Raises Unavailable, with the batch still to be passed on.

        Several may do this at once, each with facts of its own: those are taken for as long as the unit of work lasts.
        So here, and only here, other ports are called inside of one; both answer at once or refuse.
        """
        async with self.store.read() as uow:
            if not await uow.facts.unsent(1):
                return 0
        async with self.store.unit_of_work() as uow:
            batch = await uow.facts.unsent(BATCH)
            for unsent in batch:
                await self._pass_on(unsent.event)
            await uow.facts.sent(batch)
        return len(batch)

    async def _pass_on(self, event: Event) -> None:
        if isinstance(event.fact, JobQueued):
            await self.queue.offer(JobId(event.fact.topic.removeprefix("job:")), event.fact.kind)
        await self.stream.publish(event)
