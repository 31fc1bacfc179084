"""Multiples set prices and shares on one basis against figures as they were known."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from company_facts import company, day, fact, quarters
from tradecore.engines.desk.figures import Figures
from tradecore.engines.desk.multiples import PricedFigures, net_debt
from tradecore.model.corporate_actions import Dividend
from tradecore.model.fundamentals import Concept, Fact
from tradecore.model.market import Bar, Bars, PriceSource, Symbol
from tradecore.model.price_rows import Split

LAST = date(2022, 3, 1)


def bars(price: str = "50", last: date = LAST, days: int = 800) -> Bars:
    """Bars of one price on every day."""
    value = Decimal(price)
    rows = tuple(Bar(last - timedelta(days=back), value, value, value, value, None) for back in reversed(range(days)))
    return Bars(Symbol("ACME"), PriceSource("the test"), rows)


def facts() -> list[Fact]:
    """Eight quarters of 250 income each, and 100 shares."""
    reports = quarters(Concept.NET_INCOME, [250] * 8)
    return [*reports, *(fact(Concept.SHARES_OUTSTANDING, 100, None, str(one.end), str(one.filed)) for one in reports)]


def priced(*more: Fact, splits: Sequence[Split] = (), price: str = "50") -> PricedFigures:
    return PricedFigures(Figures(company(*facts(), *more)), bars(price), splits)


def test_the_value_is_price_times_shares_and_the_multiple_is_of_four_quarters() -> None:
    now = priced().now()
    assert now is not None
    assert (now.value, now.pe) == (5000, 5)


def test_a_loss_has_no_multiple() -> None:
    loss = fact(Concept.NET_INCOME, -2000, "2021-09-29", "2021-12-28", "2022-02-10", accession="z")
    now = priced(loss).now()
    assert now is not None
    assert now.pe is None


def test_a_split_since_the_report_multiplies_its_shares() -> None:
    now = priced(splits=[Split(LAST - timedelta(days=1), Decimal(10))]).now()
    assert now is not None
    assert now.value == 50_000


@pytest.mark.parametrize("when", [LAST + timedelta(days=1), date(2021, 6, 1)])
def test_a_split_after_the_price_or_before_the_report_changes_nothing(when: date) -> None:
    now = priced(splits=[Split(when, Decimal(10))]).now()
    assert now is not None
    assert now.value == 5000


def test_past_multiples_know_only_the_filings_of_their_day() -> None:
    past = priced().past()
    assert [multiples.day for multiples in past] == [one.known_on for one in facts()[:8]]
    # The first three reports do not make four quarters.
    assert [multiples.pe for multiples in past] == [None] * 3 + [5] * 5


def test_past_shares_are_counted_on_the_basis_of_todays_prices() -> None:
    reports = quarters(Concept.NET_INCOME, [250] * 8)
    counts = [10 if at < 5 else 100 for at in range(8)]
    diluted = [
        fact(Concept.DILUTED_SHARES, count, str(one.start), str(one.end), str(one.filed))
        for one, count in zip(reports, counts, strict=True)
    ]
    restated = fact(Concept.DILUTED_SHARES, 100, str(reports[2].start), str(reports[2].end), str(reports[6].filed))
    past = PricedFigures(Figures(company(*reports, *diluted, restated)), bars(), ()).past()
    assert {multiples.value for multiples in past} == {Decimal(5000)}


def test_a_public_float_above_the_market_value_shows_prices_from_after_a_split() -> None:
    public = fact(Concept.PUBLIC_FLOAT, 45_000, None, "2021-06-30", "2021-11-20", form="10-K")
    assert not priced(public).is_on_one_basis()
    assert priced(public, splits=[Split(date(2021, 12, 1), Decimal(10))]).is_on_one_basis()
    assert priced(public, price="500").is_on_one_basis()
    assert priced().is_on_one_basis()


def test_debt_is_not_assumed_to_be_zero_where_it_is_not_reported() -> None:
    end = day("2021-12-28")
    cash = fact(Concept.CASH, 30, None, str(end), "2022-01-10")
    assert net_debt(Figures(company(cash)), end) is None
    parts = [
        fact(Concept.LONG_TERM_DEBT_NONCURRENT, 100, None, str(end), "2022-01-10"),
        fact(Concept.CURRENT_DEBT, 10, None, str(end), "2022-01-10"),
        fact(Concept.SECURITIES, 25, None, str(end), "2022-01-10"),
    ]
    owed = net_debt(Figures(company(cash, *parts)), end)
    assert owed is not None
    assert owed.value == 100 + 10 - 30 - 25


def test_past_prices_are_those_that_were_paid_without_later_dividends() -> None:
    # 5 was paid on a price of 65, and later 10 on one of 60: a source that adjusts shows 50 all the way.
    paid = [Dividend(date(2021, 12, 1), Decimal(10)), Dividend(date(2021, 6, 1), Decimal(5))]
    found = PricedFigures(Figures(company(*facts())), bars(), (), paid).past()
    by_day = {multiples.day: multiples.close for multiples in found}
    assert [by_day[day] for day in sorted(by_day)][-1] == 50
    assert by_day[date(2021, 10, 29)] == 60
    assert by_day[date(2021, 4, 30)] == 65


def test_a_dividend_before_a_split_counts_in_shares_of_today() -> None:
    found = PricedFigures(
        Figures(company(*facts())),
        bars(),
        [Split(date(2022, 2, 1), Decimal(10))],
        [Dividend(date(2021, 12, 1), Decimal(100))],
    ).past()
    assert {multiples.day: multiples.close for multiples in found}[date(2021, 10, 29)] == 60


DEBT = {
    "total": (Concept.LONG_TERM_DEBT, "LongTermDebt"),
    "noncurrent": (Concept.LONG_TERM_DEBT_NONCURRENT, "LongTermDebtNoncurrent"),
    "with_leases": (Concept.LONG_TERM_DEBT_NONCURRENT, "LongTermDebtAndCapitalLeaseObligations"),
    "due": (Concept.CURRENT_DEBT, "LongTermDebtCurrent"),
    "due_with_leases": (Concept.CURRENT_DEBT, "LongTermDebtAndCapitalLeaseObligationsCurrent"),
    "all_due": (Concept.CURRENT_DEBT, "DebtCurrent"),
    "borrowed": (Concept.SHORT_TERM_BORROWINGS, "ShortTermBorrowings"),
}


@pytest.mark.parametrize(
    ("reported", "debt"),
    [
        # Apple, 2024-09-28, in millions: the total includes what is due.
        ({"total": 96_662, "noncurrent": 85_750, "due": 10_912, "borrowed": 9_967}, 106_629),
        # Debt that is due within the year includes what was borrowed for the short term.
        ({"noncurrent": 100, "all_due": 30, "borrowed": 20}, 130),
        ({"noncurrent": 100, "due": 10, "all_due": 30, "borrowed": 20}, 130),
        ({"total": 110, "noncurrent": 100, "all_due": 30}, 130),
        ({"with_leases": 100, "due_with_leases": 10, "borrowed": 20}, 130),
        ({"total": 100, "borrowed": 20}, 120),
        ({"total": 100, "due": 4}, 100),
        # Tesla, 2020-06-30: the total is the noncurrent part, and other companies include what is due.
        ({"total": 9_247, "all_due": 3_317}, None),
        ({"due": 10, "borrowed": 20}, None),
    ],
)
def test_debt_leaves_nothing_out_and_counts_nothing_twice(reported: dict[str, int], debt: int | None) -> None:
    end = "2021-12-28"
    facts = [
        fact(concept, reported[name], None, end, "2022-01-10", tag=f"us-gaap:{tag}")
        for name, (concept, tag) in DEBT.items()
        if name in reported
    ]
    owed = net_debt(Figures(company(fact(Concept.CASH, 7, None, end, "2022-01-10"), *facts)), day(end))
    assert (owed and owed.value + 7) == debt
