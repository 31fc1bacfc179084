"""Figures are read by the dates of their periods, from the newest filing of each."""

from datetime import date
from decimal import Decimal

from attrs import evolve

from company_facts import company, day, fact, quarters
from tradecore.engines.desk.figures import Figures
from tradecore.model.fundamentals import TAGS, Concept

REVENUE = Concept.REVENUE


def figures(*facts: object) -> Figures:
    return Figures(company(*facts))  # type: ignore[arg-type]


def year_with_three_quarters() -> list[object]:
    return [
        fact(REVENUE, 10, "2023-01-01", "2023-03-31", "2023-05-01"),
        fact(REVENUE, 11, "2023-04-01", "2023-06-30", "2023-08-01"),
        fact(REVENUE, 12, "2023-07-01", "2023-09-30", "2023-11-01"),
        fact(REVENUE, 33, "2023-01-01", "2023-09-30", "2023-11-01"),
        fact(REVENUE, 50, "2023-01-01", "2023-12-31", "2024-02-15", form="10-K"),
    ]


def test_the_fourth_quarter_is_the_year_less_nine_months() -> None:
    newest = figures(*year_with_three_quarters()).quarters(REVENUE)[-1]
    assert (newest.value, newest.start, newest.end) == (17, day("2023-10-01"), day("2023-12-31"))
    assert newest.filing == "10-K filed 2024-02-15"


def test_a_restated_year_less_nine_months_that_were_not_is_no_quarter() -> None:
    whole = ("2023-01-01", "2023-12-31")
    halves = [
        fact(REVENUE, 20, "2023-01-01", "2023-06-30", "2023-08-01"),
        fact(REVENUE, 30, "2023-01-01", "2023-09-30", "2023-11-01"),
        fact(REVENUE, 50, *whole, "2024-02-15", form="10-K"),
    ]
    restated = fact(REVENUE, 56, *whole, "2024-03-10", form="10-K/A")
    assert [quarter.value for quarter in figures(*halves).quarters(REVENUE)] == [10, 20]
    assert [quarter.end for quarter in figures(*halves, restated).quarters(REVENUE)] == [day("2023-09-30")]
    again = fact(REVENUE, 33, "2023-01-01", "2023-09-30", "2024-03-12", form="10-Q/A")
    assert [quarter.value for quarter in figures(*halves, restated, again).quarters(REVENUE)][-1] == 56 - 33


def test_a_restated_year_counts_with_the_restated_part_of_it_alone() -> None:
    facts = [
        fact(REVENUE, 20, "2023-01-01", "2023-06-30", "2023-08-01"),
        fact(REVENUE, 50, "2023-01-01", "2023-12-31", "2024-02-15", form="10-K"),
        fact(REVENUE, 56, "2023-01-01", "2023-12-31", "2024-03-10", form="10-K/A"),
        fact(REVENUE, 31, "2024-01-01", "2024-06-30", "2024-08-01"),
    ]
    assert figures(*facts).year_to(REVENUE, day("2024-06-30")) is None
    restated = fact(REVENUE, 24, "2023-01-01", "2023-06-30", "2024-08-01")
    year = figures(*facts, restated).year_to(REVENUE, day("2024-06-30"))
    assert year is not None
    assert year.value == 56 + 31 - 24


def test_cash_flows_that_are_filed_for_the_year_to_date_give_quarters() -> None:
    flows = [
        fact(Concept.OPERATING_CASH_FLOW, 5, "2023-01-01", "2023-03-31", "2023-05-01"),
        fact(Concept.OPERATING_CASH_FLOW, 12, "2023-01-01", "2023-06-30", "2023-08-01"),
        fact(Concept.OPERATING_CASH_FLOW, 20, "2023-01-01", "2023-09-30", "2023-11-01"),
    ]
    found = figures(*flows).quarters(Concept.OPERATING_CASH_FLOW)
    assert [quarter.value for quarter in found] == [5, 7, 8]


def test_four_quarters_over_a_fiscal_year_end_add_up() -> None:
    facts = [*year_with_three_quarters(), fact(REVENUE, 14, "2024-01-01", "2024-03-31", "2024-05-01")]
    year = figures(*facts).year_to(REVENUE, day("2024-03-31"))
    assert year is not None
    assert (year.value, year.start) == (11 + 12 + 17 + 14, day("2023-04-01"))
    assert year.filing == "10-Q filed 2024-05-01"


def test_a_missing_quarter_leaves_the_year_unknown() -> None:
    facts = quarters(REVENUE, [1, 2, 3, 4, 5, 6])
    del facts[3]
    assert figures(*facts).year_to(REVENUE, facts[-1].end) is None


def test_a_period_is_known_by_its_dates_and_its_newest_filing_counts() -> None:
    facts = [
        fact(REVENUE, 100, "2023-01-01", "2023-03-31", "2023-05-01"),
        fact(REVENUE, 95, "2023-01-01", "2023-03-31", "2023-08-01", accession="b"),
        fact(REVENUE, 96, "2023-01-01", "2023-03-31", "2023-08-01", accession="c"),
    ]
    assert [quarter.value for quarter in figures(*facts).quarters(REVENUE)] == [96]


def test_a_late_restatement_of_an_old_period_does_not_become_the_newest() -> None:
    facts = [*year_with_three_quarters(), fact(REVENUE, 9, "2022-01-01", "2022-03-31", "2024-06-01")]
    assert figures(*facts).quarters(REVENUE)[-1].end == day("2023-12-31")


def test_the_tag_with_the_newest_period_is_used() -> None:
    old, new = TAGS[REVENUE][0], TAGS[REVENUE][1]
    facts = [
        fact(REVENUE, 10, "2021-01-01", "2021-03-31", "2021-05-01", tag=old),
        fact(REVENUE, 20, "2022-01-01", "2022-03-31", "2022-05-01", tag=new),
    ]
    assert [quarter.value for quarter in figures(*facts).quarters(REVENUE)] == [20]


def test_of_two_tags_for_one_period_the_consolidated_one_is_used() -> None:
    facts = [
        fact(REVENUE, 29, "2023-01-01", "2023-03-31", "2023-05-01", tag=TAGS[REVENUE][1]),
        fact(REVENUE, 83, "2023-01-01", "2023-03-31", "2023-05-01", tag=TAGS[REVENUE][3]),
    ]
    assert [quarter.value for quarter in figures(*facts).quarters(REVENUE)] == [83]


def test_the_year_before_is_found_with_a_53rd_week() -> None:
    facts = [
        fact(REVENUE, 100, "2022-01-30", "2023-01-28", "2023-03-01", form="10-K"),
        fact(REVENUE, 120, "2023-01-29", "2024-02-03", "2024-03-01", form="10-K"),
    ]
    before = figures(*facts).year_before(REVENUE, day("2024-02-03"))
    assert before is not None
    assert before.value == 100


def test_figures_of_a_period_200_days_ago_are_recent_and_older_ones_are_not() -> None:
    found = figures(*quarters(REVENUE, [1], first=date(2020, 1, 1)))
    assert found.end == date(2020, 3, 31)
    assert found.is_recent(date(2020, 10, 17))
    assert not found.is_recent(date(2020, 10, 18))


def test_a_balance_is_that_of_its_day() -> None:
    facts = [
        fact(Concept.CASH, 7, None, "2023-03-31", "2023-05-01"),
        fact(Concept.CASH, 8, None, "2023-06-30", "2023-08-01"),
    ]
    found = figures(*facts)
    newest = found.balance(Concept.CASH)
    assert newest is not None
    assert newest.value == 8
    assert found.balance(Concept.CASH, day("2023-09-30")) is None


def test_figures_of_an_earlier_day_are_those_of_its_filings() -> None:
    facts = [*quarters(REVENUE, [1, 2, 3]), fact(REVENUE, 9, "2020-01-01", "2020-03-31", "2020-12-01")]
    found, day_after_second = figures(*facts), facts[1].known_on
    before = found.known_by(day_after_second)
    assert [quarter.value for quarter in before.quarters(REVENUE)] == [1, 2]
    assert [quarter.value for quarter in found.quarters(REVENUE)] == [9, 2, 3]
    assert before.quarters(REVENUE) == Figures(found.company.known_by(day_after_second)).quarters(REVENUE)


def test_tags_of_quarterly_and_annual_reports_are_one_series_where_they_agree() -> None:
    by_quarter, by_year = TAGS[REVENUE][1], TAGS[REVENUE][0]
    early = [
        fact(REVENUE, 10, "2022-01-01", "2022-03-31", "2022-05-01", tag=by_quarter),
        fact(REVENUE, 30, "2022-01-01", "2022-09-30", "2022-11-01", tag=by_quarter),
        fact(REVENUE, 10, "2023-01-01", "2023-03-31", "2023-05-01", tag=by_quarter),
    ]
    annual = [fact(REVENUE, 42, "2022-01-01", "2022-12-31", "2023-02-01", tag=by_year, form="10-K")]
    shared = fact(REVENUE, 10, "2022-01-01", "2022-03-31", "2023-02-01", tag=by_year, form="10-K")
    mixed = Figures(company(*early, *annual, shared))
    assert [quarter.value for quarter in mixed.quarters(REVENUE)] == [10, 12, 10]
    year = mixed.year_to(REVENUE, day("2023-03-31"))
    assert year is not None
    assert (year.value, year.start) == (42, day("2022-04-01"))
    # A tag for a part of the business has other numbers, and one without a common period may have.
    other = evolve(shared, value=Decimal(7))
    for tags in ([*early, *annual, other], [*early, *annual]):
        assert Figures(company(*tags)).year_to(REVENUE, day("2023-03-31")) is None


def test_four_quarters_are_the_year_with_what_followed_less_the_same_part_before() -> None:
    facts = [
        fact(REVENUE, 20, "2022-01-01", "2022-06-30", "2022-08-01"),
        fact(REVENUE, 50, "2022-01-01", "2022-12-31", "2023-02-01", form="10-K"),
        fact(REVENUE, 31, "2023-01-01", "2023-06-30", "2023-08-01"),
    ]
    year = Figures(company(*facts)).year_to(REVENUE, day("2023-06-30"))
    assert year is not None
    assert (year.value, year.start, year.filing) == (61, day("2022-07-01"), "10-Q filed 2023-08-01")
    assert Figures(company(*facts[1:])).year_to(REVENUE, day("2023-06-30")) is None


def test_a_quarter_of_sixteen_weeks_is_a_quarter() -> None:
    # Some retailers close a first quarter of 16 weeks and three of 12; Costco's fourth has 16 or 17.
    kroger = [
        fact(REVENUE, 45165, "2023-01-29", "2023-05-20", "2023-06-27"),
        fact(REVENUE, 79018, "2023-01-29", "2023-08-12", "2023-09-20"),
        fact(REVENUE, 112975, "2023-01-29", "2023-11-04", "2023-12-12"),
        fact(REVENUE, 150039, "2023-01-29", "2024-02-03", "2024-04-02", form="10-K"),
        fact(REVENUE, 45269, "2024-02-04", "2024-05-25", "2024-06-28"),
    ]
    known = figures(*kroger)
    assert [quarter.value for quarter in known.quarters(REVENUE)] == [45165, 33853, 33957, 37064, 45269]
    assert known.end == day("2024-05-25")
    assert known.year_to(REVENUE, day("2024-05-25")).value == 150039 + 45269 - 45165  # type: ignore[union-attr]


def test_a_stub_period_of_four_months_is_no_quarter() -> None:
    stub = fact(REVENUE, 40, "2023-09-01", "2023-12-31", "2024-02-15", form="10-KT")
    assert figures(stub).quarters(REVENUE) == ()


def test_the_revenue_of_a_bank_is_not_its_fees() -> None:
    bank = [
        *quarters(REVENUE, [40] * 4),
        *quarters(Concept.NET_INTEREST_INCOME, [300] * 4),
        *quarters(Concept.NONINTEREST_INCOME, [100] * 4),
    ]
    assert [quarter.value for quarter in figures(*bank).quarters(REVENUE)] == [400] * 4
    total = [evolve(each, tag="us-gaap:Revenues") for each in quarters(REVENUE, [450] * 4)]
    assert [quarter.value for quarter in figures(*bank, *total).quarters(REVENUE)] == [450] * 4


def test_net_interest_of_a_company_that_is_no_bank_is_no_revenue() -> None:
    facts = [*quarters(REVENUE, [40] * 4), *quarters(Concept.NET_INTEREST_INCOME, [300] * 4)]
    assert [quarter.value for quarter in figures(*facts).quarters(REVENUE)] == [40] * 4


def test_net_income_is_that_of_the_shareholders_where_it_is_reported() -> None:
    income = Concept.NET_INCOME
    whole = [evolve(each, tag="us-gaap:ProfitLoss") for each in quarters(income, [120] * 4)]
    assert [quarter.value for quarter in figures(*whole).quarters(income)] == [120] * 4
    assert [quarter.value for quarter in figures(*whole, *quarters(income, [100] * 4)).quarters(income)] == [100] * 4


def test_the_newest_period_is_that_of_income_where_revenue_has_ended() -> None:
    facts = [*quarters(REVENUE, [5] * 4), *quarters(Concept.NET_INCOME, [-20] * 8)]
    assert figures(*facts).end == facts[-1].end
