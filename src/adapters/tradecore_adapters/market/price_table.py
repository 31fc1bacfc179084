"""A file of daily prices read as a series: every row is used, repaired, or left out with a sentence."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from statistics import median

from attrs import evolve

from tradecore.model.errors import Invalid
from tradecore.model.market import Bar, Symbol
from tradecore.model.price_adjustments import adjusted_rows, described, split_rows
from tradecore.model.price_history import PriceHistory, UnreadableRow
from tradecore.model.price_rows import PriceRow, Split, repaired
from tradecore.model.traded_volume import VolumeUnit, pair
from tradecore_adapters.market.columns import Columns, columns_of
from tradecore_adapters.market.days import read_days, trades_on_sundays
from tradecore_adapters.market.filled_days import filled_days
from tradecore_adapters.market.numbers import Numbers, is_blank, read_numbers
from tradecore_adapters.market.table import Table, table_of
from tradecore_adapters.market.table_checks import (
    refuse_intraday,
    refuse_other_closes,
    refuse_other_periods,
    refuse_other_spacing,
    refuse_other_symbols,
    refuse_undated_prices,
)

# A century of days, weekends included, has 36,525 rows.
_MOST_LINES = 60_000
_NUMBER = re.compile(r"[+-]?[$€£]?\d+(?:\.\d+)?")
_PRICES = ("open", "high", "low", "close")

_Notes = list[tuple[date | None, str]]


def read_prices(symbol: Symbol, text: str, where: str, splits: Iterable[Split] = ()) -> PriceHistory:
    """Read a table of daily prices, forgiving its form but not its content.

    `splits` are those known from elsewhere. Rows in any order, unknown columns and lines above the header are fine. A
    row that cannot be a trading day is repaired or left out, with a sentence. Raises Invalid, naming `where`, where the
    form of the file allows two readings, where it holds something else than days, or no day at all.
    """
    if text.count("\n") > _MOST_LINES:
        read_prices(symbol, "\n".join(text.split("\n", 2_000)[:2_000]), where)
        raise Invalid.one(
            "symbol", f"{where} has more than {_MOST_LINES:,} rows; a file of daily prices has one row per day."
        )
    table = table_of(text, symbol, where)
    columns = columns_of(table.header, symbol, where)
    refuse_other_symbols(table, columns.symbol, columns.name, symbol, where)
    refuse_other_periods(table.column(columns.period), where)
    sessions = pair(symbol) is None and not symbol.endswith("=X")
    days = read_days(table.column(columns.day), table.lines, symbol, where, sessions=sessions)
    notes: _Notes = []
    unreadable = None
    if _wide_rows(table):
        unreadable = _unreadable_from(table, columns, days, where)
        table, days = _without_wide_rows(table, columns, days, notes)
        if unreadable is not None and not table.rows:
            raise Invalid.one("symbol", unreadable.reason)
    numbers = _numbers(table, columns, where)
    bars, adjusted, changes = _bars(table, columns, days, numbers, where, notes)
    if sessions and not trades_on_sundays(symbol):
        filled = filled_days(bars)
        adjusted = [close for bar, close in zip(bars, adjusted, strict=True) if bar.day not in filled]
        bars = [bar for bar in bars if bar.day not in filled]
        notes += filled.items()
    refuse_other_spacing([bar.day for bar in bars], where)
    history = _series(symbol, bars, adjusted, changes, splits, _unit(symbol, columns, numbers), notes)
    return evolve(history, unreadable=unreadable)


def read_splits(text: str, where: str) -> tuple[Split, ...]:
    """The splits of a table `date,ratio`, the ratio written as 10, 10:1, 10/1 or 10-for-1, 10 new shares for 1 old.

    Raises Invalid where a line is no split.
    """
    splits = []
    for at, line in enumerate(text.split("\n"), 1):
        day, _, ratio = (part.strip().strip('"') for part in re.sub(r"[;\t]", ",", line, count=1).partition(","))
        if not day or (at == 1 and not day[0].isdigit()):
            continue
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\s*(?::|/|-?for-?)\s*(\d+(?:\.\d+)?))?", ratio)
        try:
            splits.append(Split(date.fromisoformat(day), Decimal(match[1]) / Decimal(match[2] or 1)))  # type: ignore[index]
        except (ValueError, ArithmeticError, TypeError) as error:
            raise Invalid.one("symbol", f"{where} has no split in line {at}; write 2024-06-10,10:1.") from error
    return tuple(splits)


def _wide_rows(table: Table) -> frozenset[int]:
    """The places of rows with more cells than the header."""
    width = len(table.header)
    if max(map(len, table.rows), default=0) <= width:
        return frozenset()
    return frozenset(at for at, cells in enumerate(table.rows) if any(cell.strip() for cell in cells[width:]))


def _unreadable_from(table: Table, columns: Columns, days: Sequence[date | None], where: str) -> UnreadableRow | None:
    """The first day whose row has more numbers than the header: numbers with commas in them and without quotes.

    Raises Invalid where the day of such a row is not known, so that it may be any day.
    """
    unreadable = []
    for at in sorted(_wide_rows(table)):
        cells = table.rows[at]
        if sum(_NUMBER.fullmatch(cell.strip()) is None for cell in cells) > 1:
            continue
        reason = (
            f"{where} has {len(cells)} cells in line {table.lines[at]} under a header of {len(table.header)}; "
            f"numbers with {table.delimiter!r} in them need quotes around them."
        )
        day = days[at]
        # Behind such a number, a cell may stand in the place of the day.
        if day is None or columns.day:
            raise Invalid.one("symbol", reason)
        unreadable.append(UnreadableRow(day, reason))
    return min(unreadable, key=lambda row: row.day, default=None)


def _without_wide_rows(
    table: Table, columns: Columns, days: Sequence[date | None], notes: _Notes
) -> tuple[Table, list[date | None]]:
    """The table and its days without the rows that have more cells than the header, each with a sentence in `notes`."""
    wide = _wide_rows(table)
    for at in sorted(wide):
        count, width = len(table.rows[at]), len(table.header)
        day = days[at]
        if day is None:
            notes.append((_neighbour(days, at), _undated(table, columns, at)))
        else:
            notes.append((day, f"{day}: left out, it has {count} cells under a header of {width}."))
    kept = [at for at in range(len(table.rows)) if at not in wide]
    rows, lines = [table.rows[at] for at in kept], [table.lines[at] for at in kept]
    return evolve(table, rows=rows, lines=lines), [days[at] for at in kept]


def _numbers(table: Table, columns: Columns, where: str) -> Numbers:
    texts: dict[str, Sequence[str]] = {name: table.column(getattr(columns, name)) for name in _PRICES}
    prices = list(_PRICES)
    for name in ("adjusted", "volume", "money"):
        if getattr(columns, name) is not None:
            texts[name] = table.column(getattr(columns, name))
    if "adjusted" in texts:
        prices.append("adjusted")
    others = [[name] for name in texts if name in ("volume", "money")]
    plain = table.delimiter == "," and not table.quoted
    numbers = read_numbers([prices, *others], texts, where, plain=plain, scaled={"volume", "money"})
    signs = sorted(set().union(*(numbers.currencies.get(name, set()) for name in prices)))
    if len(signs) > 1:
        raise Invalid.one("symbol", f"{where} mixes currencies in its prices: {' and '.join(signs)}.")
    return numbers


def _bars(
    table: Table, columns: Columns, days: Sequence[date | None], numbers: Numbers, where: str, notes: _Notes
) -> tuple[list[Bar], list[Decimal | None], list[Split]]:
    """The usable bars, oldest first and one per day, with their adjusted closes and the splits of the table itself."""
    none: list[Decimal | None] = [None] * len(table.rows)
    columns_of_prices = [numbers.columns[name] for name in _PRICES]
    volumes = numbers.columns.get("volume", none)
    power = Decimal(10) ** (columns.volume_power or _power_by_money(numbers, notes))
    adjusted = numbers.columns.get("adjusted", none)
    volume_texts = table.column(columns.volume)
    moments = list(zip_longest(table.column(columns.day), table.column(columns.time)))
    kept: dict[date, int] = {}
    bars: dict[date, Bar] = {}
    repeated: dict[date, list[Bar]] = {}
    left_out: dict[date, str] = {}
    undated: list[str] = []
    for at, (day, opened, high, low, close, volume) in enumerate(zip(days, *columns_of_prices, volumes, strict=True)):
        if day is None:
            notes.append((_neighbour(days, at), _undated(table, columns, at)))
            if None not in (opened, high, low, close) and "missing" not in notes[-1][1]:
                undated.append(notes[-1][1])
            continue
        if opened is None or high is None or low is None or close is None:
            left_out[day] = _unreadable(table, columns, numbers, day, at)
            continue
        if volume is not None and volume < 0:
            volume = None
        elif volume is not None and power != 1:
            volume *= power
        bar, note = repaired(Bar(day, opened, high, low, close, volume))
        if bar is None:
            left_out[day] = note or ""
            continue
        if note:
            notes.append((day, note))
        if volume is None and volume_texts and not is_blank(volume_texts[at]):
            notes.append((day, f"{day}: its volume is {volume_texts[at].strip()[:20]!r}; it was taken as unknown."))
        if day in bars and (bars[day] != bar or moments[kept[day]] != moments[at]):
            repeated.setdefault(day, [bars[day]]).append(bar)
        bars[day], kept[day] = bar, at
    if not bars:
        why = next(iter(left_out.values()), None) or next((note for _, note in notes), "it has only a header")
        raise Invalid.one("symbol", f"{where} has no usable row; {why.rstrip('.')}.")
    refuse_undated_prices(len(table.rows), undated, where)
    refuse_intraday(len(bars), repeated, where)
    refuse_other_closes(len(bars), notes, where)
    notes += list(left_out.items())
    notes += [(day, _clash(day, rows)) for day, rows in repeated.items() if any(bar != rows[-1] for bar in rows)]
    ordered = sorted(bars)
    changes = _splits_of(table.column(columns.splits), days)
    return [bars[day] for day in ordered], [adjusted[kept[day]] for day in ordered], changes


def _power_by_money(numbers: Numbers, notes: _Notes) -> int:
    """2 where the money traded shows that the volume counts lots of 100 shares, as Chinese sources do, otherwise 0."""
    none: list[Decimal | None] = []
    ratios = [
        money / close / volume
        for close, volume, money in zip(
            numbers.columns["close"],
            numbers.columns.get("volume", none),
            numbers.columns.get("money", none),
            strict=False,
        )
        if close and volume and money and close > 0 and volume > 0
    ]
    # Money in thousands beside lots of 100 makes a tenth.
    if len(ratios) < 5 or not any(
        part * 9 <= median(ratios) * 10 <= part * 11 for part in (Decimal(100), Decimal("0.1"))
    ):
        return 0
    notes.append((None, "The money traded shows that the volume counts lots of 100 shares; it was multiplied by 100."))
    return 2


def _undated(table: Table, columns: Columns, at: int) -> str:
    text = table.rows[at][columns.day].strip() if columns.day < len(table.rows[at]) else ""
    return f"Line {table.lines[at]}: left out, its date is {repr(text[:40]) if text else 'missing'}."


def _neighbour(days: Sequence[date | None], at: int) -> date | None:
    """The later of the days around a row without one, so that its note belongs to what was known by then."""
    before = next((day for day in reversed(days[:at]) if day), None)
    after = next((day for day in days[at + 1 :] if day), None)
    return max((day for day in (before, after) if day), default=None)


def _unreadable(table: Table, columns: Columns, numbers: Numbers, day: date, at: int) -> str:
    name = next(name for name in _PRICES if numbers.columns[name][at] is None)
    place = getattr(columns, name)
    text = table.rows[at][place].strip() if place < len(table.rows[at]) else ""
    return f"{day}: left out, its {name} is {text[:20] or 'missing'}."


def _clash(day: date, rows: Sequence[Bar]) -> str:
    others = ", ".join(str(bar.close) for bar in rows[:-1][:3])
    return f"{day}: stands in {len(rows)} rows that differ; the last one counts, close {rows[-1].close}, not {others}."


def _splits_of(texts: Sequence[str], days: Sequence[date | None]) -> list[Split]:
    splits = []
    for text, day in zip(texts, days, strict=False):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:[:/](\d+(?:\.\d+)?))?", text.strip())
        if match and day and float(match[1]) and float(match[2] or 1):
            ratio = Decimal(match[1]) / Decimal(match[2] or 1)
            if ratio != 1:
                splits.append(Split(day, ratio))
    return splits


def _unit(symbol: Symbol, columns: Columns, numbers: Numbers) -> VolumeUnit:
    """What the file says its volume counts: by its header, by a currency sign, or as Yahoo does it for coins."""
    if columns.volume is None:
        return VolumeUnit.UNITS
    if columns.volume_unit is VolumeUnit.UNSTATED:
        if numbers.currencies.get("volume"):
            return VolumeUnit.MONEY
        if columns.adjusted is not None and pair(symbol) is not None:
            return VolumeUnit.MONEY
    return columns.volume_unit


def _series(
    symbol: Symbol,
    bars: list[Bar],
    adjusted: list[Decimal | None],
    changes: list[Split],
    splits: Iterable[Split],
    unit: VolumeUnit,
    notes: _Notes,
) -> PriceHistory:
    known = tuple({split.day: split for split in (*changes, *splits)}.values())
    rows: list[PriceRow] = []
    if known:
        bars, rows, untold = split_rows(bars, known)
        notes += [
            (
                None,
                f"A {described(split.ratio)} split of {split.day} is after the last row; prices stand as in the file.",
            )
            for split in untold
        ]
    if any(adjusted):
        by_close, missing = adjusted_rows(bars, adjusted)
        rows = (
            [evolve(row, shares=by_split.shares) for row, by_split in zip(by_close, rows, strict=True)]
            if rows
            else by_close
        )
        notes += [
            (bar.day, f"{bar.day}: its adjusted close is missing; the factor of its neighbour was used.")
            for bar in missing
        ]
    ordered = sorted(notes, key=lambda item: (item[0] or date.min, item[1]))
    return PriceHistory(
        symbol,
        tuple(rows) or tuple(PriceRow(bar) for bar in bars),
        tuple(ordered),
        unit,
        splits=tuple(sorted(known, key=lambda split: split.day)),
    )
