"""Searching a list of symbols by a text."""

import pytest

from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Listing, Symbol

LISTINGS = [
    Listing(Symbol(symbol), name, AssetType.EQUITY)
    for symbol, name in [
        ("NVDA", "NVIDIA Corporation"),
        ("BRK-B", "Berkshire Hathaway"),
        ("BTC-USD", "Bitcoin USD"),
        ("ON", "ON Semiconductor"),
        ("NVDL", "Leveraged fund of NVDA"),
    ]
]


@pytest.mark.parametrize(
    ("query", "symbols"),
    [
        ("NVDA", ["NVDA", "NVDL"]),
        ("nvd", ["NVDA", "NVDL"]),
        ("nvidia", ["NVDA", "NVDL"]),
        ("brk.b", ["BRK-B"]),
        ("btcusd", ["BTC-USD"]),
        ("semi", ["ON"]),
        ("NVDX", ["NVDA", "NVDL"]),
        ("", []),
        ("???", []),
        ("zzzz", []),
    ],
)
def test_the_nearest_come_first(query: str, symbols: list[str]) -> None:
    assert [listing.symbol for listing in matching(LISTINGS, query, 5)] == symbols


def test_no_more_than_the_limit() -> None:
    assert len(matching(LISTINGS, "n", 1)) == 1
