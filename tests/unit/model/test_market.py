"""Symbols are read as people type them; sources say when they are generated."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.market import Bar, Bars, PriceSource, symbol


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("NVDA", "NVDA"),
        (" btc-usd \n", "BTC-USD"),
        ("btc/usdt", "BTC/USDT"),
        ("brk.b", "BRK.B"),
        ("^gspc", "^GSPC"),
        ("7203.t", "7203.T"),
        ("eurusd=x", "EURUSD=X"),
        ("m&m.ns", "M&M.NS"),
        ("$spx", "$SPX"),
        ("btc/usdt:usdt", "BTC/USDT:USDT"),
        # As Google Finance and TradingView write them.
        ("NASDAQ:NVDA", "NVDA"),
        ("nyse:brk.b", "BRK.B"),
        ("LON:VOD", "VOD.L"),
        ("TYO:7203", "7203.T"),
        ("HKG:0700", "0700.HK"),
        ("BINANCE:BTCUSDT", "BTCUSDT"),
        ("GC1!", "GC=F"),
        (".INX", "$INX"),
        # As Bloomberg writes them.
        ("VOD LN", "VOD.L"),
        ("AAPL US Equity", "AAPL"),
        ("700  HK", "700.HK"),
        ("BRK B", "BRK.B"),
    ],
)
def test_a_symbol_is_trimmed_and_upper_case(typed: str, read: str) -> None:
    assert symbol(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "NV DA",
        "TSE:7203",
        "apple inc",
        "NVDA IT IS",
        "../etc",
        "A" * 13,
        "NVDA;",
        "N\u200bVDA",
        "-USD",
        "A-B-C-D",
        "ÄÖ",
    ],
)
def test_what_cannot_be_a_symbol_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match="write a ticker such as NVDA") as refused:
        symbol(typed)
    assert refused.value.problems[0].field == "symbol"


def test_a_refusal_shows_no_more_than_the_beginning() -> None:
    with pytest.raises(Invalid) as refused:
        symbol("x" * 10_000)
    assert len(str(refused.value)) < 200


@given(st.text(max_size=40))
def test_a_symbol_that_was_read_is_read_again_as_itself(text: str) -> None:
    try:
        read = symbol(text)
    except Invalid:
        return
    assert symbol(read) == read
    assert read.isascii()


def test_a_generated_source_says_so_once() -> None:
    assert str(PriceSource("walk", synthetic=True)) == "walk (synthetic)"
    assert str(PriceSource("walk (synthetic, seeded)", synthetic=True)) == "walk (synthetic, seeded)"
    assert str(PriceSource("exchange")) == "exchange"


def test_the_last_bar_is_the_newest() -> None:
    bars = tuple(Bar(date(2024, 1, day), *[Decimal(day)] * 5) for day in (1, 2, 3))
    assert Bars(symbol("NVDA"), PriceSource("x"), bars).last.day == date(2024, 1, 3)
