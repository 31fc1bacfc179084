"""Share counts are told before and after splits."""

from decimal import Decimal

from company_facts import company, day, fact
from tradecore.engines.desk.figures import Figures
from tradecore.engines.desk.share_counts import BasisChange, basis_changes, dilution, newest_count
from tradecore.model.fundamentals import Concept, Fact

COVER, DILUTED = Concept.SHARES_OUTSTANDING, Concept.DILUTED_SHARES


def before_a_split() -> list[Fact]:
    return [
        fact(DILUTED, 2_500, "2023-05-01", "2023-07-30", "2023-08-28"),
        fact(DILUTED, 2_490, "2024-01-29", "2024-04-28", "2024-05-29"),
        fact(COVER, 2_460, None, "2024-05-24", "2024-05-29"),
    ]


def after_a_split() -> list[Fact]:
    return [
        *before_a_split(),
        fact(DILUTED, 24_850, "2024-04-29", "2024-07-28", "2024-08-28"),
        fact(DILUTED, 24_990, "2023-05-01", "2023-07-30", "2024-08-28"),
        fact(COVER, 24_530, None, "2024-08-23", "2024-08-28"),
    ]


def figures(*facts: Fact) -> Figures:
    return Figures(company(*facts))


def test_the_cover_of_the_newest_report_counts() -> None:
    count = newest_count(figures(*after_a_split()))
    assert count is not None
    assert (count.shares, count.day, count.filed) == (24_530, day("2024-08-23"), day("2024-08-28"))


def test_a_cover_without_all_classes_of_shares_gives_way_to_the_average() -> None:
    facts = [*before_a_split(), fact(COVER, 900, None, "2024-05-25", "2024-05-29", accession="x")]
    count = newest_count(figures(*facts))
    assert count is not None
    assert count.shares == 2_490


def test_a_split_shows_where_a_later_report_restates_a_period() -> None:
    assert basis_changes(figures(*before_a_split())) == ()
    assert basis_changes(figures(*after_a_split())) == (BasisChange(day("2024-08-28"), Decimal(10)),)


def test_a_merger_that_doubles_the_shares_is_no_split() -> None:
    facts = [
        fact(DILUTED, 1_000, "2023-01-01", "2023-03-31", "2023-05-01"),
        fact(DILUTED, 2_000, "2023-04-01", "2023-06-30", "2023-08-01"),
        fact(DILUTED, 1_000, "2023-01-01", "2023-03-31", "2024-05-01"),
    ]
    assert basis_changes(figures(*facts)) == ()


def test_dilution_compares_two_counts_of_one_filing() -> None:
    pair = dilution(figures(*after_a_split()))
    assert pair is not None
    assert [one.value for one in pair] == [24_850, 24_990]
    assert dilution(figures(*before_a_split())) is None
