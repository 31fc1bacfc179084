"""From which day a filing counts."""

from datetime import date, datetime, timedelta, timezone

import pytest

from company_facts import company, fact
from tradecore.model.fundamentals import Concept, first_known

NEW_YORK = timezone(timedelta(hours=-4))
FILED = date(2024, 8, 28)


@pytest.mark.parametrize(
    ("accepted_at", "known_on"),
    [
        (datetime(2024, 8, 28, 9, 30, tzinfo=NEW_YORK), date(2024, 8, 28)),
        (datetime(2024, 8, 28, 16, 0, tzinfo=NEW_YORK), date(2024, 8, 28)),
        (datetime(2024, 8, 28, 16, 0, 1, tzinfo=NEW_YORK), date(2024, 8, 29)),
        # Filed in the evening, dated and published the next morning.
        (datetime(2024, 8, 27, 18, 3, tzinfo=NEW_YORK), date(2024, 8, 28)),
        (datetime(2024, 8, 29, 9, 0, tzinfo=NEW_YORK), date(2024, 8, 30)),
        (None, date(2024, 8, 29)),
    ],
)
def test_a_filing_counts_from_the_first_session_that_knew_it(accepted_at: datetime | None, known_on: date) -> None:
    assert first_known(FILED, accepted_at) == known_on


def test_a_restatement_leaves_what_was_known_before() -> None:
    as_filed = fact(Concept.REVENUE, 100, "2023-01-01", "2023-03-31", "2023-05-01")
    restated = fact(Concept.REVENUE, 90, "2023-01-01", "2023-03-31", "2024-05-01")
    facts = company(as_filed, restated)
    assert facts.known_by(date(2024, 5, 1)).facts == (as_filed,)
    assert facts.known_by(date(2024, 5, 2)).facts == (as_filed, restated)


def test_the_digest_changes_with_a_fact_and_with_nothing_else() -> None:
    first, other = [fact(Concept.REVENUE, value, "2023-01-01", "2023-03-31", "2023-05-01") for value in (100, 101)]
    assert company(first).digest == company(first).digest != company(other).digest
