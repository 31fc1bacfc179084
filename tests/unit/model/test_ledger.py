"""What entries add up to, against a model in exact fractions."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.ids import EntryId, UserId
from tradecore.model.ledger import Book, book, split_ratio_since
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import EXACT, Asset, Entry, EntryKind

AT = datetime(2024, 10, 10, tzinfo=UTC)
ANN = UserId("ann")
ACME, COIN = Asset(Symbol("ACME"), AssetType.EQUITY), Asset(Symbol("COIN-USD"), AssetType.CRYPTO)
CENT = Decimal("0.01")


def fill(n: int, asset: Asset, units: Decimal, price: Decimal) -> Entry:
    worth = EXACT.multiply(-units, price)
    return Entry(EntryId(f"f{n}"), ANN, EntryKind.FILL, AT, worth, asset, units, price)


def fee(n: int, amount: Decimal) -> Entry:
    return Entry(EntryId(f"c{n}"), ANN, EntryKind.FEE, AT, -amount)


class Model:
    """The same account in fractions: cash, fees, realised gains, and units with their cost."""

    def __init__(self) -> None:
        self.cash = self.contributed = self.fees = self.realised = Fraction(0)
        self.units: dict[Asset, Fraction] = {}
        self.cost: dict[Asset, Fraction] = {}

    def add(self, entry: Entry) -> None:
        cash, units = Fraction(entry.cash), Fraction(entry.quantity)
        self.cash += cash
        if entry.kind in (EntryKind.DEPOSIT, EntryKind.WITHDRAWAL):
            self.contributed += cash
        elif entry.kind is EntryKind.FEE:
            self.fees -= cash
        elif entry.asset:
            asset, old = entry.asset, self.units.get(entry.asset, Fraction(0))
            if entry.kind is EntryKind.ADJUSTMENT:
                worth = units * Fraction(entry.price or 0)
                self.contributed += worth
                self.cost[asset] = self.cost.get(asset, Fraction(0)) + worth
            elif units > 0:
                self.cost[asset] = self.cost.get(asset, Fraction(0)) - cash
            else:
                sold = self.cost[asset] * -units / old
                self.cost[asset] -= sold
                self.realised += cash - sold
            self.units[asset] = old + units


UNITS = st.decimals(min_value="0.00000001", max_value="100000", places=8)
PRICES = st.decimals(min_value="0.00000001", max_value="100000", places=8)
AMOUNTS = st.decimals(min_value="0.01", max_value="1000000", places=2)


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries in any order that never sell what is not there."""
    held = {ACME: Decimal(0), COIN: Decimal(0)}
    entries: list[Entry] = []
    for n in range(draw(st.integers(1, 30))):
        asset = draw(st.sampled_from((ACME, COIN)))
        kind = draw(st.sampled_from(("deposit", "withdrawal", "fee", "bring", "buy", "sell", "sell all")))
        if kind == "deposit":
            entries.append(Entry.deposit(EntryId(f"d{n}"), ANN, draw(AMOUNTS), at=AT))
        elif kind == "withdrawal":
            entries.append(Entry.withdrawal(EntryId(f"w{n}"), ANN, draw(AMOUNTS), at=AT))
        elif kind == "fee":
            entries.append(fee(n, draw(AMOUNTS)))
        elif kind == "bring":
            entries.append(Entry.adjustment(EntryId(f"b{n}"), ANN, asset, draw(UNITS), draw(PRICES), at=AT))
            held[asset] += entries[-1].quantity
        elif kind == "buy":
            entries.append(fill(n, asset, draw(UNITS), draw(PRICES)))
            held[asset] += entries[-1].quantity
        elif held[asset]:
            units = held[asset] if kind == "sell all" else min(held[asset], draw(UNITS))
            entries.append(fill(n, asset, -units, draw(PRICES)))
            held[asset] -= units
    return entries


@given(histories())
def test_a_book_adds_up_digit_by_digit_and_agrees_with_fractions_to_the_cent(entries: list[Entry]) -> None:
    model = Model()
    for entry in entries:
        model.add(entry)
    made = book(entries)
    cost = sum((Fraction(each.cost) for each in made.positions.values()), Fraction(0))
    assert Fraction(made.cash) + cost == Fraction(made.contributed) + Fraction(made.realised) - Fraction(made.fees)
    assert Fraction(made.cash) == model.cash
    assert Fraction(made.fees) == model.fees
    assert Fraction(made.contributed) == model.contributed
    assert abs(Fraction(made.realised) - model.realised) < Fraction(CENT)
    assert {asset: Fraction(each.quantity) for asset, each in made.positions.items()} == {
        asset: units for asset, units in model.units.items() if units
    }
    for asset, position in made.positions.items():
        assert abs(Fraction(position.cost) - model.cost[asset]) < Fraction(CENT)


def test_ten_thousand_random_fills_equal_the_model_to_the_cent() -> None:
    dice = random.Random(7)
    entries, held = [Entry.deposit(EntryId("d"), ANN, Decimal(10**9), at=AT)], Decimal(0)
    for n in range(10_000):
        units = Decimal(dice.randrange(1, 10**12)).scaleb(-8)
        if dice.random() < 0.5 and held > units:
            units = -units
        held += units
        entries.append(fill(n, COIN, units, Decimal(dice.randrange(1, 10**13)).scaleb(-8)))
    # The denominators of fractions would grow without end; 150 digits are as good.
    with localcontext(prec=150):
        cash, units, cost, realised = Decimal(10**9), Decimal(0), Decimal(0), Decimal(0)
        for entry in entries[1:]:
            cash += entry.cash
            if entry.quantity < 0:
                sold = cost * -entry.quantity / units
                cost, realised = cost - sold, realised + entry.cash - sold
            else:
                cost -= entry.cash
            units += entry.quantity
    made = book(entries)
    assert (made.cash, made.held(COIN)) == (cash, units)
    assert abs(made.realised - realised) < CENT
    assert abs(made.positions[COIN].cost - cost) < CENT


def test_the_average_price_is_that_of_all_purchases_and_a_sale_leaves_it() -> None:
    made = book([fill(1, ACME, Decimal(10), Decimal(100)), fill(2, ACME, Decimal(30), Decimal(120))])
    assert made.positions[ACME].average_price == 115
    made = made.add(fill(3, ACME, Decimal(-20), Decimal(130)))
    assert made.positions[ACME].average_price == 115
    assert made.realised == 300


def test_a_position_begins_when_its_first_unit_came_and_ends_with_its_last() -> None:
    first = fill(1, ACME, Decimal(10), Decimal(100))
    later = Entry(EntryId("l"), ANN, EntryKind.FILL, AT + timedelta(days=1), Decimal(-100), ACME, Decimal(1))
    made = book([first, later])
    assert made.positions[ACME].since == AT
    gone = made.add(fill(2, ACME, Decimal(-11), Decimal(1)))
    assert gone.positions == {}
    assert gone.held(ACME) == 0


def test_dividends_are_realised_and_leave_the_position() -> None:
    bought = book([fill(1, ACME, Decimal(10), Decimal(8))])
    paid = [Entry(EntryId(f"d{n}"), ANN, EntryKind.DIVIDEND, AT, Decimal("2.50"), ACME) for n in range(2)]
    after = bought.add(paid[0]).add(paid[1])
    assert (after.realised, after.cash - bought.cash, after.positions) == (5, 5, bought.positions)


def split(n: int, asset: Asset, units: int, at: datetime) -> Entry:
    return Entry(EntryId(f"s{n}"), ANN, EntryKind.SPLIT, at, Decimal(0), asset, Decimal(units))


def test_the_ratio_of_splits_counts_those_of_the_asset_after_the_moment() -> None:
    days = [AT + timedelta(days=n) for n in range(4)]
    entries = [
        fill(1, ACME, Decimal(10), Decimal(8)),
        fill(2, COIN, Decimal(1), Decimal(8)),
        split(1, ACME, 10, days[1]),
        split(2, COIN, 4, days[2]),
        split(3, ACME, 40, days[3]),
    ]
    assert [split_ratio_since(entries, ACME, day) for day in days] == [6, 3, 3, 1]
    assert split_ratio_since(entries, COIN, AT) == 5
    # A split of what was not held yet changes nothing.
    assert split_ratio_since([split(1, ACME, 10, days[1]), *entries[:1]], ACME, AT) == 1


def test_what_is_not_there_cannot_be_sold() -> None:
    with pytest.raises(ValueError, match="more than are held"):
        Book().add(fill(1, ACME, Decimal(-1), Decimal(1)))
    with pytest.raises(ValueError, match="more than are held"):
        book([fill(1, ACME, Decimal(1), Decimal(1)), fill(2, ACME, Decimal(-2), Decimal(1))])


def test_a_fill_of_nothing_named_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="names no asset"):
        Book().add(Entry(EntryId("f"), ANN, EntryKind.FILL, AT, Decimal(-1), None, Decimal(1)))
