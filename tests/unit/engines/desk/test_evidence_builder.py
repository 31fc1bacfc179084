"""Evidence names the series it comes from."""

from decimal import Decimal
from typing import Any

from attrs import evolve

from tradecore.engines.desk.evidence_builder import PriceSeries, common_closes, days_per_year, trading_days
from tradecore.model.market import AssetType, Bars, PriceSource, Symbol


def bars(given: Any, closes: list[float], **fields: Any) -> Bars:
    return Bars(symbol=Symbol("NVDA"), source=given.source, bars=given.bars(closes), **fields)


def test_a_digest_changes_with_any_price_and_with_the_source(given: Any) -> None:
    first = bars(given, [1.0, 2.0, 3.0])
    moved = evolve(first, bars=(*first.bars[:-1], evolve(first.last, volume=first.last.volume + 1)))
    elsewhere = evolve(first, source=PriceSource("elsewhere"))
    assert len({run.digest for run in (first, moved, elsewhere)}) == 3
    assert first.digest == bars(given, [1.0, 2.0, 3.0]).digest


def test_a_draft_has_the_source_the_digest_and_the_last_day_of_its_series(given: Any) -> None:
    series = PriceSeries.of(bars(given, [1.0, 2.0]))
    draft = series.draft("close", "It closed.", Decimal(2))
    assert (draft.source, draft.as_of, draft.digest) == ("bars of the test", given.day, series.digest)


def test_a_finding_from_two_series_names_and_digests_both(given: Any) -> None:
    own, other = bars(given, [1.0, 2.0]), evolve(bars(given, [3.0, 4.0]), source=PriceSource("elsewhere"))
    both = PriceSeries.of(own, other)
    assert both.source == "bars of the test, elsewhere"
    assert both.digest not in (own.digest, other.digest)


def test_a_synthetic_series_is_called_so(given: Any) -> None:
    made = evolve(bars(given, [1.0, 2.0]), source=PriceSource("a walk", synthetic=True))
    assert "synthetic" in PriceSeries.of(made).source


def test_series_are_compared_on_the_days_that_both_traded(given: Any) -> None:
    own, other = bars(given, [1.0, 2.0, 3.0]), bars(given, [7.0, 8.0, 9.0])
    other = evolve(other, bars=(other.bars[0], other.bars[2]))
    assert common_closes(own, other) == ([1.0, 3.0], [7.0, 9.0])


def test_crypto_trades_every_day_of_the_year() -> None:
    assert days_per_year(AssetType.CRYPTO) == 365
    assert trading_days(AssetType.EQUITY)["month"] < trading_days(AssetType.CRYPTO)["month"]
