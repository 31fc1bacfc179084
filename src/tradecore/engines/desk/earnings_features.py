"""Earnings features: when results are due, and how far the newest income was from what the company's own past says."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, stdev

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.figures import STALE_DAYS, Figures
from tradecore.engines.desk.wording import format_money, format_signed, rounded
from tradecore.model.fundamentals import CompanyFacts, Concept

_YEAR = timedelta(days=364)
# Companies announce within some weeks of the same day each year.
_WEEKS = timedelta(days=35)
# Changes over a year of so many earlier quarters say what is usual.
_USUAL = 8

Draft = Callable[[str, str, Decimal | None, date], EvidenceDraft]
"""Makes evidence of a measure, a statement, a value and the day from which it was known."""


def next_results(company: CompanyFacts, as_of: date, draft: Draft) -> Iterator[EvidenceDraft]:
    """When the next results are expected: a year after those of last year (8-K, item 2.02)."""
    announced = sorted({filing.filed for filing in company.filings if filing.form == "8-K" and "2.02" in filing.items})
    if not announced or (as_of - announced[-1]).days > STALE_DAYS:
        return
    # Those of a year ago that followed the ones that correspond to the newest.
    year_ago = next((day for day in announced[:-1] if day > announced[-1] - _YEAR + _WEEKS), None)
    if year_ago is None:
        return
    expected = year_ago + _YEAR
    days = max(0, (expected - as_of).days)
    when = f"in {days} days" if days else "any day now"
    yield draft(
        "fund.next",
        f"The next results are expected about {expected}, {when}: a year after those of {year_ago} (8-K, item "
        f"2.02); the newest are those of {announced[-1]}, and the day itself is not known here.",
        Decimal(days),
        max(filing.known_on for filing in company.filings if filing.filed == announced[-1]),
    )


def surprise(figures: Figures, end: date, draft: Draft) -> Iterator[EvidenceDraft]:
    """Standardised unexpected earnings of the quarter to `end`, where nine quarters and those a year before are known.

    Without estimates of analysts, the expected income is that of the same quarter of the year before and the mean
    change over a year in the eight quarters before: a seasonal random walk with drift. The value is in standard
    deviations of these changes.
    """
    quarters = figures.quarters(Concept.NET_INCOME)[-_USUAL - 1 :]
    before = [figures.quarter_before(Concept.NET_INCOME, quarter) for quarter in quarters]
    changes = [quarter.value - past.value for quarter, past in zip(quarters, before, strict=True) if past is not None]
    if len(changes) <= _USUAL or quarters[-1].end != end or (end - quarters[0].end).days > 2 * _YEAR.days + 20:
        return
    *earlier, newest = changes
    spread, drift = stdev(earlier), mean(earlier)
    if not spread:
        return
    income = quarters[-1]
    value = rounded((newest - drift) / spread, 1)
    yield draft(
        "fund.surprise",
        f"Net income of the quarter to {end} was {format_money(income.value)}, where the same quarter of the year "
        f"before and the usual change over a year give {format_money(income.value - newest + drift)}: a surprise of "
        f"{format_signed(value)} standard deviations of that change ({income.filing}). Estimates of analysts are not "
        "known here.",
        value,
        income.fact.known_on,
    )
