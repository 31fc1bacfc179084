"""Each analysis counts what its agents took of which models."""

from decimal import Decimal
from typing import Any

from scripted_model import ScriptedModel
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.jobs import Kind
from tradecore.model.users import Caller
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.usage import GetUsage
from tradecore_adapters.calendar.exchange import ExchangeCalendar


async def test_the_usage_of_an_analysis_is_that_of_its_calls(world: Any, brief: Any, ann: Caller, ben: Caller) -> None:
    model = ScriptedModel()
    engines = Engines((Desk(Sources(world.market), ModelRouter(providers={"test": lambda _: model})),))
    launch = LaunchAnalysis(world.store, world.market, world.now, world.new_id, Limits(10, 2), engines)
    await launch(brief(depth=2), by=ann)
    tasks: Any = {Kind.ANALYSIS: AnalysisTask(world.store, world.now, engines, ExchangeCalendar())}
    claim = await ClaimJob(world.store, world.now, tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, tasks)(claim)
    get_usage = GetUsage(world.store, world.now, Decimal(5))
    report = await get_usage(1, by=ann)
    by_agent = {row.agent: row.usage.calls for row in report.rows}
    assert by_agent == {
        "technical_analyst": 1,
        "bull_researcher": 2,
        "bear_researcher": 2,
        "research_judge": 2,
        "trader": 1,
        "risk_manager": 1,
    }
    assert sum(by_agent.values()) == len(model.prompts)
    assert {row.model for row in report.rows} == {"test:scripted-1"}
    assert (report.spent, report.reserved, report.limit) == (Decimal("0.09"), 0, 5)
    assert (await get_usage(30, by=ben)).rows == ()
    world.pass_time(days=1)
    assert (await get_usage(1, by=ann)).rows == ()
    assert len((await get_usage(2, by=ann)).rows) == 6
