"""The contract of the money part of a store: subclass `MoneyStoreSuite` and give a store."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import EntryId, OrderId, RecommendationId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Account, Asset, Entry, EntryKind
from tradecore.model.orders import Order, RestingOrder, order_id_for
from tradecore.model.recommendations import Level, Recommendation, RecommendationState
from tradecore.model.steps import Action
from tradecore.ports.store_money import MoneyRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2024, 10, 10, 12, 30, 0, 123456, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
ACME = Asset(Symbol("ACME"), AssetType.EQUITY)
ORDER = OrderId("tradecore-r")
EXACT = Decimal("0.1000000000000001")
State = RecommendationState


def recommendation(id: str = "r", user: UserId = ANN, minutes: int = 0) -> Recommendation:
    """A pending recommendation."""
    at = AT + timedelta(minutes=minutes)
    return Recommendation(
        RecommendationId(id), user, ACME, Action.BUY, Decimal("7.8"), Decimal(5), EXACT, Decimal("0.09"), Decimal(150),
        "Strong fundamentals with AI integration...", at, at + timedelta(hours=6),
    )  # fmt: skip


def order(id: str = "r", user: UserId = ANN, minutes: int = 0) -> Order:
    """A pending order of a recommendation."""
    of = RecommendationId(id)
    at = AT + timedelta(minutes=minutes)
    return Order(order_id_for(of), user, of, ACME, Action.BUY, Decimal(3), EXACT, at)


async def put(store: Transactions[MoneyRepositories], *found: Recommendation | Order) -> None:
    """Store entities as they are, in one unit of work."""
    async with store.unit_of_work() as uow:
        for each in found:
            if isinstance(each, Order):
                await uow.orders.put(Change(each))
            else:
                await uow.recommendations.put(Change(each))


class MoneyStoreSuite:
    """What every store of accounts, recommendations and orders promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[MoneyRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_money_comes_back_as_it_was_put_digit_by_digit(self, store: Transactions[MoneyRepositories]) -> None:
        entry = Entry(EntryId("e"), ANN, EntryKind.FILL, AT, -EXACT, ACME, EXACT, EXACT, ORDER, "a note")
        report = ExecutionReport(
            BrokerStatus.FILLED, Decimal("0.00000001"), Decimal("0.12345678"), Decimal("0.01"), "why"
        )
        async with store.unit_of_work() as uow:
            account = await uow.accounts.put(Change(Account(ANN, AT)))
            kept = await uow.recommendations.put(Change(recommendation()))
            placed = await uow.orders.put(Change(order()))
            await uow.ledger.add(entry)
            await uow.paper_orders.add(ORDER, report)
        async with store.snapshot() as uow:
            assert await uow.accounts.find(ANN) == account == Account(ANN, AT, version=1)
            assert await uow.recommendations.get(RecommendationId("r"), owner=ANN) == kept
            assert kept == evolve(recommendation(), version=1)
            assert await uow.orders.find(ORDER) == placed == evolve(order(), version=1)
            assert await uow.ledger.entries(ANN) == (entry,)
            assert await uow.ledger.has(entry)
            assert await uow.paper_orders.find(ORDER) == report

    async def test_nothing_is_there_before_it_was_put_nor_for_somebody_else(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        await put(store, recommendation())
        async with store.snapshot() as uow:
            assert await uow.accounts.find(ANN) is None
            assert await uow.ledger.entries(ANN) == ()
            assert await uow.orders.find(ORDER) is None
            assert await uow.paper_orders.find(ORDER) is None
            for id, owner in (("r", BEN), ("x", ANN), ("x", None)):
                with pytest.raises(NotFound):
                    await uow.recommendations.get(RecommendationId(id), owner=owner)

    async def test_the_users_with_entries_are_listed_once_each(self, store: Transactions[MoneyRepositories]) -> None:
        async with store.unit_of_work() as uow:
            assert await uow.ledger.users() == ()
            for id, user in (("1", BEN), ("2", ANN), ("3", BEN)):
                await uow.ledger.add(Entry.deposit(EntryId(id), user, Decimal(1), at=AT))
        async with store.snapshot() as uow:
            assert await uow.ledger.users() == tuple(sorted((ANN, BEN)))

    async def test_entries_keep_the_order_of_writing_and_each_is_written_once(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        entries = [Entry.deposit(EntryId(f"e{9 - n}"), ANN, Decimal(n + 1), at=AT) for n in range(5)]
        for entry in entries:
            async with store.unit_of_work() as uow:
                await uow.ledger.add(entry)
                await uow.ledger.add(evolve(entry, id=EntryId(f"{entry.id}-ben"), user=BEN))
        async with store.snapshot() as uow:
            assert await uow.ledger.entries(ANN) == tuple(entries)
            assert len(await uow.ledger.entries(BEN)) == 5
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.ledger.add(entries[0])
        async with store.snapshot() as uow:
            assert await uow.ledger.entries(ANN) == tuple(entries)

    async def test_the_slower_of_two_writers_of_an_account_is_stale(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        async with store.unit_of_work() as uow:
            account = await uow.accounts.put(Change(Account(ANN, AT)))
            await uow.accounts.put(Change(account))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.accounts.put(Change(account))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.accounts.put(Change(Account(ANN, AT)))

    async def test_a_paper_order_is_written_once(self, store: Transactions[MoneyRepositories]) -> None:
        report = ExecutionReport(BrokerStatus.FILLED, Decimal(1), Decimal(1))
        async with store.unit_of_work() as uow:
            await uow.paper_orders.add(ORDER, report)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.paper_orders.add(ORDER, evolve(report, filled=Decimal(2)))
        async with store.snapshot() as uow:
            assert await uow.paper_orders.find(ORDER) == report

    async def test_an_open_paper_order_rests_until_it_ends_once(self, store: Transactions[MoneyRepositories]) -> None:
        resting = RestingOrder(order("a"), AT.date())
        filled = ExecutionReport(BrokerStatus.FILLED, Decimal(3), Decimal(1))
        async with store.unit_of_work() as uow:
            assert await uow.paper_orders.resting(ORDER) is None
            await uow.paper_orders.add(ORDER, ExecutionReport(BrokerStatus.ACCEPTED), resting=resting)
        async with store.unit_of_work() as uow:
            assert await uow.paper_orders.resting(ORDER) == resting
            await uow.paper_orders.end(ORDER, filled)
        async with store.snapshot() as uow:
            assert await uow.paper_orders.resting(ORDER) is None
            assert await uow.paper_orders.find(ORDER) == filled
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.paper_orders.end(ORDER, ExecutionReport(BrokerStatus.REFUSED))

    async def test_guarded_purchases_are_those_that_are_to_have_an_exit_order(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        await put(store, order("a"), order("b", BEN), order("c"))
        async with store.unit_of_work() as uow:
            for id in "abc":
                placed = await uow.orders.find(order_id_for(RecommendationId(id)))
                assert placed
                await uow.orders.put(placed.guard(id != "c"))
        async with store.snapshot() as uow:
            assert [each.recommendation for each in await uow.orders.guarded()] == ["a", "b"]
            assert [each.recommendation for each in await uow.orders.guarded(ANN)] == ["a"]

    async def test_recommendations_come_newest_first_and_by_state(self, store: Transactions[MoneyRepositories]) -> None:
        await put(store, *(recommendation(id, minutes=n) for n, id in enumerate("bac")), recommendation("z", BEN, 9))
        async with store.unit_of_work() as uow:
            found = await uow.recommendations.get(RecommendationId("a"))
            await uow.recommendations.put(found.reject("no", at=AT))
        async with store.snapshot() as uow:

            async def ids(*states: State, limit: int = 9) -> list[str]:
                return [each.id for each in await uow.recommendations.of(ANN, frozenset(states), limit)]

            assert await ids(State.PENDING) == ["c", "b"]
            assert await ids(State.REJECTED) == ["a"]
            assert await ids(*State) == ["c", "a", "b"]
            assert await ids(*State, limit=2) == ["c", "a"]
            assert await ids(State.EXPIRED) == []

    async def test_expired_recommendations_are_due_while_they_are_pending(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        await put(store, recommendation("late"), recommendation("later", minutes=5), recommendation("young", minutes=9))
        over = AT + timedelta(hours=6, minutes=5)
        async with store.snapshot() as uow:
            assert await uow.recommendations.due(AT + timedelta(hours=6) - timedelta(microseconds=1), 9) == ()
            assert [each.id for each in await uow.recommendations.due(over, 9)] == ["late", "later"]
            assert [each.id for each in await uow.recommendations.due(over, 1)] == ["late"]
        async with store.unit_of_work() as uow:
            late = await uow.recommendations.get(RecommendationId("late"))
            await uow.recommendations.put(late.begin(ORDER, at=AT))
        async with store.snapshot() as uow:
            assert [each.id for each in await uow.recommendations.due(over, 9)] == ["later"]

    async def test_live_recommendations_are_those_whose_levels_are_watched(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        live = [evolve(recommendation(id, user), live=True) for id, user in (("a", ANN), ("b", BEN), ("c", ANN))]
        await put(store, *live, recommendation("d"))
        async with store.unit_of_work() as uow:
            crossed = await uow.recommendations.get(RecommendationId("a"))
            await uow.recommendations.put(crossed.cross(Level.STOP, EXACT, AT.date(), at=AT))
            gone = await uow.recommendations.get(RecommendationId("c"))
            await uow.recommendations.put(gone.close_levels())
        async with store.snapshot() as uow:
            assert [each.id for each in await uow.recommendations.live()] == ["a", "b"]
            assert [each.id for each in await uow.recommendations.live(ANN)] == ["a"]

    async def test_unsettled_orders_are_open_or_unknown_since_a_time(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        await put(store, *(order(id, minutes=n) for n, id in enumerate("abcd")), order("e", BEN, 9))
        async with store.unit_of_work() as uow:
            accepted = ExecutionReport(BrokerStatus.ACCEPTED)
            filled = ExecutionReport(BrokerStatus.FILLED, Decimal(3), Decimal(1))
            for id, report in (("b", accepted), ("c", filled)):
                placed = await uow.orders.find(order_id_for(RecommendationId(id)))
                assert placed
                await uow.orders.put(placed.apply_report(report, at=placed.at)[0])
            lost = await uow.orders.find(order_id_for(RecommendationId("d")))
            assert lost
            await uow.orders.put(lost.mark_unknown(at=AT + timedelta(minutes=20)))

        async with store.snapshot() as uow:

            async def found(minutes: int, user: UserId | None = None) -> list[str]:
                since = AT + timedelta(minutes=minutes)
                return [each.recommendation for each in await uow.orders.unsettled(unknown_since=since, user=user)]

            assert await found(20) == ["a", "b", "e", "d"]
            assert await found(21) == ["a", "b", "e"]
            assert await found(20, ANN) == ["a", "b", "d"]

    async def test_an_order_that_is_being_cancelled_is_unsettled(self, store: Transactions[MoneyRepositories]) -> None:
        await put(store, order("a"))
        async with store.unit_of_work() as uow:
            placed = await uow.orders.find(order_id_for(RecommendationId("a")))
            assert placed
            accepted = await uow.orders.put(placed.apply_report(ExecutionReport(BrokerStatus.ACCEPTED), at=AT)[0])
            cancelling = await uow.orders.put(accepted.request_cancellation(at=AT))
        async with store.snapshot() as uow:
            assert await uow.orders.unsettled(unknown_since=AT) == (cancelling,)

    async def test_orders_of_a_user_come_newest_first_and_in_pages(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        await put(store, *(order(id, minutes=n) for n, id in enumerate("abcd")), order("e", BEN, 9))
        async with store.snapshot() as uow:
            assert [each.recommendation for each in await uow.orders.of(ANN, 10)] == ["d", "c", "b", "a"]
            assert [each.recommendation for each in await uow.orders.of(ANN, 2, 1)] == ["c", "b"]
            assert (await uow.orders.count(ANN), await uow.orders.count(BEN)) == (4, 1)

    async def test_concurrent_writers_of_one_account_spend_its_cash_once(
        self, store: Transactions[MoneyRepositories]
    ) -> None:
        async with store.unit_of_work() as uow:
            await uow.accounts.put(Change(Account(ANN, AT)))
            await uow.ledger.add(Entry.deposit(EntryId("d"), ANN, Decimal(100), at=AT))

        async def spend(n: int) -> bool:
            async with store.unit_of_work() as uow:
                account = await uow.accounts.find(ANN)
                assert account
                left = sum(each.cash for each in await uow.ledger.entries(ANN))
                await asyncio.sleep(0)
                if left < 30:
                    return False
                await uow.ledger.add(Entry.withdrawal(EntryId(f"w{n}"), ANN, Decimal(30), at=AT))
                await uow.accounts.put(Change(account))
                return True

        spent = await asyncio.gather(*(spend(n) for n in range(8)), return_exceptions=True)
        assert [each for each in spent if each is True] == [True] * 3
        assert all(each is False or isinstance(each, Stale) for each in spent if each is not True)
