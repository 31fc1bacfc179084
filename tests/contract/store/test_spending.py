"""What users spend on language models, asked of every store."""

import asyncio
from datetime import date
from decimal import Decimal

from tradecore.model.ids import AnalysisId, UserId
from tradecore.ports.store import Store

ANN, BEN = UserId("ann"), UserId("ben")
TODAY, TOMORROW = date(2024, 10, 10), date(2024, 10, 11)
ONE, CAP = Decimal(1), Decimal("2.5")


async def reserve(store: Store, id: str, user: UserId = ANN, day: date = TODAY, amount: Decimal = ONE) -> bool:
    async with store.unit_of_work() as uow:
        return await uow.spending.reserve(AnalysisId(id), user, day, amount, cap=CAP)


async def book(store: Store, id: str, cost: str, user: UserId = ANN, day: date = TODAY) -> None:
    async with store.unit_of_work() as uow:
        await uow.spending.book(AnalysisId(id), user, day, Decimal(cost))


async def release(store: Store, id: str) -> None:
    async with store.unit_of_work() as uow:
        await uow.spending.release(AnalysisId(id))


async def spent(store: Store, user: UserId = ANN, day: date = TODAY) -> Decimal:
    async with store.snapshot() as uow:
        return await uow.spending.spent(user, day)


async def test_what_is_set_aside_leaves_so_much_less_room_and_only_for_its_user(store: Store) -> None:
    assert [await reserve(store, id) for id in "abc"] == [True, True, False]
    assert await reserve(store, "d", BEN)
    assert await reserve(store, "e", amount=Decimal("0.5"))
    assert not await reserve(store, "f", amount=Decimal("0.000001"))


async def test_room_comes_back_when_an_analysis_ends_for_less(store: Store) -> None:
    assert [await reserve(store, id) for id in "ab"] == [True, True]
    await book(store, "a", "0.2")
    await release(store, "a")
    assert await spent(store) == Decimal("0.2")
    assert await reserve(store, "c")
    assert not await reserve(store, "d")


async def test_while_it_runs_what_an_analysis_spent_does_not_count_twice(store: Store) -> None:
    assert await reserve(store, "a")
    await book(store, "a", "0.6")
    assert await reserve(store, "b")
    assert await reserve(store, "c", amount=Decimal("0.5"))
    assert not await reserve(store, "d", amount=Decimal("0.1"))


async def test_an_analysis_that_cost_more_than_was_set_aside_takes_the_room_that_it_took(store: Store) -> None:
    assert await reserve(store, "a")
    await book(store, "a", "1.6")
    assert await spent(store) == Decimal("1.6")
    assert not await reserve(store, "b")


async def test_a_new_day_begins_with_nothing_spent(store: Store) -> None:
    await book(store, "a", "2.5")
    assert not await reserve(store, "b")
    assert await reserve(store, "b", day=TOMORROW)
    assert (await spent(store), await spent(store, day=TOMORROW), await spent(store, BEN)) == (Decimal("2.5"), 0, 0)


async def test_what_costs_less_than_a_millionth_costs_a_millionth(store: Store) -> None:
    for _ in range(3):
        await book(store, "a", "0.0000001")
    assert await spent(store) == Decimal("0.000003")


async def test_of_twenty_that_ask_at_once_as_many_as_there_is_room_for_get_it(store: Store) -> None:
    got = await asyncio.gather(*(reserve(store, f"a{number}") for number in range(20)))
    assert got.count(True) == 2
