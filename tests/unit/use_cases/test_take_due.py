"""Working off what is due: in batches, until nothing is left, each batch outside of its transaction."""

from collections.abc import Sequence
from typing import Any

import pytest

from tradecore.model.errors import Stale
from tradecore.ports.store import UnitOfWork
from tradecore.use_cases.take_due import work_off


async def test_what_is_due_is_taken_in_batches_until_nothing_is_left(world: Any) -> None:
    waiting, attempted = list(range(7)), list[Sequence[int]]()

    async def is_due(uow: UnitOfWork) -> bool:
        return bool(waiting)

    async def take(uow: UnitOfWork, limit: int) -> Sequence[int]:
        taken = waiting[:limit]
        del waiting[:limit]
        return taken

    async def attempt(taken: Sequence[int]) -> None:
        async with world.store.unit_of_work():
            attempted.append(taken)

    assert await work_off(world.store, is_due, take, attempt, batch_size=3) == 7
    assert attempted == [[0, 1, 2], [3, 4, 5], [6]]


async def test_what_another_process_takes_first_is_left_to_it(world: Any) -> None:
    losses = iter([Stale("taken"), Stale("taken")])

    async def is_due(uow: UnitOfWork) -> bool:
        return True

    async def take(uow: UnitOfWork, limit: int) -> Sequence[int]:
        for loss in losses:
            raise loss
        return ()

    async def attempt(taken: Sequence[int]) -> None:
        pytest.fail("nothing was taken")

    assert await work_off(world.store, is_due, take, attempt, batch_size=3) == 0
