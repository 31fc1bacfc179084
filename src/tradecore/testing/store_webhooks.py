"""The contract of the webhooks of a store: subclass `WebhookStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import DeliveryId, UserId, WebhookId
from tradecore.model.webhooks import DeliveryState, Webhook, WebhookAnswer, WebhookDelivery
from tradecore.ports.store_transactions import Transactions
from tradecore.ports.store_webhooks import WebhookRepositories

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
Store = Transactions[WebhookRepositories]


def webhook(id: str, user: UserId = ANN, minutes: int = 0) -> Change[Webhook]:
    """A new webhook."""
    return Change(
        Webhook(
            id=WebhookId(id),
            user=user,
            url="https://example.com/hooks",
            kinds=("alert",),
            secret="encrypted",  # noqa: S106  # not one
            created_at=AT + timedelta(minutes=minutes),
        )
    )


async def add(store: Store, *changes: Change[Webhook]) -> list[Webhook]:
    """Store new webhooks."""
    async with store.unit_of_work() as uow:
        added = [await uow.webhooks.add(change, limit=20) for change in changes]
    return [stored for stored in added if stored is not None]


async def deliver(store: Store, target: Webhook, *positions: int, minutes: int = 0) -> list[DeliveryId]:
    """Store deliveries of events at these positions, due so many minutes after AT."""
    at = AT + timedelta(minutes=minutes)
    changes = [WebhookDelivery.of(target, position, "alert", "{}", at=at) for position in positions]
    async with store.unit_of_work() as uow:
        for change in changes:
            await uow.webhooks.add_delivery(change)
    return [change.entity.id for change in changes]


async def due(store: Store, *, minutes: int = 0, limit: int = 10, per_user: int = 10) -> list[DeliveryId]:
    """The ids of the deliveries that are due."""
    async with store.unit_of_work() as uow:
        found = await uow.webhooks.due(AT + timedelta(minutes=minutes), limit=limit, per_user=per_user)
        return [delivery.id for delivery in found]


class WebhookStoreSuite:
    """What every store of webhooks promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_webhooks_are_listed_by_user_newest_first(self, store: Store) -> None:
        older, newer, foreign = await add(store, webhook("a"), webhook("b", minutes=1), webhook("c", BEN))
        async with store.snapshot() as uow:
            assert await uow.webhooks.of(ANN) == (newer, older)
            assert await uow.webhooks.of(BEN) == (foreign,)
            assert await uow.webhooks.all() == (older, newer, foreign)
            assert await uow.webhooks.get(foreign.id) == await uow.webhooks.get(foreign.id, owner=BEN) == foreign
            for id, owner in ((foreign.id, ANN), (WebhookId("none"), None)):
                with pytest.raises(NotFound):
                    await uow.webhooks.get(id, owner=owner)

    async def test_a_user_has_no_more_webhooks_than_the_limit(self, store: Store) -> None:
        await add(store, webhook("a"), webhook("b", BEN))
        async with store.unit_of_work() as uow:
            assert await uow.webhooks.add(webhook("c"), limit=1) is None
            assert await uow.webhooks.add(webhook("d"), limit=2) is not None
        async with store.snapshot() as uow:
            assert {stored.id for stored in await uow.webhooks.of(ANN)} == {"a", "d"}

    async def test_of_two_writers_the_slower_one_is_stale(self, store: Store) -> None:
        [stored] = await add(store, webhook("a"))
        async with store.unit_of_work() as uow:
            off = await uow.webhooks.put(Change(stored.change(at=AT, enabled=False)))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.webhooks.put(Change(stored.change(at=AT, url="https://example.com/other")))
        async with store.snapshot() as uow:
            assert await uow.webhooks.get(stored.id) == off

    async def test_a_deleted_delivery_is_gone(self, store: Store) -> None:
        [target] = await add(store, webhook("a"))
        change = WebhookDelivery.of(target, 7, "alert", "{}", at=AT)
        async with store.unit_of_work() as uow:
            await uow.webhooks.add_delivery(change)
        async with store.unit_of_work() as uow:
            await uow.webhooks.delete_delivery(change.entity.id)
            assert await uow.webhooks.count_deliveries(target.id) == 0

    async def test_it_is_known_whether_any_enabled_webhook_wants_progress(self, store: Store) -> None:
        async with store.read() as uow:
            assert not await uow.webhooks.want_progress()
        [stored] = await add(store, webhook("a"))
        async with store.unit_of_work() as uow:
            wanting = await uow.webhooks.put(Change(stored.change(at=AT, kinds=["analysis_step"])))
            assert await uow.webhooks.want_progress()
            await uow.webhooks.put(Change(wanting.change(at=AT, enabled=False)))
            assert not await uow.webhooks.want_progress()

    async def test_a_delivery_is_stored_once(self, store: Store) -> None:
        [target] = await add(store, webhook("a"))
        change = WebhookDelivery.of(target, 7, "alert", "{}", at=AT)
        async with store.unit_of_work() as uow:
            assert await uow.webhooks.add_delivery(change)
        async with store.unit_of_work() as uow:
            delivery = await uow.webhooks.delivery(change.entity.id)
            taken = await uow.webhooks.put_delivery(delivery.take(at=AT))
        async with store.unit_of_work() as uow:
            assert not await uow.webhooks.add_delivery(WebhookDelivery.of(target, 7, "alert", "{}", at=AT))
            assert await uow.webhooks.delivery(taken.id, webhook=target.id) == taken
            with pytest.raises(NotFound):
                await uow.webhooks.delivery(taken.id, webhook=WebhookId("other"))

    async def test_deliveries_are_due_in_order_and_shared_among_users(self, store: Store) -> None:
        anns, bens = await add(store, webhook("a"), webhook("b", BEN))
        first, second, third = [(await deliver(store, anns, n, minutes=n))[0] for n in range(3)]
        [other] = await deliver(store, bens, 9, minutes=3)
        assert await due(store, minutes=1) == [first, second]
        assert await due(store, minutes=3) == [first, second, third, other]
        assert await due(store, minutes=3, per_user=1) == [first, other]
        assert await due(store, minutes=3, limit=1) == [first]
        async with store.unit_of_work() as uow:
            delivery = await uow.webhooks.delivery(first)
            await uow.webhooks.put_delivery(delivery.take(at=AT))
        assert await due(store) == []
        assert await due(store, minutes=1) == [first, second]

    async def test_nothing_is_due_while_a_webhook_is_disabled(self, store: Store) -> None:
        [target] = await add(store, webhook("a"))
        waiting = await deliver(store, target, 1)
        async with store.unit_of_work() as uow:
            off = await uow.webhooks.put(Change(target.change(at=AT, enabled=False)))
        assert await due(store) == []
        async with store.unit_of_work() as uow:
            await uow.webhooks.put(Change(off.change(at=AT, enabled=True)))
        assert await due(store) == waiting

    async def test_what_another_unit_of_work_holds_is_not_taken_twice(self, store: Store) -> None:
        [target] = await add(store, webhook("a"))
        [id] = await deliver(store, target, 1)
        async with store.unit_of_work() as uow:
            [delivery] = await uow.webhooks.due(AT, limit=10, per_user=10)
            await uow.webhooks.put_delivery(delivery.take(at=AT))
        assert (delivery.id, await due(store)) == (id, [])
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.webhooks.put_delivery(delivery.take(at=AT))

    async def test_deliveries_are_listed_by_state_and_deleted_with_their_webhook(self, store: Store) -> None:
        target, other = await add(store, webhook("a"), webhook("b"))
        older, newer = await deliver(store, target, 1), await deliver(store, target, 2, minutes=1)
        kept = await deliver(store, other, 1)
        async with store.unit_of_work() as uow:
            taken = await uow.webhooks.put_delivery((await uow.webhooks.delivery(older[0])).take(at=AT))
            await uow.webhooks.put_delivery(taken.finish(WebhookAnswer(410), at=AT))
        async with store.snapshot() as uow:
            listed = await uow.webhooks.deliveries(target.id, limit=10)
            assert [delivery.id for delivery in listed] == [*newer, *older]
            assert [d.id for d in await uow.webhooks.deliveries(target.id, limit=1, offset=1)] == older
            failed = await uow.webhooks.deliveries(target.id, state=DeliveryState.FAILED, limit=10)
            assert [delivery.id for delivery in failed] == older
            states = (None, DeliveryState.FAILED, DeliveryState.DELIVERED)
            assert [await uow.webhooks.count_deliveries(target.id, state=state) for state in states] == [2, 1, 0]
        async with store.unit_of_work() as uow:
            await uow.webhooks.delete(target.id)
        assert await due(store, minutes=9) == kept
        async with store.snapshot() as uow:
            assert [stored.id for stored in await uow.webhooks.of(ANN)] == ["b"]
            assert await uow.webhooks.count_deliveries(target.id) == 0

    async def test_the_oldest_deliveries_are_deleted_first(self, store: Store) -> None:
        [target] = await add(store, webhook("a"))
        ids = [(await deliver(store, target, n, minutes=n))[0] for n in range(3)]
        async with store.unit_of_work() as uow:
            assert await uow.webhooks.delete_deliveries_before(AT + timedelta(minutes=2), 1) == 1
            assert await uow.webhooks.delete_deliveries_before(AT + timedelta(minutes=2), 9) == 1
        assert await due(store, minutes=9) == ids[2:]
