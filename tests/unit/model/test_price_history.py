"""The window of a series holds what was known by a day, in the prices of its newest bar."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bar, PriceSource, Symbol
from tradecore.model.price_adjustments import adjusted_rows, described, split_ratio, split_rows
from tradecore.model.price_history import PriceHistory
from tradecore.model.price_rows import PriceRow, Split

FIRST = date(2024, 1, 1)
SOURCE = PriceSource("test")


def bars_of(closes: list[str]) -> list[Bar]:
    return [Bar(FIRST + timedelta(at), *[Decimal(close)] * 4, volume=Decimal(1000)) for at, close in enumerate(closes)]


def history(closes: list[str], adjusted: list[str | None] | None = None) -> PriceHistory:
    bars = bars_of(closes)
    if adjusted is None:
        return PriceHistory(Symbol("VOD.L"), tuple(PriceRow(bar) for bar in bars))
    rows, _ = adjusted_rows(bars, [Decimal(value) if value else None for value in adjusted])
    return PriceHistory(Symbol("VOD.L"), tuple(rows))


@given(
    st.lists(st.integers(1, 400), min_size=3, max_size=30),
    st.lists(st.none() | st.integers(1, 400), min_size=30, max_size=30),
    st.data(),
)
def test_a_window_depends_on_no_later_row(closes: list[int], adjusted: list[int | None], data: st.DataObject) -> None:
    known = data.draw(st.integers(2, len(closes)))
    texts = [str(close) for close in closes]
    values = [None if value is None else str(value) for value in adjusted]
    values[0] = "7"
    whole = history(texts, values[: len(texts)])
    cut = history(texts[:known], values[:known])
    day = FIRST + timedelta(known - 1)
    assert whole.window(day, 10, SOURCE) == cut.window(day, 10, SOURCE)
    assert whole.newest(day) == cut.newest(day)


def test_the_newest_bar_is_as_it_was_traded() -> None:
    split = history(["100", "100", "10", "10"], ["5", "5", "5", "10"])
    assert [bar.close for bar in split.window(FIRST + timedelta(1), 9, SOURCE).bars] == [100, 100]
    assert [bar.close for bar in split.window(FIRST + timedelta(2), 9, SOURCE).bars] == [10, 10, 10]
    newest = split.window(FIRST + timedelta(3), 9, SOURCE).bars
    assert [(bar.close, bar.volume) for bar in newest] == [(5, 10000), (5, 10000), (5, 1000), (10, 1000)]


def test_a_day_before_the_first_or_long_after_the_last_is_refused_with_the_range() -> None:
    series = history(["1", "1"])
    for day in (FIRST - timedelta(1), FIRST + timedelta(12)):
        with pytest.raises(Invalid, match="covers 2024-01-01 to 2024-01-02"):
            series.window(day, 5, SOURCE)
    with pytest.raises(Invalid, match="covers 2024-01-01 to 2024-01-02"):
        series.newest(FIRST - timedelta(1))


def test_a_step_of_a_coin_is_a_split_of_nothing() -> None:
    coin = PriceHistory(Symbol("X-USD"), tuple(PriceRow(bar) for bar in bars_of(["10", "10", "5", "5", "1", "1"])))
    notes = coin.window(FIRST + timedelta(5), 9, SOURCE, AssetType.CRYPTO).repaired
    assert len(notes) == 1
    assert "from 5 to 1 in one day; it looks like another unit" in notes[0]


@pytest.mark.parametrize(
    ("step", "ratio", "words"),
    [(10.2, "10", "10-for-1"), (0.0501, "0.05", "1-for-20"), (1.5, "1.5", "3-for-2"), (2.9, "3", "3-for-1")],
)
def test_a_step_near_a_usual_ratio_is_that_split(step: float, ratio: str, words: str) -> None:
    nearest = split_ratio(step, 0.05)
    assert nearest == Decimal(ratio)
    assert described(nearest) == words
    assert split_ratio(1.4, 0.01) is None


@pytest.mark.parametrize("ratio", ["10", "2", "1.5", "0.1"])
@pytest.mark.parametrize("divided", [True, False])
def test_a_source_that_divided_by_a_split_and_one_that_did_not_give_the_same_rows(ratio: str, divided: bool) -> None:
    times = Decimal(ratio)
    traded = [str(100 * times)] * 3 + ["100"] * 3
    written = bars_of(["100"] * 6 if divided else traded)
    bars, rows, untold = split_rows(written, [Split(FIRST + timedelta(3), times)])
    assert [bar.close for bar in bars] == [Decimal(close) for close in traded]
    assert [row.bar.close * row.factor / rows[-1].factor for row in rows] == [100] * 6
    assert untold == []
