"""Which level a day reaches first, and at what price it sells."""

from datetime import date
from decimal import Decimal

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.exits import Exits
from tradecore.model.market import AssetType, Bar, Symbol
from tradecore.model.money import Asset
from tradecore.model.recommendations import Level

ACME = Asset(Symbol("ACME"), AssetType.EQUITY)
COIN = Asset(Symbol("COIN-USD"), AssetType.CRYPTO)
EXITS = Exits(Decimal(90), Decimal(120))


def bar(opened: str, high: str, low: str, close: str) -> Bar:
    return Bar(date(2024, 10, 11), Decimal(opened), Decimal(high), Decimal(low), Decimal(close), None)


@pytest.mark.parametrize(
    ("day", "reached"),
    [
        (bar("100", "110", "95", "105"), None),
        (bar("100", "110", "90", "105"), (Level.STOP, Decimal(90))),
        (bar("100", "120", "95", "105"), (Level.TARGET, Decimal(120))),
        (bar("100", "125", "85", "105"), (Level.STOP, Decimal(90))),  # both: the low comes first
        (bar("80", "125", "75", "105"), (Level.STOP, Decimal(80))),  # a gap below the stop
        (bar("130", "135", "85", "105"), (Level.TARGET, Decimal(130))),  # a gap above the target
        (bar("90", "95", "90", "95"), (Level.STOP, Decimal(90))),
        (bar("120", "121", "119", "119"), (Level.TARGET, Decimal(120))),
    ],
)
def test_a_day_goes_from_its_open_to_its_low_and_then_to_its_high(
    day: Bar, reached: tuple[Level, Decimal] | None
) -> None:
    assert EXITS.reached(day) == reached


def test_a_day_after_a_split_is_compared_in_the_prices_of_before() -> None:
    assert EXITS.reached(bar("10", "10.5", "9.1", "10"), Decimal(10)) is None
    assert EXITS.reached(bar("10", "10.5", "8.9", "10"), Decimal(10)) == (Level.STOP, Decimal(90))


def test_levels_are_rounded_to_tick_sizes() -> None:
    assert Exits(Decimal("90.123"), Decimal("120.456")).in_ticks(ACME) == Exits(Decimal("90.12"), Decimal("120.46"))
    assert Exits(Decimal("0.51236"), Decimal("1.239")).in_ticks(ACME) == Exits(Decimal("0.5124"), Decimal("1.24"))
    small = Exits(Decimal("0.00000007641234"), Decimal("0.0000000912345"))
    assert small.in_ticks(COIN) == Exits(Decimal("0.0000000764123"), Decimal("0.0000000912345"))


def test_a_split_divides_the_levels() -> None:
    assert EXITS.after_split(ACME, Decimal(3)) == Exits(Decimal(30), Decimal(40))
    assert EXITS.after_split(ACME, Decimal("0.1")) == Exits(Decimal(900), Decimal(1200))
    assert EXITS.after_split(ACME, Decimal(1)) == EXITS


@pytest.mark.parametrize(("stop", "target"), [("120", "90"), ("90", "90"), ("0", "90"), ("-1", "90")])
def test_a_stop_is_a_price_below_the_target(stop: str, target: str) -> None:
    with pytest.raises(Invalid):
        Exits(Decimal(stop), Decimal(target))


def test_a_split_that_leaves_no_price_between_the_levels_is_refused() -> None:
    with pytest.raises(Invalid):
        Exits(Decimal(1), Decimal(2)).after_split(ACME, Decimal(1_000_000))
