"""The watch over prices: price alerts whose condition is met are triggered, and those whose last day is over expire."""

from datetime import date, datetime, timedelta

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, Stale
from tradecore.model.money import Asset
from tradecore.model.price_adjustments import undo_dividends
from tradecore.model.price_alerts import PriceAlert
from tradecore.model.recent_prices import SUSPECT_SESSIONS, PriceJump, RecentPrices
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.alerts import raise_new
from tradecore.use_cases.concurrently import attempt_each, successes
from tradecore.use_cases.corporate_actions import jump_alert

# Assets whose prices are read at once: a source answers so many calls within the time that it has for one.
_CONCURRENCY = 16
_MAX_BARS = 400
# The prices of a day are known within so long.
_SETTLED_AFTER = timedelta(days=3)


@frozen
class WatchPriceAlerts:
    """A scheduled task that compares prices with the active price alerts of all users."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self) -> int:
        """The number of price alerts that were triggered.

        Raises Unavailable when prices of an asset cannot be read, after all the others were compared.
        """
        async with self.store.read() as uow:
            assets = await uow.price_alerts.watched()
        return sum(successes(await attempt_each(self._watch, assets, limit=_CONCURRENCY)))

    async def _watch(self, asset: Asset) -> int:
        async with self.store.read() as uow:
            alerts = await uow.price_alerts.active(asset)
        if not alerts:
            return 0
        now = self.now()
        try:
            prices = await recent_prices(self.market, asset, since=min(alert.price_day for alert in alerts), at=now)
        except Invalid:
            # The source does not have the asset any more: what has no price does nothing until its last day is over.
            prices = None
        outcomes = [await self._compare(alert, prices, now) for alert in alerts]
        return sum(outcomes)

    async def _compare(self, alert: PriceAlert, prices: RecentPrices | None, now: datetime) -> bool:
        """Whether an alert was triggered. It expires once its last day is over and has not met its condition."""
        if prices is not None:
            current = alert.after_splits(prices.splits_since(alert.price_day))
            trigger = prices.trigger(current)
            if trigger is not None:
                return await self._put(current.fire(trigger, synthetic=prices.quote.source.synthetic, at=now))
            if (jump := prices.jump_since(alert.price_day)) is not None:
                await self._tell_of_jump(alert, jump, now)
            elif _is_over(alert.expires_on, prices.quote.day, now):
                await self._put(current.expire(at=now))
            elif current != alert:
                await self._put(Change(current))
        elif _is_over(alert.expires_on, date.min, now):
            await self._put(alert.expire(at=now))
        return False

    async def _put(self, change: Change[PriceAlert]) -> bool:
        try:
            async with self.store.unit_of_work() as uow:
                await uow.price_alerts.put(change)
        except Stale:
            # It was deleted meanwhile, or another process was first.
            return False
        return True

    async def _tell_of_jump(self, alert: PriceAlert, jump: PriceJump, now: datetime) -> None:
        waiting = f"price alerts wait until the split is known, or until {SUSPECT_SESSIONS} sessions have passed"
        raised = jump_alert(alert.user, alert.asset, jump, waiting, at=now)
        await raise_new(self.store, [raised])


async def recent_prices(market: QuotingMarket, asset: Asset, *, since: date, at: datetime) -> RecentPrices:
    """The prices of an asset since a day, as known at a time. Raises Invalid without prices, Unavailable."""
    quote = await market.quote(asset.symbol, asset.asset_type, at)
    days = max(0, (quote.day - since) // timedelta(days=1)) + SUSPECT_SESSIONS + 1
    bars = await market.bars(asset.symbol, asset.asset_type, quote.day, min(_MAX_BARS, days))
    first = min(since, bars.bars[0].day)
    actions = await market.corporate_actions(asset.symbol, asset.asset_type, first, max(first, quote.day))
    return RecentPrices(asset, quote, undo_dividends(bars, actions), actions.splits)


def _is_over(expires_on: date | None, newest: date, now: datetime) -> bool:
    """Whether the prices of a last day are complete."""
    return expires_on is not None and (newest > expires_on or now.date() >= expires_on + _SETTLED_AFTER)
