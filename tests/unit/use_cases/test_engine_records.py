"""Records of engines: what counts as live, when a record is measured, and which one a new decision gets."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import define, evolve

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.backtests import Asset as BacktestAsset
from tradecore.model.backtests import BacktestBrief, BacktestReport, Frequency
from tradecore.model.edge import Edge
from tradecore.model.engine_records import EngineRecord, LiveDecision, LiveOutcome
from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore.model.intervals import Interval
from tradecore.model.jobs import Kind
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.money import Asset
from tradecore.model.recommendations import Issue, IssuePolicy
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.track_record import Horizon
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.backtest import PlanBacktest, RunBacktest, decide
from tradecore.use_cases.engine_records import FindEngineRecord, MeasureEngines, RecordBacktest, live_decision
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.score import Scorer
from tradecore_adapters.calendar.exchange import ExchangeCalendar

START, ENGINE = date(2025, 3, 7), "rules of a test"
DECISION = Decision(Action.BUY, Decimal(7), Decimal(5), Decimal(100), Decimal(90), Decimal(103), "because")
SOURCE = PriceSource("bars of a test")
RECORD = EngineRecord(ENGINE, "a test", START, False, Edge(1, 1, 1, 1, 4, skill=Interval(5, 1, 9)), ())


@define
class Rising:
    """A market in which everything rises by one percent a day; it lacks GONE."""

    source: PriceSource = SOURCE

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        if symbol == "GONE":
            raise Invalid.one("symbol", "There is no GONE.")
        days = [as_of - timedelta(days=back) for back in reversed(range(count))]
        closes = [Decimal(str(round(100 * 1.01 ** (day - START).days, 4))) for day in days]
        bars = [Bar(day, c, c + 1, c - 1, c, Decimal(1)) for day, c in zip(days, closes, strict=True)]
        return Bars(symbol, self.source, tuple(bars))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None

    async def symbols(self) -> tuple[Symbol, ...]:
        return ()


def measuring(world: Any) -> MeasureEngines:
    scorer = Scorer(Rising(), ExchangeCalendar(), Horizon(4), Decimal(0))
    return MeasureEngines(world.store, Rising(), world.now, scorer)


async def keep(world: Any, weeks: int, symbols: tuple[str, ...] = ("AAPL",), horizon_weeks: int = 4) -> None:
    """Live decisions to buy on so many Fridays, all of which gained."""
    async with world.store.unit_of_work() as uow:
        for week in range(weeks):
            as_of = START + timedelta(weeks=week)
            for symbol in symbols:
                id = AnalysisId(f"{symbol}{week}")
                asset = Asset(Symbol(symbol), AssetType.CRYPTO)
                await uow.engine_records.add(LiveDecision.of(ENGINE, asset, as_of, id, DECISION))
                outcome = LiveOutcome(as_of + timedelta(days=9), True, horizon_weeks)
                await uow.engine_records.set_outcome(id, outcome)


async def stored(world: Any) -> EngineRecord | None:
    async with world.store.snapshot() as uow:
        record: EngineRecord | None = await uow.engine_records.get(ENGINE)
        return record


async def test_a_constant_in_a_rising_market_has_a_record_and_no_edge(world: Any) -> None:
    await keep(world, 45, ("AAPL", "GONE"))
    assert await measuring(world)() == 1
    record = await stored(world)
    assert record
    assert record.live
    assert record.sample == "live decisions of this installation from 2025-03-07 to 2026-01-09"
    assert (record.edge.decisions, record.edge.scored) == (90, 45)  # the market has nothing for half of them
    assert (record.edge.hit_rate, record.edge.base_rate) == (100, 100)
    assert not record.edge.shown


async def test_a_record_is_measured_again_once_there_are_new_decisions(world: Any) -> None:
    await keep(world, 45)
    assert [await measuring(world)() for _ in range(2)] == [1, 0]
    await keep(world, 46)
    assert await measuring(world)() == 1


@pytest.mark.parametrize(("weeks", "horizon_weeks"), [(29, 4), (39, 4), (45, 1)])
async def test_few_weeks_and_other_horizons_are_no_record(world: Any, weeks: int, horizon_weeks: int) -> None:
    await keep(world, weeks, horizon_weeks=horizon_weeks)
    assert await measuring(world)() == 0
    assert await stored(world) is None


async def test_a_stored_record_comes_before_a_shipped_one_within_a_minute(world: Any) -> None:
    shipped = evolve(RECORD, sample="shipped")
    find = FindEngineRecord(world.store, world.now, {ENGINE: shipped})
    assert await find(ENGINE) == shipped
    assert await find("another") is None
    async with world.store.unit_of_work() as uow:
        await uow.engine_records.put(RECORD)
    world.pass_time(seconds=61)
    assert await find(ENGINE) == RECORD


async def evaluated(world: Any) -> BacktestReport:
    """The report of a backtest by rules over two weeks."""
    world.market = market = Rising()
    world.time = datetime(2026, 3, 2, tzinfo=UTC)
    assets = (BacktestAsset(Symbol("BTC-USD"), AssetType.CRYPTO),)
    brief = BacktestBrief(assets, START, START + timedelta(weeks=2), Frequency.WEEK, (Analyst.TECHNICAL,), 1, "rules")
    planned, known = await PlanBacktest(world.store, market, world.now, world.engines)(brief)

    async def by(wanted: AnalysisBrief) -> Any:
        return await decide(world.engines, wanted)

    async for _ in RunBacktest(world.store)(planned, known, by, concurrency=4):
        pass
    scorer = Scorer(market, ExchangeCalendar(), Horizon(1), Decimal(0))
    return await EvaluateBacktest(world.store, market, scorer, world.now)(planned)


async def test_a_large_backtest_over_traded_prices_becomes_the_record_of_its_engine(world: Any) -> None:
    report = await evaluated(world)
    assert len(report.observations) == report.edge.scored > 0
    record_backtest = RecordBacktest(world.store, world.now)
    with pytest.raises(Invalid, match="too small"):
        await record_backtest(report)
    large = evolve(report, edge=RECORD.edge)
    with pytest.raises(Invalid, match="generated"):
        await record_backtest(evolve(large, sources=("made up (synthetic)",)))
    record = await record_backtest(large)
    assert record.sample == (
        "a backtest of BTC-USD from 2025-03-07 to 2025-03-21, every week, with one analyst at depth 1"
    )
    assert (record.live, record.edge, record.observations) == (False, RECORD.edge, report.observations)
    async with world.store.snapshot() as uow:
        assert await uow.engine_records.get(report.backtest.engine) == record


async def analysed(world: Any, brief: AnalysisBrief, ann: Any, record: EngineRecord | None) -> Any:
    """The result of an analysis by rules over traded prices, with the record of its engine."""

    async def find(engine: str) -> EngineRecord | None:
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
        [decision] = await uow.engine_records.decisions(result.engine)
    assert (decision.analysis, decision.as_of, decision.decision.reasoning) == (result.id, world.time.date(), "")

    past = await analysed(world, brief(as_of=date(2025, 10, 10), **bitcoin), ann, None)
    async with world.store.snapshot() as uow:
        assert len(await uow.engine_records.decisions(result.engine)) == 1
    for other in (
        past,
        evolve(result, in_sample=True),
        evolve(result, sources=("generated (synthetic)",)),
        evolve(result, decision=evolve(result.decision, needs_review="no answer")),
    ):
        assert live_decision(other, world.time.date()) is None
    assert live_decision(result, world.time.date()) == decision
