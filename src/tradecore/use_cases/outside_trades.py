"""Trades that were made outside of tradecore, such as those that a restored backup lacks."""

import re
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import EntryId
from tradecore.model.ledger import Book, book
from tradecore.model.money import EXACT, ZERO, Asset, Costs, Entry, EntryKind, cash, price, quantity
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
        turnover, fee = EXACT.multiply(units, unit_price), fee and cash(fee, "fee")
        sign = 1 if action is Action.BUY else -1
        id = self.new_id() if trade_id is None else f"{by.user}:{trade_id}"
        entry = Entry(
            id=EntryId(f"trade:{id}"),
            user=by.user,
            kind=EntryKind.FILL,
            at=now,
            cash=-sign * turnover,
            asset=asset,
            quantity=sign * units,
            price=unit_price,
            note="traded elsewhere",
        )
        async with self.store.unit_of_work() as uow:
            account = await open_account(uow, by.user, self.opening_cash, at=now)
            entries = await uow.ledger.entries(by.user)
            held = book(entries)
            booked = next((earlier for earlier in entries if earlier.id == entry.id), None)
            if booked is not None:
                if evolve(booked, at=now) != entry:
                    raise IllegalMove(f"Another trade is booked under the id {trade_id}.")
                return held
            orders = await uow.orders.unsettled(unknown_since=now, user=by.user)
            free = held.cash - sum((order.reserved_cash(self.costs) for order in orders), ZERO)
            owned = held.held(asset) - sum((order.reserved_units() for order in orders if order.asset == asset), ZERO)
            if action is Action.SELL and units > owned:
                raise IllegalMove(f"Only {owned.normalize():f} {asset.symbol} are held that no open order sells.")
            if action is Action.BUY and turnover + fee > free:
                raise IllegalMove(
                    f"Only {free:.2f} are free, and the trade took {turnover + fee:.2f}; book the deposit first."
                )
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
