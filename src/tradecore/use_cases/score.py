"""Scoring past decisions: what came of them, settled once their horizon has passed, and never told to the desk."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.engines.scoring import Aftermath, score
from tradecore.model.analyses import Analysis, AnalysisBrief
from tradecore.model.errors import CallerError, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.steps import Decision
from tradecore.model.track_record import Horizon, Outcome, Score
from tradecore.ports.ambient import Now
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.market import Market
from tradecore.ports.store import Store

# Prices of so many decisions are read side by side, and their scores written in one transaction.
_BATCH = 20
# How long after the horizon to look for a bar that proves that the source goes on.
_BEYOND = timedelta(days=10)
# A source out of reach for so many decisions in one batch is out of reach for all.
_OUT_OF_REACH = 3


@frozen
class Scorer:
    """Settles what came of one decision. The track record and the backtest share it."""

    market: Market
    calendar: TradingCalendar
    horizon: Horizon
    fee: Decimal

    async def ends(self, asset_type: AssetType, as_of: date) -> date:
        """The last trading day of the horizon of a decision as of a day."""
        return await self.calendar.ahead(asset_type, as_of, self.horizon.days(asset_type))

    async def __call__(self, brief: AnalysisBrief, decision: Decision, ends: date, *, today: date) -> Outcome | None:
        """The outcome of a decision to buy or sell.

        `ends` has to lie before `today`: a day that is not over has no close. None where nothing was traded, and where
        the source ends within the horizon or turns into another one: nothing is guessed. Refusals of the market pass
        through.
        """
        assert ends < today, f"the horizon of {brief.symbol} as of {brief.as_of} has not passed on {today}"
        then, bars, benchmark = await asyncio.gather(
            self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1),
            self._bars(brief.symbol, brief.asset_type, brief.as_of, ends),
            self._benchmark(brief, ends),
        )
        if then.source != bars.source or not (bars.last.day == ends or await self._goes_on(brief, ends, today)):
            return None
        return score(decision, Aftermath(brief.as_of, ends, then.last, bars, benchmark), fee=self.fee)

    async def _goes_on(self, brief: AnalysisBrief, ends: date, today: date) -> bool:
        """Whether a missing bar on the last day means that nothing was traded, not that the source has yet to tell."""
        later = min(ends + _BEYOND, today - timedelta(days=1))
        newest = await self.market.bars(brief.symbol, brief.asset_type, later, 1)
        return newest.last.day > ends

    async def _bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, ends: date) -> Bars:
        # The newest bar of the day of the decision may lie some days before it.
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
class _Settled:
    """What became of one that was owed: scored, or to be looked at again."""

    id: AnalysisId
    outcome: Outcome | None = None
    again: datetime | None = None
    error: Unavailable | None = None


@frozen
class ScoreDecisions:
    """Score every decision whose horizon has passed."""

    store: Store
    now: Now
    scorer: Scorer

    async def __call__(self) -> int:
        """The number of decisions that were scored.

        Done in batches, each kept as it is done: what an interruption leaves is still owed. A decision that cannot be
        scored yet is put off, the longer the older it is. Raises Unavailable when the source or the calendar is out of
        reach, after everything else of the batch was kept.
        """
        now = self.now()
        done = 0
        while True:
            async with self.store.snapshot() as uow:
                owed = await uow.scores.owed(now, _BATCH)
                analyses = [await uow.analyses.get(id) for id in owed]
            if not analyses:
                return done
            settled = await asyncio.gather(*(self._settle(each, now) for each in analyses))
            done += await self._keep(settled, now)
            unreachable = [each.error for each in settled if each.error]
            if len(unreachable) >= _OUT_OF_REACH or len(unreachable) == len(settled):
                raise unreachable[0]

    async def _settle(self, analysis: Analysis, now: datetime) -> _Settled:
        assert analysis.decision, f"analysis {analysis.id} is owed a score without having decided"
        brief, today = analysis.brief, now.date()
        if brief.as_of + timedelta(weeks=self.scorer.horizon.weeks) >= today:
            # No horizon is shorter but for weekends, so there is no need to ask the calendar.
            return _Settled(analysis.id, again=_begins(brief.as_of + timedelta(days=1 + 7 * self.scorer.horizon.weeks)))
        try:
            ends = await self.scorer.ends(brief.asset_type, brief.as_of)
            if ends >= today:
                return _Settled(analysis.id, again=_begins(ends + timedelta(days=1)))
            outcome = await self.scorer(brief, analysis.decision, ends, today=today)
        except Unavailable as error:
            return _Settled(analysis.id, again=now + timedelta(hours=1), error=error)
        except CallerError:
            # This source does not have it; another one, or more of it, may come.
            return _Settled(analysis.id, again=_later(brief.as_of, now))
        return _Settled(analysis.id, outcome, None if outcome else _later(brief.as_of, now))

    async def _keep(self, settled: Sequence[_Settled], now: datetime) -> int:
        done = 0
        async with self.store.unit_of_work() as uow:
            for each in settled:
                if each.outcome is None:
                    assert each.again, f"analysis {each.id} is neither scored nor put off"
                    await uow.scores.owe(each.id, due=each.again)
                    continue
                analysis = await uow.analyses.get(each.id)
                if analysis.actual_return is None:
                    await uow.analyses.put(analysis.scored(each.outcome.returned))
                    await uow.scores.add(Score(each.id, each.outcome, now))
                    done += 1
        return done


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _later(as_of: date, now: datetime) -> datetime:
    return now + max(timedelta(days=1), (now - _begins(as_of)) / 8)
