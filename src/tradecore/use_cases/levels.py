"""Levels: stops and targets of what is held are watched, and whoever crosses one is told, once."""

from datetime import timedelta

from attrs import frozen

from tradecore.model.errors import Invalid, Stale
from tradecore.model.market import Bar
from tradecore.model.recommendations import Level, Recommendation
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store

_MOST_BARS = 400


@frozen
class WatchLevels:
    """A scheduled task: write down which positions have reached their stop or target since they were bought."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self) -> int:
        """How many have, since the last time. Days after the purchase count, from low to high; of a day that reaches
        both, the stop, since nobody knows which came first. Raises Unavailable."""
        async with self.store.snapshot() as uow:
            watched = [each for each in await uow.recommendations.live() if each.crossed is None]
        return sum([await self._watch(each) for each in watched])

    async def _watch(self, plan: Recommendation) -> bool:
        bought = (plan.ended_at or plan.created_at).date()
        try:
            newest = await self.market.quote(plan.asset.symbol, plan.asset.asset_type, self.now())
            if newest.day <= bought:
                return False
            count = min(_MOST_BARS, (newest.day - bought) // timedelta(days=1))
            bars = (await self.market.bars(plan.asset.symbol, plan.asset.asset_type, newest.day, count)).bars
        except Invalid:
            # No price, no crossing: the portfolio shows the position as unknown.
            return False
        found = next(((level, bar) for bar in bars if bar.day > bought and (level := _reached(plan, bar))), None)
        if found is None:
            return False
        level, bar = found
        price = plan.stop if level is Level.STOP else plan.target
        try:
            async with self.store.unit_of_work() as uow:
                fresh = await uow.recommendations.get(plan.id)
                if fresh != plan:
                    return False
                await uow.recommendations.put(fresh.cross(level, price, bar.day, at=self.now()))
        except Stale:
            # Sold meanwhile; nothing is left to watch.
            return False
        return True


def _reached(plan: Recommendation, bar: Bar) -> Level | None:
    if bar.low <= plan.stop:
        return Level.STOP
    return Level.TARGET if bar.high >= plan.target else None
