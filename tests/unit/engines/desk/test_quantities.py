"""The numbers of evidence and of sentences have units."""

from datetime import date
from decimal import Decimal

import pytest

from tradecore.engines.desk.quantities import Quantity, Unit, mentions, quantities
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind


def evidence(measure: str, statement: str, value: str) -> Evidence:
    return Evidence(
        id=EvidenceId("E1"),
        kind=EvidenceKind.PRICE,
        statement=statement,
        as_of=date(2024, 10, 10),
        source="daily bars",
        digest="",
        value=Decimal(value),
        measure=measure,
    )


def test_a_statement_has_its_value_with_its_sign_and_its_other_numbers() -> None:
    row = evidence("sma.200", "The close is 5.1% below its 200-day average of 906.44.", "-5.1")
    assert quantities(row) == (
        Quantity(Decimal("-5.1"), Unit.PERCENT, "sma.200", is_value=True),
        Quantity(Decimal("5.1"), Unit.PERCENT, "sma.200"),
        Quantity(Decimal(200), Unit.DAYS, "sma.200"),
        Quantity(Decimal("906.44"), Unit.PRICE, "sma.200"),
    )


def test_parameters_of_an_indicator_are_not_computed_with() -> None:
    row = evidence(
        "macd", "MACD(12,26,9) is above its signal line, by 0.29% of the price, for 1 trading day now.", "0.29"
    )
    assert {item.unit for item in quantities(row) if item.number in (12, 26, 9)} == {Unit.OTHER}


def test_numbers_in_a_headline_are_words_of_others() -> None:
    row = evidence("headline", "“Bitcoin falls below $60,000” (a paper, 2024-09-28); tone -0.76.", "-0.76")
    assert quantities(row) == (Quantity(Decimal("-0.76"), Unit.TONE, "headline", is_value=True),)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("9.7% up", "9.7", Unit.PERCENT),
        ("9.7 per cent up", "9.7", Unit.PERCENT),
        ("1.1 percentage points ahead", "1.1", Unit.POINTS),
        ("370 basis points", "370", Unit.BASIS_POINTS),
        ("$1,234.50", "1234.50", Unit.PRICE),
        ("50 cents", "0.5", Unit.PRICE),
        ("1.5 times the risk", "1.5", Unit.RATIO),
        ("1.5 to 1", "1.5", Unit.RATIO),
        ("2 ATRs", "2", Unit.RANGES),
        ("20 sessions", "20", Unit.DAYS),
        ("4 weeks", "4", Unit.WEEKS),
        ("33.6 billion", "33.6", Unit.AMOUNT),
        ("7 news items", "7", Unit.COUNT),
        ("at 62.2 now", "62.2", Unit.PLAIN),
    ],
)
def test_the_unit_of_a_number_stands_beside_it(text: str, number: str, unit: Unit) -> None:
    mention = mentions(text)[0]
    assert (mention.number, mention.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    ("text", "bound"), [("more than 9%", ">"), ("above $60", ">"), ("within 1%", "<"), ("at 9%", "")]
)
def test_a_bound_is_not_the_number_itself(text: str, bound: str) -> None:
    assert mentions(text)[0].bound == bound


def test_citations_and_dates_are_no_numbers() -> None:
    assert mentions("It rose on 2024-10-10 [E3, E14].") == ()
