"""What people own already, as they write it down: a table of symbols, quantities and what a unit cost."""

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Invalid, Problem
from tradecore.model.market import AssetType, symbol
from tradecore.model.money import Asset, decimal, price, quantity

# What brokers call the columns in their exports; names are compared without case, spaces and punctuation.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "symbol": ("symbol", "ticker", "instrument", "asset"),
    "quantity": ("quantity", "qty", "shares", "units", "amount"),
    "price": (
        "price", "avgentryprice", "averageprice", "avgprice", "averagecost", "avgcost", "averagecostbasis",
        "costbasispershare", "unitcost", "purchaseprice",
    ),
    "type": ("assettype", "type", "assetclass", "class"),
}  # fmt: skip


@frozen
class Owned:
    """So many units of an asset, bought for `price` each on average."""

    asset: Asset
    quantity: Decimal
    price: Decimal


def asset_named(text: str, kind: str = "") -> Asset:
    """An asset as people type it; without a kind, pairs such as BTC-USD are crypto. Raises Invalid."""
    name = symbol(text)
    pair = name.endswith(("-USD", "/USD", "-USDT", "/USDT", "-EUR", "/EUR"))
    try:
        asset_type = (
            AssetType(kind.strip().lower()) if kind.strip() else (AssetType.CRYPTO if pair else AssetType.EQUITY)
        )
    except ValueError:
        raise Invalid.one("assetType", f"{kind!s:.40} is no asset type; write equity or crypto.") from None
    return Asset(name, asset_type)


def read_owned(lines: Iterable[str]) -> tuple[Owned, ...]:
    """Read a CSV table with a header: symbol, quantity, average price, and perhaps the asset type.

    Raises Invalid with every line at fault; nothing is taken in by halves.
    """
    rows = list(csv.reader(line for line in lines if line.strip(" \t\r\n,;")))
    if not rows:
        raise Invalid.one("positions", "The table is empty; it needs a line symbol,quantity,price and then positions.")
    header = ["".join(filter(str.isalnum, name.lower())) for name in rows[0]]
    at = {name: next((header.index(each) for each in also if each in header), None) for name, also in _COLUMNS.items()}
    missing = [name for name in ("symbol", "quantity", "price") if at[name] is None]
    if missing:
        raise Invalid.one("positions", f"The table has no column {missing[0]!r}; it needs symbol,quantity,price.")
    owned, problems = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[n] if n is not None and n < len(row) else "" for name, n in at.items()}
        try:
            owned.append(
                Owned(
                    asset_named(cells["symbol"], cells["type"]),
                    quantity(decimal(cells["quantity"], "quantity")),
                    price(decimal(cells["price"], "price")),
                )
            )
        except Invalid as error:
            problems += [Problem(f"row {number}, {each.field}", each.message) for each in error.problems]
    if problems:
        shown = "; ".join(f"{each.field}: {each.message}" for each in problems[:3])
        raise Invalid(f"The table cannot be taken in: {shown}", problems)
    return tuple(owned)
