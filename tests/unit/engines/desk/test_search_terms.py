"""A symbol is searched for in the news by the names people use, never by a ticker that is a word."""

import pytest

from tradecore.engines.desk.search_terms import parse_search_terms, search_terms
from tradecore.model.market import Symbol


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
        ("BRK-B", ("$BRK-B", "Berkshire Hathaway")),
        ("ON-USD", ("$ON",)),  # a coin, not the company
        ("SAP.DE", ("$SAP.DE",)),
    ],
)
def test_a_symbol_has_its_names(symbol: str, expected: tuple[str, ...]) -> None:
    assert search_terms(Symbol(symbol)) == expected


@pytest.mark.parametrize("entry", ['AB = "Alphabet"', "AB = []", "AB = [1]", 'AB = [""]'])
def test_an_entry_without_names_is_refused_by_its_ticker(entry: str) -> None:
    with pytest.raises(ValueError, match="AB needs a list of at least one name"):
        parse_search_terms(entry)
