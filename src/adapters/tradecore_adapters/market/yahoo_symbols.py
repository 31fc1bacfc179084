"""Symbols as people type them, in the spelling of Yahoo."""

import re

from tradecore.model.market import AssetType, Symbol
from tradecore.model.traded_volume import CURRENCIES
from tradecore_adapters.market.pairs import base_and_quote

# Indices that other sources write with a dollar sign; with one before a ticker, people mean the ticker.
_INDICES = {
    "SPX": "^GSPC", "GSPC": "^GSPC", "INX": "^GSPC", "NDX": "^NDX", "DJI": "^DJI", "DJIA": "^DJI", "COMP": "^IXIC",
    "IXIC": "^IXIC", "RUT": "^RUT", "VIX": "^VIX", "FTSE": "^FTSE", "DAX": "^GDAXI", "GDAXI": "^GDAXI",
    "CAC": "^FCHI", "N225": "^N225", "HSI": "^HSI", "STOXX50E": "^STOXX50E", "TNX": "^TNX",
}  # fmt: skip
# Suffixes of other vendors, in the spelling of Yahoo.
_SUFFIXES = {
    "US": "", "O": "", "OQ": "", "LSE": ".L", "JP": ".T", "AU": ".AX", "XETRA": ".DE", "DEX": ".DE", "NSE": ".NS",
    "BSE": ".BO", "SH": ".SS", "SHG": ".SS", "SHE": ".SZ", "KO": ".KS", "TSX": ".TO",
}  # fmt: skip
# Classes of shares in the United States; Yahoo's exchanges of one letter are F, L, T and V.
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[./]([A-EK])")
_HONG_KONG = re.compile(r"0*(\d{1,5})\.HK")
_CHINA = re.compile(r"(SH|SZ)(\d{6})")
_RATE = re.compile(r"([A-Z]{3})[-/]?([A-Z]{3})")
_COINS_OF_A_DOLLAR = frozenset({"USDT", "USDC", "BUSD", "FDUSD", "DAI"})


def yahoo_symbol(symbol: Symbol, asset_type: AssetType) -> tuple[Symbol, str | None]:
    """The symbol in Yahoo's spelling, and a sentence where it stands for a market that Yahoo does not have."""
    if asset_type is AssetType.CRYPTO:
        return _coin(symbol)
    if symbol.startswith("$"):
        return Symbol(_INDICES.get(symbol[1:], symbol[1:])), None
    if match := _HONG_KONG.fullmatch(symbol):
        return Symbol(f"{match[1]:0>4}.HK"), None
    if match := _CHINA.fullmatch(symbol):
        return Symbol(f"{match[2]}.{'SS' if match[1] == 'SH' else 'SZ'}"), None
    if match := _SHARE_CLASS.fullmatch(symbol):
        return Symbol(f"{match[1]}-{match[2]}"), None
    if (match := _RATE.fullmatch(symbol)) and match[1] in CURRENCIES and match[2] in CURRENCIES:
        return Symbol(f"{match[1]}{match[2]}=X"), None
    ticker, _, suffix = symbol.rpartition(".")
    if ticker and suffix in _SUFFIXES:
        return Symbol(ticker + _SUFFIXES[suffix]), None
    return symbol, None


def _coin(symbol: Symbol) -> tuple[Symbol, str | None]:
    base, quote = base_and_quote(symbol)
    if quote in _COINS_OF_A_DOLLAR:
        return Symbol(f"{base}-USD"), f"Yahoo Finance has no prices in {quote}; these are of {base}-USD."
    return Symbol(f"{base}-{quote or 'USD'}"), None
