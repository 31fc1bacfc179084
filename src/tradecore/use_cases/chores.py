"""Chores: what has to be done again and again, by whichever process gets to it first."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from attrs import frozen

from tradecore.ports.ambient import Now
from tradecore.ports.store import Store


@frozen
class Chore:
    """Something to do `every` so often. Doing it twice, or half and then again, must do no harm."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


@frozen
class DoChores:
    """Do the chores that are due, each in one process only."""

    store: Store
    now: Now
    chores: Sequence[Chore]

    async def __call__(self) -> Sequence[tuple[Chore, Exception]]:
        """Do all that are due; those that failed, with why. They are due again after their usual time."""
        failed: list[tuple[Chore, Exception]] = []
        for chore in self.chores:
            async with self.store.glance() as work:
                due = await work.chores.due(chore.name)
            if due is not None and due > self.now():
                continue
            async with self.store.work() as work:
                mine = await work.chores.take(chore.name, at=self.now(), every=chore.every)
            if mine:
                try:
                    await chore.do()
                except Exception as error:  # noqa: BLE001  # one chore must not keep the others from being done
                    failed.append((chore, error))
        return failed
