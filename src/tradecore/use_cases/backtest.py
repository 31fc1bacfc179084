"""Backtesting: an engine decides as of past days, and each decision is stored."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from attrs import frozen

from tradecore.engines.budget import Budget
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.backtests import Asset, Backtest, BacktestBrief, BacktestId, Frequency, Trial
from tradecore.model.errors import Invalid
from tradecore.model.market import Bars
from tradecore.model.steps import Collected, Decided
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store
from tradecore.use_cases.engines import Engines

# Makes one decision, in this process or another one.
Decide = Callable[[AnalysisBrief], Awaitable[Trial]]

# Days of one period have the same key; the engine decides on the last trading day of each period.
_PERIODS: Mapping[Frequency, Callable[[date], object]] = {
    Frequency.DAY: lambda day: day,
    Frequency.WEEK: lambda day: day.isocalendar()[:2],
    Frequency.MONTH: lambda day: (day.year, day.month),
}


async def decide(engines: Engines, brief: AnalysisBrief) -> Trial:
    """The decision of the engine that the brief names. Its refusals pass through."""
    engine, brief = engines.resolve(brief)
    evidence = ""
    async for output in engine.think(brief, engine.plan(brief), {}, Budget()):
        if isinstance(output, Collected):
            evidence = output.digest
        if isinstance(output, Decided):
            return Trial(brief.symbol, brief.as_of, output.decision, evidence)
    raise AssertionError(f"the engine {engine.name} ended without a decision on {brief.symbol} as of {brief.as_of}")


@frozen
class PlanBacktest:
    """Choose the days of a backtest, and store it unless it exists."""

    store: Store
    market: Market
    now: Now
    engines: Engines

    async def __call__(self, brief: BacktestBrief) -> tuple[Backtest, tuple[Trial, ...]]:
        """The backtest, and the decisions that an earlier run of it has stored.

        Raises Invalid for future days, for symbols and days without market data, and for an engine that is not
        available or bills its calls: it would be hundreds of decisions, by a model that has read about those days.
        """
        if brief.last > self.now().date():
            raise Invalid.one("last", f"The backtest would end on {brief.last}, which is in the future.")
        bars = {asset.symbol: await self._bars(asset, brief) for asset in brief.assets}
        days = {symbol: _days(series, brief) for symbol, series in bars.items()}
        for symbol, chosen in days.items():
            if not chosen:
                raise Invalid.one("first", f"{symbol} was not traded between {brief.first} and {brief.last}.")
        prices = sha256("".join(series.digest for series in bars.values()).encode()).hexdigest()
        engine, resolved = self.engines.resolve(analysis_brief(brief, brief.assets[0], brief.last))
        if engine.cost(resolved) is not None:
            raise Invalid.one("engine", f"The engine {engine.name} bills its calls; backtests need one that does not.")
        label = engine.label(resolved)
        backtest = Backtest(_id(brief, label, prices), brief, label, days, prices)
        async with self.store.unit_of_work() as uow:
            await uow.backtests.begin(backtest)
            return backtest, await uow.backtests.trials(backtest.id)

    async def _bars(self, asset: Asset, brief: BacktestBrief) -> Bars:
        days = (brief.last - brief.first).days + 1
        series = await self.market.bars(asset.symbol, asset.asset_type, brief.last, days)
        first = await self.market.bars(asset.symbol, asset.asset_type, max(brief.first, series.bars[0].day), 1)
        if first.source != series.source:
            raise Invalid.one(
                "first",
                f"Prices of {asset.symbol} on {brief.first} ({first.source}) are not of the kind of those on "
                f"{brief.last} ({series.source}); choose days within one of them.",
            )
        return series


def _days(bars: Bars, brief: BacktestBrief) -> tuple[date, ...]:
    period = _PERIODS[brief.frequency]
    last_of = {period(bar.day): bar.day for bar in bars.bars if brief.first <= bar.day <= brief.last}
    return tuple(last_of.values())


def _id(brief: BacktestBrief, engine: str, prices: str) -> BacktestId:
    parts = [
        [[asset.symbol, asset.asset_type] for asset in brief.assets],
        [str(brief.first), str(brief.last), brief.frequency],
        [list(brief.analysts), brief.depth, brief.model],
        [engine, prices],
    ]
    return BacktestId(sha256(json.dumps(parts).encode()).hexdigest()[:16])


@frozen
class RunBacktest:
    """Make the missing decisions of a backtest."""

    store: Store

    async def __call__(
        self, backtest: Backtest, known: Sequence[Trial], by: Decide, *, concurrency: int
    ) -> AsyncIterator[Trial]:
        """Each decision once it is stored, in order of completion; `concurrency` of them are made at a time.

        Stored decisions stay when the iteration ends early. A refusal of the engine ends it.
        """
        done = {(trial.symbol, trial.as_of) for trial in known}
        left = [brief for brief in _briefs(backtest) if (brief.symbol, brief.as_of) not in done]
        running: set[asyncio.Task[Trial]] = set()
        try:
            while left or running:
                while left and len(running) < concurrency:
                    running.add(asyncio.ensure_future(by(left.pop(0))))
                ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                trials = [task.result() for task in ended]
                async with self.store.unit_of_work() as uow:
                    for trial in trials:
                        await uow.backtests.add(backtest.id, trial)
                for trial in trials:
                    yield trial
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _briefs(backtest: Backtest) -> list[AnalysisBrief]:
    """Ordered by day, so that an interrupted backtest has equally many decisions for every symbol."""
    briefs = [
        analysis_brief(backtest.brief, asset, day)
        for asset in backtest.brief.assets
        for day in backtest.days[asset.symbol]
    ]
    return sorted(briefs, key=lambda brief: brief.as_of)


def analysis_brief(brief: BacktestBrief, asset: Asset, day: date) -> AnalysisBrief:
    """The brief of one decision of a backtest."""
    return AnalysisBrief(
        asset.symbol, asset.asset_type, day, brief.analysts, brief.depth, brief.model, engine=brief.engine
    )
