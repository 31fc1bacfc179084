"""Series are told compactly, may be quoted, and are nothing to calculate with."""

from decimal import Decimal
from typing import Any

from tradecore.engines.desk.collect import assemble_evidence
from tradecore.engines.desk.contradictions import contradictions
from tradecore.engines.desk.grounding import ungrounded
from tradecore.engines.desk.prices import price_evidence
from tradecore.engines.desk.series_features import series_evidence
from tradecore.model.evidence import Evidence
from tradecore.model.market import AssetType, Bars


def evidence_of(given: Any, closes: list[float]) -> dict[str, Evidence]:
    bars = Bars("NVDA", given.source, given.bars(closes))
    drafts = [*price_evidence(bars, None, AssetType.EQUITY), *series_evidence(bars)]
    return {item.measure: item for item in assemble_evidence(drafts, given.day).evidence}


def test_a_long_series_gives_closes_oscillators_and_distances(given: Any) -> None:
    found = evidence_of(given, given.walk(3))
    assert found["series.closes"].statement.count(",") == 40
    assert found["series.closes"].statement.endswith("49.12.")
    assert found["series.rsi"].statement.startswith("RSI(14) every 5 trading days, the newest first: 36.2, ")
    assert found["series.macd"].statement.count(",") == 8
    assert found["bollinger.distance"].statement == (
        "The upper Bollinger band lies 18.3% above the close, the lower one 2.3% below it."
    )


def test_a_short_series_gives_what_it_can(given: Any) -> None:
    assert set(evidence_of(given, [50.0, 51.0])) & {"series.closes", "series.rsi"} == {"series.closes"}
    assert "series.closes" not in evidence_of(given, [50.0])


def test_values_of_a_series_may_be_quoted_but_not_computed_with(given: Any) -> None:
    found = evidence_of(given, given.walk(3))
    cited = [found["series.rsi"]]
    earlier = found["series.rsi"].statement.split(", ")[3]
    sentence = f"The RSI stood at {earlier} two weeks ago."
    assert ungrounded(sentence, cited, given.brief()) == ((), ())
    assert contradictions(sentence, cited, found) == ()
    assert contradictions("The RSI stands at 71.", [found["rsi"]], found) == (found["rsi"],)
    first, last = (
        Decimal(text) for text in found["series.closes"].statement.rstrip(".").split(": ")[1].split(", ")[:2]
    )
    wrong = f"It fell by {abs(last - first) + Decimal('0.37')} dollars."
    assert ungrounded(wrong, [found["series.closes"]], given.brief())[0]
