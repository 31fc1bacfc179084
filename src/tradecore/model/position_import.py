"""Position import: a CSV table of positions that were bought elsewhere, as brokers export it."""

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Invalid, Problem
from tradecore.model.market import AssetType, symbol
from tradecore.model.money import Asset, decimal, price, quantity
from tradecore.model.traded_volume import usual_asset_type

# Column names in the exports of brokers, compared without case, spaces and punctuation.
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
class ImportedPosition:
    """A position bought elsewhere: units of an asset, at an average price per unit."""

    asset: Asset
    quantity: Decimal
    price: Decimal


def parse_asset(text: str, type_name: str = "") -> Asset:
    """An asset from a symbol and the name of its type; without a type, pairs such as BTC-USD are crypto.

    Raises Invalid for a symbol or a type that is not one.
    """
    name = symbol(text)
    if not type_name.strip():
        return Asset(name, usual_asset_type(name))
    try:
        return Asset(name, AssetType(type_name.strip().lower()))
    except ValueError:
        raise Invalid.one("asset_type", f"{type_name!s:.40} is no asset type; write equity or crypto.") from None


def parse_positions(lines: Iterable[str]) -> tuple[ImportedPosition, ...]:
    """The positions of a CSV table with a header: symbol, quantity, average price and, optionally, asset type.

    Raises Invalid, with a problem for each invalid row, when any row is invalid.
    """
    rows = list(csv.reader(line for line in lines if line.strip(" \t\r\n,;")))
    if not rows:
        raise Invalid.one("positions", "The table is empty; it needs a line symbol,quantity,price and then positions.")
    header = ["".join(filter(str.isalnum, name.lower())) for name in rows[0]]
    column_of = {
        column: next((header.index(name) for name in names if name in header), None)
        for column, names in _COLUMNS.items()
    }
    missing = [column for column in ("symbol", "quantity", "price") if column_of[column] is None]
    if missing:
        raise Invalid.one("positions", f"The table has no column {missing[0]!r}; it needs symbol,quantity,price.")
    positions, problems = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = {column: row[n] if n is not None and n < len(row) else "" for column, n in column_of.items()}
        try:
            positions.append(
                ImportedPosition(
                    parse_asset(cells["symbol"], cells["type"]),
                    quantity(decimal(cells["quantity"], "quantity")),
                    price(decimal(cells["price"], "price")),
                )
            )
        except Invalid as error:
            problems += [Problem(f"row {number}, {problem.field}", problem.message) for problem in error.problems]
    if problems:
        first_problems = "; ".join(f"{problem.field}: {problem.message}" for problem in problems[:3])
        raise Invalid(f"The table cannot be imported: {first_problems}", problems)
    return tuple(positions)
