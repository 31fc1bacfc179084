"""Company facts made by hand, so that a test can say what was filed and when."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from tradecore.model.fundamentals import TAGS, CompanyFacts, Concept, Fact, Filing, first_known
from tradecore.model.market import Symbol


def day(text: str) -> date:
    """A date from its text."""
    return date.fromisoformat(text)


def fact(
    concept: Concept,
    value: str | int,
    start: str | None,
    end: str,
    filed: str,
    *,
    form: str = "10-Q",
    tag: str | None = None,
    accession: str | None = None,
) -> Fact:
    """A fact in dollars, or in shares for a count of shares; filed after the close of the day `filed`."""
    return Fact(
        tag=tag or TAGS[concept][0],
        start=day(start) if start else None,
        end=day(end),
        value=Decimal(value),
        unit="shares" if "shares" in concept else "USD",
        form=form,
        filed=day(filed),
        accession=accession or f"of-{filed}",
        known_on=first_known(day(filed), None),
    )


def company(*facts: Fact, filings: Iterable[Filing] = ()) -> CompanyFacts:
    """The facts of a company, in order of filing."""
    ordered = sorted(facts, key=lambda fact: (fact.filed, fact.accession))
    return CompanyFacts(Symbol("ACME"), "Acme Corp", "0000000001", "the test", tuple(ordered), tuple(filings))


def quarters(concept: Concept, values: Iterable[int], first: date = date(2020, 1, 1), lag: int = 30) -> list[Fact]:
    """Facts of consecutive quarters of 91 days, each filed `lag` days after its end."""
    facts, start = [], first
    for value in values:
        end = start + timedelta(days=90)
        facts.append(fact(concept, value, str(start), str(end), str(end + timedelta(days=lag))))
        start = end + timedelta(days=1)
    return facts
