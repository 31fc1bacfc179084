"""Requests about symbols and their prices."""

from datetime import date

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def symbols(query: str, limit: int = 8) -> Call[models.Symbols]:
    """The symbols that a text stands for, the nearest first."""
    return Call(models.Symbols, "GET", "/api/market/symbols", query={"query": query, "limit": str(limit)})


def bars(
    symbol: str, *, asset_type: str | None = None, until: date | None = None, count: int = 250
) -> Call[models.Bars]:
    """Daily bars of a symbol as they were known at the end of the day `until`, by default today.

    `asset_type` is equity or crypto, by default crypto for pairs such as BTC-USD. Raises Invalid for a symbol that the
    server does not have.
    """
    query = {"count": str(count)}
    if asset_type is not None:
        query["assetType"] = asset_type
    if until is not None:
        query["until"] = until.isoformat()
    return Call(models.Bars, "GET", f"/api/market/{segment(symbol)}/bars", query=query)
