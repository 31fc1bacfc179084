"""Measuring the records of engines: from live decisions, once there are enough, or from a backtest."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from tradecore.engines.calibration import MIN_FIT
from tradecore.engines.edge import MIN_HORIZONS, measure_edge
from tradecore.engines.plan_replays import Replays
from tradecore.engines.simulation import Prices
from tradecore.model.backtests import BacktestReport
from tradecore.model.edge import Observation
from tradecore.model.engine_records import EngineRecord, LiveDecision, record_name
from tradecore.model.errors import CallerError, Invalid
from tradecore.model.money import Asset
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store
from tradecore.use_cases.score import Scorer

# A record keeps the newest of its observations, which are read with every analysis.
_MAX_OBSERVATIONS = 5_000


@frozen
class RecordBacktest:
    """Make a backtest the record of its engine, which live analyses show."""

    store: Store
    now: Now

    async def __call__(self, report: BacktestReport) -> EngineRecord:
        """The record, in place of an earlier one. One of live decisions takes its place once there are enough.

        Raises Invalid about `backtest` for generated prices, and where there are too few decisions for an edge.
        """
        if any("synthetic" in source for source in report.sources):
            raise Invalid.one("backtest", "Its prices are generated; a record is over traded ones.")
        if report.edge.skill is None:
            raise Invalid.one("backtest", f"It is too small for a record. {report.edge.missing}")
        record = backtest_record(report, self.now().date())
        async with self.store.unit_of_work() as uow:
            await uow.engine_records.put(record)
        return record


def backtest_record(report: BacktestReport, today: date) -> EngineRecord:
    """The record of a backtest."""
    backtest, brief = report.backtest, report.backtest.brief
    analysts = "one analyst" if len(brief.analysts) == 1 else f"{len(brief.analysts)} analysts"
    sample = (
        f"a backtest of {', '.join(asset.symbol for asset in brief.assets)} from {brief.first} to {brief.last}, every "
        f"{brief.frequency}, with {analysts} at depth {brief.depth}"
    )
    name = record_name(backtest.engine, brief.depth)
    return EngineRecord(name, sample, today, False, report.edge, report.observations[-_MAX_OBSERVATIONS:])


@frozen
class MeasureEngines:
    """A scheduled task that measures the records of engines from their live decisions, once there are enough."""

    store: Store
    market: Market
    now: Now
    scorer: Scorer

    async def __call__(self) -> int:
        """The number of records that were measured. Raises Unavailable when the market data is."""
        async with self.store.read() as uow:
            engines = await uow.engine_records.engines()
        return sum([await self._measure(engine) for engine in engines])

    async def _measure(self, engine: str) -> bool:
        """Measure the record of an engine; False where it has too few outcomes, or none since it was measured."""
        async with self.store.snapshot() as uow:
            decisions = await uow.engine_records.decisions(engine)
            earlier = await uow.engine_records.get(engine)
        weeks = self.scorer.horizon.weeks
        scored = [decision for decision in decisions if decision.outcome and decision.outcome.horizon_weeks == weeks]
        span = scored[-1].as_of - scored[0].as_of if scored else timedelta()
        if len(scored) < MIN_FIT or span < timedelta(weeks=MIN_HORIZONS * weeks):
            return False
        if earlier and earlier.live and earlier.edge.decisions == len(decisions) and earlier.edge.scored == len(scored):
            return False
        replays = await self._replays({decision.asset for decision in scored}, decisions)
        observations = tuple(
            observation for decision in scored if (observation := _observation(decision, replays.get(decision.asset)))
        )
        # Seconds of arithmetic for a large record, during which this process serves others.
        edge = await asyncio.to_thread(measure_edge, observations, decisions=len(decisions), horizon_weeks=weeks)
        if edge.skill is None:
            # The market lacks most of the symbols by now; an earlier record, or the shipped one, says more.
            return False
        sample = f"live decisions of this installation from {decisions[0].as_of} to {decisions[-1].as_of}"
        record = EngineRecord(engine, sample, self.now().date(), True, edge, observations[-_MAX_OBSERVATIONS:])
        async with self.store.unit_of_work() as uow:
            await uow.engine_records.put(record)
        return True

    async def _replays(self, assets: set[Asset], decisions: Sequence[LiveDecision]) -> Mapping[Asset, Replays]:
        """The days after each day on which the engine decided on anything, for each asset that the market has."""
        days, today = sorted({decision.as_of for decision in decisions}), self.now().date()
        replays = {}
        for asset in assets:
            try:
                series = await self.market.bars(asset.symbol, asset.asset_type, today, (today - days[0]).days + 1)
            except CallerError:
                continue
            if series.source.synthetic:
                continue
            horizon = self.scorer.horizon.days(asset.asset_type)
            replays[asset] = Replays.of(Prices.of(series), days, horizon, float(self.scorer.fee))
        return replays


def _observation(decision: LiveDecision, replays: Replays | None) -> Observation | None:
    """A scored live decision with its base rate; None where that is not known."""
    base = replays.base_rate(decision.decision) if replays else None
    if decision.outcome is None or base is None:
        return None
    return Observation(
        decision.asset.symbol,
        decision.as_of,
        decision.outcome.ends,
        float(decision.decision.confidence),
        decision.outcome.won,
        base,
    )
