"""ScheduledTasks: what has to be done again and again, by whichever process gets to it first."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from attrs import frozen

from tradecore.ports.ambient import Now
from tradecore.ports.store import Store


@frozen
class ScheduledTask:
    """Something to do `every` so often. Doing it twice, or half and then again, must do no harm."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


@frozen
class RunScheduledTasks:
    """Do the scheduled tasks that are due, each in one process only."""

    store: Store
    now: Now
    scheduled_tasks: Sequence[ScheduledTask]

    async def __call__(self) -> Sequence[tuple[ScheduledTask, Exception]]:
        """Do all that are due; those that failed, with why. They are due again after their usual time."""
        failed: list[tuple[ScheduledTask, Exception]] = []
        for scheduled_task in self.scheduled_tasks:
            async with self.store.read() as uow:
                due = await uow.scheduled_tasks.due(scheduled_task.name)
            if due is not None and due > self.now():
                continue
            async with self.store.unit_of_work() as uow:
                mine = await uow.scheduled_tasks.take(scheduled_task.name, at=self.now(), every=scheduled_task.every)
            if mine:
                try:
                    await scheduled_task.do()
                except Exception as error:  # noqa: BLE001  # one scheduled task must not keep the others from being done
                    failed.append((scheduled_task, error))
        return failed
