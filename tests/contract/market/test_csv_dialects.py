"""A series written in any combination of dialects reads back to exactly its numbers, or is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.market import PriceSource, Symbol
from tradecore_adapters.market.price_table import read_prices
from tradecore_adapters.market.text import decoded

MANY = settings(max_examples=300)

Row = tuple[date, Decimal, Decimal, Decimal, Decimal, int]


@st.composite
def all_rows(draw: st.DrawFn) -> list[Row]:
    """Consistent rows of consecutive weekdays, of a magnitude and with decimals that are drawn for the series."""
    places = draw(st.integers(0, 5))
    level = draw(st.integers(1, 4)) * 10 ** draw(st.integers(0, 5))
    begin = draw(st.dates(date(1999, 1, 1), date(2030, 1, 1)))
    days = [begin + timedelta(at) for at in range(draw(st.integers(3, 45)))]
    rows = []
    for day in (day for day in days if day.weekday() < 5):
        steps = [draw(st.integers(0, 10**5)) for _ in range(2)]
        middle = sorted(Decimal(level) + (Decimal(level) * step / 10**6) for step in steps)
        low, first, last, high = (
            value.quantize(Decimal(1).scaleb(-places)) for value in (middle[0], *middle, middle[1])
        )
        rows.append((day, first, high, low, last, draw(st.integers(1, 10**9))))
    return rows


def grouped(sign: str, mark: str, size: int = 3) -> Callable[[Decimal], str]:
    """Numbers with a thousands sign and a decimal mark."""

    def written(value: Decimal) -> str:
        whole, _, fraction = f"{value:f}".partition(".")
        parts = []
        while len(whole) > 3:
            whole, part = whole[:-3], whole[-3:]
            parts.insert(0, part)
            while size == 2 and len(whole) > 2:
                whole, part = whole[:-2], whole[-2:]
                parts.insert(0, part)
        return sign.join([whole, *parts]) + (mark + fraction if fraction else "")

    return written


def epoch(day: date) -> int:
    """Midnight of UTC in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


POINT = [grouped(sign, ".") for sign in (",", " ", "'", "’", "\u00a0", "\u202f", "")]
COMMA = [grouped(sign, ",") for sign in (".", " ", "'", "")]
UNITS = [*POINT, *COMMA, grouped(",", ".", 2), lambda value: f"{value:.12E}"]
MONEY = [lambda value: f"${value:,f}", lambda value: f"{value:f} €".replace(".", ",")]
NUMBERS: list[Callable[[Decimal], str]] = [*UNITS, *MONEY]
DAYS: list[Callable[[date], str]] = [
    str,
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day:%m/%d/%Y}",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%m/%d/%y}",
    lambda day: f"{day:%d/%m/%y}",
    lambda day: f"{day:%y/%m/%d}",
    lambda day: f"{day.day}-{day:%b-%Y}",
    lambda day: f"{day:%b %d, %Y}",
    lambda day: f"{day:%d-%b-%y}",
    lambda day: f"{day} 00:00:00-05:00",
    lambda day: f"{day}T00:00:00+09:00",
    lambda day: f"{day - timedelta(1)}T15:00:00Z",
    lambda day: f"{day}T20:00:00Z",
    lambda day: f"{day.month}/{day.day}/{day.year} 16:00:00",
    lambda day: str(epoch(day)),
    lambda day: str(epoch(day) * 1000),
    lambda day: str(epoch(day) * 10**6),
]
HEADERS = [
    "date,open,high,low,close,volume",
    "Date,Open,High,Low,Close/Last,Volume",
    "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    "timestamp,1. open,2. high,3. low,4. close,5. volume",
    "Date,Open,High,Low,Price,Vol.",
    "Datum,Eröffnung,Hoch,Tief,Schluss,Volumen",
    "",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@MANY
@given(
    rows=all_rows(),
    number=st.sampled_from(NUMBERS),
    day=st.sampled_from(DAYS),
    header=st.sampled_from(HEADERS),
    mark=st.sampled_from(",;\t|"),
    quoted=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
    above=st.sampled_from(["", "sep=", "Prices of X\n\n"]),
    backwards=st.booleans(),
    same_volume=st.booleans(),
)
def test_a_series_in_any_dialect_reads_back_to_its_numbers_or_is_refused(
    rows: list[Row],
    number: Callable[[Decimal], str],
    day: Callable[[date], str],
    header: str,
    mark: str,
    quoted: bool,
    end: str,
    encoding: str,
    above: str,
    backwards: bool,
    same_volume: bool,
) -> None:
    quote = '"' if quoted else ""
    # A volume with a currency sign is money, and converted. Whoever writes a file of commas without quotes groups
    # thousands everywhere or nowhere.
    bare = mark == "," and not quoted and number in COMMA
    volume = number if (same_volume or bare) and number in UNITS else str
    lines = [header.replace(",", mark)] if header else []
    for row in reversed(rows) if backwards else rows:
        cells = [day(row[0]), *(number(price) for price in row[1:5]), volume(Decimal(row[5]))]
        lines.append(mark.join(f"{quote}{cell}{quote}" for cell in cells))
    begin = f"sep={mark}\n" if above == "sep=" else above if header else ""
    try:
        content = end.join((begin + "\n".join(lines) + "\n").split("\n")).encode(encoding)
    except UnicodeEncodeError:
        return
    try:
        series = read_prices(Symbol("X"), decoded(content, "X.csv"), "X.csv")
        # A row that cannot be read is refused with the days that it may belong to.
        bars = series.window(rows[-1][0] + timedelta(5), 500, PriceSource("x")).bars
    except Invalid:
        return
    read = [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]
    assert read == rows


@MANY
@given(rows=all_rows(), number=st.sampled_from(NUMBERS), day=st.sampled_from(DAYS[:6]))
def test_a_series_of_a_month_in_a_common_dialect_is_not_refused(
    rows: list[Row], number: Callable[[Decimal], str], day: Callable[[date], str]
) -> None:
    # What shows the dialect: a day after the twelfth, and a price with two decimals.
    first = rows[0][0]
    rows = rows if any(row[0].day > 12 for row in rows) else []
    rows = [
        (row[0], *((price + Decimal("0.25")).quantize(Decimal("0.01")) for price in row[1:5]), row[5]) for row in rows
    ]  # type: ignore[misc]
    if len(rows) < 3 or (rows[-1][0] - first).days / len(rows) > 3:
        return
    lines = [";".join([day(row[0]), *(number(price) for price in row[1:5]), str(row[5])]) for row in rows]
    text = "date;open;high;low;close;volume\n" + "\n".join(lines) + "\n"
    bars = read_prices(Symbol("X"), text, "X.csv").window(rows[-1][0], 500, PriceSource("x")).bars
    assert [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars] == rows


@MANY
@given(
    value=st.decimals(0, 10**9, places=2) | st.integers(0, 10**12).map(Decimal),
    number=st.sampled_from([*POINT, *COMMA, *MONEY]),
    other=st.sampled_from([*POINT, *COMMA, *MONEY]),
)
def test_two_ways_to_write_numbers_in_one_column_never_give_another_number(
    value: Decimal, number: Callable[[Decimal], str], other: Callable[[Decimal], str]
) -> None:
    values = [value + at for at in range(1, 4)]
    text = "date;open;high;low;close\n"
    for at, price in enumerate(values):
        write = other if at == 1 else number
        text += f"2024-01-0{at + 2};" + ";".join([write(price)] * 4) + "\n"
    try:
        bars = read_prices(Symbol("X"), text, "X.csv").window(date(2024, 1, 4), 9, PriceSource("x"))
    except Invalid:
        return
    read = {bar.day.day: bar.close for bar in bars.bars}
    left_out = " ".join(bars.repaired)
    for at, price in enumerate(values):
        assert read.get(at + 2) == price or f"2024-01-0{at + 2}: left out" in left_out
