"""The contract of the spending of a store: subclass `SpendingSuite` and give a store."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.usage import Call
from tradecore.ports.store_analyses import AnalysisRepositories
from tradecore.ports.store_transactions import Transactions

ANN, BEN = UserId("ann"), UserId("ben")
TODAY, TOMORROW = date(2024, 10, 10), date(2024, 10, 11)
ONE, CAP = Decimal(1), Decimal("2.5")


async def reserve(
    store: Transactions[AnalysisRepositories], id: str, user: UserId = ANN, day: date = TODAY, amount: Decimal = ONE
) -> bool:
    """Reserve an amount under the cap of the tests."""
    async with store.unit_of_work() as uow:
        return await uow.spending.reserve(AnalysisId(id), user, day, amount, cap=CAP)


async def book(
    store: Transactions[AnalysisRepositories], id: str, cost: str, user: UserId = ANN, day: date = TODAY
) -> None:
    """Book a cost."""
    async with store.unit_of_work() as uow:
        await uow.spending.book(AnalysisId(id), user, day, Decimal(cost))


async def release(store: Transactions[AnalysisRepositories], id: str) -> None:
    """Release a reservation."""
    async with store.unit_of_work() as uow:
        await uow.spending.release(AnalysisId(id))


async def spent(store: Transactions[AnalysisRepositories], user: UserId = ANN, day: date = TODAY) -> Decimal:
    """What a user spent on a day."""
    async with store.snapshot() as uow:
        return await uow.spending.spent(user, day)


class SpendingSuite:
    """What every store promises about the costs of language models. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[AnalysisRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_a_reservation_leaves_less_of_the_cap_to_its_user_only(
        self, store: Transactions[AnalysisRepositories]
    ) -> None:
        assert [await reserve(store, id) for id in "abc"] == [True, True, False]
        assert await reserve(store, "d", BEN)
        assert await reserve(store, "e", amount=Decimal("0.5"))
        assert not await reserve(store, "f", amount=Decimal("0.000001"))

    async def test_an_unused_reservation_is_released(self, store: Transactions[AnalysisRepositories]) -> None:
        assert [await reserve(store, id) for id in "ab"] == [True, True]
        await book(store, "a", "0.2")
        await release(store, "a")
        assert await spent(store) == Decimal("0.2")
        assert await reserve(store, "c")
        assert not await reserve(store, "d")

    async def test_a_booked_cost_reduces_the_reservation(self, store: Transactions[AnalysisRepositories]) -> None:
        assert await reserve(store, "a")
        await book(store, "a", "0.6")
        assert await reserve(store, "b")
        assert await reserve(store, "c", amount=Decimal("0.5"))
        assert not await reserve(store, "d", amount=Decimal("0.1"))

    async def test_a_cost_above_its_reservation_counts_in_full(self, store: Transactions[AnalysisRepositories]) -> None:
        assert await reserve(store, "a")
        await book(store, "a", "1.6")
        assert await spent(store) == Decimal("1.6")
        assert not await reserve(store, "b")

    async def test_a_new_day_begins_with_nothing_spent(self, store: Transactions[AnalysisRepositories]) -> None:
        await book(store, "a", "2.5")
        assert not await reserve(store, "b")
        assert await reserve(store, "b", day=TOMORROW)
        assert (await spent(store), await spent(store, day=TOMORROW), await spent(store, BEN)) == (
            Decimal("2.5"),
            Decimal(0),
            Decimal(0),
        )

    async def test_costs_are_rounded_up_to_millionths(self, store: Transactions[AnalysisRepositories]) -> None:
        for _ in range(3):
            await book(store, "a", "0.0000001")
        assert await spent(store) == Decimal("0.000003")

    async def test_concurrent_reservations_do_not_exceed_the_cap(
        self, store: Transactions[AnalysisRepositories]
    ) -> None:
        got = await asyncio.gather(*(reserve(store, f"a{number}") for number in range(20)))
        assert got.count(True) == 2

    async def test_usage_is_counted_by_day_agent_and_model(self, store: Transactions[AnalysisRepositories]) -> None:
        """Sums of a user only, from a day on, and a cost that is unknown once that of a call is."""
        small, large = (Call(f"openai:{name}", 1000, 200, 50, Decimal("0.0002")) for name in ("small", "large"))
        free = evolve(large, cost=None)
        async with store.unit_of_work() as uow:
            await uow.spending.add_usage(ANN, TODAY, "trader", [small, large, small])
            await uow.spending.add_usage(ANN, TODAY, "trader", [small])
            await uow.spending.add_usage(ANN, TOMORROW, "trader", [large, free])
            await uow.spending.add_usage(BEN, TODAY, "trader", [small])
        async with store.snapshot() as uow:
            rows = await uow.spending.usage(ANN, TODAY)
            assert [(row.day, row.model, row.usage.calls, row.usage.cost) for row in rows] == [
                (TODAY, "openai:large", 1, Decimal("0.0002")),
                (TODAY, "openai:small", 3, Decimal("0.0006")),
                (TOMORROW, "openai:large", 2, None),
            ]
            assert (rows[1].usage.input_tokens, rows[1].usage.cached_tokens, rows[1].usage.output_tokens) == (
                3000,
                600,
                150,
            )
            assert await uow.spending.usage(ANN, TOMORROW) == rows[2:]
            assert await uow.spending.reserved(ANN) == 0
