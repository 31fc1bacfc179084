"""Measuring the records of engines: when there is enough, and what a backtest needs to become one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from rising_market import START, Rising
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.backtests import Asset as BacktestAsset
from tradecore.model.backtests import BacktestBrief, BacktestReport, Frequency
from tradecore.model.edge import Edge
from tradecore.model.engine_records import EngineRecord, LiveDecision, LiveOutcome
from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore.model.intervals import Interval
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.track_record import Horizon
from tradecore.use_cases.backtest import PlanBacktest, RunBacktest, decide
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.measure_engines import MeasureEngines, RecordBacktest
from tradecore.use_cases.score import Scorer
from tradecore_adapters.calendar.exchange import ExchangeCalendar

ENGINE = "rules of a test"
DECISION = Decision(Action.BUY, Decimal(7), Decimal(5), Decimal(100), Decimal(90), Decimal(103), "because")
RECORD = EngineRecord(ENGINE, "a test", START, False, Edge(1, 1, 1, 1, 4, skill=Interval(5, 1, 9)), ())


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


async def test_without_prices_of_its_symbols_a_record_is_not_measured(world: Any) -> None:
    await keep(world, 45, ("GONE",))
    assert await measuring(world)() == 0
    assert await stored(world) is None


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
        assert await uow.engine_records.get(f"{report.backtest.engine}, depth 1") == record
