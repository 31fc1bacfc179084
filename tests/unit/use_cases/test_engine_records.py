"""Records of engines as analyses need them: what counts as live, and which record a new decision gets."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from rising_market import START, Rising
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.edge import Edge
from tradecore.model.engine_records import EngineRecord, record_name
from tradecore.model.intervals import Interval
from tradecore.model.jobs import Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.recommendations import Issue, IssuePolicy
from tradecore.model.steps import Action
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.engine_records import FindEngineRecord, live_decision
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore_adapters.calendar.exchange import ExchangeCalendar

ENGINE = "rules of a test"
RECORD = EngineRecord(ENGINE, "a test", START, False, Edge(1, 1, 1, 1, 4, skill=Interval(5, 1, 9)), ())


async def test_the_stored_record_of_a_depth_comes_before_a_shipped_one_within_a_minute(
    world: Any, brief: Callable[..., AnalysisBrief]
) -> None:
    shipped = evolve(RECORD, sample="shipped")
    find = FindEngineRecord(world.store, world.now, {ENGINE: shipped})
    one, three = brief(depth=1), brief(depth=3)
    assert await find(ENGINE, one) == shipped
    assert await find("another", one) is None
    stored = evolve(RECORD, engine=record_name(ENGINE, 1))
    async with world.store.unit_of_work() as uow:
        await uow.engine_records.put(stored)
    world.pass_time(seconds=61)
    assert await find(ENGINE, one) == stored
    assert await find(ENGINE, three) == shipped
    assert await find(ENGINE, evolve(one, risk_rounds=1)) == shipped


async def analysed(world: Any, brief: AnalysisBrief, ann: Any, record: EngineRecord | None) -> Any:
    """The result of an analysis by rules over traded prices, with the record of its engine."""

    async def find(engine: str, brief: AnalysisBrief) -> EngineRecord | None:
        return record

    world.market = Rising()
    ticket = await world.launch()(brief, by=ann)
    issuing = IssuePolicy(Decimal(0), timedelta(hours=6), Issue.MEASURED)
    task = AnalysisTask(world.store, world.now, world.engines, ExchangeCalendar(), issuing, find_record=find)
    tasks = {Kind.ANALYSIS: task}
    claim = await ClaimJob(world.store, world.now, tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, tasks)(claim)
    async with world.store.snapshot() as uow:
        return await uow.analyses.result(ticket.analysis, owner=ann.user)


async def test_a_completed_analysis_has_what_the_record_of_its_engine_says(
    world: Any, brief: Callable[..., AnalysisBrief], ann: Any
) -> None:
    bitcoin: dict[str, Any] = {"symbol": Symbol("BTC-USD"), "asset_type": AssetType.CRYPTO}
    today = brief(as_of=world.time.date(), **bitcoin)
    result = await analysed(world, today, ann, RECORD)
    assert (result.calibration.edge, result.calibration.sample) == (RECORD.edge, "a test")
    assert "Fewer than 30" in result.calibration.missing
    assert result.decision.action is Action.BUY
    assert result.objection == ""  # the record shows an edge
    unknown = await analysed(world, today, ann, None)
    assert "is not known here" in unknown.calibration.sentence
    assert unknown.objection.startswith("Only decisions of engines with a measured edge")
    async with world.store.snapshot() as uow:
        [decision] = await uow.engine_records.decisions(record_name(result.engine, result.brief.depth))
    assert (decision.analysis, decision.as_of, decision.decision.reasoning) == (result.id, world.time.date(), "")

    past = await analysed(world, brief(as_of=date(2025, 10, 10), **bitcoin), ann, None)
    async with world.store.snapshot() as uow:
        assert len(await uow.engine_records.decisions(record_name(result.engine, result.brief.depth))) == 1
    for other in (
        past,
        evolve(result, in_sample=True),
        evolve(result, sources=("generated (synthetic)",)),
        evolve(result, decision=evolve(result.decision, needs_review="no answer")),
    ):
        assert live_decision(other, world.time.date()) is None
    assert live_decision(result, world.time.date()) == decision
