"""Levels: prices of held positions are compared with their stops and targets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial

from attrs import frozen

from tradecore.model.errors import Invalid, Stale
from tradecore.model.exits import Exits
from tradecore.model.money import Asset
from tradecore.model.recommendations import Level, Recommendation
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.concurrently import attempt_each, successes
from tradecore.use_cases.reached_level import TradedDays, traded_days

# Assets whose prices are read at once; a source that gets those of thousands misses the deadline of each.
_CONCURRENCY = 16


@frozen
class WatchLevels:
    """A scheduled task that records which held positions have reached their stop or target."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self) -> int:
        """The number of newly reached levels. The prices of an asset are read once, however many positions it has.

        Raises Unavailable when prices of an asset cannot be read, after the positions of all others were compared.

        Days after the purchase count, as `Exits.reached` says. Levels of a purchase before a split are compared on the
        basis of today's prices. Purchases with exit orders at the broker are left out: those say what became of them.
        """
        async with self.store.snapshot() as uow:
            guarded = {purchase.recommendation for purchase in await uow.orders.guarded()}
            live = await uow.recommendations.live()
        watched = defaultdict[Asset, list[Recommendation]](list)
        for plan in live:
            if plan.crossed is None and plan.id not in guarded:
                watched[plan.asset].append(plan)
        return sum(successes(await attempt_each(self._watch, watched.values(), limit=_CONCURRENCY)))

    async def _watch(self, plans: Sequence[Recommendation]) -> int:
        """Compare the positions of one asset; the number of newly reached levels."""
        days = [_bought(plan) for plan in plans]
        try:
            traded = await traded_days(self.market, plans[0].asset, after=min(days), basis=max(days), at=self.now())
        except Invalid:
            # Without prices no level is reached; the portfolio shows the positions as unpriced.
            return 0
        # One after the other, since the positions of other assets take connections of the store as well.
        return sum(successes(await attempt_each(partial(self._compare, traded), plans, limit=1)))

    async def _compare(self, traded: TradedDays, plan: Recommendation) -> bool:
        """Whether a position has newly reached a level, which is then recorded."""
        bought = _bought(plan)
        reached = traded.first_reached(Exits(plan.stop, plan.target), after=bought, basis=bought)
        if reached is None:
            return False
        price = plan.stop if reached.level is Level.STOP else plan.target
        try:
            async with self.store.unit_of_work() as uow:
                fresh = await uow.recommendations.get(plan.id)
                if fresh != plan:
                    return False
                await uow.recommendations.put(fresh.cross(reached.level, price, reached.day, at=self.now()))
        except Stale:
            # The position was sold meanwhile.
            return False
        return True


def _bought(plan: Recommendation) -> date:
    return (plan.ended_at or plan.created_at).date()
