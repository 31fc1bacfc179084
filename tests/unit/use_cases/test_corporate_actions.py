"""Splits and dividends of what is held are booked once, and a jump without a split is no loss."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from attrs import define, evolve, field

from tradecore.model.alerts import AlertKind
from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.errors import Unavailable
from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.money import Asset, Entry, EntryKind
from tradecore.model.position_import import ImportedPosition
from tradecore.model.price_rows import Split
from tradecore.model.users import Caller
from tradecore.model.valuation import AiStatus, Portfolio
from tradecore.use_cases.alerts import ListAlerts
from tradecore.use_cases.corporate_actions import BookCorporateActions, WatchPrices
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions
from trading_floor import ACME, ANN, FakeMarket, Floor, open_paper_floor

CASH = Decimal(100_000)
TEN = Decimal(10)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """Ann holds 15 ACME at 85, which are worth 100 each."""
    async with open_paper_floor() as made:
        take = ImportPositions(made.store, made.now, CASH)
        await take([ImportedPosition(ACME, Decimal(15), Decimal(85))], by=ANN)
        yield made


async def portfolio(floor: Floor) -> Portfolio:
    return await GetPortfolio(floor.store, floor.market, floor.now, CASH, timedelta(days=7), floor.settle)(by=ANN)


async def booked(floor: Floor, kind: EntryKind) -> list[Entry]:
    async with floor.store.snapshot() as uow:
        return [entry for entry in await uow.ledger.entries(ANN.user) if entry.kind is kind]


async def alerts(floor: Floor) -> list[tuple[AlertKind, str]]:
    page = await ListAlerts(floor.store)(by=ANN)
    return [(alert.kind, alert.message) for alert in page.alerts]


def split(floor: Floor, ratio: Decimal = TEN) -> date:
    """The day after tomorrow ACME is split, and its price is divided."""
    floor.pass_time(days=2)
    day = floor.time.date()
    fake_market(floor).splits.append(Split(day, ratio))
    fake_market(floor).prices[ACME] /= ratio
    return day


def fake_market(floor: Floor) -> FakeMarket:
    assert isinstance(floor.market, FakeMarket)
    return floor.market


async def test_a_position_keeps_its_value_through_a_split(floor: Floor) -> None:
    before = await portfolio(floor)
    day = split(floor)
    after = await portfolio(floor)
    assert after.total_value == before.total_value
    held = after.holdings[0]
    assert (held.position.quantity, held.position.average_price, held.gain) == (150, Decimal("8.5"), 225)
    assert await alerts(floor) == [
        (AlertKind.POSITION_SPLIT, f"ACME was split on {day}, 10 for 1: 135 units were added.")
    ]


async def test_a_reverse_split_takes_units_and_keeps_the_value(floor: Floor) -> None:
    before = await portfolio(floor)
    split(floor, Decimal("0.2"))
    after = await portfolio(floor)
    assert after.holdings[0].position.quantity == 3
    assert after.total_value == before.total_value


async def test_a_split_is_booked_once_however_often_it_is_looked_for(floor: Floor) -> None:
    split(floor)
    book = BookCorporateActions(floor.store, floor.market, floor.now, floor.settle)
    assert await book() == 1
    assert await book() == 0
    await portfolio(floor)
    assert len(await booked(floor, EntryKind.SPLIT)) == 1


async def test_two_processes_book_a_split_once(floor: Floor) -> None:
    split(floor)

    @define
    class Together(FakeMarket):
        """A market that answers when both have asked, so that neither sees the entry of the other."""

        barrier: asyncio.Barrier = field(factory=lambda: asyncio.Barrier(2))

        async def corporate_actions(
            self, symbol: Symbol, asset_type: AssetType, since: date, until: date
        ) -> CorporateActions:
            await self.barrier.wait()
            return await FakeMarket.corporate_actions(self, symbol, asset_type, since, until)

    market = Together(prices=fake_market(floor).prices, splits=fake_market(floor).splits)
    both = [BookCorporateActions(floor.store, market, floor.now, floor.settle).of(ANN.user) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == [0, 1]
    assert len(await booked(floor, EntryKind.SPLIT)) == 1


async def test_units_bought_after_the_split_are_not_split(floor: Floor) -> None:
    split(floor)
    floor.pass_time(days=1)
    take = ImportPositions(floor.store, floor.now, CASH)
    await take([ImportedPosition(ACME, Decimal(5), TEN)], by=ANN)
    assert (await portfolio(floor)).holdings[0].position.quantity == 155


async def test_an_order_after_a_split_is_sized_by_the_units_after_it(floor: Floor) -> None:
    before = await portfolio(floor)
    split(floor)
    recommendation = await floor.recommend(entry=TEN, stop=Decimal(9), target=Decimal(12))
    order = await floor.execute(recommendation.id, by=ANN)
    assert len(await booked(floor, EntryKind.SPLIT)) == 1
    assert order.quantity == int(before.total_value * recommendation.position_size / 100 / TEN)


async def test_a_dividend_is_cash_for_the_units_held_before_its_ex_date(floor: Floor) -> None:
    before = await portfolio(floor)
    floor.pass_time(days=2)
    fake_market(floor).dividends.append(Dividend(floor.time.date(), Decimal("0.25")))
    fake_market(floor).prices[ACME] -= Decimal("0.25")
    after = await portfolio(floor)
    assert after.total_value == before.total_value
    assert [entry.cash for entry in await booked(floor, EntryKind.DIVIDEND)] == [Decimal("3.75")]
    assert after.book.realised == Decimal("3.75")
    assert after.book.cash + after.book.positions[ACME].cost == after.book.contributed + after.book.realised
    floor.pass_time(days=1)
    assert (await portfolio(floor)).book == after.book


async def test_a_dividend_on_the_day_of_purchase_belongs_to_the_seller(floor: Floor) -> None:
    fake_market(floor).dividends.append(Dividend(floor.time.date(), Decimal("0.25")))
    await portfolio(floor)
    assert await booked(floor, EntryKind.DIVIDEND) == []


async def test_a_dividend_in_another_currency_is_not_booked(floor: Floor) -> None:
    floor.pass_time(days=2)
    fake_market(floor).dividends.append(Dividend(floor.time.date(), Decimal("0.25")))
    floor.market = evolve(fake_market(floor), currency="EUR")
    await portfolio(floor)
    assert await booked(floor, EntryKind.DIVIDEND) == []


async def test_a_symbol_that_cannot_be_read_does_not_keep_others_from_being_booked(floor: Floor) -> None:
    other = Asset(Symbol("OTHER"), AssetType.EQUITY)
    ben = Caller(UserId("ben"))
    await ImportPositions(floor.store, floor.now, CASH)([ImportedPosition(other, TEN, TEN)], by=ben)
    split(floor)

    @define
    class HalfDown(FakeMarket):
        async def corporate_actions(
            self, symbol: Symbol, asset_type: AssetType, since: date, until: date
        ) -> CorporateActions:
            if symbol == ACME.symbol:
                raise Unavailable("The market does not answer.")
            return await FakeMarket.corporate_actions(self, symbol, asset_type, since, until)

    market = HalfDown(prices={**fake_market(floor).prices, other: TEN}, splits=fake_market(floor).splits)
    with pytest.raises(Unavailable, match="does not answer"):
        await BookCorporateActions(floor.store, market, floor.now, floor.settle)()
    async with floor.store.snapshot() as uow:
        kinds = {user: [entry.kind for entry in await uow.ledger.entries(user)] for user in (ANN.user, ben.user)}
    assert [EntryKind.SPLIT in kinds[user] for user in kinds] == [False, True]


@define
class Jumping(FakeMarket):
    """A market whose price fell to a tenth overnight, `days_ago`, and that knows of no split."""

    days_ago: int = 0

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        bars = []
        for back in reversed(range(min(count, 20))):
            price = Decimal(100) if back > self.days_ago else TEN
            bars.append(Bar(as_of - timedelta(days=back), price, price, price, price, Decimal(1)))
        return Bars(symbol, PriceSource("prices of a test"), tuple(bars))


@pytest.mark.parametrize(("days_ago", "suspected"), [(0, True), (4, True), (5, False)])
async def test_a_jump_without_a_split_is_an_alert_and_no_loss(floor: Floor, days_ago: int, suspected: bool) -> None:
    floor.pass_time(days=10)
    floor.market = Jumping(prices={ACME: TEN}, days_ago=days_ago)
    watch = WatchPrices(floor.store, floor.market, floor.now)
    assert await watch() == suspected
    assert await watch() == 0
    found = await portfolio(floor)
    assert [held.position.asset for held in found.unpriced] == ([ACME] if suspected else [])
    if suspected:
        assert found.holdings[0].status is AiStatus.ALERT
        assert found.total_return == 0
        assert "looks like a 10-for-1 split" in (await alerts(floor))[0][1]


async def test_once_the_split_is_known_the_position_has_its_value_again(floor: Floor) -> None:
    before = await portfolio(floor)
    floor.pass_time(days=10)
    day = floor.time.date()
    floor.market = Jumping(prices={ACME: TEN}, days_ago=0)
    assert (await portfolio(floor)).unpriced
    floor.market = evolve(floor.market, splits=[Split(day, TEN)])
    after = await portfolio(floor)
    assert not after.unpriced
    assert after.total_value == before.total_value


def test_entries_of_actions_are_dated_by_their_ex_date() -> None:
    day = date(2024, 6, 10)
    entry = Entry.split(ANN.user, ACME, Decimal("1.5"), Split(day, TEN))
    assert entry.at == datetime.combine(day, time.min, UTC)
    assert entry.quantity == Decimal("13.5")
    third = Entry.split(ANN.user, ACME, Decimal(1), Split(day, Decimal(1) / 3))
    assert third.quantity == Decimal("-0.66666667")


async def test_the_ledgers_of_many_users_are_read_in_parts_and_the_market_is_read_once(floor: Floor) -> None:
    take = ImportPositions(floor.store, floor.now, CASH)
    for number in range(220):
        caller = Caller(UserId(f"user {number:03}"))
        await take([ImportedPosition(ACME, Decimal(15), Decimal(85))], by=caller)
    split(floor)

    @define
    class Counting(FakeMarket):
        """A market that counts its calls."""

        calls: int = 0

        async def corporate_actions(
            self, symbol: Symbol, asset_type: AssetType, since: date, until: date
        ) -> CorporateActions:
            self.calls += 1
            return await FakeMarket.corporate_actions(self, symbol, asset_type, since, until)

    market = Counting(fake_market(floor).prices, splits=fake_market(floor).splits)
    book = BookCorporateActions(floor.store, market, floor.now, floor.settle)
    assert (await book(), market.calls) == (221, 1)
