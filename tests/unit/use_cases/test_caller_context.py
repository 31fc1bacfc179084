"""A later analysis knows what became of earlier ones, and what the caller holds; each user their own."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import frozen

from scripted_model import ScriptedModel, rows_in
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Kind
from tradecore.model.track_record import Exit, Score, TradeOutcome
from tradecore.model.users import Caller
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.portfolio import open_account
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore_adapters.calendar.exchange import ExchangeCalendar

# After the session of the day that the briefs of these tests name.
AFTER_CLOSE = datetime(2024, 10, 10, 21, tzinfo=UTC)


@frozen
class Shop:
    """A world whose desk asks a scripted model."""

    world: Any
    model: ScriptedModel

    async def analyse(self, brief: AnalysisBrief, by: Caller) -> AnalysisId:
        """Launch an analysis and run it."""
        world = self.world
        engines = Engines((Desk(Sources(world.market), ModelRouter(providers={"test": lambda _: self.model})),))
        launch = LaunchAnalysis(world.store, world.market, world.now, world.new_id, Limits(10, 2), engines)
        ticket = await launch(brief, by=by)
        tasks: Any = {Kind.ANALYSIS: AnalysisTask(world.store, world.now, engines, ExchangeCalendar())}
        claim = await ClaimJob(world.store, world.now, tasks)("worker")
        assert claim
        await RunJob(world.store, world.now, tasks)(claim)
        return ticket.analysis

    def told(self, topic: str) -> list[str]:
        """The statements of a topic in the newest prompt of the trader."""
        [*_, trader] = (prompt for prompt in self.model.prompts if "you are the trader" in prompt.task)
        rows = rows_in(trader.case, "evidence") + rows_in(trader.task, "account")
        return [row["statement"] for row in rows if row["topic"] == topic]


async def test_memory_is_that_of_the_caller_and_of_the_symbol(world: Any, brief: Any, ann: Caller, ben: Caller) -> None:
    world.time = AFTER_CLOSE
    shop = Shop(world, ScriptedModel())
    asked = brief(depth=1)
    first = await shop.analyse(asked, ann)
    assert shop.told("memory") == []
    await shop.analyse(asked, ben)
    assert shop.told("memory") == []
    world.pass_time(days=1)
    ended = asked.as_of
    outcome = TradeOutcome(
        ended, Decimal(100), ended, Decimal(104), Exit.TARGET, Decimal("3.9"), Decimal("0.1"), None, "the test"
    )
    async with world.store.unit_of_work() as uow:
        await uow.scores.add(Score(first, outcome, world.now()))
    later = brief(depth=1, as_of=asked.as_of + timedelta(days=1))
    await shop.analyse(later, ann)
    assert shop.told("memory") == [
        f"The desk decided BUY as of {asked.as_of} with confidence 6.5 of 10; it ended at its target on {ended} with a "
        "return of +3.9% after fees."
    ]


async def test_the_account_is_known_for_a_day_that_can_be_acted_on(world: Any, brief: Any, ann: Caller) -> None:
    world.time = AFTER_CLOSE
    shop = Shop(world, ScriptedModel())
    async with world.store.unit_of_work() as uow:
        await open_account(uow, ann.user, Decimal(50_000), at=world.now())
    await shop.analyse(brief(depth=1), ann)
    assert shop.told("portfolio")[0].startswith("The portfolio is worth 50,000.00 with no other position")
    world.pass_time(days=60)
    await shop.analyse(brief(depth=1), ann)
    assert shop.told("portfolio") == []
