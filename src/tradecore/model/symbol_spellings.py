"""Spellings of symbols that are copied from other places: a venue before the ticker, or a country behind it."""

import re
from collections.abc import Mapping

# Venues as Google Finance and TradingView name them, with the suffix of the listing. A name that they give to different
# exchanges, such as TSE for Tokyo and Toronto, is not among them.
_UNITED_STATES = "NASDAQ NYSE NYSEARCA NYSEAMERICAN AMEX ARCA BATS CBOE OTC OTCMKTS"
_COINS = "BINANCE COINBASE KRAKEN BITSTAMP BITFINEX BYBIT OKX KUCOIN GEMINI CRYPTO"
_VENUES: Mapping[str, str] = {
    **dict.fromkeys((_UNITED_STATES + " " + _COINS).split(), ""),
    "LON": ".L", "LSE": ".L", "TYO": ".T", "HKG": ".HK", "HKEX": ".HK", "ETR": ".DE", "XETR": ".DE", "FRA": ".F",
    "EPA": ".PA", "AMS": ".AS", "EBR": ".BR", "ELI": ".LS", "BIT": ".MI", "MIL": ".MI", "BME": ".MC", "STO": ".ST",
    "CPH": ".CO", "HEL": ".HE", "OSL": ".OL", "SWX": ".SW", "SIX": ".SW", "VIE": ".VI", "ASX": ".AX", "TSX": ".TO",
    "TSXV": ".V", "CVE": ".V", "SHA": ".SS", "SSE": ".SS", "SHE": ".SZ", "SZSE": ".SZ", "NSE": ".NS", "BOM": ".BO",
    "BSE": ".BO", "KRX": ".KS", "KOSDAQ": ".KQ", "TPE": ".TW", "TWSE": ".TW", "BVMF": ".SA", "BMFBOVESPA": ".SA",
    "BMV": ".MX", "JSE": ".JO",
}  # fmt: skip
_COUNTRIES: Mapping[str, str] = {
    "US": "", "UN": "", "UW": "", "LN": ".L", "JP": ".T", "JT": ".T", "HK": ".HK", "GR": ".DE", "GY": ".DE",
    "FP": ".PA", "NA": ".AS", "SW": ".SW", "AU": ".AX", "CN": ".TO", "CT": ".TO", "IB": ".BO", "KS": ".KS",
    "KP": ".KS", "BZ": ".SA", "IM": ".MI", "SM": ".MC", "DC": ".CO", "FH": ".HE", "SS": ".ST", "TT": ".TW",
    "MM": ".MX", "SJ": ".JO",
}  # fmt: skip
_WITH_VENUE = re.compile(r"([A-Z]{2,12}):([A-Z0-9][A-Z0-9.\-/&]{0,14})")
_WITH_COUNTRY = re.compile(r"([A-Z0-9]{1,8}) ([A-Z]{2})(?: EQUITY)?")
_WITH_CLASS = re.compile(r"([A-Z]{2,4}) ([A-K])")
_FRONT_MONTH = re.compile(r"([A-Z0-9]{1,4})1!")
_INDEX = re.compile(r"\.([A-Z]{2,6})")


def respelled(text: str) -> str:
    """A text in upper case in the usual spelling of its symbol, the same text where it is in none of the known ones.

    NASDAQ:NVDA is NVDA, LON:VOD and VOD LN are VOD.L, BRK B is BRK.B, GC1! is GC=F, and .INX is $INX.
    """
    if (match := _WITH_VENUE.fullmatch(text)) and match[1] in _VENUES:
        return match[2] + _VENUES[match[1]]
    if (match := _WITH_COUNTRY.fullmatch(text)) and match[2] in _COUNTRIES:
        return match[1] + _COUNTRIES[match[2]]
    if match := _WITH_CLASS.fullmatch(text):
        return f"{match[1]}.{match[2]}"
    if match := _FRONT_MONTH.fullmatch(text):
        return f"{match[1]}=F"
    if match := _INDEX.fullmatch(text):
        return f"${match[1]}"
    return text
