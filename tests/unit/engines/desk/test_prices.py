"""What the prices say is said correctly, and only where the series is long enough."""

from decimal import Decimal
from typing import Any

from attrs import evolve

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.prices import price_evidence
from tradecore.model.market import AssetType, Bars, Symbol


def found(
    given: Any, closes: list[float], leader: list[float] | None = None, **fields: Any
) -> dict[str, EvidenceDraft]:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(closes), **fields)
    market = None
    if leader is not None:
        market = Bars(symbol=Symbol("SPY"), source=given.source, bars=given.bars(leader))
    return {evidence.measure: evidence for evidence in price_evidence(bars, market, AssetType.EQUITY)}


def test_one_day_gives_a_close_and_nothing_invented(given: Any) -> None:
    assert set(found(given, [38.23])) == {"close", "history"}


def test_a_close_names_its_currency_unless_it_is_the_dollar(given: Any) -> None:
    assert " closed at 38.23 GBP on " in found(given, [38.23], currency="GBP")["close"].statement
    for currency in ("USD", None):
        assert " closed at 38.23 on " in found(given, [38.23], currency=currency)["close"].statement


def test_a_long_series_gives_every_measure(given: Any) -> None:
    measures = set(found(given, given.walk(1), given.walk(2)))
    assert {"change.week", "change.year", "sma.200", "sma.cross", "rsi", "macd", "bollinger", "relative"} <= measures


def test_changes_are_measured_over_trading_days(given: Any) -> None:
    closes = [100.0] * 30 + [110.0]
    evidence = found(given, closes)
    assert evidence["change.1"].value == evidence["change.week"].value == Decimal("10.0")
    assert evidence["change.month"].statement == "Over a month (21 trading days) the price changed by +10.0%."


def test_the_number_of_a_statement_is_its_value(given: Any) -> None:
    for evidence in found(given, given.walk(5), given.walk(6)).values():
        assert evidence.value is not None
        assert f"{abs(evidence.value):,f}" in evidence.statement or evidence.measure == "history"


def test_a_quiet_band_is_not_divided_by_zero(given: Any) -> None:
    evidence = found(given, [50.0] * 260)
    assert "bollinger" not in evidence
    assert evidence["rsi"].value == Decimal("50.0")
    assert evidence["change.year"].value == 0


def test_relative_strength_is_the_difference_of_both_changes(given: Any) -> None:
    evidence = found(given, [100.0] * 64 + [120.0], [100.0] * 64 + [105.0])["relative"]
    assert evidence.value == Decimal("15.0")
    assert "15.0 percentage points ahead of SPY (+20.0% against +5.0%)" in evidence.statement


def test_rows_that_did_not_hold_are_evidence_too(given: Any) -> None:
    evidence = found(given, [1.0, 2.0], repaired=("2024-10-09: a.", "2024-10-10: b.", "2024-10-10: c."))["repaired"]
    assert evidence.value == 3
    assert evidence.statement.endswith("2024-10-09: a. 2024-10-10: b. (and 1 more)")


def test_crypto_has_its_own_month(given: Any) -> None:
    bars = Bars(symbol=Symbol("BTC-USD"), source=given.source, bars=given.bars(given.walk(3)))
    statements = [evidence.statement for evidence in price_evidence(bars, None, AssetType.CRYPTO)]
    assert any(text.startswith("Over a month (30 trading days)") for text in statements)


def test_no_volume_at_all_says_nothing_about_volume(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(given.walk(3)))
    dry = evolve(bars, bars=tuple(evolve(bar, volume=Decimal(0)) for bar in bars.bars))
    measures = {evidence.measure for evidence in price_evidence(dry, None, AssetType.EQUITY)}
    assert not {"volume.up", "volume.busy"} & measures


def test_a_volume_that_is_unknown_on_a_recent_day_is_no_evidence_and_prices_stay(given: Any) -> None:
    bars = Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(given.walk(3)))
    full = {evidence.measure for evidence in price_evidence(bars, None, AssetType.EQUITY)}
    for at, missing in ((-1, {"volume.up", "volume.busy"}), (-50, {"volume.up", "volume.busy"}), (-51, set())):
        days = list(bars.bars)
        days[at] = evolve(days[at], volume=None)
        measures = {
            evidence.measure for evidence in price_evidence(evolve(bars, bars=tuple(days)), None, AssetType.EQUITY)
        }
        assert measures == full - missing
