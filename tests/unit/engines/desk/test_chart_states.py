"""Overbought, oversold, bands, extremes and crosses need the values that they stand for."""

import pytest

from tradecore.engines.desk.chart_states import compares_averages, wrong_states
from tradecore_app.sentence_corpus import cases


def wrong(case: str, sentence: str, *measures: str) -> set[str]:
    known = cases()[case].by_measure
    return {row.measure for row in wrong_states(sentence, {measure: known[measure] for measure in measures})}


@pytest.mark.parametrize(
    ("case", "sentence", "holds"),
    [
        ("btc", "RSI is overbought", True),
        ("msft", "RSI is oversold", True),
        ("nvda", "RSI is overbought", False),
        ("nvda", "RSI is nearly overbought", True),
        ("nvda", "RSI is nearly oversold", False),
        ("nvda", "RSI is above 50", True),
        ("nvda", "RSI has crossed above 70", False),
        ("nvda", "RSI is below the overbought line", True),
        ("nvda", "RSI is near 70", True),
        ("nvda", "RSI is near 50", False),
    ],
)
def test_states_of_the_rsi(case: str, sentence: str, holds: bool) -> None:
    assert wrong(case, sentence, "rsi") == (set() if holds else {"rsi"})


@pytest.mark.parametrize(
    ("case", "sentence", "holds"),
    [
        ("nvda", "It is above the upper band", True),
        ("aapl", "It is above the upper band", False),
        ("aapl", "It is near the upper band", True),
        ("msft", "It is near the upper band", False),
        ("msft", "It is in the lower half of its band", True),
        ("eth", "It is below the lower band", True),
        ("msft", "It is below the lower band", False),
    ],
)
def test_states_of_the_band(case: str, sentence: str, holds: bool) -> None:
    assert wrong(case, sentence, "bollinger") == (set() if holds else {"bollinger"})


@pytest.mark.parametrize(
    ("case", "sentence", "holds"),
    [
        ("nvda", "It trades near its 52-week high", True),
        ("nvda", "It set a new 52-week high", False),
        ("meta", "It trades near its 52-week high", False),
        ("meta", "It does not trade near its 52-week high", True),
        ("meta", "It trades near its 52-week low", True),
    ],
)
def test_extremes_of_a_year(case: str, sentence: str, holds: bool) -> None:
    assert bool(wrong(case, sentence, "range.high", "range.low")) is not holds


def test_averages_are_compared_with_each_other() -> None:
    sentence = "The 50-day average is above the 200-day average"
    assert compares_averages(sentence)
    assert not compares_averages("The close is above the 50-day average")
    for measures in (("sma.cross",), ("sma.50", "sma.200")):
        assert wrong("nvda", sentence, *measures) == set()
        assert len(wrong("msft", sentence, *measures)) == 1
