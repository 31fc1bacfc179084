"""Backtesting: the same desk asked on past days, each decision kept as it is made, all of them judged at the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.desk import Desk
from tradecore.engines.simulation import Prices, as_decided, days_of, days_per_year, hold, tally, trade
from tradecore.model.analyses import RULES, AnalysisBrief
from tradecore.model.backtests import (
    Backtest,
    BacktestBrief,
    BacktestId,
    BacktestReport,
    Curve,
    Every,
    Judged,
    Line,
    Subject,
    Trial,
)
from tradecore.model.errors import CallerError, Invalid
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Action, Collected, Decided
from tradecore.model.track_record import Outcome
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store
from tradecore.use_cases.score import Scorer

# Makes one decision of a backtest, in this process or another.
Decide = Callable[[AnalysisBrief], Awaitable[Trial]]

# Periods of which the last trading day is decided on; days of one period have the same key.
_PERIODS: Mapping[Every, Callable[[date], object]] = {
    Every.DAY: lambda day: day,
    Every.WEEK: lambda day: day.isocalendar()[:2],
    Every.MONTH: lambda day: (day.year, day.month),
}


async def decide(desk: Desk, brief: AnalysisBrief) -> Trial:
    """What the desk decides. Refusals of its sources pass through."""
    evidence = ""
    async for said in desk.think(brief, {}):
        if isinstance(said, Collected):
            evidence = said.digest
        if isinstance(said, Decided):
            return Trial(brief.symbol, brief.as_of, said.decision, evidence)
    raise AssertionError(f"the desk ended without a decision on {brief.symbol} as of {brief.as_of}")


@frozen
class PlanBacktest:
    """Choose the days of a backtest, and find or begin it."""

    store: Store
    market: Market
    now: Now
    engine: Callable[[AnalysisBrief], str]

    async def __call__(self, brief: BacktestBrief) -> tuple[Backtest, tuple[Trial, ...]]:
        """The backtest, and what an earlier run of the same has decided already.

        Raises Invalid for days to come, for symbols and days that the market does not have, and as the desk does for
        who is to think.
        """
        if brief.last > self.now().date():
            raise Invalid.one("to", f"The backtest would end on {brief.last}, which is in the future.")
        bars = {subject.symbol: await self._bars(subject, brief) for subject in brief.subjects}
        days = {symbol: _days(found, brief) for symbol, found in bars.items()}
        for symbol, chosen in days.items():
            if not chosen:
                raise Invalid.one("from", f"{symbol} was not traded between {brief.first} and {brief.last}.")
        prices = sha256("".join(found.digest for found in bars.values()).encode()).hexdigest()
        engine = self.engine(_asked(brief, brief.subjects[0], brief.last))
        backtest = Backtest(_id(brief, engine, prices), brief, engine, days, prices)
        async with self.store.unit_of_work() as uow:
            await uow.backtests.begin(backtest)
            return backtest, await uow.backtests.trials(backtest.id)

    async def _bars(self, subject: Subject, brief: BacktestBrief) -> Bars:
        days = (brief.last - brief.first).days + 1
        found = await self.market.bars(subject.symbol, subject.asset_type, brief.last, days)
        first = await self.market.bars(subject.symbol, subject.asset_type, max(brief.first, found.bars[0].day), 1)
        if first.source != found.source:
            raise Invalid.one(
                "from",
                f"Prices of {subject.symbol} on {brief.first} ({first.source}) are not of the kind of those on "
                f"{brief.last} ({found.source}); choose days within one of them.",
            )
        return found


def _days(bars: Bars, brief: BacktestBrief) -> tuple[date, ...]:
    period = _PERIODS[brief.every]
    last_of = {period(bar.day): bar.day for bar in bars.bars if brief.first <= bar.day <= brief.last}
    return tuple(last_of.values())


def _id(brief: BacktestBrief, engine: str, prices: str) -> BacktestId:
    asked = [
        [[subject.symbol, subject.asset_type] for subject in brief.subjects],
        [str(brief.first), str(brief.last), brief.every],
        [list(brief.analysts), brief.depth, brief.model],
        [engine, prices],
    ]
    return BacktestId(sha256(json.dumps(asked).encode()).hexdigest()[:16])


@frozen
class RunBacktest:
    """Make the decisions of a backtest that are missing."""

    store: Store

    async def __call__(
        self, backtest: Backtest, known: Sequence[Trial], by: Decide, *, concurrency: int
    ) -> AsyncIterator[Trial]:
        """Each decision as soon as it is kept, in whatever order they come; `concurrency` of them are being made.

        What was kept stays kept when this ends early. A refusal of the desk's sources ends it.
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
    """By day first, so that an interrupted backtest has come equally far with every symbol."""
    briefs = [
        _brief(backtest, subject, day) for subject in backtest.brief.subjects for day in backtest.days[subject.symbol]
    ]
    return sorted(briefs, key=lambda brief: brief.as_of)


def _brief(backtest: Backtest, subject: Subject, day: date) -> AnalysisBrief:
    return _asked(backtest.brief, subject, day)


def _asked(asked: BacktestBrief, subject: Subject, day: date) -> AnalysisBrief:
    # The rules: a model has read about the days that it would be tested on, and hundreds of decisions would be paid.
    return AnalysisBrief(subject.symbol, subject.asset_type, day, asked.analysts, asked.depth, asked.model, RULES)


@frozen
class JudgeBacktest:
    """Score the decisions of a backtest as those of the track record are scored, and trade them on paper."""

    store: Store
    market: Market
    scorer: Scorer
    now: Now

    async def __call__(self, backtest: Backtest) -> BacktestReport:
        """What the decisions made so far amount to.

        A decision stays without an outcome where the market does not reach far enough beyond it; other refusals of the
        market pass through.
        """
        async with self.store.snapshot() as uow:
            trials = await uow.backtests.trials(backtest.id)
        kinds = {subject.symbol: subject for subject in backtest.brief.subjects}
        judged = [Judged(trial, await self._outcome(backtest, kinds[trial.symbol], trial)) for trial in trials]
        bars = {subject.symbol: await self._until(backtest, subject, judged) for subject in backtest.brief.subjects}
        curves = await self._curves(backtest, judged, bars)
        per_year = self.scorer.horizon.periods_per_year
        return BacktestReport(
            backtest=backtest,
            judged=tuple(judged),
            by_symbol={
                symbol: tally([each for each in judged if each.trial.symbol == symbol], per_year) for symbol in kinds
            },
            whole=tally(judged, per_year),
            curves=curves,
            days_per_year=days_per_year(backtest.brief.subjects),
            sources=tuple(dict.fromkeys(str(found.source) for found in bars.values())),
            horizon_weeks=self.scorer.horizon.weeks,
            fee=self.scorer.fee,
        )

    async def _outcome(self, backtest: Backtest, subject: Subject, trial: Trial) -> Outcome | None:
        today = self.now().date()
        if trial.decision.action is Action.HOLD:
            return None
        ends = await self.scorer.ends(subject.asset_type, trial.as_of)
        if ends >= today:
            return None
        try:
            return await self.scorer(_brief(backtest, subject, trial.as_of), trial.decision, ends, today=today)
        except CallerError:
            return None

    async def _curves(
        self, backtest: Backtest, judged: Sequence[Judged], bars: Mapping[Symbol, Bars]
    ) -> Mapping[Line, Curve]:
        prices = {symbol: Prices.of(found) for symbol, found in bars.items()}
        shares = [prices[subject.symbol] for subject in backtest.brief.subjects]
        last = max(each.days[-1] for each in shares)
        days = days_of(shares, _first(backtest), last)
        fee = float(self.scorer.fee)
        curves = {
            Line.SIZED: trade(judged, prices, days, as_decided, fee),
            Line.FULL: trade(judged, prices, days, lambda decision: 100 / len(shares), fee),
            Line.HELD: hold(shares, days, fee),
        }
        markets = [
            await self._benchmark(backtest, subject, bars[subject.symbol], last) for subject in backtest.brief.subjects
        ]
        if all(markets):
            curves[Line.BENCHMARK] = hold([each for each in markets if each], days, fee)
        return curves

    async def _until(self, backtest: Backtest, subject: Subject, judged: Sequence[Judged]) -> Bars:
        """To where all outcomes are known, or as far as there are prices of this one from the same source."""
        left = [(each.trial.symbol, each.outcome.left_on) for each in judged if each.outcome]
        own = max([backtest.brief.last, *(day for symbol, day in left if symbol == subject.symbol)])
        found = await self._bars(backtest, subject.symbol, subject.asset_type, own)
        try:
            last = max([own, *(day for _, day in left)])
            further = await self._bars(backtest, subject.symbol, subject.asset_type, last)
        except CallerError:
            return found
        return further if further.source == found.source else found

    async def _benchmark(self, backtest: Backtest, subject: Subject, of: Bars, last: date) -> Prices | None:
        name = await self.market.benchmark(subject.asset_type)
        if name is None:
            return None
        try:
            found = await self._bars(backtest, name, subject.asset_type, last)
        except CallerError:
            return None
        # Real prices are never measured against generated ones.
        return Prices.of(found) if found.source.synthetic == of.source.synthetic else None

    async def _bars(self, backtest: Backtest, symbol: Symbol, asset_type: AssetType, last: date) -> Bars:
        return await self.market.bars(symbol, asset_type, last, (last - _first(backtest)).days + 1)


def _first(backtest: Backtest) -> date:
    return min(days[0] for days in backtest.days.values())
