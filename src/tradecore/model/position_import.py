"""Position import: a CSV table of positions that were bought elsewhere, as brokers export it."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
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
_NUMBERS = ("quantity", "price")
_NEEDED = ("symbol", *_NUMBERS)
_DELIMITERS = (",", ";", "\t", "|")
# How many lines of a broker's report may stand before the header: its name, the account, the dates.
_MOST_LINES_BEFORE = 20
_WITH_DECIMAL_COMMA = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")
# A comma that separates no thousands: behind it are not three digits, or before it are dots or a leading zero.
_DECIMAL_COMMA = re.compile(r",(?!\d{3}(?:\D|$))\d|\.\d{3},\d|(?:^|\D)0,\d")


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

    Cells are separated by commas, semicolons, tabs or bars. Lines before the header are left out, and decimal commas
    are understood. Raises Invalid, with a problem for each invalid row, when any row is invalid.
    """
    texts = [line.removeprefix("\ufeff") for line in lines]
    texts = [line for line in texts if line.strip(" \t\r\n,;|")]
    if not texts:
        raise Invalid.one("positions", "The table is empty; it needs a line symbol,quantity,price and then positions.")
    try:
        start, delimiter = _header(texts)
        header, *rows = csv.reader(texts[start:], delimiter=delimiter)
    except csv.Error as error:
        raise Invalid.one("positions", f"The table cannot be read: {error}.") from error
    column_of = _columns(header)
    missing = [column for column in _NEEDED if column not in column_of]
    if missing:
        raise Invalid.one("positions", f"The table has no column {missing[0]!r}; it needs symbol,quantity,price.")
    cells = [{column: _cell(row, column_of.get(column)) for column in _COLUMNS} for row in rows]
    decimal_comma = _has_decimal_commas(row[column] for row in cells for column in _NUMBERS)
    positions, problems = [], []
    for number, row in enumerate(cells, start + 2):
        try:
            positions.append(_position(row, delimiter, decimal_comma))
        except Invalid as error:
            problems += [Problem(f"row {number}, {problem.field}", problem.message) for problem in error.problems]
    if problems:
        first_problems = "; ".join(f"{problem.field}: {problem.message}" for problem in problems[:3])
        raise Invalid(f"The table cannot be imported: {first_problems}", problems)
    return tuple(positions)


def _cell(row: Sequence[str], n: int | None) -> str:
    """The cell of a column; an empty one where the table has no such column, and where the row ends before it."""
    return row[n].strip() if n is not None and n < len(row) else ""


def _columns(header: Sequence[str]) -> Mapping[str, int]:
    """Where each known column of a header stands."""
    plain = ["".join(filter(str.isalnum, name.lower())) for name in header]
    found = {
        column: next((plain.index(name) for name in names if name in plain), None) for column, names in _COLUMNS.items()
    }
    return {column: n for column, n in found.items() if n is not None}


def _header(lines: Sequence[str]) -> tuple[int, str]:
    """The first line that has all needed columns, and its delimiter; else the first line, and a comma."""
    for n, line in enumerate(lines[:_MOST_LINES_BEFORE]):
        for delimiter in _DELIMITERS:
            if _columns(next(csv.reader([line], delimiter=delimiter))).keys() >= set(_NEEDED):
                return n, delimiter
    return 0, ","


def _has_decimal_commas(texts: Iterable[str]) -> bool:
    """Whether a comma in these numbers begins their fraction: in one of them it can be nothing else."""
    return any(_DECIMAL_COMMA.search(text) for text in texts)


def _position(row: Mapping[str, str], delimiter: str, decimal_comma: bool) -> ImportedPosition:
    """The position of a row. Raises Invalid for a value that is missing, is none, or could be two numbers."""
    numbers = {}
    asset = parse_asset(row["symbol"], row["type"])
    for column in _NUMBERS:
        text = row[column]
        if not text:
            raise Invalid.one(column, "This is missing.")
        if decimal_comma and _WITH_DECIMAL_COMMA.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
        elif decimal_comma:
            raise Invalid.one(column, f"{text!s:.40} has no decimal comma, as other numbers of the table have.")
        elif delimiter != "," and "," in text and "." not in text:
            raise Invalid.one(column, f"{text!s:.40} can be two numbers; write it without a comma, or as 1234.5.")
        numbers[column] = decimal(text, column)
    return ImportedPosition(asset, quantity(numbers["quantity"]), price(numbers["price"]))
