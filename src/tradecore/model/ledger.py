"""The ledger read: what entries add up to. Pure functions; average cost; no division is ever summed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, localcontext

from attrs import evolve, frozen

from tradecore.model.money import EXACT, ZERO, Asset, Entry, EntryKind

# The cost of what remains after a sale is rounded to this once, so that all sums stay exact.
_GRAIN = Decimal(1).scaleb(-16)


@frozen
class Position:
    """Units held of one asset, and what they cost, fees apart. `since`: when the first of them came in."""

    asset: Asset
    quantity: Decimal
    cost: Decimal
    since: datetime

    @property
    def average_price(self) -> Decimal:
        """What a unit cost on average."""
        return self.cost / self.quantity


@frozen
class Book:
    """What an account amounts to, in its currency, without any market price.

    `contributed` is net deposits: money in less money out, and units brought in at what they cost. Always
    `cash + cost of all positions == contributed + realised - fees`, digit by digit.
    """

    cash: Decimal = ZERO
    contributed: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    positions: Mapping[Asset, Position] = {}

    def held(self, asset: Asset) -> Decimal:
        """How many units there are."""
        position = self.positions.get(asset)
        return position.quantity if position else ZERO

    def add(self, entry: Entry) -> "Book":
        """The book after one entry more. Raises ValueError for one that sells what is not there."""
        with localcontext(EXACT):
            book = evolve(self, cash=self.cash + entry.cash)
            match entry.kind:
                case EntryKind.DEPOSIT | EntryKind.WITHDRAWAL:
                    return evolve(book, contributed=book.contributed + entry.cash)
                case EntryKind.FEE:
                    return evolve(book, fees=book.fees - entry.cash)
                case EntryKind.ADJUSTMENT:
                    worth = entry.quantity * (entry.price or ZERO)
                    return book._take(entry, worth, contributed=book.contributed + worth)
                case EntryKind.FILL if entry.quantity > 0:
                    return book._take(entry, -entry.cash)
                case EntryKind.FILL:
                    return book._give(entry)

    def _take(self, entry: Entry, cost: Decimal, **fields: Decimal) -> "Book":
        asset = _asset(entry)
        old = self.positions.get(asset) or Position(asset, ZERO, ZERO, entry.at)
        new = evolve(old, quantity=old.quantity + entry.quantity, cost=old.cost + cost)
        return evolve(self, positions={**self.positions, asset: new}, **fields)

    def _give(self, entry: Entry) -> "Book":
        asset = _asset(entry)
        old = self.positions.get(asset)
        if old is None or old.quantity + entry.quantity < 0:
            raise ValueError(f"Entry {entry.id} sells {-entry.quantity} {asset.symbol}, more than are held.")
        left = old.quantity + entry.quantity
        cost = (old.cost * left / old.quantity).quantize(_GRAIN) if left else ZERO
        positions = {**self.positions, asset: evolve(old, quantity=left, cost=cost)}
        if not left:
            del positions[asset]
        return evolve(self, realised=self.realised + entry.cash - (old.cost - cost), positions=positions)


def book(entries: Iterable[Entry]) -> Book:
    """What entries add up to, oldest first."""
    total = Book()
    for entry in entries:
        total = total.add(entry)
    return total


def _asset(entry: Entry) -> Asset:
    if entry.asset is None:
        raise ValueError(f"Entry {entry.id} moves units of nothing.")
    return entry.asset
