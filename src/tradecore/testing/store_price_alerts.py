"""The contract of the price alerts of a store: subclass `PriceAlertStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import PriceAlertId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState, PriceCondition, Trigger
from tradecore.ports.store_price_alerts import PriceAlertRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
NVDA, COIN = Asset(Symbol("NVDA"), AssetType.EQUITY), Asset(Symbol("BTC-USD"), AssetType.CRYPTO)
Store = Transactions[PriceAlertRepositories]


def price_alert(id: str, user: UserId = ANN, asset: Asset = NVDA, minutes: int = 0) -> Change[PriceAlert]:
    """A new price alert, made so many minutes after AT."""
    return Change(
        PriceAlert(
            id=PriceAlertId(id),
            user=user,
            asset=asset,
            condition=PriceCondition.ABOVE,
            value=Decimal("150.25"),
            price=Decimal(140),
            price_day=AT.date(),
            created_at=AT + timedelta(minutes=minutes),
            expires_on=AT.date() + timedelta(days=9),
            note="Sell half.",
        )
    )


async def add(store: Store, *changes: Change[PriceAlert]) -> list[PriceAlert]:
    """Store new price alerts."""
    async with store.unit_of_work() as uow:
        added = [await uow.price_alerts.add(change, limit=20) for change in changes]
    return [stored for stored in added if stored is not None]


class PriceAlertStoreSuite:
    """What every store of price alerts promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_they_are_listed_by_user_and_state_newest_first(self, store: Store) -> None:
        older, newer, foreign = await add(store, price_alert("a"), price_alert("b", minutes=1), price_alert("c", BEN))
        async with store.unit_of_work() as uow:
            expired = await uow.price_alerts.put(newer.expire(at=AT))
        async with store.snapshot() as uow:
            assert await uow.price_alerts.of(ANN, limit=10) == (expired, older)
            assert await uow.price_alerts.of(ANN, limit=1, offset=1) == (older,)
            assert await uow.price_alerts.of(ANN, state=PriceAlertState.ACTIVE, limit=10) == (older,)
            assert await uow.price_alerts.count(ANN) == 2
            assert await uow.price_alerts.count(ANN, state=PriceAlertState.EXPIRED) == 1
            assert await uow.price_alerts.get(foreign.id, owner=BEN) == foreign
            for id, owner in ((foreign.id, ANN), (PriceAlertId("none"), None)):
                with pytest.raises(NotFound):
                    await uow.price_alerts.get(id, owner=owner)

    async def test_the_limit_is_one_of_active_ones(self, store: Store) -> None:
        [first] = await add(store, price_alert("a"))
        async with store.unit_of_work() as uow:
            assert await uow.price_alerts.add(price_alert("b"), limit=1) is None
            await uow.price_alerts.put(first.expire(at=AT))
            assert await uow.price_alerts.add(price_alert("c"), limit=1) is not None

    async def test_the_watched_assets_are_those_of_active_ones(self, store: Store) -> None:
        made = await add(
            store, price_alert("b", BEN), price_alert("a"), price_alert("coin", asset=COIN), price_alert("c")
        )
        trigger = Trigger(Decimal(151), AT.date(), Decimal("7.5"))
        async with store.unit_of_work() as uow:
            fired = await uow.price_alerts.put(made[3].fire(trigger, synthetic=False, at=AT))
            await uow.price_alerts.put(made[2].expire(at=AT))
        async with store.snapshot() as uow:
            assert await uow.price_alerts.get(fired.id) == fired
            assert list(await uow.price_alerts.watched()) == [NVDA]
            assert await uow.price_alerts.active(NVDA) == (made[1], made[0])
            assert await uow.price_alerts.active(COIN) == ()

    async def test_one_that_was_written_or_deleted_meanwhile_is_stale(self, store: Store) -> None:
        first, second = await add(store, price_alert("a"), price_alert("b"))
        async with store.unit_of_work() as uow:
            await uow.price_alerts.put(first.expire(at=AT))
            await uow.price_alerts.delete(second.id)
        for stored in (first, second):
            with pytest.raises(Stale):
                async with store.unit_of_work() as uow:
                    await uow.price_alerts.put(stored.expire(at=AT))
        async with store.snapshot() as uow:
            assert await uow.price_alerts.count(ANN) == 1

    async def test_those_that_ended_long_ago_are_deleted_the_oldest_first(self, store: Store) -> None:
        made = await add(store, *(price_alert(id) for id in "abcd"))
        async with store.unit_of_work() as uow:
            for minutes, alert in enumerate(made[:3]):
                await uow.price_alerts.put(alert.expire(at=AT + timedelta(minutes=minutes)))
        async with store.unit_of_work() as uow:
            assert await uow.price_alerts.delete_ended_before(AT + timedelta(minutes=2), 1) == 1
            assert await uow.price_alerts.delete_ended_before(AT + timedelta(minutes=2), 10) == 1
            left = await uow.price_alerts.of(ANN, limit=10)
        assert {alert.id for alert in left} == {made[2].id, made[3].id}
