"""Schedules of users: create, list, change and delete them."""

from datetime import date, timedelta

from attrs import evolve, frozen

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.comparisons import check_engines
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.ids import ScheduleId, UserId
from tradecore.model.money import Asset
from tradecore.model.news import DigestBrief
from tradecore.model.schedules import (
    DEFAULT_CATCH_UP,
    AfterClose,
    CronTime,
    Schedule,
    ScheduledAnalyses,
    ScheduledDigest,
)
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.digest import LaunchDigest
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.schedule_times import ScheduleTimes, when_of
from tradecore.use_cases.watchlists import assets_of

MAX_SCHEDULES = 20
"""How many schedules a user may have."""


@frozen(kw_only=True)
class ScheduleChange:
    """What a caller chooses of a schedule; None leaves it open: as it is, or as it is by default.

    One of `cron` and `close` takes the place of the other, and so does one of `analyses` and `digest`.
    """

    name: str | None = None
    cron: CronTime | None = None
    close: AfterClose | None = None
    analyses: ScheduledAnalyses | None = None
    digest: ScheduledDigest | None = None
    catch_up: timedelta | None = None
    enabled: bool | None = None

    def apply(self, schedule: Schedule) -> Schedule:
        """A schedule with these choices but `enabled`. Raises Invalid for what is not possible."""
        timed, acting = bool(self.cron or self.close), bool(self.analyses or self.digest)
        return evolve(
            schedule,
            name=schedule.name if self.name is None else self.name,
            cron=self.cron if timed else schedule.cron,
            close=self.close if timed else schedule.close,
            analyses=self.analyses if acting else schedule.analyses,
            digest=self.digest if acting else schedule.digest,
            catch_up=schedule.catch_up if self.catch_up is None else self.catch_up,
        )


@frozen
class ScheduleRules:
    """What a schedule may be in this installation."""

    times: ScheduleTimes
    engines: Engines
    launch_digest: LaunchDigest

    async def check(self, uow: UnitOfWork, schedule: Schedule, day: date) -> None:
        """Raises Invalid for a watchlist, engine, model or digest that is not possible on a day."""
        if schedule.digest is not None:
            self.launch_digest.grant(digest_brief(schedule.digest))
        if schedule.analyses is not None:
            for asset in (await _assets(uow, schedule.analyses, schedule.user))[:1]:
                self._check_engines(schedule.analyses, asset, day)

    def _check_engines(self, analyses: ScheduledAnalyses, asset: Asset, day: date) -> None:
        try:
            for brief in briefs(analyses, asset, day):
                self.engines.resolve(brief)
        except Invalid as error:
            if not analyses.compared:
                raise
            raise Invalid(str(error), [evolve(problem, field="compared") for problem in error.problems]) from error


@frozen
class CreateSchedule:
    """Create a schedule."""

    store: Store
    now: Now
    new_id: NewId
    rules: ScheduleRules

    @retry_on_conflict
    async def __call__(self, chosen: ScheduleChange, *, by: Caller) -> Schedule:
        """The new schedule, whose `next_due` says when it runs first unless it is created disabled.

        Raises Invalid for what is not possible, IllegalMove at the limit, Unavailable for a close beyond the calendar.
        """
        now = self.now()
        schedule = Schedule(
            id=ScheduleId(self.new_id()),
            user=by.user,
            name=chosen.name or "",
            created_at=now,
            cron=chosen.cron,
            close=chosen.close,
            analyses=chosen.analyses,
            digest=chosen.digest,
            catch_up=DEFAULT_CATCH_UP if chosen.catch_up is None else chosen.catch_up,
        )
        first = await self.rules.times.check(when_of(schedule), now)
        schedule = schedule.disable() if chosen.enabled is False else schedule.enable(first)
        async with self.store.unit_of_work() as uow:
            await self.rules.check(uow, schedule, now.date())
            stored = await uow.schedules.add(Change(schedule), limit=MAX_SCHEDULES)
        if stored is None:
            raise IllegalMove(f"You have {MAX_SCHEDULES} schedules; delete one that is not used any more.")
        return stored


@frozen
class ListSchedules:
    """List the schedules of the caller."""

    store: Store

    async def __call__(self, *, by: Caller) -> tuple[Schedule, ...]:
        """All of them, newest first."""
        async with self.store.read() as uow:
            return await uow.schedules.of(by.user)


@frozen
class UpdateSchedule:
    """Change a schedule, pause it or let it go on."""

    store: Store
    now: Now
    rules: ScheduleRules

    @retry_on_conflict
    async def __call__(self, id: ScheduleId, chosen: ScheduleChange, *, by: Caller) -> Schedule:
        """The schedule after the change. With other times, and after a pause, it is due at its next time from now.

        Raises NotFound, and Invalid and Unavailable as CreateSchedule does.
        """
        async with self.store.read() as uow:
            schedule = await uow.schedules.get(id, owner=by.user)
        changed, now = chosen.apply(schedule), self.now()
        first = await self.rules.times.check(when_of(changed), now)
        enabled = schedule.enabled if chosen.enabled is None else chosen.enabled
        if not enabled:
            changed = changed.disable("" if chosen.enabled is False else changed.disabled_reason)
        elif not schedule.enabled or when_of(changed) != when_of(schedule):
            changed = changed.enable(first)
        async with self.store.unit_of_work() as uow:
            if changed.enabled:
                await self.rules.check(uow, changed, now.date())
            return await uow.schedules.put(Change(changed))


@frozen
class DeleteSchedule:
    """Delete a schedule with its runs. What they have launched stays."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: ScheduleId, *, by: Caller) -> None:
        """Raises NotFound, also for a schedule of another user."""
        async with self.store.unit_of_work() as uow:
            await uow.schedules.get(id, owner=by.user)
            await uow.schedules.delete(id)


def briefs(analyses: ScheduledAnalyses, asset: Asset, day: date) -> tuple[AnalysisBrief, ...]:
    """The analyses of one asset: one, or one for each engine of a comparison. Raises Invalid for too few engines."""
    if analyses.compared:
        check_engines(analyses.compared)
    return tuple(
        AnalysisBrief(
            symbol=asset.symbol,
            asset_type=asset.asset_type,
            as_of=day,
            analysts=analyses.analysts,
            depth=analyses.depth,
            model=analyses.model,
            provider=analyses.provider,
            engine=engine,
        )
        for engine in analyses.compared or (analyses.engine,)
    )


def digest_brief(digest: ScheduledDigest) -> DigestBrief:
    """The request for a digest of a schedule."""
    return DigestBrief(user_id=digest.reader, hours=digest.hours, interests=digest.interests)


async def _assets(uow: UnitOfWork, analyses: ScheduledAnalyses, user: UserId) -> tuple[Asset, ...]:
    """What is analysed. Raises Invalid about `watchlist` for one that the user does not have."""
    if analyses.watchlist is None:
        return analyses.assets
    try:
        return await assets_of(uow, analyses.watchlist, user)
    except NotFound as error:
        raise Invalid.one("watchlist", str(error)) from error
