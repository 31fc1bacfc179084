"""Scoring past decisions once their horizon has passed. The desk never sees scores."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.engines.scoring import Aftermath, score
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.engine_records import LiveOutcome
from tradecore.model.errors import CallerError, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Decision
from tradecore.model.track_record import Exit, Horizon, Score, TradeOutcome, is_win
from tradecore.ports.ambient import Now
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.market import Market
from tradecore.ports.store import Store

# Decisions per batch: their prices are read concurrently, and their scores stored in one transaction.
_BATCH_SIZE = 20
# How long after the horizon to look for a bar that proves that the source continues.
_CONTINUATION = timedelta(days=10)
# How often the return so far is computed again, until the horizon has passed.
_FOLLOW = timedelta(hours=1)
# When this many decisions of a batch fail with Unavailable, further batches are not tried.
_MAX_UNAVAILABLE = 3


@frozen
class Scorer:
    """Scores one decision, for the track record and for backtests. `fee` is in percent per side."""

    market: Market
    calendar: TradingCalendar
    horizon: Horizon
    fee: Decimal

    async def ends(self, asset_type: AssetType, as_of: date) -> date:
        """The last trading day of the horizon of a decision as of a day. Raises Unavailable outside of the calendar."""
        return await self.calendar.ahead(asset_type, as_of, self.horizon.days(asset_type))

    async def __call__(
        self, brief: AnalysisBrief, decision: Decision, ends: date, *, today: date
    ) -> TradeOutcome | None:
        """The outcome of a decision to buy or sell.

        `ends` must be before `today`, since a day that is not over has no close. None when nothing was traded, and when
        the source ends within the horizon or changes: nothing is guessed. Refusals of the market pass through.
        """
        assert ends < today, f"the horizon of {brief.symbol} as of {brief.as_of} has not passed on {today}"
        then, bars, benchmark = await asyncio.gather(
            self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1),
            self._bars(brief.symbol, brief.asset_type, brief.as_of, ends),
            self._benchmark(brief, ends),
        )
        if then.source != bars.source or not (bars.last.day == ends or await self._continues(brief, ends, today)):
            return None
        return score(decision, Aftermath(brief.as_of, ends, then.last, bars, benchmark), fee=self.fee)

    async def so_far(self, brief: AnalysisBrief, decision: Decision, *, today: date) -> TradeOutcome | None:
        """The outcome of a decision to buy or sell until the newest day that the market has, without a benchmark.

        None before there is a day after that of the decision, and when the source changes. Refusals of the market pass
        through.
        """
        then, bars = await asyncio.gather(
            self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1),
            self._bars(brief.symbol, brief.asset_type, brief.as_of, today),
        )
        if then.source != bars.source:
            return None
        return score(decision, Aftermath(brief.as_of, bars.last.day, then.last, bars), fee=self.fee)

    async def _continues(self, brief: AnalysisBrief, ends: date, today: date) -> bool:
        """Whether a missing last bar means that nothing was traded, because the source has later bars."""
        later = min(ends + _CONTINUATION, today - timedelta(days=1))
        newest = await self.market.bars(brief.symbol, brief.asset_type, later, 1)
        return newest.last.day > ends

    async def _bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, ends: date) -> Bars:
        # The newest bar as of the day of the decision may be some days older.
        return await self.market.bars(symbol, asset_type, ends, (ends - as_of).days + 12)

    async def _benchmark(self, brief: AnalysisBrief, ends: date) -> Bars | None:
        name = await self.market.benchmark(brief.asset_type)
        if name is None:
            return None
        try:
            return await self._bars(name, brief.asset_type, brief.as_of, ends)
        except CallerError:
            return None


@frozen
class _Attempt:
    """The attempt to score one decision: an outcome, or when to try again and the return so far, if it is known."""

    id: AnalysisId
    outcome: TradeOutcome | None = None
    so_far: Decimal | None = None
    again: datetime | None = None
    error: Unavailable | None = None


@frozen
class ScoreDecisions:
    """A scheduled task that scores every decision whose horizon has passed, or whose stop or target was touched."""

    store: Store
    now: Now
    scorer: Scorer

    async def __call__(self) -> int:
        """The number of newly scored decisions.

        Each batch is stored as it is done. A decision that cannot be scored yet is tried again, the later the older it
        is. Raises Unavailable, after the rest of the batch is stored, when the market data or the calendar is.
        """
        now = self.now()
        count = 0
        while True:
            async with self.store.snapshot() as uow:
                due = await uow.scores.due(now, _BATCH_SIZE)
                analyses = [await uow.analyses.get(id) for id in due]
            if not analyses:
                return count
            attempts = await asyncio.gather(*(self._try_scoring(analysis, now) for analysis in analyses))
            count += await self._store(attempts, now)
            unreachable = [attempt.error for attempt in attempts if attempt.error]
            if len(unreachable) >= _MAX_UNAVAILABLE or len(unreachable) == len(attempts):
                raise unreachable[0]

    async def _try_scoring(self, analysis: Analysis, now: datetime) -> _Attempt:
        assert analysis.decision, f"analysis {analysis.id} is due for scoring and has no decision"
        brief, today = analysis.brief, now.date()
        try:
            # The horizon cannot have passed in this many calendar days, so the calendar need not be read.
            if brief.as_of + timedelta(weeks=self.scorer.horizon.weeks) >= today:
                return await self._follow(analysis, analysis.decision, now)
            ends = await self.scorer.ends(brief.asset_type, brief.as_of)
            if ends >= today:
                return await self._follow(analysis, analysis.decision, now)
            outcome = await self.scorer(brief, analysis.decision, ends, today=today)
        except Unavailable as error:
            return _Attempt(analysis.id, again=now + timedelta(hours=1), error=error)
        except CallerError:
            # The source lacks these prices; it may have them later.
            return _Attempt(analysis.id, again=_retry_at(brief.as_of, now))
        return _Attempt(analysis.id, outcome, again=None if outcome else _retry_at(brief.as_of, now))

    async def _follow(self, analysis: Analysis, decision: Decision, now: datetime) -> _Attempt:
        """The return so far of a decision whose horizon has not passed, and when to look again."""
        again = min(now + _FOLLOW, _start_of(now.date() + timedelta(days=1)))
        brief, today = analysis.brief, now.date()
        try:
            so_far = await self.scorer.so_far(brief, decision, today=today)
            if so_far and so_far.reason is not Exit.HORIZON and so_far.exited_on < today:
                # Stop or target was touched: nothing that follows changes the outcome.
                final = await self.scorer(brief, decision, so_far.exited_on, today=today)
                if final is not None:
                    return _Attempt(analysis.id, final)
        except CallerError:
            so_far = None
        return _Attempt(analysis.id, so_far=so_far.return_percent if so_far else None, again=again)

    async def _store(self, attempts: Sequence[_Attempt], now: datetime) -> int:
        count = 0
        async with self.store.unit_of_work() as uow:
            for attempt in attempts:
                if attempt.outcome is None:
                    assert attempt.again, f"analysis {attempt.id} is neither scored nor put off"
                    await uow.scores.schedule_scoring(attempt.id, due=attempt.again)
                    if attempt.so_far is not None:
                        followed = await uow.analyses.get(attempt.id)
                        if followed.actual_return is None and followed.return_so_far != attempt.so_far:
                            await uow.analyses.put(followed.follow(attempt.so_far))
                    continue
                analysis = await uow.analyses.get(attempt.id)
                if analysis.actual_return is None:
                    await uow.analyses.put(analysis.score(attempt.outcome.return_percent))
                    weeks = self.scorer.horizon.weeks
                    await uow.scores.add(Score(attempt.id, attempt.outcome, now, weeks))
                    won = is_win(attempt.outcome.return_percent)
                    live = LiveOutcome(attempt.outcome.exited_on, won, weeks)
                    await uow.engine_records.set_outcome(attempt.id, live)
                    count += 1
        return count


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _retry_at(as_of: date, now: datetime) -> datetime:
    return now + max(timedelta(days=1), (now - _start_of(as_of)) / 8)
