"""Firing schedules: each of their times becomes a run in the store once, whatever number of processes look."""

from datetime import datetime

from attrs import frozen

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotFound, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.schedule_runs import ScheduleRun
from tradecore.model.schedules import Schedule
from tradecore.model.users import Scope
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.alerts import put_once
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.schedule_times import Firing, ScheduleTimes

_BATCH_SIZE = 50


@frozen
class FireSchedules:
    """Store a run for every schedule that is due. Any number of processes may do so.

    The run and the next time of its schedule are stored in one transaction, and a time always gives the same run: it
    is neither lost nor there twice, wherever a process dies. Of several times that have passed, the newest has a run,
    if it is not older than the schedule catches up; the others count as missed.
    """

    store: Store
    now: Now
    times: ScheduleTimes

    async def __call__(self) -> int:
        """The number of runs that were stored, once nothing is due.

        Raises Unavailable, after all others were fired, for a schedule whose next time is not known now.
        """
        fired, moved, failure = 0, True, None
        while moved:
            moved = False
            async with self.store.read() as uow:
                due = await uow.schedules.due(self.now(), limit=_BATCH_SIZE)
            for schedule in due:
                try:
                    firing = await self.times.firing(schedule, self.now())
                except Invalid as error:
                    # Such as a time zone that a newer version of the database does not have.
                    moved = await self._disable(schedule, str(error)) or moved
                except Unavailable as error:
                    failure = error
                else:
                    stored = await self._store(schedule, firing)
                    moved, fired = moved or stored is not None, fired + bool(stored)
        if failure is not None:
            raise failure
        return fired

    @retry_on_conflict
    async def _store(self, read: Schedule, firing: Firing) -> bool | None:
        """Whether a run was stored; None where the schedule was changed since it was read."""
        async with self.store.unit_of_work() as uow:
            # The account first, as when it is removed, so that the two do not wait for each other.
            allowed = await may_launch(uow, read.user)
            if await _changed(uow, read):
                return None
            run_for, missed = firing.run_for, firing.missed
            if run_for is not None and not allowed:
                run_for, missed = None, missed + 1
            if run_for is not None:
                await uow.schedules.add_run(ScheduleRun.of(read, run_for, at=self.now()))
            await uow.schedules.put(Change(read.advance(firing.next_due, missed=missed)))
            return run_for is not None

    @retry_on_conflict
    async def _disable(self, read: Schedule, reason: str) -> bool:
        async with self.store.unit_of_work() as uow:
            if await _changed(uow, read):
                return False
            schedule = await uow.schedules.put(Change(read.disable(reason)))
            await warn(uow, schedule, f"schedule {schedule.id} {schedule.version}", reason, at=self.now())
            return True


async def may_launch(uow: UnitOfWork, user: UserId) -> bool:
    """Whether work is done for a user: the account is enabled and may launch."""
    try:
        account = await uow.users.get(user)
    except NotFound:
        # Users of the command line have no account.
        return True
    return not account.disabled and Scope.LAUNCH in account.scopes


async def warn(uow: UnitOfWork, schedule: Schedule, cause: str, reason: str, *, at: datetime) -> None:
    """Alert the user of a schedule, once for a cause."""
    alert = Alert.raise_once(
        cause,
        schedule.user,
        AlertKind.SCHEDULE_FAILED,
        Severity.WARNING,
        f"The schedule {schedule.name!r} did not do all of its work. {reason}",
        schedule.topic,
        at=at,
    )
    await put_once(uow, alert)


async def _changed(uow: UnitOfWork, read: Schedule) -> bool:
    """Whether a schedule was changed or deleted since it was read; if not, it is held against other writers."""
    try:
        return (await uow.schedules.get(read.id)).version != read.version
    except NotFound:
        return True
