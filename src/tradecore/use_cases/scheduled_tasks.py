"""Scheduled tasks: periodic work, done by whichever process takes it first."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from attrs import frozen

from tradecore.ports.ambient import Now
from tradecore.ports.store import Store


@frozen
class ScheduledTask:
    """A call that is due `every` so often. It must be idempotent, also after an interruption."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]


@frozen
class RunScheduledTasks:
    """Run the scheduled tasks that are due, each in one process only."""

    store: Store
    now: Now
    scheduled_tasks: Sequence[ScheduledTask]

    async def __call__(self) -> Sequence[tuple[ScheduledTask, Exception]]:
        """Run all that are due. Returns the failed ones with their exceptions; they are due again after `every`."""
        failed: list[tuple[ScheduledTask, Exception]] = []
        for task in self.scheduled_tasks:
            async with self.store.read() as uow:
                due = await uow.scheduled_tasks.due(task.name)
            if due is not None and due > self.now():
                continue
            async with self.store.unit_of_work() as uow:
                taken = await uow.scheduled_tasks.take(task.name, at=self.now(), every=task.every)
            if taken:
                try:
                    await task.do()
                except Exception as error:  # noqa: BLE001  # a failing task must not keep the others from running
                    failed.append((task, error))
        return failed
