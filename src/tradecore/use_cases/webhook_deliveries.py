"""Deliveries of webhooks: stored by a durable listener, posted until a receiver takes them, listed and repeated."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change, Event, Fact
from tradecore.model.digests import DigestCompleted, DigestId
from tradecore.model.errors import NotFound, Unavailable
from tradecore.model.ids import DeliveryId, TopicKind, UserId, WebhookId, topic_of
from tradecore.model.users import Caller
from tradecore.model.webhooks import PROGRESS, STEP, DeliveryState, Webhook, WebhookAnswer, WebhookDelivery
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.ports.webhooks import WebhookMessage, WebhookSender
from tradecore.use_cases.alerts import put_once
from tradecore.use_cases.concurrently import all_of
from tradecore.use_cases.listeners import position_of
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.take_due import work_off

MAX_PAGE_SIZE = 200
# Deliveries that are posted together, and how many of them may be of one user, whose receivers may be slow.
_BATCH_SIZE, _PER_USER = 32, 4


@frozen
class StoreDeliveries:
    """A durable listener that stores a delivery for every webhook that wants an event. It posts nothing."""

    store: Store
    now: Now
    # The name of an event, and the JSON text that is posted for it, with the report of the digest that it completes;
    # None for events that webhooks do not have.
    describe: Callable[[Event, str | None], tuple[str, str] | None]
    kinds: Collection[type[Fact]]
    name: str = "webhooks"

    async def handle(self, events: Sequence[Event]) -> None:
        """Store the deliveries of these events in one transaction. An event that comes again adds none."""
        async with self.store.read() as uow:
            users = {event.user for event in events if event.user is not None}
            webhooks = {user: of_user for user in users if (of_user := await uow.webhooks.of(user))}
            wanted = [change for event in events for change in await self._deliveries(uow, event, webhooks)]
        if not wanted:
            return
        async with self.store.unit_of_work() as uow:
            for change in wanted:
                await uow.webhooks.add_delivery(change)

    async def _deliveries(
        self, uow: UnitOfWork, event: Event, webhooks: Mapping[UserId, Sequence[Webhook]]
    ) -> Sequence[Change[WebhookDelivery]]:
        if event.user is None or event.user not in webhooks:
            return ()
        described = self.describe(event, await _report(uow, event.fact))
        if described is None:
            return ()
        kind, body = described
        return [
            WebhookDelivery.of(webhook, position_of(event), kind, body, at=self.now())
            for webhook in webhooks[event.user]
            if webhook.wants(kind)
        ]


@frozen
class DeliverWebhooks:
    """Post the deliveries that are due. Any number of processes may do so: each delivery is taken by one of them.

    A process that dies after it took a delivery leaves it to the others, which post it again under the same id.
    """

    store: Store
    now: Now
    sender: WebhookSender
    decrypt: Callable[[str, UserId], str]
    # The clock of receivers, who refuse messages of another time. It differs from `now` where that shows a chosen day.
    receivers_now: Now

    async def __call__(self) -> int:
        """The number of attempts, once nothing is due. Raises Unavailable when the store cannot be reached."""
        return await work_off(self.store, self._is_due, self._take, self._deliver_all, batch_size=_BATCH_SIZE)

    async def _is_due(self, uow: UnitOfWork) -> bool:
        return bool(await uow.webhooks.due(self.now(), limit=1, per_user=1))

    async def _take(self, uow: UnitOfWork, limit: int) -> Sequence[WebhookDelivery]:
        due = await uow.webhooks.due(self.now(), limit=limit, per_user=_PER_USER)
        return [await uow.webhooks.put_delivery(delivery.take(at=self.now())) for delivery in due]

    async def _deliver_all(self, taken: Sequence[WebhookDelivery]) -> None:
        async with self.store.snapshot() as uow:
            targets = [await _target(uow, delivery) for delivery in taken]
        groups = dict[str, list[tuple[WebhookDelivery, Webhook | None]]]()
        for delivery, target in zip(taken, targets, strict=True):
            ordered = delivery.kind in (PROGRESS, STEP)
            groups.setdefault(delivery.webhook if ordered else delivery.id, []).append((delivery, target))
        await all_of(self._deliver_in_order(group) for group in groups.values())

    async def _deliver_in_order(self, group: Sequence[tuple[WebhookDelivery, Webhook | None]]) -> None:
        """Post one delivery after the other. Where one has to be tried again, those after it wait for it."""
        for number, (delivery, webhook) in enumerate(group, 1):
            finished = await self._deliver(delivery, webhook)
            if finished is not None and finished.next_try is not None:
                for place, (later, _) in enumerate(group[number:], 1):
                    await self._postpone(later, finished.next_try + timedelta(microseconds=place))
                return

    async def _deliver(self, delivery: WebhookDelivery, webhook: Webhook | None) -> WebhookDelivery | None:
        """The delivery after an attempt; None where it is not that of this process any more."""
        if webhook is None:
            return await self._finish(delivery, None, "The account is disabled.")
        try:
            secrets = tuple(self.decrypt(secret, webhook.user) for secret in webhook.secrets(self.now()))
            message = WebhookMessage(delivery.id, self.receivers_now(), delivery.body, secrets)
            answer = await self.sender.send(webhook.url, message)
        except Unavailable as error:
            return await self._finish(delivery, None, str(error))
        except Exception:
            # Recorded first: otherwise a delivery that provokes a mistake would be due for ever.
            await self._finish(delivery, None, "The delivery could not be posted.")
            raise
        return await self._finish(delivery, answer)

    @retry_on_conflict
    async def _finish(
        self, taken: WebhookDelivery, answer: WebhookAnswer | None, error: str = ""
    ) -> WebhookDelivery | None:
        """Record an attempt, unless the delivery was deleted, repeated or taken by another process since."""
        async with self.store.unit_of_work() as uow:
            try:
                delivery = await uow.webhooks.delivery(taken.id)
                webhook = await uow.webhooks.get(taken.webhook)
            except NotFound:
                return None
            if delivery.version != taken.version:
                return None
            now = self.now()
            finished = await uow.webhooks.put_delivery(delivery.finish(answer, error, at=now))
            after = webhook.after(finished, at=now)
            if after != webhook:
                await uow.webhooks.put(Change(after))
            if finished.state is DeliveryState.FAILED:
                await self._alert(uow, after)
            elif finished.state is DeliveryState.DELIVERED and finished.kind in (PROGRESS, STEP):
                # An analysis has dozens, with all that its agents say.
                await uow.webhooks.delete_delivery(finished.id)
            return finished

    @retry_on_conflict
    async def _postpone(self, taken: WebhookDelivery, until: datetime) -> None:
        """Give back a delivery that was taken and not posted, unless it was deleted, repeated or taken since."""
        async with self.store.unit_of_work() as uow:
            try:
                delivery = await uow.webhooks.delivery(taken.id)
            except NotFound:
                return
            if delivery.version == taken.version:
                await uow.webhooks.put_delivery(delivery.postpone(until))

    async def _alert(self, uow: UnitOfWork, webhook: Webhook) -> None:
        """Tell the user that deliveries fail, once until one succeeds: the alert itself may be such a delivery."""
        why = webhook.disabled_reason or "A delivery was tried for a day."
        alert = Alert.raise_once(
            f"webhook {webhook.id} {webhook.failing_since}",
            webhook.user,
            AlertKind.WEBHOOK_FAILED,
            Severity.WARNING,
            f"Deliveries to the webhook {webhook.url} fail. {why} Failed deliveries are listed, and can be repeated.",
            topic_of(TopicKind.WEBHOOK, webhook.id),
            at=self.now(),
        )
        await put_once(uow, alert)


@frozen
class DeliveryPage:
    """A page of deliveries, and the number of all."""

    deliveries: tuple[WebhookDelivery, ...]
    total: int


@frozen
class ListDeliveries:
    """List the deliveries of a webhook of the caller."""

    store: Store

    async def __call__(
        self,
        id: WebhookId,
        *,
        by: Caller,
        state: DeliveryState | None = None,
        page: int = 1,
        page_size: int = 50,
    ) -> DeliveryPage:
        """A page, newest first, of one state only if given.

        Raises NotFound, Invalid for a page below 1 or a page size out of 1..MAX_PAGE_SIZE.
        """
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            await uow.webhooks.get(id, owner=by.user)
            offset = (page - 1) * page_size
            deliveries = await uow.webhooks.deliveries(id, state=state, limit=page_size, offset=offset)
            return DeliveryPage(deliveries, await uow.webhooks.count_deliveries(id, state=state))


@frozen
class RetryDelivery:
    """Post a delivery of the caller's again, under the id that it has."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: DeliveryId, webhook: WebhookId, *, by: Caller) -> WebhookDelivery:
        """The delivery, due now and with a whole day of attempts. Raises NotFound."""
        async with self.store.unit_of_work() as uow:
            # In the order in which an attempt is recorded, so that the two do not wait for each other.
            delivery = await uow.webhooks.delivery(id, webhook=webhook)
            await uow.webhooks.get(webhook, owner=by.user)
            return await uow.webhooks.put_delivery(delivery.retry(at=self.now()))


async def _report(uow: UnitOfWork, fact: Fact) -> str | None:
    """The report of the digest that a fact completes, in Markdown; None for other facts, and once it is deleted."""
    if not isinstance(fact, DigestCompleted):
        return None
    try:
        return (await uow.digests.result(DigestId(fact.topic.partition(":")[2]))).markdown
    except NotFound:
        return None


async def _target(uow: UnitOfWork, delivery: WebhookDelivery) -> Webhook | None:
    """The webhook of a delivery; None where it was deleted, or its user is disabled."""
    try:
        webhook = await uow.webhooks.get(delivery.webhook)
    except NotFound:
        return None
    try:
        return None if (await uow.users.get(delivery.user)).disabled else webhook
    except NotFound:
        # Users of the command line have no account.
        return webhook
