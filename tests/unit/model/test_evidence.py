"""Evidence is a value: equal when all of it is equal, and never changed."""

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind

ONE = Evidence(
    EvidenceId("E1"), EvidenceKind.PRICE, "It closed at 5.", date(2024, 1, 2), "the test", "0" * 64, Decimal(5)
)


def test_evidence_compares_by_what_it_says() -> None:
    assert evolve(ONE) == ONE
    assert evolve(ONE, value=Decimal(6)) != ONE


def test_evidence_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ONE.value = Decimal(6)  # type: ignore[misc]


def test_a_statement_needs_no_number() -> None:
    bare = Evidence(EvidenceId("E1"), EvidenceKind.NEWS, "It happened.", date(2024, 1, 2), "the test", "0" * 64)
    assert (bare.value, bare.unit, bare.measure) == (None, "", "")
