"""The contract of the schedules of a store: subclass `ScheduleStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import ScheduleId, ScheduleRunId, UserId, WatchlistId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.schedule_runs import Launched, ScheduleRan, ScheduleRun
from tradecore.model.schedules import AfterClose, Exchange, Schedule, ScheduledAnalyses
from tradecore.model.steps import Analyst
from tradecore.model.watchlists import Watchlist
from tradecore.ports.store_events import EventRepositories
from tradecore.ports.store_schedules import ScheduleRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)


class ScheduleAndEventRepositories(ScheduleRepositories, EventRepositories):
    """Schedules, and the log that has the events of their runs."""


Store = Transactions[ScheduleAndEventRepositories]


def watchlist(id: str, user: UserId = ANN, minutes: int = 0) -> Change[Watchlist]:
    """A new watchlist."""
    created_at = AT + timedelta(minutes=minutes)
    return Change(Watchlist(id=WatchlistId(id), user=user, name="Chips", assets=(NVDA,), created_at=created_at))


def schedule(id: str, user: UserId = ANN, minutes: int = 0) -> Change[Schedule]:
    """A new schedule that is due so many minutes after AT."""
    analyses = ScheduledAnalyses(assets=(NVDA,), analysts=(Analyst.TECHNICAL,), depth=1, model="rules")
    at = AT + timedelta(minutes=minutes)
    return Change(
        Schedule(
            id=ScheduleId(id),
            user=user,
            name="Close",
            created_at=at,
            close=AfterClose(Exchange.NEW_YORK),
            analyses=analyses,
            next_due=at,
        )
    )


async def add(store: Store, *changes: Change[Schedule]) -> list[Schedule]:
    """Store new schedules."""
    async with store.unit_of_work() as uow:
        added = [await uow.schedules.add(change, limit=20) for change in changes]
    return [stored for stored in added if stored is not None]


async def add_runs(store: Store, target: Schedule, *minutes: int) -> list[ScheduleRunId]:
    """Store runs of a schedule, due so many minutes after AT."""
    times = [AT + timedelta(minutes=number) for number in minutes]
    changes = [ScheduleRun.of(target, at, at=at) for at in times]
    async with store.unit_of_work() as uow:
        for change in changes:
            assert await uow.schedules.add_run(change)
    return [change.entity.id for change in changes]


async def due_runs(store: Store, minutes: int = 0, *, limit: int = 10, per_user: int = 10) -> list[ScheduleRunId]:
    """The ids of the runs to be taken up."""
    async with store.unit_of_work() as uow:
        found = await uow.schedules.due_runs(AT + timedelta(minutes=minutes), limit=limit, per_user=per_user)
        return [run.id for run in found]


class ScheduleStoreSuite:
    """What every store of watchlists and schedules promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_watchlists_are_listed_by_user_newest_first_changed_and_deleted(self, store: Store) -> None:
        async with store.unit_of_work() as uow:
            added = [
                await uow.watchlists.add(change, limit=2)
                for change in (watchlist("a"), watchlist("b", minutes=1), watchlist("c"), watchlist("d", BEN))
            ]
        older, newer, none, foreign = added
        assert none is None
        assert older is not None
        assert foreign is not None
        async with store.unit_of_work() as uow:
            renamed = await uow.watchlists.put(Change(older.change(name="Chips and cards")))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.watchlists.put(Change(older.change(name="Cards")))
        async with store.snapshot() as uow:
            assert await uow.watchlists.of(ANN) == (newer, renamed)
            assert await uow.watchlists.get(foreign.id, owner=BEN) == foreign
            for id, owner in ((foreign.id, ANN), (WatchlistId("none"), None)):
                with pytest.raises(NotFound):
                    await uow.watchlists.get(id, owner=owner)
        async with store.unit_of_work() as uow:
            await uow.watchlists.delete(renamed.id)
        async with store.snapshot() as uow:
            assert await uow.watchlists.of(ANN) == (newer,)

    async def test_schedules_are_listed_by_user_newest_first_up_to_a_limit(self, store: Store) -> None:
        older, newer, foreign = await add(store, schedule("a"), schedule("b", minutes=1), schedule("c", BEN))
        async with store.unit_of_work() as uow:
            assert await uow.schedules.add(schedule("d"), limit=2) is None
        async with store.snapshot() as uow:
            assert await uow.schedules.of(ANN) == (newer, older)
            assert await uow.schedules.get(foreign.id, owner=BEN) == foreign
            for id, owner in ((foreign.id, ANN), (ScheduleId("none"), None)):
                with pytest.raises(NotFound):
                    await uow.schedules.get(id, owner=owner)

    async def test_schedules_are_due_in_order_unless_they_are_disabled(self, store: Store) -> None:
        second, first, off = await add(store, schedule("a", minutes=1), schedule("b"), schedule("c"))
        async with store.unit_of_work() as uow:
            off = await uow.schedules.put(Change(off.disable()))
        async with store.snapshot() as uow:
            assert await uow.schedules.due(AT - timedelta(seconds=1), limit=10) == ()
            assert await uow.schedules.due(AT, limit=10) == (first,)
            assert await uow.schedules.due(AT + timedelta(minutes=1), limit=10) == (first, second)
            assert await uow.schedules.due(AT + timedelta(minutes=1), limit=1) == (first,)
        async with store.unit_of_work() as uow:
            await uow.schedules.put(Change(first.advance(AT + timedelta(days=1), missed=2)))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.schedules.put(Change(first.disable()))
        async with store.snapshot() as uow:
            assert (await uow.schedules.get(first.id)).missed == 2
            assert await uow.schedules.due(AT + timedelta(minutes=1), limit=10) == (second,)

    async def test_a_run_is_stored_once(self, store: Store) -> None:
        [target] = await add(store, schedule("a"))
        [id] = await add_runs(store, target, 0)
        async with store.unit_of_work() as uow:
            taken = await uow.schedules.put_run((await uow.schedules.run(id)).take(at=AT))
        async with store.unit_of_work() as uow:
            assert not await uow.schedules.add_run(ScheduleRun.of(target, AT, at=AT + timedelta(hours=1)))
            assert await uow.schedules.run(id, schedule=target.id) == taken
            with pytest.raises(NotFound):
                await uow.schedules.run(id, schedule=ScheduleId("other"))

    async def test_runs_are_due_in_order_and_shared_among_users(self, store: Store) -> None:
        anns, bens = await add(store, schedule("a"), schedule("b", BEN))
        first, second, third = await add_runs(store, anns, 0, 1, 2)
        [other] = await add_runs(store, bens, 3)
        assert await due_runs(store, 1) == [first, second]
        assert await due_runs(store, 3) == [first, second, third, other]
        assert await due_runs(store, 3, per_user=1) == [first, other]
        assert await due_runs(store, 3, limit=1) == [first]

    async def test_what_another_unit_of_work_has_taken_is_not_taken_twice(self, store: Store) -> None:
        [target] = await add(store, schedule("a"))
        [id] = await add_runs(store, target, 0)
        async with store.unit_of_work() as uow:
            [run] = await uow.schedules.due_runs(AT, limit=10, per_user=10)
            await uow.schedules.put_run(run.take(at=AT))
        assert (run.id, await due_runs(store)) == (id, [])
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.schedules.put_run(run.take(at=AT))

    async def test_a_run_that_ends_is_an_event_and_not_due(self, store: Store) -> None:
        [target] = await add(store, schedule("a"))
        [id] = await add_runs(store, target, 0)
        async with store.unit_of_work() as uow:
            run = evolve(await uow.schedules.run(id), assets=(NVDA,)).record([Launched("analysis", NVDA.symbol)])
            ended = await uow.schedules.put_run(run.end(at=AT))
        assert await due_runs(store, 600) == []
        async with store.snapshot() as uow:
            assert await uow.schedules.run(id) == ended
            [event] = await uow.events.after(target.topic, 0)
        assert isinstance(event.fact, ScheduleRan)
        assert (event.fact.run, event.fact.launched) == (id, ("analysis",))

    async def test_runs_are_listed_and_deleted_with_their_schedule(self, store: Store) -> None:
        target, other = await add(store, schedule("a"), schedule("b"))
        older, newer = await add_runs(store, target, 0, 5)
        [kept] = await add_runs(store, other, 1)
        async with store.snapshot() as uow:
            assert [run.id for run in await uow.schedules.runs(target.id, limit=10)] == [newer, older]
            assert [run.id for run in await uow.schedules.runs(target.id, limit=1, offset=1)] == [older]
            assert await uow.schedules.count_runs(target.id) == 2
        async with store.unit_of_work() as uow:
            await uow.schedules.delete(target.id)
        assert await due_runs(store, 9) == [kept]
        async with store.snapshot() as uow:
            assert [stored.id for stored in await uow.schedules.of(ANN)] == ["b"]

    async def test_the_oldest_runs_are_deleted_first(self, store: Store) -> None:
        [target] = await add(store, schedule("a"))
        ids = await add_runs(store, target, 0, 1, 2)
        async with store.unit_of_work() as uow:
            assert await uow.schedules.delete_runs_before(AT + timedelta(minutes=2), 1) == 1
            assert await uow.schedules.delete_runs_before(AT + timedelta(minutes=2), 9) == 1
        assert await due_runs(store, 9) == ids[2:]
