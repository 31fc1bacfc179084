"""What it costs to read a file of daily prices: `python bench/prices.py`.

The baseline is a plain pass of `csv.reader` over the same text. Times are processor time, the best of five in one
process; a century of trading days has 25,000 rows. Takes about ten seconds.
"""

import csv
import io
import time
from collections.abc import Callable
from datetime import date, timedelta

from tradecore.model.errors import Invalid
from tradecore.model.market import Symbol
from tradecore_adapters.market.price_table import read_prices

ROWS = 25_000


def best(call: Callable[[], object], times: int = 5) -> float:
    """Milliseconds of the fastest call."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return 1e3 * min(taken)


def trading_days() -> list[date]:
    """Weekdays, as many as there are rows."""
    begin = date(1925, 1, 1)
    return [day for day in (begin + timedelta(days=ahead) for ahead in range(ROWS * 7 // 5 + 7)) if day.weekday() < 5][
        :ROWS
    ]


def plain() -> str:
    """As programs write it."""
    rows = [f"{day},{100 + at % 7}.5,{103 + at % 7}.25,{99 + at % 7},{101 + at % 7}.75,{at}" for at, day in at_days()]
    return "date,open,high,low,close,volume\n" + "\n".join(rows) + "\n"


def adjusted() -> str:
    """The same with adjusted closes."""
    rows = [
        f"{day},{100 + at % 7}.5,{103 + at % 7}.25,{99 + at % 7},{101 + at % 7}.75,{(101.75 + at % 7) * 0.9:.6f},{at}"
        for at, day in at_days()
    ]
    return "Date,Open,High,Low,Close,Adj Close,Volume\n" + "\n".join(rows) + "\n"


def quoted() -> str:
    """As Investing.com writes it."""
    prices = [(f"1,{300 + at + extra}.75" for extra in (2, 1, 4, 0)) for at in range(7)]
    cells = ['","'.join(four) for four in prices]
    rows = [f'"{day:%m/%d/%Y}","{cells[at % 7]}","1.23M"' for at, day in at_days()]
    return '"Date","Price","Open","High","Low","Vol."\n' + "\n".join(rows) + "\n"


def minutes() -> str:
    """A file of minutes, which is refused."""
    rows = [
        f"{date(2000, 1, 3) + timedelta(days=at // 390)} {9 + at % 390 // 60:02}:{at % 60:02}:00,100,101,99,100.5,10"
        for at in range(700_000)
    ]
    return "date,open,high,low,close,volume\n" + "\n".join(rows) + "\n"


def at_days() -> list[tuple[int, date]]:
    """The trading days with their numbers."""
    return list(enumerate(trading_days()))


def refused(text: str) -> None:
    """Read a text that must be refused."""
    try:
        read_prices(Symbol("X"), text, "X.csv")
    except Invalid:
        return
    raise AssertionError("read")


def main() -> None:
    """Print a row for each kind of file."""
    print(f"{'file':28} {'rows':>8} {'csv.reader':>11} {'read':>9} {'ratio':>7}")
    for name, text in (("plain", plain()), ("adjusted closes", adjusted()), ("quoted, thousands, MM/DD", quoted())):
        baseline = best(lambda text=text: list(csv.reader(io.StringIO(text))))
        whole = best(lambda text=text: read_prices(Symbol("X"), text, "X.csv"))
        print(f"{name:28} {ROWS:8,} {baseline:8.1f} ms {whole:6.1f} ms {whole / baseline:6.1f}x")
    text = minutes()
    baseline = best(lambda: list(csv.reader(io.StringIO(text))), 1)
    whole = best(lambda: refused(text), 3)
    print(f"{'minutes, refused':28} {700_000:8,} {baseline:8.1f} ms {whole:6.1f} ms {whole / baseline:6.2f}x")


if __name__ == "__main__":
    main()
