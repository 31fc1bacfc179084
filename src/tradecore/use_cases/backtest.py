"""Backtesting: an engine decides as of past days, and each decision is stored."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.engines.budget import Budget
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.backtests import Asset, Backtest, BacktestBrief, BacktestId, Frequency, Trial
from tradecore.model.errors import Invalid
from tradecore.model.market import Bars, Symbol
from tradecore.model.model_memory import Cutoff, is_in_sample, unknown_cutoff
from tradecore.model.steps import Collected, Decided, Step
from tradecore.ports.ambient import Now
from tradecore.ports.engine import Cost
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


async def decide(
    engines: Engines, brief: AnalysisBrief, *, today: date = date.max, cutoff: Cutoff = unknown_cutoff
) -> Trial:
    """The decision of the engine that the brief names. Its refusals pass through.

    `today` and the training cutoffs of models tell whether the decision is in sample.
    """
    engine, brief = engines.resolve(brief)
    evidence, models = "", set[str]()
    budget = Budget.of(engine.cost(brief), ())
    async with aclosing(engine.think(brief, engine.plan(brief), {}, budget)) as outputs:
        async for output in outputs:
            if isinstance(output, Step):
                models.update(call.model for call in output.calls)
            if isinstance(output, Collected):
                evidence = output.digest
            if isinstance(output, Decided):
                in_sample = is_in_sample(brief.as_of, today, models, cutoff)
                return Trial(brief.symbol, brief.as_of, output.decision, evidence, in_sample)
    raise AssertionError(f"the engine {engine.name} ended without a decision on {brief.symbol} as of {brief.as_of}")


@frozen
class PlanBacktest:
    """Choose the days of a backtest, and store it unless it exists."""

    store: Store
    market: Market
    now: Now
    engines: Engines
    replays: bool = False
    """Whether language models are replaced by recorded answers, which bill nothing."""

    async def __call__(
        self, brief: BacktestBrief, *, recorded: bool = False, budget: Decimal | None = None
    ) -> tuple[Backtest, tuple[Trial, ...]]:
        """The backtest, and the decisions that an earlier run of it has stored.

        Raises Invalid for future days, for symbols and days without market data, for an engine that is not available,
        for one that bills its calls unless `budget`, in US dollars, covers all missing decisions, and with `recorded`
        where no answers are replayed.
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
        cost = engine.cost(resolved)
        if recorded and (engine.name == RULES or not self.replays):
            raise Invalid.one(
                "mode", f"No recorded answers are replayed to the engine {engine.name} here; use the mode live."
            )
        if cost is not None and not self.replays and budget is None:
            raise Invalid.one(
                "engine",
                f"The engine {engine.name} bills its calls; a backtest needs one that does not, recorded answers, "
                "or on the command line a --budget.",
            )
        label = engine.label(resolved)
        backtest = Backtest(_id(brief, label, prices), brief, label, days, prices)
        async with self.store.unit_of_work() as uow:
            await uow.backtests.begin(backtest)
            known = await uow.backtests.trials(backtest.id)
        if cost is not None and not self.replays and budget is not None:
            _require_cover(cost, backtest.size - len(known), budget)
        return backtest, known

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


def _require_cover(cost: Cost, count: int, budget: Decimal) -> None:
    """Raises Invalid about `budget` unless it covers so many decisions at their highest cost."""
    if cost.limit is None:
        raise Invalid.one("budget", "The cost of a decision has no upper bound; set a limit for an analysis first.")
    if count * cost.limit > budget:
        raise Invalid.one(
            "budget",
            f"{count} decisions may cost ${count * cost.limit:f}, at most ${cost.limit:f} each, and the budget is "
            f"${budget:f}.",
        )


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
        left = pending_briefs(backtest, {(trial.symbol, trial.as_of) for trial in known})
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


def pending_briefs(
    backtest: Backtest, decided: Collection[tuple[Symbol, date]], number: int = 0, count: int = 1
) -> list[AnalysisBrief]:
    """The decisions of a part of a backtest that are not `decided` yet: every `count`-th one, beginning at `number`.

    They are ordered by day, so that an interrupted backtest has equally many decisions for every symbol.
    """
    briefs = [
        analysis_brief(backtest.brief, asset, day)
        for asset in backtest.brief.assets
        for day in backtest.days[asset.symbol]
    ]
    own = sorted(briefs, key=lambda brief: brief.as_of)[number::count]
    return [brief for brief in own if (brief.symbol, brief.as_of) not in decided]


def analysis_brief(brief: BacktestBrief, asset: Asset, day: date) -> AnalysisBrief:
    """The brief of one decision of a backtest."""
    return AnalysisBrief(
        asset.symbol, asset.asset_type, day, brief.analysts, brief.depth, brief.model, engine=brief.engine
    )
