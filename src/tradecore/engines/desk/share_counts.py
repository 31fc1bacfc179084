"""Share counts: how many shares a company has, on one basis before and after its splits."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from attrs import frozen

from tradecore.engines.desk.figures import Figures
from tradecore.model.fundamentals import TAGS, Concept, Fact
from tradecore.model.price_adjustments import split_ratio

# The count on the cover of a report omits classes of shares that are reported apart.
_MOST_APART = Decimal("0.3")
# Between two reports the count also changes by issues and buybacks; a restated count only by rounding.
_DRIFT, _ROUNDING = 0.08, 0.01
_SMALLEST_SPLIT = Decimal("1.4")
_AVERAGE_TAGS = TAGS[Concept.DILUTED_SHARES]


@frozen
class ShareCount:
    """The shares of a company after the splits up to `day`, as reported in a filing of the day `filed`."""

    shares: Decimal
    day: date
    filed: date


@frozen
class BasisChange:
    """From the filing of the day `filed` on, counts are `ratio` times those before, because of a split."""

    filed: date
    ratio: Decimal


def newest_count(figures: Figures) -> ShareCount | None:
    """The shares on the cover of the newest report, or its diluted average; None where neither is known.

    The average takes the place of a cover that is older, or that is far below because of further classes of shares.
    """
    cover, diluted = figures.balance(Concept.SHARES_OUTSTANDING), _newest_average(figures)
    if diluted is None:
        return None if cover is None else ShareCount(cover.value, cover.end, cover.fact.filed)
    if cover is None or cover.fact.filed < diluted.filed or cover.value < (1 - _MOST_APART) * diluted.value:
        # Averages are restated for splits up to the day of the filing.
        return ShareCount(diluted.value, diluted.filed, diluted.filed)
    return ShareCount(cover.value, cover.end, cover.fact.filed)


def dilution(figures: Figures) -> tuple[Fact, Fact] | None:
    """The newest diluted average and that of a year before, both from one filing; None where there is no such pair.

    One filing states both on the same basis, whatever was split in between.
    """
    newest = _newest_average(figures)
    if newest is None or newest.start is None:
        return None
    same_filing = [
        fact
        for fact in figures.company.facts
        if fact.tag == newest.tag and fact.accession == newest.accession and fact.start is not None
    ]
    length = newest.end - newest.start
    for fact in same_filing:
        if fact.start is None:
            continue
        years_apart = 350 <= (newest.end - fact.end).days <= 378
        if years_apart and abs((fact.end - fact.start - length).days) <= 10 and fact.value > 0:
            return newest, fact
    return None


def basis_changes(figures: Figures) -> tuple[BasisChange, ...]:
    """The splits that the filings show, oldest first.

    A split shows as a step between the counts of two reports that a restated period confirms: the later report gives
    another count for a period that an earlier one had reported, by the same usual ratio.
    """
    averages = [fact for fact in figures.company.facts if fact.tag in _AVERAGE_TAGS and fact.start is not None]
    restated = _restatements(averages)
    newest_by_filing: dict[str, Fact] = {}
    for fact in averages:
        known = newest_by_filing.get(fact.accession)
        if known is None or (fact.end, known.start) > (known.end, fact.start):
            newest_by_filing[fact.accession] = fact
    changes = []
    for before, after in pairwise(sorted(newest_by_filing.values(), key=lambda fact: (fact.filed, fact.accession))):
        if before.value <= 0 or after.value <= 0:
            continue
        ratio = split_ratio(float(after.value / before.value), _DRIFT)
        if ratio is None or 1 / _SMALLEST_SPLIT < ratio < _SMALLEST_SPLIT:
            continue
        if any(ratio == confirmed and filed >= after.filed for filed, confirmed in restated):
            changes.append(BasisChange(after.filed, ratio))
    return tuple(changes)


def _restatements(averages: Sequence[Fact]) -> list[tuple[date, Decimal]]:
    """The days of filings that restate a period by a usual ratio, with the ratio."""
    by_period: dict[tuple[str, date | None, date], list[Fact]] = {}
    for fact in averages:
        by_period.setdefault((fact.tag, fact.start, fact.end), []).append(fact)
    found = []
    for facts in by_period.values():
        for before, after in pairwise(facts):
            if (
                before.value <= 0
                or after.value <= 0
                or 1 / _SMALLEST_SPLIT < after.value / before.value < _SMALLEST_SPLIT
            ):
                continue
            ratio = split_ratio(float(after.value / before.value), _ROUNDING)
            if ratio is not None:
                found.append((after.filed, ratio))
    return found


def _newest_average(figures: Figures) -> Fact | None:
    """The newest diluted average of a quarter, or of a longer period where no quarter ends as late."""
    periods = figures.periods(Concept.DILUTED_SHARES)
    return max(
        (fact for fact in periods.values() if fact.start is not None),
        key=lambda fact: (fact.end, fact.start),
        default=None,
    )
