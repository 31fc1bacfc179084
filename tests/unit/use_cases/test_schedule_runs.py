"""Runs: everything is launched once, whatever dies in between; what cannot be launched waits, or says why."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from hold_engine import HoldEngine
from scheduling import AAPL, ANALYSES, DAILY, MORNING, MSFT, START, Scheduling, at, fails_once
from tradecore.model.change import Change
from tradecore.model.digests import DigestId
from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId, ComparisonId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.schedule_runs import GIVE_UP, LEASE, RunState
from tradecore.model.schedules import Schedule
from tradecore.model.users import Caller
from tradecore.ports.engine import Cost
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis
from tradecore.use_cases.schedule_runs import ListRuns
from tradecore.use_cases.watchlists import CreateWatchlist, DeleteWatchlist, UpdateWatchlist


@pytest.fixture
def scheduling(world: Any) -> Scheduling:
    world.time = START
    return Scheduling(world)


async def fired(scheduling: Scheduling, chosen: Any, by: Caller) -> Schedule:
    """A schedule whose first time has come."""
    made = await scheduling.create(chosen, by=by)
    scheduling.world.time = at(8)
    assert await scheduling.fire() == 1
    return made


async def watchlist(scheduling: Scheduling, by: Caller, *assets: Asset) -> Any:
    world = scheduling.world
    return await CreateWatchlist(world.store, world.now, world.new_id)("Chips", assets, by=by)


async def test_every_symbol_of_a_watchlist_is_analysed_as_of_the_day_and_issues_nothing(
    scheduling: Scheduling, ann: Caller
) -> None:
    chips = await watchlist(scheduling, ann, MSFT, AAPL)
    analyses = evolve(ANALYSES, assets=(), watchlist=chips.id)
    made = await fired(scheduling, evolve(DAILY, analyses=analyses), ann)
    assert [await scheduling.launch_runs(), await scheduling.launch_runs()] == [1, 0]
    run = await scheduling.run_of(made, by=ann)
    assert run.state is RunState.COMPLETED
    async with scheduling.world.store.read() as uow:
        launched = [await uow.analyses.get(AnalysisId(entry.id)) for entry in run.launched]
        events = await uow.events.after(made.topic, 0)
    assert {(analysis.brief.symbol, analysis.brief.as_of) for analysis in launched} == {
        (asset.symbol, date(2012, 10, 10)) for asset in (MSFT, AAPL)
    }
    assert {(analysis.user, analysis.issues) for analysis in launched} == {(ann.user, False)}
    assert [set(event.fact.launched) for event in events] == [{analysis.id for analysis in launched}]
    assert await scheduling.alerts(ann) == []


async def test_a_digest_is_launched_and_recommendations_issued_where_they_are_wanted(
    scheduling: Scheduling, ann: Caller
) -> None:
    issuing = await scheduling.create(evolve(DAILY, analyses=evolve(ANALYSES, issue=True)), by=ann)
    news = await scheduling.create(MORNING, by=ann)
    scheduling.world.time = at(8)
    assert (await scheduling.fire(), await scheduling.launch_runs()) == (2, 2)
    analyses, [digest] = [(await scheduling.run_of(made, by=ann)).launched for made in (issuing, news)]
    async with scheduling.world.store.read() as uow:
        assert all([(await uow.analyses.get(AnalysisId(entry.id))).issues for entry in analyses])
        assert (await uow.digests.get(DigestId(digest.id))).brief.user_id == "me"


async def test_engines_are_compared_for_each_symbol(scheduling: Scheduling, ann: Caller) -> None:
    scheduling.engines = Engines((scheduling.world.desk, HoldEngine()))
    made = await fired(scheduling, evolve(DAILY, analyses=evolve(ANALYSES, compared=("rules", "hold"))), ann)
    await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    async with scheduling.world.store.read() as uow:
        compared = [await uow.comparisons.get(ComparisonId(entry.id)) for entry in run.launched]
    assert {comparison.brief.symbol for comparison in compared} == {MSFT.symbol, AAPL.symbol}
    assert len(await scheduling.jobs()) == 4


@pytest.mark.parametrize("dies", ["before launching", "in the middle", "before recording"])
async def test_a_process_that_dies_at_any_point_leaves_a_run_that_launches_everything_once(
    scheduling: Scheduling, ann: Caller, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await fired(scheduling, DAILY, ann)
    killed = Killed()
    with monkeypatch.context() as patch:
        if dies == "before launching":
            patch.setattr(type(scheduling.launch_runs), "_attempt", fails_once(nothing, killed))
        elif dies == "in the middle":
            patch.setattr(LaunchAnalysis, "__call__", fails_once(LaunchAnalysis.__call__, killed))
        else:
            patch.setattr(type(scheduling.launch_runs), "_finish", fails_once(nothing, killed))
        with pytest.raises((Killed, BaseExceptionGroup)):
            await scheduling.launch_runs()
    before = await scheduling.jobs()
    assert len(before) == {"before launching": 0, "before recording": 2}.get(dies, len(before))
    assert await scheduling.launch_runs() == 0, "it is taken for a while"
    scheduling.world.time += LEASE
    # What was changed meanwhile launches nothing twice.
    await scheduling.update(made, by=ann, analyses=evolve(ANALYSES, depth=2))
    assert await scheduling.launch_runs() == 1
    run = await scheduling.run_of(made, by=ann)
    assert sorted(entry.id for entry in run.launched) == await scheduling.jobs()
    assert len(run.launched) == 2
    assert set(before) <= set(await scheduling.jobs())


async def test_two_servers_launch_once(scheduling: Scheduling, ann: Caller) -> None:
    await fired(scheduling, DAILY, ann)
    assert sum(await asyncio.gather(*(scheduling.launch_runs() for _ in range(4)))) == 1
    assert len(await scheduling.jobs()) == 2


async def test_a_full_queue_is_tried_again_and_loses_nothing(scheduling: Scheduling, ann: Caller) -> None:
    made = await fired(scheduling, DAILY, ann)
    scheduling.waiting = 1
    assert await scheduling.launch_runs() == 1
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, len(run.launched), run.waiting_for) == (
        RunState.PENDING, 1, "The analysis queue is full; try again shortly.",
    )  # fmt: skip
    scheduling.waiting = 100
    scheduling.world.pass_time(minutes=1)
    assert await scheduling.launch_runs() == 1
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, len(run.launched), run.waiting_for) == (RunState.COMPLETED, 2, "")


async def test_what_waits_for_hours_is_given_up_with_its_reason(scheduling: Scheduling, ann: Caller) -> None:
    made = await fired(scheduling, MORNING, ann)
    scheduling.waiting = 0
    await scheduling.launch_runs()
    scheduling.world.time += GIVE_UP
    await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, [failure.reason for failure in run.failures]) == (
        RunState.FAILED, ["The queue is full; try again shortly."],
    )  # fmt: skip
    [alert] = await scheduling.alerts(ann)
    assert "'Morning' did not do all of its work" in alert


async def test_a_symbol_without_prices_fails_and_the_others_are_launched(scheduling: Scheduling, ann: Caller) -> None:
    assets = (MSFT, Asset(Symbol("NONE"), AssetType.EQUITY))
    made = await fired(scheduling, evolve(DAILY, analyses=evolve(ANALYSES, assets=assets)), ann)
    await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    assert [entry.symbol for entry in run.launched] == ["MSFT"]
    assert [(failure.symbol, "NONE" in failure.reason) for failure in run.failures] == [("NONE", True)]
    assert (await scheduling.schedule(made)).enabled


async def test_long_lists_are_launched_in_parts_of_what_was_on_them_at_first(
    scheduling: Scheduling, ann: Caller
) -> None:
    letters = [Asset(Symbol(f"N{n}"), AssetType.EQUITY) for n in range(23)]
    chips = await watchlist(scheduling, ann, *letters, MSFT)
    made = await fired(scheduling, evolve(DAILY, analyses=evolve(ANALYSES, assets=(), watchlist=chips.id)), ann)
    assert await scheduling.launch_runs() == 3
    run = await scheduling.run_of(made, by=ann)
    assert ([entry.symbol for entry in run.launched], len(run.failures)) == (["MSFT"], 23)
    await UpdateWatchlist(scheduling.world.store)(chips.id, by=ann, assets=[AAPL])
    scheduling.world.time = at(8, days=1)
    await scheduling.fire()
    await scheduling.launch_runs()
    assert [entry.symbol for entry in (await scheduling.runs(made, by=ann))[0].launched] == ["AAPL"]


async def test_a_deleted_watchlist_disables_the_schedule_and_says_so(scheduling: Scheduling, ann: Caller) -> None:
    chips = await watchlist(scheduling, ann, MSFT)
    made = await fired(scheduling, evolve(DAILY, analyses=evolve(ANALYSES, assets=(), watchlist=chips.id)), ann)
    await DeleteWatchlist(scheduling.world.store)(chips.id, by=ann)
    await scheduling.launch_runs()
    run, stored = await scheduling.run_of(made, by=ann), await scheduling.schedule(made)
    assert (run.state, stored.enabled, stored.next_due) == (RunState.FAILED, False, None)
    assert "watchlist was deleted" in stored.disabled_reason
    [alert] = await scheduling.alerts(ann)
    assert "watchlist was deleted" in alert
    with pytest.raises(Invalid):
        await scheduling.update(made, by=ann, enabled=True)
    assert (await scheduling.update(made, by=ann, enabled=True, analyses=ANALYSES)).enabled


async def test_an_account_that_is_disabled_meanwhile_launches_nothing(scheduling: Scheduling, ann: Caller) -> None:
    account = await scheduling.add_account(ann)
    made = await fired(scheduling, DAILY, ann)
    async with scheduling.world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(account, disabled=True)))
    await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, await scheduling.jobs()) == (RunState.FAILED, [])
    assert (await scheduling.schedule(made)).enabled


@pytest.mark.parametrize(("limit", "bound", "launched"), [("2", "4", 2), ("2", "3.99", 0), (None, "1000", 0)])
async def test_a_run_that_may_cost_more_than_its_bound_launches_nothing(
    scheduling: Scheduling, ann: Caller, limit: str | None, bound: str, launched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = Cost(None if limit is None else Decimal(limit))
    monkeypatch.setattr(type(scheduling.world.desk), "cost", lambda engine, brief: cost)
    made = await fired(scheduling, evolve(DAILY, analyses=evolve(ANALYSES, max_cost=Decimal(bound))), ann)
    await scheduling.launch_runs()
    assert len(await scheduling.jobs()) == launched
    run = await scheduling.run_of(made, by=ann)
    assert (run.state is RunState.FAILED) == (launched == 0)


async def test_a_daily_budget_that_is_spent_fails_the_rest_of_a_run(
    scheduling: Scheduling, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(scheduling.world.desk), "cost", lambda engine, brief: Cost(Decimal(2)))
    scheduling.daily_budget = Decimal(3)
    made = await fired(scheduling, DAILY, ann)
    await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, len(run.launched), len(run.failures)) == (RunState.FAILED, 1, 1)
    assert "too little is left" in run.failures[0].reason


async def test_a_mistake_is_recorded_and_raised(
    scheduling: Scheduling, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await fired(scheduling, DAILY, ann)
    with monkeypatch.context() as patch:
        patch.setattr(LaunchAnalysis, "__call__", fails_once(LaunchAnalysis.__call__, ZeroDivisionError()))
        with pytest.raises(ZeroDivisionError):
            await scheduling.launch_runs()
    run = await scheduling.run_of(made, by=ann)
    assert (run.state, len(run.launched)) == (RunState.FAILED, 1)
    assert await scheduling.launch_runs() == 0


async def test_runs_are_listed_in_pages(scheduling: Scheduling, ann: Caller) -> None:
    made = await fired(scheduling, MORNING, ann)
    scheduling.world.time = at(8, days=1)
    await scheduling.fire()
    listed = await ListRuns(scheduling.world.store)(made.id, by=ann, page=2, page_size=1)
    assert ([run.due_at for run in listed.runs], listed.total) == ([at(8)], 2)
    for page, size in ((0, 1), (1, 0), (1, 201)):
        with pytest.raises(Invalid):
            await ListRuns(scheduling.world.store)(made.id, by=ann, page=page, page_size=size)


class Killed(BaseException):
    """Ends everything that a process does."""


async def nothing(*args: Any, **kwargs: Any) -> None:
    """In place of what a process that has died does not do."""
