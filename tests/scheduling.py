"""What tests of schedules share: the use cases over a small world, and schedules that can be created."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import Factory, define, evolve

from tradecore.model.change import Change
from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.schedule_runs import ScheduleRun
from tradecore.model.schedules import CronTime, Schedule, ScheduledAnalyses, ScheduledDigest
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller, User
from tradecore.use_cases.comparisons import LaunchComparison
from tradecore.use_cases.digest import DigestLimits, LaunchDigest
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.schedule_firing import FireSchedules
from tradecore.use_cases.schedule_runs import LaunchRuns, ListRuns
from tradecore.use_cases.schedule_times import ScheduleTimes
from tradecore.use_cases.schedules import CreateSchedule, ScheduleChange, ScheduleRules, UpdateSchedule
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.cron.cronsim import CronSimTimes

# A Wednesday within the sample prices.
START = datetime(2012, 10, 10, 6, 0, tzinfo=UTC)
NVDA, MSFT, AAPL = (Asset(Symbol(name), AssetType.EQUITY) for name in ("NVDA", "MSFT", "AAPL"))
TIMES = ScheduleTimes(CronSimTimes(), ExchangeCalendar())
EIGHT = CronTime("0 8 * * *", "UTC")
DIGEST = ScheduledDigest(reader=UserId("me"), hours=24)
ANALYSES = ScheduledAnalyses(
    assets=(MSFT, AAPL), analysts=(Analyst.TECHNICAL,), depth=1, model="rules", provider="rules"
)
MORNING = ScheduleChange(name="Morning", cron=EIGHT, digest=DIGEST)
DAILY = ScheduleChange(name="Daily", cron=EIGHT, analyses=ANALYSES)


@define
class Scheduling:
    """The use cases of schedules, with queues of limited length."""

    world: Any
    waiting: int = 100
    daily_budget: Decimal | None = None
    engines: Engines = Factory(lambda self: self.world.engines, takes_self=True)

    @property
    def analysis(self) -> LaunchAnalysis:
        world = self.world
        limits = Limits(self.waiting, 2, self.daily_budget)
        return LaunchAnalysis(world.store, world.market, world.now, world.new_id, limits, self.engines)

    @property
    def digest(self) -> LaunchDigest:
        return LaunchDigest(
            self.world.store, self.world.now, self.world.new_id, DigestLimits(waiting_jobs=self.waiting)
        )

    @property
    def rules(self) -> ScheduleRules:
        return ScheduleRules(TIMES, self.engines, self.digest)

    async def create(self, chosen: ScheduleChange, *, by: Caller) -> Schedule:
        return await CreateSchedule(self.world.store, self.world.now, self.world.new_id, self.rules)(chosen, by=by)

    async def update(self, schedule: Schedule, *, by: Caller, **changes: Any) -> Schedule:
        update = UpdateSchedule(self.world.store, self.world.now, self.rules)
        return await update(schedule.id, ScheduleChange(**changes), by=by)

    async def fire(self) -> int:
        return await FireSchedules(self.world.store, self.world.now, TIMES)()

    @property
    def launch_runs(self) -> LaunchRuns:
        world, analysis = self.world, self.analysis
        return LaunchRuns(world.store, world.now, TIMES, analysis, LaunchComparison(analysis), self.digest)

    async def schedule(self, schedule: Schedule) -> Schedule:
        async with self.world.store.read() as uow:
            stored: Schedule = await uow.schedules.get(schedule.id)
            return stored

    async def runs(self, schedule: Schedule, *, by: Caller) -> tuple[ScheduleRun, ...]:
        return (await ListRuns(self.world.store)(schedule.id, by=by)).runs

    async def run_of(self, schedule: Schedule, *, by: Caller) -> ScheduleRun:
        [run] = await self.runs(schedule, by=by)
        return run

    async def jobs(self) -> list[str]:
        """The ids of all jobs that wait."""
        async with self.world.store.read() as uow:
            return [id for (id,) in await uow.connection.rows("SELECT id FROM jobs ORDER BY id")]

    async def alerts(self, by: Caller) -> list[str]:
        async with self.world.store.read() as uow:
            return [alert.message for alert in await uow.alerts.of(by.user, limit=100)]

    async def add_account(self, by: Caller, **state: Any) -> User:
        account = User(by.user, f"{by.user}@example.com", "", "x", START)
        async with self.world.store.unit_of_work() as uow:
            stored: User = await uow.users.put(Change(evolve(account, **state)))
            return stored


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A time of the day of START, or so many days later."""
    return START.replace(hour=hour, minute=minute) + timedelta(days=days)


def fails_once(call: Callable[..., Awaitable[Any]], error: BaseException) -> Callable[..., Awaitable[Any]]:
    """The call, which raises an error after it has done its work the first time: a process that dies then."""
    failed = []

    async def failing(*args: Any, **kwargs: Any) -> Any:
        answer = await call(*args, **kwargs)
        if not failed:
            failed.append(True)
            raise error
        return answer

    return failing
