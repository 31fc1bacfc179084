"""What language models may cost: set aside at the launch, booked step by step, given back at the end."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve, frozen

from scripted_model import ScriptedModel
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Overspent, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Kind
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.language import Prompt, Reply
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore_adapters.calendar.exchange import ExchangeCalendar

DAY = Decimal("1.5")


class MuteModel(ScriptedModel):
    """Never answers."""

    async def ask(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        await asyncio.Event().wait()
        raise AssertionError("an event that nobody sets was set")


@frozen
class Shop:
    """A world whose desk is staffed with a model that is paid by the call."""

    world: Any
    router: ModelRouter
    lasts: timedelta = timedelta(minutes=15)

    @property
    def tasks(self) -> dict[Kind, AnalysisTask]:
        return {
            Kind.ANALYSIS: AnalysisTask(
                self.world.store, self.world.now, self.engines, ExchangeCalendar(), timeout=self.lasts
            )
        }

    @property
    def engines(self) -> Engines:
        return Engines((Desk(Sources(self.world.market), self.router), Desk(Sources(self.world.market))))

    async def launch(self, brief: AnalysisBrief, by: Caller) -> AnalysisId:
        world, limits = self.world, Limits(10, 2, DAY)
        launch = LaunchAnalysis(world.store, world.market, world.now, world.new_id, limits, self.engines)
        return (await launch(brief, by=by)).analysis

    async def run(self) -> None:
        claim = await ClaimJob(self.world.store, self.world.now, self.tasks)("worker")
        assert claim
        await RunJob(self.world.store, self.world.now, self.tasks)(claim)

    async def analysis(self, id: AnalysisId) -> Analysis:
        async with self.world.store.snapshot() as uow:
            found: Analysis = await uow.analyses.get(id)
            return found

    async def spent(self, by: Caller) -> Decimal:
        async with self.world.store.snapshot() as uow:
            spent: Decimal = await uow.spending.spent(by.user, self.world.time.date())
            return spent


def staffed(model: ScriptedModel) -> ModelRouter:
    return ModelRouter(providers={"test": lambda name: model}, cap=Decimal(1))


@pytest.fixture
def shop(world: Any) -> Shop:
    return Shop(world, staffed(ScriptedModel()))


@pytest.fixture
def asked(brief: Any) -> AnalysisBrief:
    """One analyst and one round: six calls."""
    made: AnalysisBrief = brief(analysts=(Analyst.TECHNICAL,), depth=1, provider="test")
    return made


async def test_what_an_analysis_may_cost_is_not_there_for_the_next_one(
    shop: Shop, asked: AnalysisBrief, ann: Caller, ben: Caller
) -> None:
    await shop.launch(asked, ann)
    with pytest.raises(Overspent, match=r"\$1\.5 a day") as refusal:
        await shop.launch(asked, ann)
    # Noon in UTC: the next day begins in half a day.
    assert refusal.value.retry_after == 12 * 3600
    await shop.launch(evolve(asked, provider="rules"), ann)
    await shop.launch(asked, ben)
    shop.world.pass_time(hours=12)
    with pytest.raises(Overspent):
        await shop.launch(asked, ann)


async def test_each_step_is_booked_and_what_was_not_spent_is_there_again(
    shop: Shop, asked: AnalysisBrief, ann: Caller
) -> None:
    id = await shop.launch(asked, ann)
    await shop.run()
    assert (await shop.analysis(id)).state is AnalysisState.COMPLETED
    assert await shop.spent(ann) == Decimal("0.06")
    await shop.launch(asked, ann)


async def test_a_cancelled_analysis_gives_back_what_was_set_aside(
    shop: Shop, asked: AnalysisBrief, ann: Caller
) -> None:
    id = await shop.launch(asked, ann)
    await CancelAnalysis(shop.world.store, shop.world.now, shop.tasks)(id, by=ann)
    assert await shop.spent(ann) == 0
    await shop.launch(asked, ann)


async def test_F39_an_analysis_that_would_cost_more_fails_with_what_it_cost_booked(
    world: Any, asked: AnalysisBrief, ann: Caller
) -> None:
    dear = ScriptedModel(price=Decimal("0.4"), cost=Decimal("0.3"))
    shop = Shop(world, staffed(dear))
    id = await shop.launch(asked, ann)
    await shop.run()
    failed = await shop.analysis(id)
    assert failed.state is AnalysisState.FAILED
    assert failed.error
    assert "$1" in failed.error
    # A third call could have cost 0.4 more than 0.6.
    assert len(dear.prompts) == 3
    assert await shop.spent(ann) == Decimal("0.9")
    cheap = evolve(shop, router=ModelRouter(providers=shop.router.providers, cap=Decimal("0.6")))
    await cheap.launch(asked, ann)


async def test_an_analysis_that_takes_too_long_is_given_up(world: Any, asked: AnalysisBrief, ann: Caller) -> None:
    shop = Shop(world, staffed(MuteModel()), timedelta(milliseconds=20))
    id = await shop.launch(asked, ann)
    await shop.run()
    failed = await shop.analysis(id)
    assert (failed.state, failed.error) == (AnalysisState.FAILED, "The analysis was not done after 0.02 seconds.")


async def test_calls_that_are_cancelled_count_for_the_day_at_the_most_that_they_can_have_cost(
    world: Any, asked: AnalysisBrief, ann: Caller
) -> None:
    mute = MuteModel(price=Decimal("0.6"))
    shop = Shop(world, staffed(mute))
    id = await shop.launch(asked, ann)
    running = asyncio.ensure_future(shop.run())
    while not mute.prompts:
        await asyncio.sleep(0)
    await CancelAnalysis(world.store, world.now, shop.tasks)(id, by=ann)
    assert await shop.spent(ann) == 0
    # As the worker does once it sees that the job is no longer its own.
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await shop.spent(ann) == Decimal("0.6")
    # Nothing is set aside any more: 1.5 - 0.6 have no room for 1, but for 0.9.
    with pytest.raises(Overspent):
        await shop.launch(asked, ann)
    await evolve(shop, router=evolve(shop.router, cap=Decimal("0.9"))).launch(asked, ann)


async def test_an_answer_that_was_paid_for_counts_although_its_repair_turn_was_refused(
    world: Any, asked: AnalysisBrief, ann: Caller
) -> None:
    class Tired(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            if self.prompts:
                raise Unavailable("The model cannot be reached; try again later.")
            return await ScriptedModel.ask(self, prompt)

    shop = Shop(world, staffed(Tired(answer=lambda prompt: "no")))
    await shop.launch(asked, ann)
    await shop.run()
    assert await shop.spent(ann) == Decimal("0.01")


async def test_an_answer_that_was_paid_for_counts_although_the_job_is_no_longer_this_workers(
    world: Any, asked: AnalysisBrief, ann: Caller
) -> None:
    class Slow(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            await CancelAnalysis(world.store, world.now, shop.tasks)(id, by=ann)
            return await ScriptedModel.ask(self, prompt)

    shop = Shop(world, staffed(Slow()))
    id = await shop.launch(asked, ann)
    await shop.run()
    assert (await shop.analysis(id)).state is AnalysisState.CANCELLED
    assert await shop.spent(ann) == Decimal("0.01")


async def test_what_analysts_were_paid_for_is_not_paid_for_again_when_one_of_them_was_refused(
    world: Any, asked: AnalysisBrief, ann: Caller
) -> None:
    away = True

    class SometimesAway(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            if away and "you are the technical analyst" in prompt.task:
                raise Unavailable("The model cannot be reached; try again later.")
            return await ScriptedModel.ask(self, prompt)

    model = SometimesAway()
    shop = Shop(world, staffed(model))
    id = await shop.launch(evolve(asked, analysts=(Analyst.TECHNICAL, Analyst.NEWS, Analyst.SENTIMENT)), ann)
    await shop.run()
    assert (len(model.prompts), await shop.spent(ann)) == (2, Decimal("0.02"))
    away = False
    world.pass_time(minutes=1)
    await shop.run()
    assert (await shop.analysis(id)).state is AnalysisState.COMPLETED
    # Three analysts, three in the debate, a trader and a risk manager, each once.
    assert (len(model.prompts), await shop.spent(ann)) == (8, Decimal("0.08"))
