"""What a table of prices is refused for as a whole: other symbols, other periods, other days, other series."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from tradecore.model.errors import Invalid
from tradecore.model.market import Bar, Symbol
from tradecore_adapters.market.table import Table

# The exchange of a listing, which an exchange does not write behind its own tickers; one letter may be a share class.
_EXCHANGE = re.compile(r"(?<=[A-Z0-9])\.[A-Z]{2,3}$|(?<=\d)\.[A-Z]$")
# The exchange of a Chinese ticker stands on either side of its six digits.
_CHINESE = re.compile(r"(?:(?:SH|SZ|BJ)[.]?)?(\d{6})(?:[.](?:SH|SS|SZ|BJ))?")
# A share of rows whose open or close lies outside of the range, from which on it is no mistake of single rows.
_MOST_OUTSIDE = 3


def refuse_other_symbols(
    table: Table, symbol_column: int | None, name_column: int | None, symbol: Symbol, where: str
) -> None:
    """Raises Invalid for prices of another company, or of several."""
    for at in (symbol_column, name_column):
        names = sorted({name.strip() for name in table.column(at) if name.strip()})
        if len(names) > 1:
            listed = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
            raise Invalid.one("symbol", f"{where} holds {len(names)} symbols: {listed}; write one into each file.")
    tickers = {table.ticker or "", *table.column(symbol_column)[:1]} - {""}
    for ticker in tickers:
        if _bare(ticker) not in (_bare(symbol), _bare(_EXCHANGE.sub("", symbol))):
            raise Invalid.one("symbol", f"{where} holds prices of {ticker.strip()}, not of {symbol}.")


def _bare(name: str) -> str:
    """A ticker without what vendors write differently."""
    name = re.sub(r"^[A-Z]+:|\.US$| (?:[A-Z]{2} )?(?:EQUITY|INDEX|CURNCY|COMDTY)$", "", name.strip().upper())
    chinese = _CHINESE.fullmatch(name)
    return chinese[1] if chinese else re.sub(r"[^A-Z0-9]", "", name).replace("XBT", "BTC")


def refuse_other_periods(periods: Iterable[str], where: str) -> None:
    """Raises Invalid for rows that say of themselves that they are no days."""
    for period in {text.strip().lower() for text in periods} - {"", "d", "1d", "daily", "day", "1 day", "1440", "d1"}:
        kind = "weekly or monthly" if period[0] in "wm" or period in ("1w", "1mo") else "intraday"
        raise Invalid.one("symbol", f"{where} looks {kind}: its period is {period!r}; daily rows are needed.")


def refuse_intraday(count: int, repeated: dict[date, list[Bar]], where: str) -> None:
    """Raises Invalid for several rows a day that differ."""
    extra = sum(len(rows) - 1 for rows in repeated.values())
    if len(repeated) * 20 > count and extra > 2:
        raise Invalid.one(
            "symbol",
            f"{where} looks like intraday prices, or like two symbols in one file: {len(repeated)} of its {count} days "
            f"have several rows that differ, {min(repeated)} for one; daily rows are needed.",
        )


def refuse_other_closes(count: int, notes: Iterable[tuple[date | None, str]], where: str) -> None:
    """Raises Invalid for prices that lie outside of the range day by day, as adjusted closes of another series do."""
    outside = [note for _, note in notes if "the range was widened" in note]
    if count >= 10 and len(outside) * _MOST_OUTSIDE > count:
        raise Invalid.one(
            "symbol",
            f"{where} has an open or close outside of low to high in {len(outside)} of {count} rows, as where one of "
            f"the columns is adjusted and the others are not: {outside[0]}",
        )


def refuse_other_spacing(days: Sequence[date], where: str) -> None:
    """Raises Invalid for rows that are weeks or months apart."""
    gaps = [(after - before).days for before, after in pairwise(days)]
    if len(gaps) < 2 or median(gaps) < 5:
        return
    usual = median(gaps)
    kind = "weekly" if usual < 12 else "monthly" if usual < 45 else "quarterly or yearly"
    raise Invalid.one("symbol", f"{where} looks {kind}: its rows are {usual:g} days apart; daily rows are needed.")


def refuse_undated_prices(count: int, undated: Sequence[str], where: str) -> None:
    """Raises Invalid where a tenth of the rows have prices and a date that cannot be read: they are days, no footers.

    `count` is the number of all rows, `undated` a sentence for each such row.
    """
    if len(undated) > 2 and len(undated) * 10 > count:
        raise Invalid.one(
            "symbol",
            f"{where} has prices in {len(undated)} of {count} rows whose date cannot be read: {undated[0]} "
            "Write all days as YYYY-MM-DD.",
        )
