"""Scoring decisions: when they are due, what they returned, and what happens where that cannot be known."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import define, field

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.engine_records import LiveDecision, LiveOutcome
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Exit, Horizon
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.score import ScoreDecisions, Scorer

AS_OF = date(2026, 2, 20)  # a Friday
SOURCE = PriceSource("bars of the test")


@define
class Weekdays:
    """A calendar without holidays, and how often it was asked."""

    asked: int = 0

    async def last_finished(self, asset_type: AssetType, at: datetime) -> date:
        return at.date()

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        self.asked += 1
        while count:
            day += timedelta(days=1)
            count -= asset_type is AssetType.CRYPTO or day.weekday() < 5
        return day


@define
class Growing:
    """A market that rises by one each weekday, from 100 on the day of the decision, up to its last day."""

    last: date = date(2030, 1, 1)
    broken: bool = False
    asked: list[date] = field(factory=list)
    switches: date = date(2030, 1, 1)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        self.asked.append(as_of)
        if self.broken:
            raise Unavailable("The source is out of reach.")
        if symbol == "NOPE" or as_of > self.last + timedelta(days=10):
            raise Invalid.one("symbol", f"There is no {symbol} on {as_of}.")
        bars, day, price = [], AS_OF - timedelta(days=7), Decimal(95)
        while day <= min(as_of, self.last):
            if day.weekday() < 5:
                bars.append(Bar(day, price - 1, price + 1, price - 2, price, Decimal(1)))
                price += 1
            day += timedelta(days=1)
        source = SOURCE if as_of < self.switches else PriceSource("another")
        return Bars(symbol, source, tuple(bars[-count:]))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return Symbol("SPY")

    async def symbols(self) -> tuple[Symbol, ...]:
        return ()


@pytest.fixture
def decided(world: Any, brief: Callable[..., AnalysisBrief]) -> Callable[..., Any]:
    """Put a completed analysis that is owed a score."""

    async def put(
        id: str = "a", action: Action = Action.BUY, as_of: date = AS_OF, target: str = "", **asked: Any
    ) -> Analysis:
        stop, far = ("80", "200") if action is Action.BUY else ("200", "50")
        target = target or far
        decision = Decision(action, Decimal(7), Decimal(5), Decimal(100), Decimal(stop), Decimal(target), "because")
        asked_for = brief(as_of=as_of, **asked)
        plan = plan_desk(asked_for, by_model=False)
        begun = Analysis.begin(
            AnalysisId(id), UserId("ann"), asked_for, engine="rules", plan=plan, at=world.now()
        ).entity
        async with world.store.unit_of_work() as uow:
            analysis = await uow.analyses.put(begun.start(at=world.now()).entity.complete(decision, at=world.now()))
            await uow.scores.schedule_scoring(analysis.id, due=world.now())
            return analysis

    return put


def scoring(world: Any, market: Any = None, calendar: Any = None, fee: str = "0", weeks: int = 1) -> ScoreDecisions:
    scorer = Scorer(market or Growing(), calendar or Weekdays(), Horizon(weeks), Decimal(fee))
    return ScoreDecisions(world.store, world.now, scorer)


async def returned(world: Any, id: str = "a") -> Decimal | None:
    async with world.store.snapshot() as uow:
        analysis: Analysis = await uow.analyses.get(AnalysisId(id))
        return analysis.actual_return


async def test_a_live_decision_gets_its_outcome_with_its_score(world: Any, decided: Any) -> None:
    analysis = await decided()
    asset = Asset(analysis.brief.symbol, analysis.brief.asset_type)
    live = LiveDecision.of("rules", asset, AS_OF, analysis.id, analysis.decision)
    async with world.store.unit_of_work() as uow:
        await uow.engine_records.add(live)
    assert await scoring(world)() == 1
    async with world.store.snapshot() as uow:
        [kept] = await uow.engine_records.decisions("rules")
    assert kept.outcome == LiveOutcome(date(2026, 2, 27), won=True, horizon_weeks=1)


async def test_a_decision_is_scored_on_the_day_after_its_horizon_and_not_before(world: Any, decided: Any) -> None:
    world.time = datetime(2026, 2, 27, 23, 59, tzinfo=world.time.tzinfo)  # the horizon's last day is not over
    await decided()
    score = scoring(world)
    assert await score() == 0
    world.pass_time(minutes=1)
    assert await score() == 1
    async with world.store.snapshot() as uow:
        kept = await uow.scores.get(AnalysisId("a"))
    # in at the open of Monday, 100, and out at the close of Friday, 105
    assert (kept.outcome.entered_on, kept.outcome.exited_on) == (date(2026, 2, 23), date(2026, 2, 27))
    assert (kept.outcome.reason, kept.outcome.return_percent, kept.outcome.benchmark) == (Exit.HORIZON, 5, 5)
    assert (await returned(world), kept.at) == (5, world.now())


async def test_scoring_again_changes_nothing(world: Any, decided: Any) -> None:
    await decided()
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    score = scoring(world)
    assert [await score(), await score()] == [1, 0]
    async with world.store.snapshot() as uow:
        assert (await uow.analyses.get(AnalysisId("a"))).version == 2


async def test_no_fact_follows_the_last_one_of_an_analysis(world: Any, decided: Any) -> None:
    analysis = await decided()
    async with world.store.snapshot() as uow:
        before = await uow.events.after(analysis.topic, 0)
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    await scoring(world)()
    async with world.store.snapshot() as uow:
        assert await uow.events.after(analysis.topic, 0) == before
        assert (await uow.analyses.get(analysis.id)).actual_return is not None


async def test_a_sell_and_its_fees(world: Any, decided: Any) -> None:
    await decided(action=Action.SELL)
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    await scoring(world, fee="0.1")()
    assert await returned(world) == Decimal("-5.205")


async def test_before_a_week_is_over_the_return_so_far_is_followed_every_hour(world: Any, decided: Any) -> None:
    await decided(as_of=date(2026, 2, 25))
    market, calendar = Growing(), Weekdays()
    score = scoring(world, market, calendar, fee="0.1")
    assert await score() == 0
    async with world.store.snapshot() as uow:
        followed = await uow.analyses.get(AnalysisId("a"))
    # in at the open of the 26th, 103, and at the newest close, 106, with the fees of both sides
    assert followed.return_so_far == followed.shown_return == Decimal("2.7097")
    assert followed.actual_return is None
    asked = len(market.asked)
    assert await score() == 0
    assert (len(market.asked), calendar.asked) == (asked, 0)
    world.pass_time(hours=1)
    assert await score() == 0
    assert len(market.asked) > asked
    async with world.store.snapshot() as uow:
        assert (await uow.analyses.get(AnalysisId("a"))).version == followed.version  # nothing has changed
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    assert await score() == 1
    async with world.store.snapshot() as uow:
        scored = await uow.analyses.get(AnalysisId("a"))
    assert scored.actual_return == scored.shown_return != scored.return_so_far


async def test_a_touched_target_ends_a_decision_before_its_horizon(world: Any, decided: Any) -> None:
    # the price rises by one a day, so a target of 103 is touched on the second day after the decision
    world.time = datetime(2026, 2, 24, 22, tzinfo=world.time.tzinfo)
    await decided(target="103")
    score = scoring(world, weeks=4)
    assert await score() == 0  # the day is not over
    world.time = datetime(2026, 2, 25, tzinfo=world.time.tzinfo)
    assert await score() == 1
    async with world.store.snapshot() as uow:
        kept = await uow.scores.get(AnalysisId("a"))
    assert (kept.outcome.reason, kept.outcome.exited_on, kept.outcome.return_percent) == (
        Exit.TARGET, date(2026, 2, 24), 3,
    )  # fmt: skip
    assert (kept.outcome.benchmark, kept.horizon_weeks) == (2, 4)


async def test_there_is_no_return_before_the_first_price_after_the_decision(world: Any, decided: Any) -> None:
    await decided(as_of=date(2026, 2, 27))
    assert await scoring(world, Growing(last=date(2026, 2, 27)))() == 0
    async with world.store.snapshot() as uow:
        assert (await uow.analyses.get(AnalysisId("a"))).shown_return is None


async def test_nothing_later_than_the_horizon_is_asked_for_unless_its_last_bar_is_missing(
    world: Any, decided: Any
) -> None:
    await decided()
    world.time = datetime(2026, 6, 1, tzinfo=world.time.tzinfo)
    market = Growing()
    assert await scoring(world, market)() == 1
    assert max(market.asked) == date(2026, 2, 27)


async def test_a_source_that_ends_within_the_horizon_is_waited_for(world: Any, decided: Any) -> None:
    await decided()
    world.time = datetime(2026, 3, 2, tzinfo=world.time.tzinfo)
    market = Growing(last=date(2026, 2, 25))
    score = scoring(world, market)
    assert await score() == 0
    market.last = date(2026, 3, 30)
    assert await score() == 0  # put off
    world.pass_time(days=2)
    assert await score() == 1
    assert await returned(world) == 5


async def test_a_series_that_turns_into_another_one_is_never_measured_against_itself(world: Any, decided: Any) -> None:
    await decided()
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    assert await scoring(world, Growing(switches=date(2026, 2, 25)))() == 0
    assert await returned(world) is None


async def test_one_that_cannot_be_scored_holds_up_no_other_and_is_put_off_ever_longer(world: Any, decided: Any) -> None:
    for n in range(60):
        await decided(f"no{n}", symbol=Symbol("NOPE"))
    await decided("yes")
    world.time = datetime(2026, 12, 1, tzinfo=world.time.tzinfo)
    market = Growing()
    score = scoring(world, market)
    assert await score() == 1
    asked = len(market.asked)
    world.pass_time(days=30)
    assert await score() == 0
    assert len(market.asked) == asked
    world.pass_time(days=10)
    await score()
    assert len(market.asked) > asked


async def test_a_source_out_of_reach_is_told_and_tried_again_within_the_hour(world: Any, decided: Any) -> None:
    for n in range(200):
        await decided(f"a{n}")
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    market = Growing(broken=True)
    score = scoring(world, market)
    with pytest.raises(Unavailable):
        await score()
    # one batch was enough to see it
    assert len(market.asked) <= 200
    market.broken = False
    assert await score() == 180
    world.pass_time(hours=1)
    assert await score() == 20


async def test_two_processes_at_once_score_each_decision_once(world: Any, decided: Any) -> None:
    for n in range(80):
        await decided(f"a{n}")
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    assert sum(await asyncio.gather(scoring(world)(), scoring(world)())) == 80


async def test_crypto_holds_over_the_weekend(world: Any, decided: Any) -> None:
    await decided(symbol=Symbol("BTC-USD"), asset_type=AssetType.CRYPTO)
    world.time = datetime(2026, 3, 20, tzinfo=world.time.tzinfo)
    calendar = Weekdays()
    scorer = Scorer(Growing(), calendar, Horizon(), Decimal(0))
    assert await scorer.ends(AssetType.CRYPTO, AS_OF) == date(2026, 2, 27)
    assert await scoring(world)() == 1


async def test_a_finished_analysis_is_owed_a_score_unless_it_holds(world: Any, brief: Any, ann: Any) -> None:
    decided = {}
    for month in range(1, 13):
        ticket = await world.launch(waiting=20)(brief(as_of=date(2024, month, 10)), by=ann)
        claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
        assert claim
        await RunJob(world.store, world.now, world.tasks)(claim)
        async with world.store.snapshot() as uow:
            analysis = await uow.analyses.get(ticket.analysis)
        assert analysis.decision
        decided[ticket.analysis] = analysis.decision.action
    assert set(decided.values()) >= {Action.BUY, Action.HOLD}
    async with world.store.snapshot() as uow:
        owed = await uow.scores.due(world.now(), 20)
    assert set(owed) == {id for id, action in decided.items() if action is not Action.HOLD}


async def test_S83_what_became_of_a_decision_is_no_input_of_the_next_one(world: Any, brief: Any, ann: Any) -> None:
    """The same day is analysed again, once the store has what the first decision returned."""

    async def decide() -> tuple[AnalysisId, Decision]:
        ticket = await world.launch()(brief(as_of=date(2024, 6, 10)), by=ann)
        claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
        assert claim
        await RunJob(world.store, world.now, world.tasks)(claim)
        async with world.store.snapshot() as uow:
            analysis: Analysis = await uow.analyses.get(ticket.analysis)
        assert analysis.decision
        return analysis.id, analysis.decision

    id, first = await decide()
    assert first.action is not Action.HOLD
    world.pass_time(days=1)
    await scoring(world, world.market)()
    assert await returned(world, id) is not None
    _, second = await decide()
    assert second == first
