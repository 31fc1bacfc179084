"""Files of daily prices as vendors, exchanges, spreadsheets and people write them, all of the same series."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from attrs import frozen

from tradecore.model.market import AssetType, Bars, Symbol
from tradecore_adapters.market.csv import CsvMarket

BEGIN = date(2026, 1, 5)
AS_OF = date(2026, 3, 20)


@frozen
class Day:
    """One day of the series that all files hold."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int

    @property
    def prices(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """Open, high, low, close."""
        return self.open, self.high, self.low, self.close


def weekdays(count: int = 55, begin: date = BEGIN) -> list[date]:
    """The first `count` weekdays from a day on."""
    every = (begin + timedelta(days=ahead) for ahead in range(2 * count + 7))
    return [day for day in every if day.weekday() < 5][:count]


def series(times: Decimal | int = 1, days: Sequence[date] | None = None) -> list[Day]:
    """A rising price of some hundred, `times` as high, on weekdays that end with AS_OF."""
    return [
        Day(
            day,
            *((Decimal(hundredths) / 100 + at) * times for hundredths in (10025, 10250, 9900, 10080)),
            1_000_000 + 100 * at,
        )
        for at, day in enumerate(weekdays() if days is None else days)
    ]


def table(
    days: Sequence[Day],
    *,
    header: str | None = "date,open,high,low,close,volume",
    day: Callable[[date], str] = str,
    price: Callable[[Decimal], str] = str,
    volume: Callable[[int], str] = str,
    mark: str = ",",
    quote: str = "",
) -> str:
    """A table with columns in the usual order; the header is written as it is given."""
    rows = [
        mark.join(
            f"{quote}{cell}{quote}"
            for cell in (day(one.day), *(price(value) for value in one.prices), volume(one.volume))
        )
        for one in days
    ]
    return "\n".join([*([header] if header is not None else []), *rows]) + "\n"


def epoch(day: date, times: int = 1, seconds: int = 0) -> str:
    """Midnight of UTC and some seconds, since 1970, in seconds or a finer unit."""
    return str((int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + seconds) * times)


def german(value: Decimal | int) -> str:
    """1.100,50."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


async def read(
    folder: Path,
    content: str | bytes,
    *,
    name: str = "NVDA",
    symbol: str | None = None,
    asset_type: AssetType = AssetType.EQUITY,
    as_of: date = AS_OF,
    **others: str,
) -> Bars:
    """What a folder with one file, `others` beside it, answers for a symbol."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    for other, text in others.items():
        (folder / f"{name}.{other}.csv").write_text(text)
    return await CsvMarket(folder).bars(Symbol(symbol or name), asset_type, as_of, 500)


HEAD = "date,open,high,low,close,volume\n"
DAYS = series()
PLAIN = table(DAYS)


def rows_of(bars: Bars) -> list[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
    """Day, open, high, low and close of bars."""
    return [(bar.day, bar.open, bar.high, bar.low, bar.close) for bar in bars.bars]


def prices_of(days: Sequence[Day]) -> list[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
    """The same of the series."""
    return [(day.day, *day.prices) for day in days]


def lines(template: str, days: Sequence[Day] = DAYS, *, newest_first: bool = False) -> str:
    """A line for each day of the series; `template` names d, o, h, l, c and v."""
    ordered = reversed(list(days)) if newest_first else days
    return "".join(
        template.format(d=day.day, o=day.open, h=day.high, l=day.low, c=day.close, v=day.volume) + "\n"
        for day in ordered
    )


def stamped(template: str, times: int = 1) -> str:
    """The same with `e`, midnight of UTC since 1970, in seconds or a unit that `times` says."""
    return "".join(
        template.format(e=epoch(day.day, times), o=day.open, h=day.high, l=day.low, c=day.close, d=day.day) + "\n"
        for day in DAYS
    )
