"""What follows from the cited numbers by the arithmetic that traders do, and nothing else."""

from decimal import Decimal

import pytest

from tradecore.engines.desk.derivations import derivations, limits
from tradecore.engines.desk.quantities import Unit
from tradecore_app.sentence_corpus import cases


def derived(case: str, *measures: str) -> set[tuple[str, Unit]]:
    known = cases()[case]
    rows = derivations([known.by_measure[measure] for measure in measures], known.brief.asset_type, known.brief.as_of)
    return {(f"{row.number:.2f}", row.unit) for row in rows}


@pytest.mark.parametrize(
    ("case", "measures", "number", "unit"),
    [
        ("nvda", "close sma.20", "12.91", Unit.PRICE),
        ("nvda", "level.entry level.stop.long.range", "7.45", Unit.PERCENT),
        ("nvda", "level.entry level.stop.long.range level.target.long.range", "1.50", Unit.RATIO),
        ("nvda", "volume.up", "40.00", Unit.PERCENT),
        ("nvda", "volume.busy", "18.00", Unit.PERCENT),
        ("nvda", "atr", "370.00", Unit.BASIS_POINTS),
        ("nvda", "atr", "10.04", Unit.PRICE),
        ("nvda", "volatility volatility.trend", "35.84", Unit.PERCENT),
        ("nvda", "volatility", "4.03", Unit.PERCENT),
        ("nvda", "rsi", "2.40", Unit.POINTS),
        ("nvda", "macd", "4.00", Unit.WEEKS),
        ("nvda", "close change.month", "116.88", Unit.PRICE),
        ("msft", "drawdown", "43.47", Unit.PERCENT),
        ("msft", "beta", "22.00", Unit.PERCENT),
        ("nvda", "tone.balance", "50.00", Unit.PERCENT),
    ],
)
def test_what_traders_compute_follows(case: str, measures: str, number: str, unit: Unit) -> None:
    assert (number, unit) in derived(case, *measures.split())


def test_numbers_of_different_units_are_not_subtracted() -> None:
    assert not any(unit is Unit.PRICE for _, unit in derived("nvda", "rsi", "volume.busy"))


def test_nothing_is_computed_with_parameters() -> None:
    numbers = {number for number, _ in derived("nvda", "macd")}
    assert not numbers & {"14.00", "17.00", "26.00", "38.00"}


def test_nothing_follows_from_many_pieces_of_evidence() -> None:
    assert derived("nvda", "close", "sma.20", "sma.50", "sma.200", "rsi", "atr", "beta") == set()


def test_textbook_limits_belong_to_their_indicator() -> None:
    known = cases()["nvda"].by_measure
    assert Decimal(70) in limits([known["rsi"]])
    assert limits([known["close"]]) == frozenset()
