"""Searching a list of symbols, for sources that have no search of their own."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from tradecore.model.market import Listing

# How similar a symbol has to be, from 0 to 1, where it neither begins with the text nor contains it.
_SIMILAR = 0.6


def matching(listings: Iterable[Listing], query: str, limit: int) -> tuple[Listing, ...]:
    """The listings whose symbol or name fits a text, the nearest first, at most `limit`."""
    text = _bare(query)
    if not text:
        return ()
    ranks = [(_rank(text, listing), listing) for listing in listings]
    fitting = [(rank, listing.symbol, listing) for rank, listing in ranks if rank is not None]
    return tuple(listing for _, _, listing in sorted(fitting)[:limit])


def _rank(text: str, listing: Listing) -> float | None:
    """Smaller is nearer; None where the listing does not fit."""
    symbol, name = _bare(listing.symbol), _bare(listing.name)
    if symbol == text:
        return 0.0
    if symbol.startswith(text):
        return 1.0
    if name.startswith(text) or text in symbol:
        return 2.0
    if len(text) > 2 and text in name:
        return 3.0
    similarity = SequenceMatcher(None, text, symbol).ratio()
    return 5.0 - similarity if similarity >= _SIMILAR else None


def _bare(text: str) -> str:
    """Letters and digits only: BTC-USD, BTC/USD and btcusd are one text."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())
