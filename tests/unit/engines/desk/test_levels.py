"""Levels are on the right side of the entry, whatever the prices did."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tradecore.engines.desk.collect import assemble_evidence
from tradecore.engines.desk.levels import level_evidence, levels
from tradecore.model.evidence import Evidence
from tradecore.model.market import Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action


def evidence(bars: tuple[Bar, ...]) -> dict[str, Evidence]:
    given = Bars(symbol=Symbol("NVDA"), source=PriceSource("the test"), bars=bars)
    return {piece.measure: piece for piece in assemble_evidence(list(level_evidence(given)), given.last.day).evidence}


def prices(chosen: tuple[Evidence, ...]) -> list[Decimal]:
    return [level.value for level in chosen if level.value is not None]


def test_stops_lie_two_ranges_and_targets_three_from_the_close(given: Any) -> None:
    # Every day spans one percent above and below an unchanged price of 100: an average range of two.
    found = evidence(given.bars([100.0] * 40))
    long, short = levels(found, Action.BUY), levels(found, Action.SELL)
    assert (found["atr"].value, long.entry.value) == (Decimal("2.00"), Decimal("100.00"))
    assert (prices(long.stops), prices(long.targets)) == ([Decimal("96.00")], [Decimal("106.00")])
    assert (prices(short.stops), prices(short.targets)) == ([Decimal("104.00")], [Decimal("94.00")])


def test_a_swing_low_within_reach_gives_a_stop_beyond_it(given: Any) -> None:
    closes = [104 - at * 0.2 for at in range(20)] + [99, 98, 97, 96.5, 97, 98, 99, 100, 101, 102, 102.5]
    found = evidence(given.bars(closes))
    swing, stop = found["swing.low"].value, found["level.stop.long.swing"].value
    assert swing is not None
    assert stop is not None
    assert stop < swing < Decimal("102.5")
    assert levels(found, Action.BUY).stops[0].value == stop


def test_a_hold_has_the_band_of_a_long_position(given: Any) -> None:
    found = evidence(given.bars(given.walk(4)))
    assert levels(found, Action.HOLD) == levels(found, Action.BUY)


@pytest.mark.parametrize("days", [1, 2, 14])
def test_few_bars_still_have_levels_and_say_what_they_rest_on(given: Any, days: int) -> None:
    found = evidence(given.bars(given.walk(4, days=days)))
    assert "the mean daily range serves as average range" in found["atr"].statement
    assert "level.stop.long.range" in found


def test_a_price_that_never_moved_has_nominal_levels(given: Any) -> None:
    found = evidence(given.bars([20.0] * 30, spread=0.0))
    assert "nominal" in found["atr"].statement
    assert prices(levels(found, Action.BUY).stops) == [Decimal("19.60")]


@settings(max_examples=150)
@for_all(
    start=st.floats(min_value=1e-7, max_value=1e6),
    moves=st.lists(st.floats(min_value=-0.6, max_value=1.5), min_size=0, max_size=60),
    spread=st.floats(min_value=0, max_value=0.9),
)
def test_every_level_is_positive_and_on_its_side(start: float, moves: list[float], spread: float) -> None:
    closes = [start]
    for move in moves:
        closes.append(min(1e7, max(1e-7, closes[-1] * (1 + move))))
    bars = tuple(
        Bar(
            day=date(2024, 1, 1) + timedelta(days=at),
            open=Decimal(f"{close:.10f}"),
            high=Decimal(f"{close * (1 + spread):.10f}"),
            low=Decimal(f"{close * (1 - spread):.10f}"),
            close=Decimal(f"{close:.10f}"),
            volume=Decimal(1),
        )
        for at, close in enumerate(closes)
    )
    found = evidence(bars)
    for action, sign in ((Action.BUY, 1), (Action.SELL, -1), (Action.HOLD, 1)):
        offered = levels(found, action)
        entry = offered.entry.value
        assert entry is not None
        assert offered.stops
        assert offered.targets
        for stop in prices(offered.stops):
            assert stop > 0
            assert (entry - stop) * sign > 0
        for target in prices(offered.targets):
            assert target > 0
            assert (target - entry) * sign > 0
