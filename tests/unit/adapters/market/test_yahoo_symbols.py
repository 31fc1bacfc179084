"""Symbols as people type them, in the spelling of Yahoo."""

import pytest

from tradecore.model.market import AssetType, symbol
from tradecore.model.traded_volume import usual_asset_type
from tradecore_adapters.market.pairs import candidates
from tradecore_adapters.market.yahoo_symbols import yahoo_symbol


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nvda", "NVDA"), ("BRK.B", "BRK-B"), ("BRK-B", "BRK-B"), ("BF/B", "BF-B"), ("MOG.A", "MOG-A"),
        ("700.HK", "0700.HK"), ("0700.HK", "0700.HK"), ("09992.HK", "9992.HK"), ("9988.hk", "9988.HK"),
        ("600519.SH", "600519.SS"), ("600519.SS", "600519.SS"), ("000001.SZ", "000001.SZ"),
        ("M&M.NS", "M&M.NS"), ("7203.T", "7203.T"), ("VOD.L", "VOD.L"), ("BMW.F", "BMW.F"), ("ABX.V", "ABX.V"),
        ("EURUSD", "EURUSD=X"), ("EUR/USD", "EURUSD=X"), ("EURUSD=X", "EURUSD=X"), ("usdjpy", "USDJPY=X"),
        ("^GSPC", "^GSPC"), ("$SPX", "^GSPC"), ("$vix", "^VIX"), ("$FTSE", "^FTSE"), ("GC=F", "GC=F"), ("T", "T"),
        ("GOOGLE", "GOOGLE"), ("DX-Y.NYB", "DX-Y.NYB"), ("$NVDA", "NVDA"), ("GOOG.US", "GOOG"), ("MSFT.OQ", "MSFT"),
        ("VOD.LSE", "VOD.L"), ("SAP.XETRA", "SAP.DE"), ("BHP.AU", "BHP.AX"), ("RELIANCE.NSE", "RELIANCE.NS"),
        ("SH600519", "600519.SS"), ("SZ000001", "000001.SZ"), (".INX", "^GSPC"), ("$DAX", "^GDAXI"),
        ("XAU/USD", "XAUUSD=X"), ("VOLV-B.ST", "VOLV-B.ST"), ("NOVO-B.CO", "NOVO-B.CO"), ("PETR4.SA", "PETR4.SA"),
    ],
)  # fmt: skip
def test_a_share_index_rate_or_future(typed: str, name: str) -> None:
    assert yahoo_symbol(symbol(typed), AssetType.EQUITY) == (name, None)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("BTC", "BTC-USD"), ("btcusd", "BTC-USD"), ("BTC/USD", "BTC-USD"), ("BTC-EUR", "BTC-EUR"),
        ("XBTUSD", "BTC-USD"), ("ETHBTC", "ETH-BTC"), ("1INCH-USD", "1INCH-USD"), ("USDT", "USDT-USD"),
        ("USDC-USD", "USDC-USD"), ("PEPE24478-USD", "PEPE24478-USD"),
    ],
)  # fmt: skip
def test_a_coin(typed: str, name: str) -> None:
    assert yahoo_symbol(symbol(typed), AssetType.CRYPTO) == (name, None)


@pytest.mark.parametrize("typed", ["BTC-USDT", "BTCUSDT", "BTC/USDT", "BTC/USDT:USDT"])
def test_a_coin_in_a_coin_of_a_dollar_is_noted(typed: str) -> None:
    name, note = yahoo_symbol(symbol(typed), AssetType.CRYPTO)
    assert (name, note) == ("BTC-USD", "Yahoo Finance has no prices in USDT; these are of BTC-USD.")


def test_an_exact_pair_comes_first_and_another_dollar_is_noted() -> None:
    assert list(candidates(symbol("BTC-USDT"))) == [
        ("BTC/USDT", None),
        ("BTC/USD", "these are prices of BTC/USD."),
        ("BTC/USDC", "these are prices of BTC/USDC."),
    ]
    assert list(candidates(symbol("BTC-EUR"))) == [("BTC/EUR", None)]
    assert [name for name, _ in candidates(symbol("sol"))] == ["SOL/USD", "SOL/USDT", "SOL/USDC", "SOL/EUR"]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("BTC-USD", "crypto"), ("BTC/USDT", "crypto"), ("BTCUSDT", "crypto"), ("BTCUSD", "crypto"),
        ("XBTEUR", "crypto"), ("DOGEUSD", "crypto"), ("ETHBTC", "crypto"), ("BINANCE:SOLUSDT", "crypto"),
        ("NVDA", "equity"), ("BTC", "equity"), ("EUR/USD", "equity"), ("EURUSD", "equity"), ("XAU/USD", "equity"),
        ("USD", "equity"), ("LINK", "equity"), ("ABCUSD", "equity"),
    ],
)  # fmt: skip
def test_a_pair_of_a_coin_is_crypto_where_nobody_says(typed: str, kind: str) -> None:
    assert usual_asset_type(symbol(typed)) == kind
