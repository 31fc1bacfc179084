"""Symbols as people type them, in the spelling of Yahoo."""

import re

from tradecore.model.market import AssetType, Symbol
from tradecore_adapters.market.pairs import base_and_quote

# Indices that other sources write with a dollar sign.
_INDICES = {
    "SPX": "^GSPC", "GSPC": "^GSPC", "NDX": "^NDX", "DJI": "^DJI", "DJIA": "^DJI", "COMP": "^IXIC", "IXIC": "^IXIC",
    "RUT": "^RUT", "VIX": "^VIX",
}  # fmt: skip
# Classes of shares in the United States; Yahoo's exchanges of one letter are F, L, T and V.
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[./]([A-EK])")
_HONG_KONG = re.compile(r"0*(\d{1,5})\.HK")
_SHANGHAI = re.compile(r"(\d{6})\.S[HS]")
_MONEY = frozenset(
    "USD EUR GBP JPY CHF CAD AUD NZD CNY CNH HKD SGD SEK NOK DKK PLN CZK HUF TRY ZAR MXN BRL INR KRW".split()
)
_RATE = re.compile(r"([A-Z]{3})[-/]?([A-Z]{3})")
_COINS_OF_A_DOLLAR = frozenset({"USDT", "USDC", "BUSD", "FDUSD", "DAI"})


def yahoo_symbol(symbol: Symbol, asset_type: AssetType) -> tuple[Symbol, str | None]:
    """The symbol in Yahoo's spelling, and a sentence where it stands for a market that Yahoo does not have."""
    if asset_type is AssetType.CRYPTO:
        return _coin(symbol)
    if symbol.startswith("$"):
        return Symbol(_INDICES.get(symbol[1:], f"^{symbol[1:]}")), None
    if match := _HONG_KONG.fullmatch(symbol):
        return Symbol(f"{match[1]:0>4}.HK"), None
    if match := _SHANGHAI.fullmatch(symbol):
        return Symbol(f"{match[1]}.SS"), None
    if match := _SHARE_CLASS.fullmatch(symbol):
        return Symbol(f"{match[1]}-{match[2]}"), None
    if (match := _RATE.fullmatch(symbol)) and match[1] in _MONEY and match[2] in _MONEY:
        return Symbol(f"{match[1]}{match[2]}=X"), None
    return symbol, None


def _coin(symbol: Symbol) -> tuple[Symbol, str | None]:
    base, quote = base_and_quote(symbol)
    if quote in _COINS_OF_A_DOLLAR:
        return Symbol(f"{base}-USD"), f"Yahoo Finance has no prices in {quote}; these are of {base}-USD."
    return Symbol(f"{base}-{quote or 'USD'}"), None
