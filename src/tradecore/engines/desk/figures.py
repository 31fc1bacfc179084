"""Figures: what a company reported, by concept and period, from the newest filing of each period."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from attrs import Factory, evolve, field, frozen

from tradecore.model.fundamentals import TAGS, CompanyFacts, Concept, Fact

# Fiscal quarters have 12 to 17 weeks: some retailers close one of 16 and three of 12. Fiscal years have 52 or 53.
_QUARTER_DAYS, _YEAR_DAYS = range(80, 120), range(350, 379)
# Reports come every quarter; figures of a period that ended so many days ago say nothing about today.
STALE_DAYS = 200
# The same day a year before, in weeks.
_YEAR = 364
_SHARE_CONCEPTS = (Concept.SHARES_OUTSTANDING, Concept.DILUTED_SHARES)
# Numbers of two tags that differ by less are the same number, rounded.
_ALIKE = Decimal("0.001")

_Periods = Mapping[tuple[date | None, date], Fact]


@frozen
class Amount:
    """A number of one period, or of one day where `start` is None; `fact` is the newest of those it is made from."""

    value: Decimal
    start: date | None
    end: date
    fact: Fact

    @property
    def filing(self) -> str:
        """The filing as statements name it, such as `10-Q filed 2024-08-28`."""
        return f"{self.fact.form} filed {self.fact.filed}"


@frozen
class Figures:
    """The figures of a company as of a day: a period is identified by its dates, and its newest filing counts.

    What filings call the period (`fy`, `fp`, `frame`) describes the filing and is not used. Of the tags of a concept
    the one with the newest period counts, and of several the one with the larger number, which is the consolidated one;
    for net income it is the usual tag. Another tag fills in other periods where both give the same numbers for those
    that they share. The revenue of a bank is net interest income and noninterest income, unless a tag gives more.
    """

    company: CompanyFacts
    _until: date = date.max
    _by_tag: Mapping[str, tuple[Fact, ...]] = field(
        repr=False, eq=False, default=Factory(lambda self: _by_tag(self.company), takes_self=True)
    )
    _versions: Mapping[tuple[str, date | None, date], tuple[Fact, ...]] = field(
        repr=False, eq=False, default=Factory(lambda self: _versions(self.company), takes_self=True)
    )
    _quarters: dict[Concept, tuple[Amount, ...]] = field(factory=dict, init=False, repr=False, eq=False)
    _periods: dict[Concept, _Periods] = field(factory=dict, init=False, repr=False, eq=False)

    def known_by(self, day: date) -> "Figures":
        """The figures as they were known to the session of an earlier day."""
        return Figures(self.company, day, self._by_tag, self._versions)

    @property
    def end(self) -> date | None:
        """The end of the newest period with revenue or net income; None where there is neither."""
        ends = (self.newest_end(Concept.REVENUE), self.newest_end(Concept.NET_INCOME))
        return max((end for end in ends if end), default=None)

    def is_recent(self, day: date) -> bool:
        """Whether the newest period ended within the 200 days before `day`."""
        return self.end is not None and (day - self.end).days <= STALE_DAYS

    def periods(self, concept: Concept) -> _Periods:
        """The facts of a concept by start and end; the start of a balance is None."""
        if concept not in self._periods:
            self._periods[concept] = self._of_newest_tag(concept)
        return self._periods[concept]

    def quarters(self, concept: Concept) -> tuple[Amount, ...]:
        """The quarters of a concept that adds up over time, oldest first.

        A quarter that was not filed by itself, such as the fourth, is the difference of two periods that begin on the
        same day, unless one of them alone was restated: the difference would hold the restatement of other quarters.
        """
        if concept not in self._quarters:
            self._quarters[concept] = tuple(_quarters(self.periods(concept), self._are_alike))
        return self._quarters[concept]

    def year_to(self, concept: Concept, end: date) -> Amount | None:
        """The four quarters, or the fiscal year, up to exactly `end`; None where they are not complete."""
        for (start, last), fact in self.periods(concept).items():
            if last == end and start is not None and _days(start, last) in _YEAR_DAYS:
                return Amount(fact.value, start, last, fact)
        quarters = {quarter.end: quarter for quarter in self.quarters(concept)}
        chain: list[Amount] = []
        last_day: date | None = end
        while len(chain) < 4:
            quarter = quarters.get(last_day) if last_day else None
            if quarter is None or quarter.start is None:
                return self._year_by_difference(concept, end)
            chain.append(quarter)
            before = quarter.start - timedelta(days=1)
            last_day = next((day for day in quarters if abs((day - before).days) <= 3), None)
        newest = max((quarter.fact for quarter in chain), key=lambda fact: (fact.filed, fact.accession))
        return Amount(sum((quarter.value for quarter in chain), Decimal(0)), chain[-1].start, end, newest)

    def _year_by_difference(self, concept: Concept, end: date) -> Amount | None:
        """The fiscal year before, with what was filed of the running year, less the same part of the year before.

        The three are of the newest filings, so a restated year serves where its quarters were not restated.
        """
        periods = self.periods(concept)
        for (start, last), running in periods.items():
            if last != end or start is None:
                continue
            for (first, closed), year in periods.items():
                if first is None or not 0 < (start - closed).days <= 3 or _days(first, closed) not in _YEAR_DAYS:
                    continue
                for (begin, until), part in periods.items():
                    same_part = begin == first and (end - until).days in _YEAR_DAYS and until < closed
                    if same_part and self._are_alike(year, part):
                        newest = max((running, year, part), key=lambda fact: (fact.filed, fact.accession))
                        value = year.value + running.value - part.value
                        return Amount(value, until + timedelta(days=1), end, newest)
        return None

    def quarter_before(self, concept: Concept, quarter: Amount) -> Amount | None:
        """The same quarter a year before; None where it is unknown."""
        return _nearest(self.quarters(concept), quarter.end)

    def year_before(self, concept: Concept, end: date) -> Amount | None:
        """The four quarters that end a year before `end`; None where they are not complete."""
        ends = {quarter.end for quarter in self.quarters(concept)}
        ends |= {last for start, last in self.periods(concept) if start and _days(start, last) in _YEAR_DAYS}
        near = [day for day in ends if (end - day).days in _YEAR_DAYS]
        return self.year_to(concept, min(near, key=lambda day: abs((end - day).days - _YEAR))) if near else None

    def newest_end(self, concept: Concept) -> date | None:
        """The end of the newest quarter or year; None where there is none."""
        ends = [quarter.end for quarter in self.quarters(concept)]
        ends += [last for start, last in self.periods(concept) if start and _days(start, last) in _YEAR_DAYS]
        return max(ends, default=None)

    def balance(self, concept: Concept, end: date | None = None) -> Amount | None:
        """The number at the day `end`, or at the newest one; None where it was not reported."""
        days = {last: fact for (start, last), fact in self.periods(concept).items() if start is None}
        day = max(days, default=None) if end is None else end
        fact = days.get(day) if day else None
        return None if fact is None else Amount(fact.value, None, fact.end, fact)

    def _are_alike(self, one: Fact, other: Fact) -> bool:
        """Whether both are restated or neither is, or the one that is not was filed again since the other was."""
        restated = self._restated_on(one), self._restated_on(other)
        if restated[0] and not restated[1]:
            return other.filed >= restated[0]
        if restated[1] and not restated[0]:
            return one.filed >= restated[1]
        return True

    def _restated_on(self, fact: Fact) -> date | None:
        """The day of the filing that gave a period the number it has, where an earlier one gave another; else None."""
        versions = [each for each in self._versions[fact.tag, fact.start, fact.end] if each.known_on <= self._until]
        since = None
        for before, after in pairwise(each for each in versions if each.unit == fact.unit):
            if abs(after.value - before.value) > abs(before.value) * _ALIKE:
                since = after.filed
        return since

    def _of_newest_tag(self, concept: Concept) -> _Periods:
        candidates = [self._of_tag(concept, tag) for tag in TAGS[concept]]
        if concept is Concept.REVENUE:
            candidates.append(self._revenue_of_a_bank())
        merged: dict[tuple[date | None, date], Fact] = {}
        ranked = sorted(filter(None, candidates), key=_rank_of(concept), reverse=True)
        for periods in ranked:
            if not merged or _agree(merged, periods):
                merged = {**periods, **merged}
        return merged

    def _of_tag(self, concept: Concept, tag: str) -> _Periods:
        unit = "shares" if concept in _SHARE_CONCEPTS else "USD"
        # Oldest filing first, so that the newest of a period stays.
        facts = (fact for fact in self._by_tag.get(tag, ()) if fact.known_on <= self._until)
        return {(fact.start, fact.end): fact for fact in facts if fact.unit == unit}

    def _revenue_of_a_bank(self) -> _Periods:
        """Net interest income with noninterest income, for the periods of which both are known."""
        interest, other = self.periods(Concept.NET_INTEREST_INCOME), self.periods(Concept.NONINTEREST_INCOME)
        return {
            period: evolve(fact, value=fact.value + other[period].value)
            for period, fact in interest.items()
            if period in other
        }


def _versions(company: CompanyFacts) -> Mapping[tuple[str, date | None, date], tuple[Fact, ...]]:
    """The facts of each tag and period, oldest filing first."""
    grouped: dict[tuple[str, date | None, date], list[Fact]] = {}
    for fact in company.facts:
        grouped.setdefault((fact.tag, fact.start, fact.end), []).append(fact)
    return {period: tuple(facts) for period, facts in grouped.items()}


def _by_tag(company: CompanyFacts) -> Mapping[str, tuple[Fact, ...]]:
    grouped: dict[str, list[Fact]] = {}
    for fact in company.facts:
        grouped.setdefault(fact.tag, []).append(fact)
    return {tag: tuple(facts) for tag, facts in grouped.items()}


def _rank_of(concept: Concept) -> Callable[[_Periods], tuple[date, Decimal]]:
    """What the tags of a concept are sorted by: the end of the newest period, and the largest number of that day."""

    def rank(periods: _Periods) -> tuple[date, Decimal]:
        last = max(end for _, end in periods)
        if concept is Concept.NET_INCOME:
            # The larger one would be the one with noncontrolling interests.
            return last, Decimal(0)
        return last, max(abs(fact.value) for (_, end), fact in periods.items() if end == last)

    return rank


def _agree(known: _Periods, other: _Periods) -> bool:
    """Whether two tags give the same number wherever both have one, and both have one somewhere.

    Companies use one tag in quarterly reports and another in annual ones; four quarters need both.
    """
    both = known.keys() & other.keys()
    return bool(both) and all(abs(known[at].value - other[at].value) <= abs(known[at].value) * _ALIKE for at in both)


def _days(start: date, end: date) -> int:
    return (end - start).days + 1


def _quarters(periods: _Periods, are_alike: Callable[[Fact, Fact], bool]) -> Iterator[Amount]:
    found: dict[date, Amount] = {}
    by_start: dict[date, list[Fact]] = {}
    for (start, end), fact in sorted(periods.items(), key=lambda row: row[0][1]):
        if start is None:
            continue
        by_start.setdefault(start, []).append(fact)
        if _days(start, end) in _QUARTER_DAYS:
            found[end] = Amount(fact.value, start, end, fact)
    for facts in by_start.values():
        for at, longer in enumerate(facts):
            shorter = next(
                (fact for fact in reversed(facts[:at]) if (longer.end - fact.end).days in _QUARTER_DAYS), None
            )
            if shorter is not None and longer.end not in found and are_alike(longer, shorter):
                found[longer.end] = Amount(
                    longer.value - shorter.value, shorter.end + timedelta(days=1), longer.end, longer
                )
    yield from (found[end] for end in sorted(found))


def _nearest(amounts: tuple[Amount, ...], end: date) -> Amount | None:
    near = [amount for amount in amounts if (end - amount.end).days in _YEAR_DAYS]
    return min(near, key=lambda amount: abs((end - amount.end).days - _YEAR)) if near else None
