"""A symbol is searched for in the news by the names people use, never by a ticker that is a word."""

import json
from pathlib import Path

import pytest

from tradecore.engines.desk.search_terms import parse_search_terms, search_terms
from tradecore.engines.digest.about import matcher
from tradecore.model.market import Symbol

NAMES = Path(__file__).parents[3] / "corpus" / "names.jsonl"


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("NVDA", ("NVDA", "Nvidia")),
        ("BTC-USD", ("BTC", "Bitcoin")),
        ("BTC/USDT", ("BTC", "Bitcoin")),
        ("KO", ("Coca-Cola",)),
        ("ZZZQQ", ("$ZZZQQ",)),
        ("^GSPC", ("$GSPC",)),
        ("ON", ("$ON", "ON Semiconductor Inc")),
        ("IT", ("$IT", "Gartner")),
        ("SNOW", ("$SNOW", "Snowflake Inc")),
        ("F", ("$F", "Ford Motor Inc", "Ford Inc")),
        ("DELL", ("$DELL", "Dell Technologies", "Dell")),
        ("DAL", ("$DAL", "Delta Air Lines Inc")),  # other companies are called Delta as well
        ("GM", ("$GM", "General Motors Inc")),
        ("BRK-B", ("$BRK-B", "Berkshire Hathaway")),
        ("ON-USD", ("$ON",)),  # a coin, not the company
        ("SAP.DE", ("$SAP.DE",)),
    ],
)
def test_a_symbol_has_its_names(symbol: str, expected: tuple[str, ...]) -> None:
    assert search_terms(Symbol(symbol)) == expected


@pytest.mark.parametrize("part", ["tune", "held-out"])
def test_a_name_that_is_a_word_finds_the_headlines_about_the_company(part: str) -> None:
    rows = [json.loads(line) for line in NAMES.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["part"] == part]
    assert len(rows) >= 38
    wrong = [
        (row["symbol"], row["title"])
        for row in rows
        if any(matcher(term)(row["title"]) for term in search_terms(Symbol(row["symbol"]))) is not row["about"]
    ]
    assert wrong == []


@pytest.mark.parametrize("entry", ['AB = "Alphabet"', "AB = []", "AB = [1]", 'AB = [""]'])
def test_an_entry_without_names_is_refused_by_its_ticker(entry: str) -> None:
    with pytest.raises(ValueError, match="AB needs a list of at least one name"):
        parse_search_terms(entry)
