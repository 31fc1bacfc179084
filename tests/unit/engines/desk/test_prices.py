"""What the prices say is said correctly, and only where the series is long enough."""

from decimal import Decimal
from typing import Any

from attrs import evolve

from tradecore.engines.desk.exhibits import Exhibit
from tradecore.engines.desk.prices import price_exhibits
from tradecore.model.market import AssetType, Bars, Symbol


def found(given: Any, closes: list[float], leader: list[float] | None = None, **fields: Any) -> dict[str, Exhibit]:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(closes), **fields)
    market = None
    if leader is not None:
        market = Bars(symbol=Symbol("SPY"), source=given.source, bars=given.bars(leader))
    return {one.measure: one for one in price_exhibits(bars, market, AssetType.EQUITY)}


def test_one_day_gives_a_close_and_nothing_invented(given: Any) -> None:
    assert set(found(given, [38.23])) == {"close", "history"}


def test_a_long_series_gives_every_measure(given: Any) -> None:
    measures = set(found(given, given.walk(1), given.walk(2)))
    assert {"change.week", "change.year", "sma.200", "sma.cross", "rsi", "macd", "bollinger", "relative"} <= measures


def test_changes_are_measured_over_trading_days(given: Any) -> None:
    closes = [100.0] * 30 + [110.0]
    one = found(given, closes)
    assert one["change.1"].value == one["change.week"].value == Decimal("10.0")
    assert one["change.month"].statement == "Over a month (21 trading days) the price changed by +10.0%."


def test_the_number_of_a_statement_is_its_value(given: Any) -> None:
    for one in found(given, given.walk(5), given.walk(6)).values():
        assert one.value is not None
        assert f"{abs(one.value):,f}" in one.statement or one.measure == "history"


def test_a_quiet_band_is_not_divided_by_zero(given: Any) -> None:
    one = found(given, [50.0] * 260)
    assert "bollinger" not in one
    assert one["rsi"].value == Decimal("50.0")
    assert one["change.year"].value == 0


def test_relative_strength_is_the_difference_of_both_changes(given: Any) -> None:
    one = found(given, [100.0] * 64 + [120.0], [100.0] * 64 + [105.0])["relative"]
    assert one.value == Decimal("15.0")
    assert "15.0 percentage points ahead of SPY (+20.0% against +5.0%)" in one.statement


def test_rows_that_did_not_hold_are_evidence_too(given: Any) -> None:
    one = found(given, [1.0, 2.0], repaired=("2024-10-09: a.", "2024-10-10: b.", "2024-10-10: c."))["repaired"]
    assert one.value == 3
    assert one.statement.endswith("2024-10-09: a. 2024-10-10: b. (and 1 more)")


def test_crypto_has_its_own_month(given: Any) -> None:
    bars = Bars(symbol=Symbol("BTC-USD"), source=given.source, bars=given.bars(given.walk(3)))
    statements = [one.statement for one in price_exhibits(bars, None, AssetType.CRYPTO)]
    assert any(text.startswith("Over a month (30 trading days)") for text in statements)


def test_no_volume_at_all_says_nothing_about_volume(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(given.walk(3)))
    dry = evolve(bars, bars=tuple(evolve(bar, volume=Decimal(0)) for bar in bars.bars))
    measures = {one.measure for one in price_exhibits(dry, None, AssetType.EQUITY)}
    assert not {"volume.up", "volume.busy"} & measures
