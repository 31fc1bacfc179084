"""Working off what is due: any number of processes take it in batches, each piece by one of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict

T = TypeVar("T")

Take = Callable[[UnitOfWork, int], Awaitable[Sequence[T]]]
"""Takes at most so many pieces of what is due in a unit of work, so that no other process takes them for a while."""


async def work_off(
    store: Store,
    is_due: Callable[[UnitOfWork], Awaitable[bool]],
    take: Take[T],
    attempt: Callable[[Sequence[T]], Awaitable[None]],
    *,
    batch_size: int,
) -> int:
    """Take what is due, a batch at a time, and attempt it outside of any transaction, until nothing is due.

    Returns the number of pieces that were attempted. `is_due` spares a write where there is nothing to take. Raises
    what `attempt` does, and Unavailable when the store cannot be reached.
    """

    @retry_on_conflict
    async def take_batch() -> Sequence[T]:
        async with store.unit_of_work() as uow:
            return await take(uow, batch_size)

    attempts = 0
    while True:
        async with store.read() as uow:
            if not await is_due(uow):
                return attempts
        taken = await take_batch()
        if not taken:
            return attempts
        attempts += len(taken)
        await attempt(taken)
