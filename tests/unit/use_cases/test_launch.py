"""Launching: admitted once, queued fairly, refused with a reason."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from scripted_model import ScriptedModel
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analyses import AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, KeyReused, QueueFull, Stale
from tradecore.model.ids import JobId
from tradecore.model.jobs import JobState
from tradecore.model.market import Symbol
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.use_cases import launch
from tradecore.use_cases.engines import Engines

Brief = Callable[..., AnalysisBrief]


async def stored(world: Any) -> int:
    async with world.store.snapshot() as uow:
        return int(await uow.jobs.waiting())


async def test_a_launch_keeps_an_analysis_and_a_job_under_one_id(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    async with world.store.snapshot() as uow:
        analysis = await uow.analyses.get(ticket.analysis, owner=ann.user)
        job = await uow.jobs.get(JobId(ticket.analysis))
    assert (analysis.state, job.state, job.user) == (AnalysisState.QUEUED, JobState.QUEUED, ann.user)
    assert (ticket.state, ticket.position) == (AnalysisState.QUEUED, 1)
    assert ticket.estimate >= 1


async def test_positions_count_everybody_who_is_served_before(
    world: Any, brief: Brief, ann: Caller, ben: Caller
) -> None:
    launch_analysis = world.launch()
    tickets = [await launch_analysis(brief(), by=who) for who in (ann, ann, ben)]
    assert [ticket.position for ticket in tickets] == [1, 2, 2]


async def test_the_estimate_grows_with_those_who_wait_and_learns_from_past_runs(
    world: Any, brief: Brief, ann: Caller
) -> None:
    launch_analysis = world.launch(concurrency=1)
    async with world.store.unit_of_work() as uow:
        for _ in range(50):
            await uow.measurements.add_run_time(world.desk.router.default_engine, brief().shape, 100.0)
    first, second = await launch_analysis(brief(), by=ann), await launch_analysis(brief(), by=ann)
    assert 95 <= first.estimate <= 100
    assert 190 <= second.estimate <= 200


async def test_an_analysis_keeps_the_name_of_who_will_think(world: Any, brief: Brief, ann: Caller) -> None:
    router = ModelRouter(providers={"acme": lambda name: ScriptedModel(name=f"acme:{name}")})
    launch = evolve(world.launch(), engines=Engines((Desk(Sources(world.market), router),)))
    ticket = await launch(brief(model="m-1"), by=ann)
    async with world.store.snapshot() as uow:
        assert (await uow.analyses.get(ticket.analysis)).engine == "prompted desk 3 (acme:m-1)"


async def test_somebody_to_think_who_is_not_there_is_refused_and_nothing_kept(
    world: Any, brief: Brief, ann: Caller
) -> None:
    router = ModelRouter(providers={"acme": lambda _: ScriptedModel()})
    launch_analysis = evolve(world.launch(), engines=Engines((Desk(Sources(world.market), router),)))
    with pytest.raises(Invalid) as refused:
        await launch_analysis(brief(provider="other"), by=ann)
    assert [problem.field for problem in refused.value.problems] == ["provider"]
    assert await stored(world) == 0


class OneAtATime:
    """A store whose single writes are counted, and fail together for an analysis of a certain symbol."""

    def __init__(self, store: Any, poison: str = "") -> None:
        self.store, self.poison, self.sizes = store, poison, list[int]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @asynccontextmanager
    async def single_write(self) -> AsyncIterator[Any]:
        async with self.store.single_write() as uow:
            yield SimpleNamespace(jobs=SimpleNamespace(add=self._add(uow), add_all=self._add_all(uow)))

    def _add(self, uow: Any) -> Any:
        async def add(job: Any, analysis: Any, **options: Any) -> Any:
            [queued] = await self._add_all(uow)([(job, analysis)], **options)
            return queued

        return add

    def _add_all(self, uow: Any) -> Any:
        async def add_all(entries: Any, **options: Any) -> Any:
            self.sizes.append(len(entries))
            if any(analysis.entity.brief.symbol == self.poison for _, analysis in entries):
                raise Stale("Its user is gone.")
            return await uow.jobs.add_all(entries, **options)

        return add_all


async def test_launches_of_the_same_moment_are_stored_together(world: Any, brief: Brief, ann: Caller) -> None:
    store = OneAtATime(world.store)
    launch_analysis = evolve(world.launch(waiting=1000), store=store)
    await launch_analysis(brief(), by=ann)
    tickets = await asyncio.gather(*(launch_analysis(brief(), by=ann) for _ in range(20)))
    assert sorted(ticket.position for ticket in tickets) == [*range(2, 22)]
    assert await stored(world) == 21
    assert sum(store.sizes) == 21
    assert len(store.sizes) <= 4


async def test_a_launch_that_cannot_be_stored_fails_no_other(world: Any, brief: Brief, ann: Caller) -> None:
    store = OneAtATime(world.store, poison="AAPL")
    launch_analysis = evolve(world.launch(), store=store)
    await asyncio.gather(*(launch_analysis(brief(symbol=symbol), by=ann) for symbol in ("NVDA", "MSFT")))
    results = await asyncio.gather(
        *(launch_analysis(brief(symbol=symbol), by=ann) for symbol in ("NVDA", "AAPL", "MSFT")), return_exceptions=True
    )
    assert [isinstance(result, Stale) for result in results] == [False, True, False]
    assert await stored(world) == 4


async def test_of_launches_of_the_same_moment_only_as_many_are_admitted_as_may_wait(
    world: Any, brief: Brief, ann: Caller
) -> None:
    launch_analysis = world.launch(waiting=5)
    results = await asyncio.gather(*(launch_analysis(brief(), by=ann) for _ in range(9)), return_exceptions=True)
    assert sum(isinstance(result, QueueFull) for result in results) == 4
    assert await stored(world) == 5


async def test_a_full_house_admits_nobody(world: Any, brief: Brief, ann: Caller, ben: Caller) -> None:
    launch_analysis = world.launch(waiting=2)
    await launch_analysis(brief(), by=ann)
    await launch_analysis(brief(), by=ann)
    with pytest.raises(QueueFull) as refused:
        await launch_analysis(brief(), by=ben)
    assert refused.value.retry_after > 0
    assert await stored(world) == 2


@pytest.mark.parametrize(
    ("otherwise", "field"),
    [
        ({"as_of": date(2026, 3, 4)}, "as_of"),
        ({"as_of": date(1980, 1, 1)}, "as_of"),
        ({"symbol": Symbol("NOSUCH")}, "symbol"),
    ],
)
async def test_what_cannot_be_analysed_is_refused_and_leaves_nothing(
    world: Any, brief: Brief, ann: Caller, otherwise: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await world.launch()(brief(**otherwise), by=ann)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert await stored(world) == 0


async def test_a_day_that_has_begun_at_utc_plus_14_can_be_analysed(world: Any, brief: Brief, ann: Caller) -> None:
    await world.launch()(brief(as_of=date(2026, 3, 3)), by=ann)  # it is noon of 2 March in UTC
    world.pass_time(hours=-3)
    with pytest.raises(Invalid, match="the newest day that has begun anywhere is 2026-03-02"):
        await world.launch()(brief(as_of=date(2026, 3, 3)), by=ann)


async def test_the_same_key_and_request_get_the_first_ticket_again(world: Any, brief: Brief, ann: Caller) -> None:
    launch_analysis, once = world.launch(), IdempotencyKey("key", "a" * 64)
    first = await launch_analysis(brief(), by=ann, idempotency=once)
    world.pass_time(hours=1)
    assert await launch_analysis(brief(), by=ann, idempotency=once) == first
    assert await stored(world) == 1


async def test_the_same_key_with_another_request_is_refused(world: Any, brief: Brief, ann: Caller) -> None:
    launch_analysis = world.launch()
    await launch_analysis(brief(), by=ann, idempotency=IdempotencyKey("key", "a" * 64))
    with pytest.raises(KeyReused):
        await launch_analysis(brief(), by=ann, idempotency=IdempotencyKey("key", "b" * 64))
    assert await stored(world) == 1


async def test_equal_keys_of_two_users_do_not_meet(world: Any, brief: Brief, ann: Caller, ben: Caller) -> None:
    launch_analysis, once = world.launch(), IdempotencyKey("key", "a" * 64)
    tickets = {(await launch_analysis(brief(), by=who, idempotency=once)).analysis for who in (ann, ben)}
    assert len(tickets) == 2


async def test_a_full_house_still_answers_a_request_it_has_answered_before(
    world: Any, brief: Brief, ann: Caller
) -> None:
    launch_analysis, once = world.launch(waiting=1), IdempotencyKey("key", "a" * 64)
    first = await launch_analysis(brief(), by=ann, idempotency=once)
    assert await launch_analysis(brief(), by=ann, idempotency=once) == first


async def test_a_market_that_hangs_holds_a_launch_for_a_moment_and_lets_it_through(
    world: Any, brief: Brief, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert launch._MARKET_TIMEOUT <= 2
    monkeypatch.setattr(launch, "_MARKET_TIMEOUT", 0.01)

    class Hanging:
        async def bars(self, *_: object) -> None:
            await asyncio.Event().wait()

    async with asyncio.timeout(20):
        ticket = await evolve(world.launch(), market=Hanging())(brief(), by=ann)
    assert ticket.state is AnalysisState.QUEUED


async def test_a_series_that_the_market_has_is_not_asked_for_at_every_launch(
    world: Any, brief: Brief, ann: Caller
) -> None:
    calls = []

    class Counting:
        async def bars(self, *series: object) -> None:
            calls.append(series)

    launch_analysis = evolve(world.launch(), market=Counting())
    for symbol in ("NVDA", "NVDA", "AAPL"):
        await launch_analysis(brief(symbol=symbol), by=ann)
    world.pass_time(minutes=6)
    await launch_analysis(brief(symbol="NVDA"), by=ann)
    assert [series[0] for series in calls] == ["NVDA", "AAPL", "NVDA"]
