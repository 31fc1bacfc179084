"""Reconciling positions: what is told where an account at a broker differs from the ledger of its user."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from broker_venues import BEN, Venue, Venues, floor_of_two, give, open_venues
from tradecore.model.alerts import AlertKind
from tradecore.model.errors import Unavailable
from tradecore.model.ledger import book
from tradecore.model.orders import OrderState
from tradecore.model.steps import Action
from tradecore.ports.store import Store
from tradecore.use_cases.broker_accounts import UserBroker
from tradecore.use_cases.outside_trades import BookOutsideTrade
from tradecore.use_cases.reconcile_positions import ReconcilePositions
from tradecore_adapters.store.sqlite import SqliteStore
from trading_floor import ACME, ANN, Floor, ScriptedBroker


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with floor_of_two() as made:
        yield made


@pytest.fixture
def venues(floor: Floor) -> Venues:
    return open_venues(floor)


async def reconcile_positions(floor: Floor) -> int:
    assert isinstance(floor.broker, UserBroker)
    return await ReconcilePositions(floor.store, floor.now, floor.broker)()


async def differences(floor: Floor) -> list[str]:
    await reconcile_positions(floor)
    async with floor.store.snapshot() as uow:
        alerts = await uow.alerts.of(ANN.user, limit=9, offset=0)
    return [alert.message.partition(". ")[0] for alert in alerts if alert.kind is AlertKind.POSITION_DIFFERS]


async def test_positions_that_differ_from_the_ledger_are_told_once(floor: Floor, venues: Venues) -> None:
    await give(floor, venues)
    await floor.execute((await floor.recommend()).id, by=ANN)
    venue = venues.opened["ann"]
    venue.held = {ACME: Decimal(50)}
    assert await differences(floor) == []
    venue.held = {ACME: Decimal(48)}
    expected = ["The account at venue:paper holds 48 ACME, and the portfolio 50"]
    assert await differences(floor) == expected
    assert await differences(floor) == expected
    venue.held = {}
    assert len(await differences(floor)) == 2


async def test_a_position_with_an_open_order_is_not_compared(floor: Floor, venues: Venues) -> None:
    await give(floor, venues)
    venue = venues.opened["ann"]
    venue.behaviour = "accept"
    order = await floor.execute((await floor.recommend()).id, by=ANN)
    venue.held = {ACME: Decimal(20)}
    assert await differences(floor) == []
    await floor.cancel(order.id, by=ANN)
    floor.pass_time(seconds=timedelta(minutes=1).total_seconds())
    assert len(await differences(floor)) == 1


async def test_the_account_of_the_installation_is_compared_with_the_ledger_of_its_owner(floor: Floor) -> None:
    account = Venue(floor.market, name="venue", held={ACME: Decimal(7)})
    venues = Venues(floor)
    floor.broker = UserBroker(floor.store, floor.broker, venues.open, of_owner=account, owner="ann@example.com")
    assert await differences(floor) == ["The account at venue holds 7 ACME, and the portfolio 0"]
    # Her orders go elsewhere from now on.
    await give(floor, venues)
    account.held = {}
    assert await reconcile_positions(floor) == 0
    floor.broker = UserBroker(floor.store, floor.broker, venues.open, of_owner=account, owner="nobody@example.com")
    assert await reconcile_positions(floor) == 0


async def test_F52_an_order_that_a_restored_database_lacks_is_told_and_booked_when_it_is_sent_again(
    floor: Floor,
) -> None:
    account = Venue(floor.market, name="venue")

    def owned(store: Store) -> UserBroker:
        return UserBroker(store, ScriptedBroker(floor.market), Venues(floor).open, of_owner=account, owner="ann")

    floor.broker = owned(floor.store)
    order = await floor.execute((await floor.recommend()).id, by=ANN)
    account.held = {ACME: order.filled}
    async with SqliteStore(None) as backup:
        # The recommendation was in the backup, and its order was not.
        restored = Floor(backup, floor.market, owned(backup))
        recommendation = await restored.recommend()
        assert await differences(restored) == [f"The account at venue holds {order.filled} ACME, and the portfolio 0"]
        again = await restored.execute(recommendation.id, by=ANN)
        assert (again.id, again.state, again.filled) == (order.id, OrderState.FILLED, order.filled)
        assert list(account.placed) == [order.id]
        assert await reconcile_positions(restored) == 0


async def test_F52_a_trade_whose_recommendation_a_restored_database_lacks_is_booked_by_hand(floor: Floor) -> None:
    account = Venue(floor.market, name="venue")
    floor.broker = UserBroker(
        floor.store, ScriptedBroker(floor.market), Venues(floor).open, of_owner=account, owner="ann"
    )
    order = await floor.execute((await floor.recommend()).id, by=ANN)
    assert order.average_price
    account.held = {ACME: order.filled}
    async with SqliteStore(None) as backup:
        broker = UserBroker(backup, ScriptedBroker(floor.market), Venues(floor).open, of_owner=account, owner="ann")
        restored = Floor(backup, floor.market, broker)
        assert len(await differences(restored)) == 1
        trade = BookOutsideTrade(backup, floor.now, lambda: "1", floor.rules.opening_cash, floor.rules.costs)
        booked = await trade(Action.BUY, ACME, order.filled, order.average_price, by=ANN, fee=order.fee)
        async with floor.store.snapshot() as uow:
            before = book(await uow.ledger.entries(ANN.user))
        assert booked.cash == before.cash
        assert booked.held(ACME) == before.held(ACME) == order.filled
        floor.pass_time(minutes=5)
        assert await reconcile_positions(restored) == 0
        assert len(account.submits) == 1


async def test_an_account_that_cannot_be_read_keeps_no_other_from_being_compared(floor: Floor, venues: Venues) -> None:
    for name in ("ann", "ben"):
        await give(floor, venues, name)
    venues.opened["ann"].unreadable = True
    venues.opened["ben"].held = {ACME: Decimal(1)}
    with pytest.raises(Unavailable):
        await reconcile_positions(floor)
    async with floor.store.snapshot() as uow:
        assert await uow.alerts.count(BEN.user) == 1
