"""The book of an account: cash, positions at average cost and realised gains, summed from ledger entries.

Sums are exact: no quotient is ever added up.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, localcontext

from attrs import evolve, frozen

from tradecore.model.money import EXACT, ZERO, Asset, Entry, EntryKind

# The remaining cost after a partial sale is rounded to this once, so that all sums stay exact.
_COST_STEP = Decimal(1).scaleb(-16)


@frozen
class Position:
    """A position in one asset: its quantity, its cost without fees, and since when it is held."""

    asset: Asset
    quantity: Decimal
    cost: Decimal
    since: datetime

    @property
    def average_price(self) -> Decimal:
        """The average cost of a unit."""
        return self.cost / self.quantity


@frozen
class Book:
    """The sums of an account in its currency, without any market price.

    `contributed` is net deposits: deposits less withdrawals, plus transferred positions at cost. `realised` is what
    sales gained, and dividends. Always, exactly:
    `cash + cost of all positions == contributed + realised - fees`.
    """

    cash: Decimal = ZERO
    contributed: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    positions: Mapping[Asset, Position] = {}

    def held(self, asset: Asset) -> Decimal:
        """The quantity held of an asset, 0 without a position."""
        position = self.positions.get(asset)
        return position.quantity if position else ZERO

    def add(self, entry: Entry) -> "Book":
        """The book after one more entry. Raises ValueError for a sale of more than is held."""
        with localcontext(EXACT):
            book = evolve(self, cash=self.cash + entry.cash)
            match entry.kind:
                case EntryKind.DEPOSIT | EntryKind.WITHDRAWAL:
                    return evolve(book, contributed=book.contributed + entry.cash)
                case EntryKind.FEE:
                    return evolve(book, fees=book.fees - entry.cash)
                case EntryKind.ADJUSTMENT:
                    cost = entry.quantity * (entry.price or ZERO)
                    return book._increase(entry, cost, contributed=book.contributed + cost)
                case EntryKind.SPLIT:
                    return book._increase(entry, ZERO)
                case EntryKind.DIVIDEND:
                    return evolve(book, realised=book.realised + entry.cash)
                case EntryKind.FILL if entry.quantity > 0:
                    return book._increase(entry, -entry.cash)
                case EntryKind.FILL:
                    return book._decrease(entry)

    def _increase(self, entry: Entry, cost: Decimal, **fields: Decimal) -> "Book":
        asset = _asset(entry)
        old = self.positions.get(asset) or Position(asset, ZERO, ZERO, entry.at)
        new = evolve(old, quantity=old.quantity + entry.quantity, cost=old.cost + cost)
        return evolve(self, positions={**self.positions, asset: new}, **fields)

    def _decrease(self, entry: Entry) -> "Book":
        asset = _asset(entry)
        old = self.positions.get(asset)
        if old is None or old.quantity + entry.quantity < 0:
            raise ValueError(f"Entry {entry.id} sells {-entry.quantity} {asset.symbol}, more than are held.")
        left = old.quantity + entry.quantity
        cost = (old.cost * left / old.quantity).quantize(_COST_STEP) if left else ZERO
        positions = {**self.positions, asset: evolve(old, quantity=left, cost=cost)}
        if not left:
            del positions[asset]
        return evolve(self, realised=self.realised + entry.cash - (old.cost - cost), positions=positions)


def book(entries: Iterable[Entry]) -> Book:
    """The book of all entries, oldest first. Raises ValueError for a sale of more than is held."""
    total = Book()
    for entry in entries:
        total = total.add(entry)
    return total


def split_ratio_since(entries: Iterable[Entry], asset: Asset, moment: datetime) -> Decimal:
    """How many units one unit of that moment has become by the splits that are booked since."""
    total, ratio = Book(), Decimal(1)
    for entry in entries:
        held = total.held(asset)
        if entry.kind is EntryKind.SPLIT and entry.asset == asset and entry.at > moment and held:
            ratio *= (held + entry.quantity) / held
        total = total.add(entry)
    return ratio


def _asset(entry: Entry) -> Asset:
    if entry.asset is None:
        raise ValueError(f"Entry {entry.id} moves units but names no asset.")
    return entry.asset
