"""The progress of analyses for webhooks, stored by a durable listener that is idle where no webhook wants it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.analyses import AgentBegan, AgentFinished, AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Change, Event, Fact
from tradecore.model.ids import WebhookId
from tradecore.model.webhooks import PROGRESS, STEP, DeliveryState, Webhook, WebhookDelivery
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.listeners import position_of
from tradecore.use_cases.watch import StepReader, UserStep

MAX_PENDING = 1000
"""Where so many deliveries wait for a receiver, its webhook misses progress until there are fewer."""


@frozen
class StoreProgress:
    """A durable listener that stores progress and steps for the webhooks that have these kinds. It posts nothing.

    They are due in the order of their numbers, a step before the event that follows it.
    """

    store: Store
    now: Now
    # The JSON text that is posted for the progress of an analysis, and for a step of one.
    describe_progress: Callable[[Event], str]
    describe_step: Callable[[UserStep], str]
    name: str = "webhook progress"
    # The end of an analysis comes after its last step; it is stored with all other events.
    kinds: Collection[type[Fact]] = (AgentBegan, AgentFinished, AnalysisCompleted, AnalysisFailed)

    async def is_wanted(self, uow: UnitOfWork) -> bool:
        """Whether any webhook has one of these kinds."""
        return await uow.webhooks.want_progress()

    async def handle(self, events: Sequence[Event]) -> None:
        """Store the deliveries of these events in one transaction. An event that comes again adds none."""
        async with self.store.read() as uow:
            users = {event.user for event in events if event.user is not None}
            webhooks = {user: await uow.webhooks.of(user) for user in users}
            wanted = list[Change[WebhookDelivery]]()
            room, steps = dict[WebhookId, int](), StepReader(uow)
            for event in events:
                if event.user is None:
                    continue
                targets = [webhook for webhook in webhooks[event.user] if webhook.wants_progress(event.fact.at)]
                for webhook in targets:
                    if webhook.id not in room:
                        pending = await uow.webhooks.count_deliveries(webhook.id, state=DeliveryState.PENDING)
                        room[webhook.id] = MAX_PENDING - pending
                for change in await self._deliveries(steps, event, targets, len(wanted)):
                    if room[change.entity.webhook] > 0:
                        room[change.entity.webhook] -= 1
                        wanted.append(change)
        if not wanted:
            return
        async with self.store.unit_of_work() as uow:
            for change in wanted:
                await uow.webhooks.add_delivery(change)

    async def _deliveries(
        self, steps: StepReader, event: Event, webhooks: Sequence[Webhook], stored: int
    ) -> Sequence[Change[WebhookDelivery]]:
        """The deliveries of the steps before an event, and of the event itself; `stored` are due before them."""
        made = list[Change[WebhookDelivery]]()

        def due() -> datetime:
            return self.now() + timedelta(microseconds=stored + len(made))

        if stepping := [webhook for webhook in webhooks if webhook.wants(STEP)]:
            for found in await steps.before(event):
                body, source = self.describe_step(found), f"step {found.analysis} {found.step.seq}"
                for webhook in stepping:
                    made.append(WebhookDelivery.of(webhook, source, STEP, body, at=due()))
        if isinstance(event.fact, AgentBegan | AgentFinished):
            for webhook in webhooks:
                if webhook.wants(PROGRESS):
                    body = self.describe_progress(event)
                    made.append(WebhookDelivery.of(webhook, position_of(event), PROGRESS, body, at=due()))
        return made
