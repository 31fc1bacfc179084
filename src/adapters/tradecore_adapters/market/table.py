"""The table in a text: its delimiter, its header, its rows and the lines that they stand in."""

import csv
import re
from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Symbol
from tradecore_adapters.market.columns import is_header, known_words
from tradecore_adapters.market.days import is_day

_DELIMITERS = ",;\t|"
_PREAMBLE = 25
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
# A number with groups of thousands, as a delimiter of ',' takes it apart, and the place of the volume behind prices.
_FIRST_GROUP, _GROUP = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}")
_VOLUME = 4
_LEAN = re.compile(r"\d{8} 00:00")
_TICKER_LINE = re.compile(
    r"\W*(?i:symbol|ticker|security)\W+"
    r"([A-Z0-9^.=/:-]{1,12}(?: (?:[A-Z]{2} )?(?i:equity|index|curncy|comdty))?)[\"\s,;]*$"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


@frozen
class Table:
    """The cells of a table. `lines` are the line numbers of its rows, `delimiter` and `quoted` how it is written.

    `ticker` is the symbol that a header of several lines, or a line above the header, gives for all rows.
    """

    header: list[str]
    rows: list[list[str]]
    lines: Sequence[int]
    delimiter: str
    quoted: bool
    ticker: str | None = None

    def column(self, at: int | None) -> list[str]:
        """The cells of one column; empty for None, and in rows that are too short."""
        if at is None:
            return []
        try:
            return [cells[at] for cells in self.rows]
        except IndexError:
            return [cells[at] if at < len(cells) else "" for cells in self.rows]


def table_of(text: str, symbol: Symbol, where: str) -> Table:
    """Take a text apart. Raises Invalid, with what the text begins with, where there is no table of prices in it."""
    head = next((line for line in text.split("\n", 200)[:200] if line.strip()), "").strip()
    if not head:
        raise Invalid.one("symbol", f"{where} is empty; it needs a line date,open,high,low,close,volume.")
    if head[0] in "<{[" and not head.lower().startswith(("<ticker", "<date", "<dtyyyy")):
        kind = "a web page" if head[0] == "<" else "JSON"
        raise Invalid.one("symbol", f"{where} is {kind}, not a CSV table; it begins with {head[:60]!r}.")
    lines = text.split("\n")
    given = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(" "), re.IGNORECASE)
    begin = 1 if given else 0
    delimiters = given[1] if given else _DELIMITERS
    start = (
        _several_lines(lines, begin, delimiters, symbol, where)
        or _one_line(lines, begin, delimiters, symbol)
        or _no_header(lines, begin, delimiters, where)
    )
    if start is None:
        raise Invalid.one("symbol", f"{where} {_complaint(lines[begin:], delimiters, symbol)}")
    first, delimiter, header, ticker = start
    rows, numbers = _rows(lines, first, delimiter, where)
    return Table(header, rows, numbers, delimiter, '"' in text, ticker)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _likely(line: str, delimiters: str) -> list[str]:
    return sorted((mark for mark in delimiters if mark in line), key=line.count, reverse=True)


_Start = tuple[int, str, list[str], str | None]


def _one_line(lines: list[str], begin: int, delimiters: str, symbol: Symbol) -> _Start | None:
    for at, line in enumerate(lines[begin : begin + _PREAMBLE], begin):
        for delimiter in _likely(line, delimiters):
            cells = _cells(line, delimiter)
            if is_header(cells, symbol):
                return at + 1, delimiter, cells, _named_above(lines[begin:at])
    return None


def _named_above(lines: Sequence[str]) -> str | None:
    """The ticker of a line such as `Security,NVDA US Equity` or `Symbol: NVDA` above the header."""
    return next((match[1] for line in lines if (match := _TICKER_LINE.match(line))), None)


def _several_lines(lines: list[str], begin: int, delimiters: str, symbol: Symbol, where: str) -> _Start | None:
    """The header of yfinance: a line of field names, a line of tickers, in either order, and a line `Date,,,`."""
    for at in range(begin + 1, min(begin + 4, len(lines))):
        for delimiter in _likely(lines[at], delimiters):
            last = [cell.strip().lower() for cell in _cells(lines[at], delimiter)]
            if len(last) < 4 or last[0] not in ("date", "datetime") or any(last[1:]):
                continue
            above = [_cells(line, delimiter) for line in lines[begin:at]]
            fields = max(above, key=lambda cells: known_words(cells, symbol))
            if known_words(fields, symbol) < 3:
                continue
            tickers = next((cells for cells in above if cells is not fields), [])
            return _of_one_ticker(at + 1, delimiter, fields, tickers, symbol, where)
    return None


def _of_one_ticker(
    first: int, delimiter: str, fields: list[str], tickers: list[str], symbol: Symbol, where: str
) -> _Start:
    names = {cell.strip().upper() for cell in tickers[1:] if cell.strip()}
    if len(names) <= 1:
        return first, delimiter, ["Date", *fields[1:]], next(iter(names), None)
    if symbol not in names:
        raise Invalid.one("symbol", f"{where} holds {', '.join(sorted(names)[:10])} but no {symbol}.")
    own = [
        field if at < len(tickers) and tickers[at].strip().upper() == symbol else f"other {at}"
        for at, field in enumerate(fields)
    ]
    return first, delimiter, ["Date", *own[1:]], symbol


def _no_header(lines: list[str], begin: int, delimiters: str, where: str) -> _Start | None:
    """Dumps of exchanges and terminals have no header: a time, open, high, low, close and more numbers."""
    at = next((at for at in range(begin, min(begin + 5, len(lines))) if lines[at].strip()), None)
    if at is None:
        return None
    for delimiter in _likely(lines[at], delimiters):
        sample = [cells for line in lines[at : at + 2000] if (cells := _cells(line, delimiter))]
        if not sample:
            continue
        clock = len(sample[0]) > 1 and bool(_CLOCK.fullmatch(sample[0][1].strip()))
        prices = 2 if clock else 1
        if not is_day(sample[0][0]) or len(sample[0]) < prices + 4:
            continue
        plain = [
            [cell.strip() for cell in cells[prices:]]
            for cells in sample
            if len(cells) >= prices + 4 and all(_PLAIN_NUMBER.fullmatch(cell.strip()) for cell in cells[prices:])
        ]
        numbers = [[Decimal(cell) for cell in cells] for cells in plain]
        if not numbers or len(numbers) * 2 < len(sample):
            return None
        fitting = sum(1 for row in numbers if row[1] == max(row[:4]) and row[2] == min(row[:4]))
        if fitting * 10 < len(numbers) * 9:
            raise Invalid.one(
                "symbol",
                f"{where} has no header line, and its columns are not open, high, low and close in this order; "
                f"put a line such as date,open,high,low,close,volume above {lines[at][:60]!r}.",
            )
        if _LEAN.fullmatch(sample[0][0].strip()) and all(price % 1 == 0 for row in numbers for price in row[:4]):
            raise Invalid.one(
                "symbol",
                f"{where} looks like a file of LEAN, whose prices are in ten-thousandths; divide them by 10,000, and "
                "put a line date,open,high,low,close,volume above.",
            )
        header = ["date", *(["time"] if clock else []), "open", "high", "low", "close"]
        width = _width(plain, where) if delimiter == "," else len(numbers[0])
        # Kraken gives the average price of the day before its volume.
        average = width == 7 and all(row[2] <= row[4] <= row[1] for row in numbers if len(row) == width and row[5])
        header += ["average"] if average else []
        header += ["volume"] if len(header) < prices + width else []
        header += ["quote volume"] if width == 11 else []
        if width == 11:
            header.insert(len(header) - 1, "close time")
        header += [f"column {number}" for number in range(len(header) + 1, prices + width + 1)]
        return at, delimiter, header, None
    return None


def _width(rows: list[list[str]], where: str) -> int:
    """How many numbers the rows of a table of commas without a header have; more may be a volume such as 1,000.

    Raises Invalid where all rows may end in such a volume.
    """
    width = min(map(len, rows))
    if width > _VOLUME + 1 and all(
        _FIRST_GROUP.fullmatch(row[_VOLUME]) and _GROUP.fullmatch(row[_VOLUME + 1]) for row in rows
    ):
        raise Invalid.one(
            "symbol",
            f"{where} has no header line, and {rows[0][_VOLUME]},{rows[0][_VOLUME + 1]} in its first row may be one "
            "number or two; put a line such as date,open,high,low,close,volume above, and quotes around numbers with "
            "',' in them.",
        )
    wider = [row for row in rows if len(row) > width]
    if wider and all(_GROUP.fullmatch(cell) for row in wider for cell in row[width:]):
        return width
    return len(rows[0])


def _rows(lines: list[str], first: int, delimiter: str, where: str) -> tuple[list[list[str]], Sequence[int]]:
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
        whole = reader.line_num == len(rows)
    except csv.Error:
        whole = False
    if not whole:
        line = first + 1 + _lines_before_a_long_row(lines[first:], delimiter)
        raise Invalid.one("symbol", f"{where} has a quote in line {line} that is not closed in the same line.")
    # The end of the last line begins an empty one.
    while rows and not rows[-1]:
        rows.pop()
    if all(cells and cells[0] for cells in rows):
        return rows, range(first + 1, first + 1 + len(rows))
    kept = [at for at, cells in enumerate(rows) if cells and any(cell and not cell.isspace() for cell in cells)]
    return [rows[at] for at in kept], [first + 1 + at for at in kept]


def _lines_before_a_long_row(lines: list[str], delimiter: str) -> int:
    reader, before = csv.reader(lines, delimiter=delimiter, strict=True), 0
    try:
        for _ in reader:
            if reader.line_num > before + 1:
                return before
            before = reader.line_num
    except csv.Error:
        pass
    return before


def _complaint(lines: list[str], delimiters: str, symbol: Symbol) -> str:
    """What is wrong with a text that has no header: the line that comes nearest to one, or the first."""
    best, most = "", 0
    for line in lines[:_PREAMBLE]:
        for delimiter in _likely(line, delimiters):
            known = known_words(_cells(line, delimiter), symbol)
            if known > most:
                names = [cell.strip() for cell in _cells(line, delimiter) if cell.strip()]
                best, most = ", ".join(name[:40] for name in names[:20]), known
                lacking = "date" if not _has_day(_cells(line, delimiter), symbol) else "close"
    if most >= 2:
        return f"lacks the column {lacking!r}; its columns are {best}."
    first = next((line.strip() for line in lines if line.strip()), "")
    return f"has no header line with a date and a close; it begins with {first[:60]!r}."


def _has_day(cells: list[str], symbol: Symbol) -> bool:
    return is_header([*cells, "close"], symbol)
