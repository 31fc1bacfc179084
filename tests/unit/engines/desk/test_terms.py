"""A symbol is looked for in the news by the names people use."""

import pytest

from tradecore.engines.desk.terms import terms
from tradecore.model.market import Symbol


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("NVDA", ("NVDA", "Nvidia")),
        ("BTC-USD", ("BTC", "Bitcoin")),
        ("BTC/USDT", ("BTC", "Bitcoin")),
        ("KO", ("Coca-Cola",)),
        ("ZZZQ", ("ZZZQ",)),
        ("^GSPC", ("GSPC",)),
    ],
)
def test_a_symbol_has_its_names(symbol: str, expected: tuple[str, ...]) -> None:
    assert terms(Symbol(symbol)) == expected
