"""Accounts at brokers: whose orders go where, and when an account can be given or taken."""

from collections.abc import AsyncIterator

import pytest
from attrs import evolve

from broker_venues import BEN, Venue, Venues, floor_of_two, give, open_venues
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound, Unavailable
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import UserId
from tradecore.model.orders import OrderState
from tradecore.model.users import Caller
from tradecore.use_cases.broker_accounts import FindBrokerAccount, ReencryptCredentials, TakeBrokerAccount, UserBroker
from tradecore_adapters.identity.encryption import Encryption
from trading_floor import ANN, Floor, ScriptedBroker


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with floor_of_two() as made:
        yield made


@pytest.fixture
def venues(floor: Floor) -> Venues:
    return open_venues(floor)


def common(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, UserBroker)
    assert isinstance(floor.broker.common, ScriptedBroker)
    return floor.broker.common


async def test_orders_go_to_the_account_of_their_user_and_those_of_all_others_to_the_common_broker(
    floor: Floor, venues: Venues
) -> None:
    await give(floor, venues)
    for caller in (ANN, BEN):
        order = await floor.execute((await floor.recommend(user=caller)).id, by=caller, exits=ExitPolicy.BRACKET)
        assert order.state is OrderState.FILLED
    assert {order.user for order in venues.opened["ann"].placed.values()} == {ANN.user}
    assert {order.user for order in common(floor).placed.values()} == {BEN.user}
    # The purchase and its exits.
    assert len(venues.opened["ann"].placed) == len(common(floor).placed) == 2


async def test_an_open_order_is_looked_up_and_cancelled_where_it_is(floor: Floor, venues: Venues) -> None:
    await give(floor, venues)
    wanted = await floor.recommend()
    venues.opened["ann"].behaviour = "accept"
    order = await floor.execute(wanted.id, by=ANN)
    await floor.reconcile()
    assert (await floor.cancel(order.id, by=ANN)).state is OrderState.CANCELLED
    assert venues.opened["ann"].cancels == [order.id]
    assert common(floor).cancels == []


async def test_an_account_can_be_neither_given_nor_taken_while_orders_are_open(floor: Floor, venues: Venues) -> None:
    common(floor).behaviour = "accept"
    order = await floor.execute((await floor.recommend()).id, by=ANN)
    with pytest.raises(IllegalMove, match="open orders"):
        await give(floor, venues)
    await floor.cancel(order.id, by=ANN)
    await give(floor, venues)
    floor.pass_time(minutes=2)
    await floor.execute((await floor.recommend()).id, by=ANN, exits=ExitPolicy.BRACKET)
    with pytest.raises(IllegalMove, match="open orders"):
        await TakeBrokerAccount(floor.store, floor.now)("ann@example.com")


async def test_the_same_account_can_be_given_again_while_orders_are_open(floor: Floor, venues: Venues) -> None:
    await give(floor, venues)
    order = await floor.execute((await floor.recommend()).id, by=ANN, exits=ExitPolicy.BRACKET)
    assert order.guarded
    await give(floor, venues)
    venues.opened["ann"].number = "2"
    with pytest.raises(IllegalMove, match="open orders"):
        await give(floor, venues)


async def test_an_account_without_a_number_is_never_taken_for_the_same(floor: Floor, venues: Venues) -> None:
    venues.opened["ann"] = Venue(floor.market, number="")
    await give(floor, venues)
    await floor.execute((await floor.recommend()).id, by=ANN, exits=ExitPolicy.BRACKET)
    with pytest.raises(IllegalMove, match="open orders"):
        await give(floor, venues)


@pytest.mark.parametrize("owner", ["Ann@Example.com", "ann"])
async def test_the_account_of_the_installation_is_that_of_its_owner_and_all_others_trade_on_paper(
    owner: str, floor: Floor
) -> None:
    paper, account = ScriptedBroker(floor.market), ScriptedBroker(floor.market, name="venue")
    floor.broker = UserBroker(floor.store, paper, Venues(floor).open, of_owner=account, owner=owner)
    assert floor.broker.name == "venue"
    for caller in (ANN, BEN, Caller(UserId("local"))):
        await floor.execute((await floor.recommend(user=caller)).id, by=caller)
    assert {order.user for order in account.placed.values()} == {ANN.user}
    assert {order.user for order in paper.placed.values()} == {BEN.user, UserId("local")}


async def test_nobody_trades_on_the_account_of_an_owner_who_does_not_exist(floor: Floor) -> None:
    account = ScriptedBroker(floor.market)
    floor.broker = UserBroker(
        floor.store, floor.broker, Venues(floor).open, of_owner=account, owner="carol@example.com"
    )
    await floor.execute((await floor.recommend()).id, by=ANN)
    assert account.placed == {}


async def test_credentials_are_encrypted_with_the_current_secret_all_or_none(floor: Floor, venues: Venues) -> None:
    for name in ("ann", "ben"):
        await give(floor, venues, name)
    former, both = Encryption(lambda: ["former"]), Encryption(lambda: ["new", "former"])
    async with floor.store.unit_of_work() as uow:
        for account in await uow.broker_accounts.all():
            await uow.broker_accounts.put(Change(evolve(account, credentials=former.encrypt("key", account.id))))
    reencrypt = ReencryptCredentials(floor.store, both.reencrypt)
    assert [await reencrypt(), await reencrypt()] == [2, 0]
    async with floor.store.snapshot() as uow:
        accounts = await uow.broker_accounts.all()
    current = Encryption(lambda: ["new"])
    assert [current.decrypt(account.credentials, account.id) for account in accounts] == ["key", "key"]
    async with floor.store.unit_of_work() as uow:
        await uow.broker_accounts.put(Change(evolve(accounts[1], credentials=former.encrypt("key", accounts[1].id))))
    with pytest.raises(Unavailable, match="the secret of the installation has changed"):
        await ReencryptCredentials(floor.store, Encryption(lambda: ["newest", "new"]).reencrypt)()
    async with floor.store.snapshot() as uow:
        assert (await uow.broker_accounts.all())[0] == accounts[0]


async def test_an_account_that_was_taken_is_gone(floor: Floor, venues: Venues) -> None:
    find = FindBrokerAccount(floor.store)
    assert await find("ann@example.com") is None
    await give(floor, venues)
    given = await find("Ann@Example.com")
    assert given is not None
    assert (given.setting, given.credentials) == ("venue:paper", "encrypted for ann")
    for _ in range(2):
        await TakeBrokerAccount(floor.store, floor.now)("ann@example.com")
    assert await find("ann@example.com") is None
    await floor.execute((await floor.recommend()).id, by=ANN)
    assert len(common(floor).placed) == 1


async def test_an_account_that_cannot_be_read_is_not_given(floor: Floor, venues: Venues) -> None:
    venues.opened["ann"] = Venue(floor.market, unreadable=True)
    with pytest.raises(Unavailable, match="not accepted"):
        await give(floor, venues)
    assert await FindBrokerAccount(floor.store)("ann@example.com") is None
    with pytest.raises(NotFound):
        await give(floor, venues, "nobody")
