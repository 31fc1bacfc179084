"""Pairs of coins as people type them, in the spelling BASE/QUOTE."""

import re
from collections.abc import Iterator

from tradecore.model.market import Symbol
from tradecore.model.traded_volume import QUOTE_CURRENCIES

# Dollars and coins that stand for one.
DOLLARS = ("USD", "USDT", "USDC")
# The quote of a coin that is named alone, where the market has it; the first that it has counts.
_USUAL = (*DOLLARS, "EUR")

_QUOTES = "|".join(sorted(QUOTE_CURRENCIES, key=len, reverse=True))
_PAIR = re.compile(rf"([A-Z0-9]{{1,12}})[-/_]({_QUOTES})(?::[A-Z0-9]+)?")
_JOINED = re.compile(rf"([A-Z0-9]{{2,10}}?)({_QUOTES})")


def base_and_quote(symbol: Symbol) -> tuple[str, str | None]:
    """Base and quote of a pair in any spelling; a quote of None for a coin that is named alone."""
    match = _PAIR.fullmatch(symbol) or _JOINED.fullmatch(symbol)
    base, quote = (match[1], match[2]) if match else (symbol, None)
    return ("BTC" if base == "XBT" else base), quote


def candidates(symbol: Symbol) -> Iterator[tuple[Symbol, str | None]]:
    """The pairs that a symbol may stand for, the best first, with a sentence where one has another dollar."""
    base, quote = base_and_quote(symbol)
    if quote is None:
        yield from ((Symbol(f"{base}/{usual}"), None) for usual in _USUAL)
        return
    yield Symbol(f"{base}/{quote}"), None
    if quote in DOLLARS:
        for other in DOLLARS:
            if other != quote:
                yield Symbol(f"{base}/{other}"), f"these are prices of {base}/{other}."
