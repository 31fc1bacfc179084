"""Whether a column of volume counts units or money, decided for a series as a whole."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from math import log10
from statistics import median

from attrs import evolve

from tradecore.model.market import AssetType, Bar, Symbol
from tradecore.model.price_adjustments import SMALL

# How many of a currency make about one US dollar; orders of magnitude are enough.
_PER_DOLLAR = {
    "USD": 1.0, "USDT": 1.0, "USDC": 1.0, "BUSD": 1.0, "FDUSD": 1.0, "DAI": 1.0, "EUR": 1.0, "GBP": 1.0, "CHF": 1.0,
    "CAD": 1.4, "AUD": 1.5, "BRL": 5.0, "TRY": 40.0, "INR": 85.0, "JPY": 150.0, "KRW": 1400.0, "IDR": 16000.0,
    "BTC": 1e-5, "XBT": 1e-5, "ETH": 3e-4,
}  # fmt: skip
QUOTE_CURRENCIES = frozenset(_PER_DOLLAR)

_PAIR = re.compile(rf"([A-Z0-9]{{1,12}})[-/]({'|'.join(_PER_DOLLAR)})(?:[:\-][A-Z0-9]+)?")
_JOINED_PAIR = re.compile(r"([A-Z0-9]{2,10}?)(USDT|USDC|BUSD|FDUSD)")

# Currencies and metals, by their ISO codes.
CURRENCIES = frozenset(
    "USD EUR GBP JPY CHF CAD AUD NZD CNY CNH HKD SGD SEK NOK DKK PLN CZK HUF TRY ZAR MXN BRL INR KRW XAU XAG XPT "
    "XPD".split()
)
# Coins whose pairs are also written without a mark. Other names of six letters may be shares.
_JOINED_COIN = re.compile(
    r"(?:BTC|XBT|ETH|SOL|XRP|ADA|DOGE|LTC|BCH|BNB|DOT|AVAX|LINK|MATIC|POL|TRX|SHIB|UNI|ATOM|XLM|ETC|FIL|NEAR|AAVE|SUI|"
    r"TON|PEPE|ALGO|ICP|HBAR)(?:USD|EUR|GBP|BTC|ETH)"
)

# No coin has changed hands for 200 billion dollars on an ordinary day, no share for 10^15 of any currency.
_LARGEST_COIN, _LARGEST_SHARE = 2e11, 1e15
# A coin that people follow trades about a billion dollars a day, give or take two orders of magnitude.
_USUAL = 9.0
_RECENT = 250
_CENT = Decimal("0.01")


class VolumeUnit(StrEnum):
    """What a volume counts, as far as the source says."""

    UNITS = "units"
    MONEY = "money"
    UNSTATED = "unstated"


def pair(symbol: Symbol) -> tuple[str, str] | None:
    """Base and quote of a pair such as BTC-USD, BTC/USDT:USDT or BTCUSDT; None for any other symbol."""
    match = _PAIR.fullmatch(symbol) or _JOINED_PAIR.fullmatch(symbol)
    return (match[1], match[2]) if match else None


def usual_asset_type(symbol: Symbol) -> AssetType:
    """What a symbol stands for where nobody says: CRYPTO for BTC-USD, BTC/USDT and BTCUSD, EQUITY for all others.

    Pairs of currencies and metals, such as EUR/USD and XAU/USD, are traded as shares are: on weekdays.
    """
    parts = pair(symbol)
    if parts is not None:
        return AssetType.EQUITY if parts[0] in CURRENCIES else AssetType.CRYPTO
    return AssetType.CRYPTO if _JOINED_COIN.fullmatch(symbol) else AssetType.EQUITY


def in_units(bars: Sequence[Bar]) -> list[Bar]:
    """The bars with volumes of money divided by the close of their day."""
    return [bar if bar.volume is None else evolve(bar, volume=(bar.volume / bar.close).quantize(SMALL)) for bar in bars]


def counts_money(
    symbol: Symbol, asset_type: AssetType, stated: VolumeUnit, known: Sequence[Bar]
) -> tuple[bool, str | None]:
    """Whether the volumes of a series are money, judged by its known bars, and a sentence where that is a judgement.

    Yahoo, CoinMarketCap and CoinGecko give money for a coin, exchanges give coins, and no file says which. Fractions
    finer than cents are coins. Other numbers are read as whatever makes the money traded a day plausible.
    """
    traded = [(float(bar.volume), float(bar.close)) for bar in known[-_RECENT:] if bar.volume]
    if stated is not VolumeUnit.UNSTATED or not traded:
        return stated is VolumeUnit.MONEY, None
    parts = pair(symbol)
    coin = parts is not None or asset_type is AssetType.CRYPTO
    rate = _PER_DOLLAR[parts[1]] if parts else 1.0
    as_units = median(volume * close for volume, close in traded) / rate
    as_money = median(volume for volume, _ in traded) / rate
    if as_units > (_LARGEST_COIN if coin else _LARGEST_SHARE):
        return True, "The volume is money rather than units, as it would be too large; it was divided by the close."
    if not coin or as_money < 1e6 or any(bar.volume and bar.volume % _CENT for bar in known[-_RECENT:]):
        return False, None
    if "-" in symbol and abs(log10(as_money) - _USUAL) < abs(log10(as_units) - _USUAL):
        return True, "The source does not say what the volume counts; it was taken as money and divided by the close."
    return False, "The source does not say what the volume counts; it was taken as units, not as money."
