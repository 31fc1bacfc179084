"""Backtesting: an engine decides as of past days, each decision is stored, and all are evaluated at the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from attrs import frozen

from tradecore.engines.budget import Budget
from tradecore.engines.simulation import Prices, days_per_year, days_with_trading, decided_size, hold, tally, trade
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.backtests import (
    Asset,
    Backtest,
    BacktestBrief,
    BacktestId,
    BacktestReport,
    CurveKind,
    EquityCurve,
    EvaluatedTrial,
    Frequency,
    Trial,
)
from tradecore.model.errors import CallerError, Invalid
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Action, Collected, Decided
from tradecore.model.track_record import TradeOutcome
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.score import Scorer

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
        engine, resolved = self.engines.resolve(_analysis_brief(brief, brief.assets[0], brief.last))
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
    briefs = [_brief(backtest, asset, day) for asset in backtest.brief.assets for day in backtest.days[asset.symbol]]
    return sorted(briefs, key=lambda brief: brief.as_of)


def _brief(backtest: Backtest, asset: Asset, day: date) -> AnalysisBrief:
    return _analysis_brief(backtest.brief, asset, day)


def _analysis_brief(brief: BacktestBrief, asset: Asset, day: date) -> AnalysisBrief:
    return AnalysisBrief(
        asset.symbol, asset.asset_type, day, brief.analysts, brief.depth, brief.model, engine=brief.engine
    )


@frozen
class EvaluateBacktest:
    """Evaluate a backtest: score its decisions as in the track record, and simulate trading them."""

    store: Store
    market: Market
    scorer: Scorer
    now: Now

    async def __call__(self, backtest: Backtest) -> BacktestReport:
        """The report on the decisions stored so far.

        A decision has no outcome when market data ends before its horizon. Other refusals of the market pass through.
        """
        async with self.store.snapshot() as uow:
            trials = await uow.backtests.trials(backtest.id)
        assets = {asset.symbol: asset for asset in backtest.brief.assets}
        evaluated = [
            EvaluatedTrial(trial, await self._outcome(backtest, assets[trial.symbol], trial)) for trial in trials
        ]
        bars = {asset.symbol: await self._until(backtest, asset, evaluated) for asset in backtest.brief.assets}
        curves = await self._curves(backtest, evaluated, bars)
        per_year = self.scorer.horizon.periods_per_year
        return BacktestReport(
            backtest=backtest,
            evaluated=tuple(evaluated),
            by_symbol={
                symbol: tally([entry for entry in evaluated if entry.trial.symbol == symbol], per_year)
                for symbol in assets
            },
            whole=tally(evaluated, per_year),
            curves=curves,
            days_per_year=days_per_year(backtest.brief.assets),
            sources=tuple(dict.fromkeys(str(series.source) for series in bars.values())),
            horizon_weeks=self.scorer.horizon.weeks,
            fee=self.scorer.fee,
        )

    async def _outcome(self, backtest: Backtest, asset: Asset, trial: Trial) -> TradeOutcome | None:
        today = self.now().date()
        if trial.decision.action is Action.HOLD:
            return None
        ends = await self.scorer.ends(asset.asset_type, trial.as_of)
        if ends >= today:
            return None
        try:
            return await self.scorer(_brief(backtest, asset, trial.as_of), trial.decision, ends, today=today)
        except CallerError:
            return None

    async def _curves(
        self, backtest: Backtest, evaluated: Sequence[EvaluatedTrial], bars: Mapping[Symbol, Bars]
    ) -> Mapping[CurveKind, EquityCurve]:
        prices = {symbol: Prices.of(series) for symbol, series in bars.items()}
        shares = [prices[asset.symbol] for asset in backtest.brief.assets]
        last = max(share.days[-1] for share in shares)
        days = days_with_trading(shares, _first(backtest), last)
        fee = float(self.scorer.fee)
        curves = {
            CurveKind.SIZED: trade(evaluated, prices, days, decided_size, fee),
            CurveKind.FULL: trade(evaluated, prices, days, lambda decision: 100 / len(shares), fee),
            CurveKind.HELD: hold(shares, days, fee),
        }
        markets = [await self._benchmark(backtest, asset, bars[asset.symbol], last) for asset in backtest.brief.assets]
        if all(markets):
            curves[CurveKind.BENCHMARK] = hold([market for market in markets if market], days, fee)
        return curves

    async def _until(self, backtest: Backtest, asset: Asset, evaluated: Sequence[EvaluatedTrial]) -> Bars:
        """Bars up to the last exit of all decisions, or as far as this asset has prices from the same source."""
        exits = [(entry.trial.symbol, entry.outcome.exited_on) for entry in evaluated if entry.outcome]
        own = max([backtest.brief.last, *(day for symbol, day in exits if symbol == asset.symbol)])
        series = await self._bars(backtest, asset.symbol, asset.asset_type, own)
        try:
            last = max([own, *(day for _, day in exits)])
            further = await self._bars(backtest, asset.symbol, asset.asset_type, last)
        except CallerError:
            return series
        return further if further.source == series.source else series

    async def _benchmark(self, backtest: Backtest, asset: Asset, of: Bars, last: date) -> Prices | None:
        name = await self.market.benchmark(asset.asset_type)
        if name is None:
            return None
        try:
            series = await self._bars(backtest, name, asset.asset_type, last)
        except CallerError:
            return None
        # Real prices are never compared with generated ones.
        return Prices.of(series) if series.source.synthetic == of.source.synthetic else None

    async def _bars(self, backtest: Backtest, symbol: Symbol, asset_type: AssetType, last: date) -> Bars:
        return await self.market.bars(symbol, asset_type, last, (last - _first(backtest)).days + 1)


def _first(backtest: Backtest) -> date:
    return min(days[0] for days in backtest.days.values())
