"""Worth and performance: sums that add up, and returns that money moved in or out does not touch."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import ModuleType

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.ids import EntryId, UserId
from tradecore.model.ledger import book
from tradecore.model.market import AssetType, PriceSource, Quote, Symbol
from tradecore.model.money import EXACT, Asset, Entry, EntryKind
from tradecore.model.price_rows import Split
from tradecore.model.valuation import AiStatus, Holding, Performance, Portfolio, months_before, performance

ANN = UserId("ann")
ACME, COIN = Asset(Symbol("ACME"), AssetType.EQUITY), Asset(Symbol("COIN-USD"), AssetType.CRYPTO)
TODAY = date(2024, 10, 10)
SOURCE = PriceSource("prices of a test")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


def days_ago(n: int) -> date:
    return TODAY - timedelta(days=n)


def deposit(day: date, amount: str) -> Entry:
    return Entry.deposit(EntryId(f"d{day}{amount}"), ANN, Decimal(amount), at=at(day))


def bought(day: date, units: str, price: str, asset: Asset = ACME) -> Entry:
    worth = -EXACT.multiply(Decimal(units), Decimal(price))
    return Entry(EntryId(f"f{day}{units}"), ANN, EntryKind.FILL, at(day), worth, asset, Decimal(units), Decimal(price))


def closes(*prices: str, until: date = TODAY) -> list[tuple[date, Decimal]]:
    """Daily closes, the last of them on `until`."""
    return [(until - timedelta(days=len(prices) - n), Decimal(price)) for n, price in enumerate(prices, 1)]


def portfolio(entries: Sequence[Entry], prices: dict[Asset, str]) -> Portfolio:
    held = book(entries)
    holdings = tuple(
        Holding(
            position,
            Quote(asset.symbol, Decimal(prices[asset]), TODAY, at(TODAY), SOURCE) if asset in prices else None,
            AiStatus.HOLD,
            None,
        )
        for asset, position in held.positions.items()
    )
    return Portfolio(ANN, held, holdings, Performance(*[Decimal(0)] * 4), at(TODAY))


def test_a_portfolio_is_cash_and_positions_and_its_return_is_over_net_deposits() -> None:
    made = portfolio([deposit(TODAY, "100000"), bought(TODAY, "15", "850")], {ACME: "875.20"})
    [holding] = made.holdings
    assert (holding.value, holding.gain) == (Decimal("13128.00"), Decimal("378.00"))
    assert holding.gain_percent == pytest.approx(Decimal("2.9647058823"))
    assert (made.total_value, made.net_deposits, made.total_return) == (100378, 100000, 378)
    assert made.total_return_percent == Decimal("0.378")


def test_what_has_no_price_is_in_no_total_and_is_no_loss() -> None:
    entries = [deposit(TODAY, "1000"), bought(TODAY, "2", "100"), bought(TODAY, "3", "100", COIN)]
    made = portfolio(entries, {ACME: "110"})
    assert [each.position.asset for each in made.unpriced] == [COIN]
    assert [each.value for each in made.holdings] == [Decimal(220), None]
    assert (made.total_value, made.net_deposits, made.total_return) == (720, 700, 20)
    assert [each.gain_percent for each in made.holdings] == [Decimal(10), None]


def test_an_empty_account_has_a_return_of_nothing() -> None:
    made = portfolio([], {})
    assert (made.total_value, made.total_return, made.total_return_percent) == (0, 0, 0)


PRICE = st.decimals(min_value="0.01", max_value="9999.99", places=2)


@given(
    st.lists(st.tuples(st.sampled_from((ACME, COIN)), st.decimals("0.00000001", "1000", places=8), PRICE), max_size=8),
    PRICE,
    PRICE,
)
def test_valuation_adds_up(purchases: list[tuple[Asset, Decimal, Decimal]], acme: Decimal, coin: Decimal) -> None:
    entries = [deposit(TODAY, "1000000")]
    entries += [bought(TODAY, str(units), str(price), asset) for asset, units, price in purchases]
    made = portfolio(entries, {ACME: str(acme), COIN: str(coin)})
    worth = sum((each.value or Decimal(0) for each in made.holdings), Decimal(0))
    gains = sum((each.gain or Decimal(0) for each in made.holdings), Decimal(0))
    assert made.total_value == made.book.cash + worth
    assert made.total_return == made.total_value - made.net_deposits
    assert made.total_return == gains + made.book.realised - made.book.fees


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2024, 10, 10), 1, date(2024, 9, 10)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2023, 3, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 15), 1, date(2023, 12, 15)),
        (date(2024, 12, 31), 1, date(2024, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 12, 5), 12, date(2023, 12, 5)),
    ],
)
def test_a_month_ago_is_the_same_day_or_the_last_one_there_is(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_an_account_that_is_younger_than_a_price_has_no_performance() -> None:
    assert performance([], {}, TODAY) == Performance(*[Decimal(0)] * 4)
    assert performance([deposit(TODAY, "100000")], {}, TODAY) == Performance(*[Decimal(0)] * 4)


def test_each_period_sees_what_happened_within_it() -> None:
    entries = [deposit(days_ago(400), "1000"), bought(days_ago(400), "10", "100")]
    series = [
        (days_ago(400), Decimal(100)),
        (days_ago(300), Decimal(200)),
        (days_ago(20), Decimal(300)),
        (days_ago(5), Decimal(330)),
        (TODAY, Decimal(363)),
    ]
    did = performance(entries, {ACME: series}, TODAY)
    assert [round(each, 8) for each in (did.daily, did.weekly, did.monthly, did.yearly)] == [
        Decimal(10), Decimal(21), Decimal("81.5"), Decimal(263),
    ]  # fmt: skip


def test_money_that_comes_in_or_goes_out_is_no_performance() -> None:
    still = [deposit(days_ago(5), "1000"), bought(days_ago(5), "10", "100")]
    prices = {ACME: closes("100", "110", "110", "121", "121", "121")}
    moved = [
        *still,
        deposit(days_ago(3), "5000"),
        bought(days_ago(3), "45.45454545", "110"),
        Entry.withdrawal(EntryId("w"), ANN, Decimal("0.01"), at=at(TODAY)),
    ]
    calm, busy = (performance(entries, prices, TODAY) for entries in (still, moved))
    assert round(calm.weekly, 8) == 21
    assert abs(calm.weekly - busy.weekly) < Decimal("0.001")


def test_units_brought_in_count_from_the_end_of_their_day_whatever_they_cost() -> None:
    brought = Entry.adjustment(EntryId("b"), ANN, ACME, Decimal(10), Decimal(1), at=at(days_ago(2)))
    did = performance([deposit(days_ago(9), "1000"), brought], {ACME: closes("90", "100", "100", "110")}, TODAY)
    assert (did.monthly, did.daily) == (Decimal(5), Decimal(5))  # half of it is cash


def test_trading_costs_show_on_the_day_they_are_paid() -> None:
    fee = Entry(EntryId("c"), ANN, EntryKind.FEE, at(TODAY), Decimal(-10))
    assert performance([deposit(TODAY, "1000"), fee], {}, TODAY).daily == -1


def test_a_position_without_a_price_stands_at_its_cost() -> None:
    entries = [deposit(days_ago(3), "1000"), bought(days_ago(2), "10", "50")]
    assert performance(entries, {}, TODAY).weekly == 0


def test_entries_count_in_the_order_of_writing_whatever_the_clocks_said() -> None:
    early = bought(days_ago(5), "10", "100")
    sold = Entry(EntryId("s"), ANN, EntryKind.FILL, at(days_ago(6)), Decimal(1000), ACME, Decimal(-10))
    entries = [deposit(days_ago(5), "1000"), early, sold]
    assert performance(entries, {ACME: closes("100", "100")}, TODAY).monthly == 0


@given(
    path=st.lists(
        st.tuples(st.floats(0.9, 1.1), st.one_of(st.none(), st.integers(1, 100_000))), min_size=2, max_size=25
    )
)
def test_the_month_agrees_with_empyrical_whatever_is_paid_in(
    empyrical: ModuleType, path: list[tuple[float, int | None]]
) -> None:
    """A fund that is always fully invested returns what its price returns, however often money comes in."""
    price, entries, series = Decimal(100), [], []
    first = TODAY - timedelta(days=len(path) - 1)
    for n, (step, amount) in enumerate(path):
        day = first + timedelta(days=n)
        price = (price * Decimal(step)).quantize(Decimal("0.0001"))
        if n == 0:
            entries += [
                deposit(day, "1000000"),
                bought(day, str((Decimal(1000000) / price).quantize(Decimal("0.00000001"))), str(price)),
            ]
        elif amount:
            entries.append(Entry.adjustment(EntryId(f"b{n}"), ANN, ACME, Decimal(amount), price, at=at(day)))
        series.append((day, price))
    returns = [float(after[1] / before[1]) - 1 for before, after in pairwise(series)]
    expected = 100 * empyrical.cum_returns_final(numpy.array(returns))
    assert float(performance(entries, {ACME: series}, TODAY).monthly) == pytest.approx(expected, abs=1e-3)


def test_a_split_and_a_dividend_are_no_gain_and_no_loss() -> None:
    days = [date(2024, 10, 7) + timedelta(days=n) for n in range(5)]
    entries = [
        deposit(days[0], "1000"),
        Entry.adjustment(EntryId("2"), ANN, ACME, Decimal(15), Decimal(100), at=at(days[0])),
        Entry.split(ANN, ACME, Decimal(15), Split(days[2], Decimal(10))),
        Entry.dividend(ANN, ACME, Decimal(150), Decimal("0.5"), days[4]),
    ]
    # As the source gives them at the end: divided by the split, and lower by the dividend before its ex-date.
    closes = {ACME: [(day, Decimal("9.5")) for day in days]}
    found = performance(entries, closes, days[-1])
    assert (found.daily, found.weekly) == (0, 0)
    assert book(entries).held(ACME) == 150
