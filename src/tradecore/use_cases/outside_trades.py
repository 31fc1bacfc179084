"""Trades that were made outside of tradecore, such as those that a restored backup lacks."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import EntryId, UserId
from tradecore.model.ledger import Book, book
from tradecore.model.money import EXACT, ZERO, Asset, Costs, Entry, EntryKind, cash, price, quantity
from tradecore.model.orders import Order
from tradecore.model.reservations import free_cash, free_units
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.store import Store
from tradecore.use_cases.portfolio import open_account
from tradecore.use_cases.retry import retry_on_conflict

_TRADE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@frozen
class BookOutsideTrade:
    """Book a purchase or a sale of the caller as an order's fill is booked. Nothing is sent to a broker."""

    store: Store
    now: Now
    new_id: NewId
    opening_cash: Decimal
    costs: Costs

    @retry_on_conflict
    async def __call__(
        self,
        action: Action,
        asset: Asset,
        units: Decimal,
        unit_price: Decimal,
        *,
        by: Caller,
        fee: Decimal = ZERO,
        trade_id: str | None = None,
    ) -> Book:
        """The book afterwards. `unit_price` and `fee` are in the currency of the account.

        A trade with a `trade_id`, such as the id that the broker gave it, is booked once; without one, every call books
        a trade. Raises Invalid for numbers that cannot be traded and for an id of something else than up to 64 letters,
        digits and `. _ : -`, IllegalMove for more than the free cash or the units that are held and that no open order
        sells, and for an id under which another trade is booked.
        """
        if trade_id is not None and not _TRADE_ID.fullmatch(trade_id):
            raise Invalid.one("trade_id", "An id has at most 64 letters, digits and the signs . _ : -")
        now, units, unit_price = self.now(), quantity(units), price(unit_price)
        fee = fee and cash(fee, "fee")
        id = self.new_id() if trade_id is None else f"{by.user}:{trade_id}"
        entry = _fill(EntryId(f"trade:{id}"), by.user, action, asset, units, unit_price, at=now)
        async with self.store.unit_of_work() as uow:
            account = await open_account(uow, by.user, self.opening_cash, at=now)
            entries = await uow.ledger.entries(by.user)
            held = book(entries)
            booked = next((earlier for earlier in entries if earlier.id == entry.id), None)
            if booked is not None:
                if evolve(booked, at=now) != entry:
                    raise IllegalMove(f"Another trade is booked under the id {trade_id}.")
                return held
            _require_covered(entry, fee, held, await uow.orders.unsettled(unknown_since=now, user=by.user), self.costs)
            await uow.ledger.add(entry)
            held = held.add(entry)
            if fee:
                charged = Entry(
                    id=EntryId(f"fee:{id}"), user=by.user, kind=EntryKind.FEE, at=now, cash=-fee, asset=asset,
                )  # fmt: skip
                await uow.ledger.add(charged)
                held = held.add(charged)
            await uow.accounts.put(Change(account))
            return held


def _fill(
    id: EntryId, user: UserId, action: Action, asset: Asset, units: Decimal, unit_price: Decimal, *, at: datetime
) -> Entry:
    """The entry of a trade, without its fee. `units` are above 0 for purchases and sales."""
    sign = 1 if action is Action.BUY else -1
    return Entry(
        id=id,
        user=user,
        kind=EntryKind.FILL,
        at=at,
        cash=-sign * EXACT.multiply(units, unit_price),
        asset=asset,
        quantity=sign * units,
        price=unit_price,
        note="traded elsewhere",
    )


def _require_covered(fill: Entry, fee: Decimal, held: Book, orders: Sequence[Order], costs: Costs) -> None:
    """Raise IllegalMove for a sale of more units, or a purchase for more cash, than the open orders leave free."""
    if fill.asset is not None and fill.quantity < 0:
        units = free_units(held, fill.asset, orders)
        if -fill.quantity > units:
            raise IllegalMove(f"Only {units.normalize():f} {fill.asset.symbol} are held that no open order sells.")
    elif (spent := fee - fill.cash) > (free := free_cash(held, orders, costs)):
        raise IllegalMove(f"Only {free:.2f} are free, and the trade took {spent:.2f}; book the deposit first.")
