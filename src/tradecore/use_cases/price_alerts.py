"""Price alerts of users: create, list and delete them."""

from datetime import date
from decimal import Decimal

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.decimals import plain
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import PriceAlertId
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState, PriceCondition
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.price_watch import recent_prices
from tradecore.use_cases.retry import retry_on_conflict

MAX_PRICE_ALERTS = 100
"""How many active price alerts a user may have."""
MAX_PAGE_SIZE = 200
_OPERATION = "create price alert"


@frozen
class CreatePriceAlert:
    """Create a price alert."""

    store: Store
    market: QuotingMarket
    now: Now
    new_id: NewId

    async def __call__(
        self,
        asset: Asset,
        condition: PriceCondition,
        value: Decimal,
        *,
        by: Caller,
        note: str = "",
        expires_on: date | None = None,
        idempotency: IdempotencyKey | None = None,
    ) -> PriceAlert:
        """The new price alert. A request repeated under its key gets the first response.

        Raises Invalid for an asset without prices, for a value, note or last day that is not possible, and for a
        condition that the price meets already; IllegalMove at the limit, KeyReused, and Unavailable where prices cannot
        be read.
        """
        async with self.store.read() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, PriceAlert):
                return first
        now = self.now()
        prices = await recent_prices(self.market, asset, since=now.date(), at=now)
        alert = PriceAlert(
            id=PriceAlertId(self.new_id()),
            user=by.user,
            asset=asset,
            condition=condition,
            value=value,
            price=prices.quote.price,
            price_day=prices.quote.day,
            currency=prices.quote.currency,
            created_at=now,
            expires_on=expires_on,
            note=note,
        )
        if prices.is_met(alert):
            met = f"{asset.symbol} is at {plain(alert.price)} as of {alert.price_day}, which meets this condition."
            raise Invalid.one("value", met)
        return await self._add(alert, idempotency)

    @retry_on_conflict
    async def _add(self, alert: PriceAlert, idempotency: IdempotencyKey | None) -> PriceAlert:
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, alert.user, _OPERATION, idempotency, PriceAlert):
                return first
            stored = await uow.price_alerts.add(Change(alert), limit=MAX_PRICE_ALERTS)
            if stored is not None:
                await keep_response(uow, alert.user, _OPERATION, idempotency, stored, at=alert.created_at)
        if stored is None:
            raise IllegalMove(f"You have {MAX_PRICE_ALERTS} active price alerts; delete one that is not used any more.")
        return stored


@frozen
class PriceAlertPage:
    """A page of price alerts, and the number of all."""

    alerts: tuple[PriceAlert, ...]
    total: int


@frozen
class ListPriceAlerts:
    """List the price alerts of the caller."""

    store: Store

    async def __call__(
        self, *, by: Caller, state: PriceAlertState | None = None, page: int = 1, page_size: int = 50
    ) -> PriceAlertPage:
        """A page, newest first, of one state only if given.

        Raises Invalid for a page below 1 or a page size out of 1..MAX_PAGE_SIZE.
        """
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            offset = (page - 1) * page_size
            alerts = await uow.price_alerts.of(by.user, state=state, limit=page_size, offset=offset)
            return PriceAlertPage(alerts, await uow.price_alerts.count(by.user, state=state))


@frozen
class DeletePriceAlert:
    """Delete a price alert, in whatever state it is."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: PriceAlertId, *, by: Caller) -> None:
        """Raises NotFound, also for a price alert of another user."""
        async with self.store.unit_of_work() as uow:
            await uow.price_alerts.get(id, owner=by.user)
            await uow.price_alerts.delete(id)
