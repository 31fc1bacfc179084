"""Levels: prices of held positions are compared with their stops and targets."""

from attrs import frozen

from tradecore.model.errors import Invalid, Stale
from tradecore.model.exits import Exits
from tradecore.model.recommendations import Level, Recommendation
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.concurrently import attempt_each, successes
from tradecore.use_cases.reached_level import reached_level

# Positions whose prices are read at once; a source that gets those of thousands misses the deadline of each.
_CONCURRENCY = 16


@frozen
class WatchLevels:
    """A scheduled task that records which held positions have reached their stop or target."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self) -> int:
        """The number of newly reached levels.

        Raises Unavailable when prices of a position cannot be read, after all the others were compared.

        Days after the purchase count, as `Exits.reached` says. Levels of a purchase before a split are compared on the
        basis of today's prices. Purchases with exit orders at the broker are left out: those say what became of them.
        """
        async with self.store.snapshot() as uow:
            guarded = {purchase.recommendation for purchase in await uow.orders.guarded()}
            live = await uow.recommendations.live()
        watched = [plan for plan in live if plan.crossed is None and plan.id not in guarded]
        return sum(successes(await attempt_each(self._watch, watched, limit=_CONCURRENCY)))

    async def _watch(self, plan: Recommendation) -> bool:
        bought = (plan.ended_at or plan.created_at).date()
        exits = Exits(plan.stop, plan.target)
        try:
            reached = await reached_level(self.market, plan.asset, exits, after=bought, basis=bought, at=self.now())
        except Invalid:
            # Without prices no level is reached; the portfolio shows the position as unpriced.
            return False
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
