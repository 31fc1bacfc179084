"""Analysing: what follows from a decision follows in the transaction that completes the analysis."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.analyses import AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, RecommendationId, TopicKind, topic_of
from tradecore.model.jobs import Kind
from tradecore.model.market import Symbol
from tradecore.model.plan import Plan
from tradecore.model.recommendations import IssuePolicy, Recommendation, RecommendationState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore_adapters.calendar.exchange import ExchangeCalendar

Brief = Callable[..., AnalysisBrief]
# What the rule-based desk makes of the generated prices of these days.
BUY: dict[str, Any] = {"symbol": Symbol("KO"), "as_of": date(2025, 8, 1)}
HOLD: dict[str, Any] = {"symbol": Symbol("NVDA"), "as_of": date(2026, 1, 15)}
LASTS = timedelta(hours=6)


async def analyse(
    world: Any, brief: AnalysisBrief, by: Caller, issuing: IssuePolicy, *, late: bool = False
) -> AnalysisId:
    """Run an analysis on the evening of its day, or long after it."""
    if not late:
        world.time = datetime.combine(brief.as_of, time(22), UTC)
    ticket = await world.launch()(brief, by=by)
    tasks = {Kind.ANALYSIS: AnalysisTask(world.store, world.now, world.engines, ExchangeCalendar(), issuing)}
    claim = await ClaimJob(world.store, world.now, tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, tasks)(claim)
    id: AnalysisId = ticket.analysis
    return id


async def recommended(world: Any, id: AnalysisId, by: Caller) -> Recommendation:
    async with world.store.snapshot() as uow:
        found: Recommendation = await uow.recommendations.get(RecommendationId(id), owner=by.user)
        return found


async def test_a_sure_decision_issues_a_recommendation_with_its_levels(world: Any, brief: Brief, ann: Caller) -> None:
    id = await analyse(world, brief(**BUY), ann, IssuePolicy(Decimal(5), LASTS))
    async with world.store.snapshot() as uow:
        result = await uow.analyses.result(id, owner=ann.user)
    made, decision = await recommended(world, id, ann), result.decision
    assert decision.action is Action.BUY
    assert (made.analysis, made.state) == (id, RecommendationState.PENDING)
    assert (made.action, made.entry, made.stop, made.target, made.position_size, made.confidence) == (
        decision.action, decision.entry, decision.stop, decision.target, decision.position_size, decision.confidence,
    )  # fmt: skip
    assert (made.created_at, made.expires_at) == (world.time, world.time + LASTS)


async def test_a_run_of_more_than_five_minutes_is_announced_by_its_first_event(
    world: Any, brief: Brief, ann: Caller
) -> None:
    async with world.store.unit_of_work() as uow:
        for _ in range(5):
            await uow.measurements.add_run_time("rule-based desk 2", brief(**BUY).shape, 400)
    id = await analyse(world, brief(**BUY), ann, IssuePolicy(Decimal(5), LASTS))
    async with world.store.snapshot() as uow:
        first, *later = await uow.events.after(topic_of(TopicKind.ANALYSIS, id), 0)
    assert first.fact.message == (
        "Technical analysis started. This analysis is expected to take about 7 minutes, longer than most."
    )
    assert not [event for event in later if "expected" in getattr(event.fact, "message", "")]


@pytest.mark.parametrize(("asked", "floor"), [(HOLD, "0"), (BUY, "9.9")])
async def test_no_other_decision_does(asked: dict[str, Any], floor: str, world: Any, brief: Brief, ann: Caller) -> None:
    id = await analyse(world, brief(**asked), ann, IssuePolicy(Decimal(floor), LASTS))
    async with world.store.snapshot() as uow:
        assert (await uow.analyses.get(id)).state is AnalysisState.COMPLETED
    with pytest.raises(NotFound):
        await recommended(world, id, ann)


async def test_a_day_older_than_the_last_finished_session_issues_nothing_and_says_why(
    world: Any, brief: Brief, ann: Caller
) -> None:
    id = await analyse(world, brief(**BUY), ann, IssuePolicy(Decimal(5), LASTS), late=True)
    async with world.store.snapshot() as uow:
        result = await uow.analyses.result(id, owner=ann.user)
    assert result.decision.action is Action.BUY
    assert "2025-08-01, before the last finished session of its market, 2026-02-27" in (result.objection or "")
    with pytest.raises(NotFound):
        await recommended(world, id, ann)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (datetime(2025, 8, 3, 12, tzinfo=UTC), True),  # Sunday after that Friday
        (datetime(2025, 8, 4, 19, 59, tzinfo=UTC), True),  # Monday's session still runs
        (datetime(2025, 8, 4, 20, 0, tzinfo=UTC), False),
    ],
)
async def test_friday_is_the_last_finished_session_until_monday_evening(
    now: datetime, offered: bool, world: Any, brief: Brief, ann: Caller
) -> None:
    world.time = now
    id = await analyse(world, brief(**BUY), ann, IssuePolicy(Decimal(5), LASTS), late=True)
    async with world.store.snapshot() as uow:
        assert (not (await uow.analyses.result(id, owner=ann.user)).objection) is offered


async def test_evidence_of_a_day_that_has_begun_only_elsewhere_ends_today(
    world: Any, brief: Brief, ann: Caller
) -> None:
    tomorrow = world.time.date() + timedelta(days=1)
    id = await analyse(world, brief(as_of=tomorrow), ann, IssuePolicy(), late=True)
    async with world.store.snapshot() as uow:
        result = await uow.analyses.result(id, owner=ann.user)
    assert result.brief.as_of == tomorrow
    assert max(item.as_of for item in result.evidence) < tomorrow


async def test_an_analysis_that_cannot_issue_its_recommendation_is_not_completed(
    world: Any, brief: Brief, ann: Caller
) -> None:
    broken = evolve(IssuePolicy(Decimal(5), LASTS), valid_for="six hours")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        await analyse(world, brief(**BUY), ann, broken)
    async with world.store.snapshot() as uow:
        events = await uow.events.after(topic_of(TopicKind.ANALYSIS, "id-1"), 0)
    assert [type(event.fact).__name__ for event in events][-1] == "AnalysisFailed"
    assert not any(type(event.fact).__name__ == "AnalysisCompleted" for event in events)


@pytest.mark.parametrize("hours", [1, -1])
async def test_F45_durations_do_not_follow_a_clock_that_is_set_while_an_analysis_runs(
    world: Any, brief: Brief, ann: Caller, hours: int
) -> None:
    world.time = datetime.combine(BUY["as_of"], time(12), UTC)
    began, seconds = world.time, count()

    class SetClock:
        """The desk, with a clock on the wall that somebody sets before each of its outputs."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.desk, name)

        async def think(self, *args: Any) -> AsyncIterator[Any]:
            async for output in world.desk.think(*args):
                world.pass_time(hours=hours)
                yield output

    def lease_clock() -> datetime:
        return began + timedelta(seconds=next(seconds))

    ticket = await world.launch()(brief(**BUY), by=ann)
    task = AnalysisTask(
        world.store,
        world.now,
        Engines((SetClock(),)),
        ExchangeCalendar(),
        IssuePolicy(Decimal(5), LASTS),
        lease_clock=lease_clock,
    )
    tasks = {Kind.ANALYSIS: task}
    claim = await ClaimJob(world.store, lease_clock, tasks)("worker")
    assert claim
    await RunJob(world.store, lease_clock, tasks)(claim)
    async with world.store.snapshot() as uow:
        analysis = await uow.analyses.get(ticket.analysis)
        result = await uow.analyses.result(ticket.analysis, owner=ann.user)
        estimate = (await uow.measurements.run_times(analysis.engine, analysis.brief.shape)).estimate(
            analysis.plan.seconds
        )
    durations = [agent.ended_at - agent.began_at for agent in analysis.agents]
    assert all(timedelta(0) <= duration < timedelta(minutes=1) for duration in durations)
    assert timedelta(0) <= result.completed_at - result.started_at < timedelta(minutes=1)
    assert 0 <= estimate < 60
    # What is compared with the clock on the wall follows it.
    assert (await recommended(world, ticket.analysis, ann)).expires_at == world.time + LASTS


async def test_an_analysis_that_an_older_version_stored_without_a_plan_is_finished(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    async with world.store.unit_of_work() as uow:
        queued = await uow.analyses.get(ticket.analysis)
        await uow.analyses.put(Change(evolve(queued, plan=Plan(), brief=evolve(queued.brief, engine=None))))
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, world.tasks)(claim)
    async with world.store.snapshot() as uow:
        finished = await uow.analyses.get(ticket.analysis)
    assert (finished.state, finished.plan) == (AnalysisState.COMPLETED, queued.plan)
