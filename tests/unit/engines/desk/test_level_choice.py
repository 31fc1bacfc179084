"""A level is named by its id, by its price or by both; anything that could mean two levels means none."""

from datetime import date
from decimal import Decimal

import pytest

from tradecore.engines.desk.level_choice import choose_level
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind


def level(id: str, price: str) -> Evidence:
    day = date(2024, 1, 1)
    return Evidence(EvidenceId(id), EvidenceKind.LEVELS, "A stop.", day, "bars", "0" * 64, Decimal(price))


OFFERED = (level("E29", "124.72"), level("E30", "119.05"), level("E31", "1124.5"))


@pytest.mark.parametrize(
    ("text", "id", "by_id"),
    [
        ("E29", "E29", True),
        (" [E29] ", "E29", True),
        ("E29 (124.72)", "E29", False),
        ("e29", "E29", False),
        ("E29: two average ranges from the close", "E29", False),
        ("124.72", "E29", False),
        ("$124.72", "E29", False),
        ("124,72", "E29", False),
        ("124.7", "E29", False),
        ("125", "E29", False),
        ("1,124.50", "E31", False),
        ("119.05 USD", "E30", False),
    ],
)
def test_a_level_is_found_by_its_id_or_its_price(text: str, id: str, by_id: bool) -> None:
    choice = choose_level(OFFERED, text)
    assert choice is not None
    assert (choice.level.id, choice.by_id) == (id, by_id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E1",
        "E290",
        "124.73",
        "126",
        "15%",
        "E29 or E30",
        "E29 (119.05)",
        "E1 (124.72)",
        "124.72 or 119.05",
        "-124.72",
        "the swing low",
    ],
)
def test_what_names_no_level_or_two_chooses_none(text: str) -> None:
    assert choose_level(OFFERED, text) is None


def test_a_price_that_rounds_to_two_levels_chooses_none() -> None:
    assert choose_level((level("E1", "124.72"), level("E2", "124.68")), "124.7") is None
