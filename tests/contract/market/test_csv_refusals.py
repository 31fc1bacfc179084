"""What a price file is refused for, and rows that are left out: each by its name."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from price_files import AS_OF, BEGIN, DAYS, HEAD, PLAIN, epoch, lines, prices_of, read, rows_of, series, stamped, table
from tradecore.engines.desk.collect import Sources, collect
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore_adapters.market.csv import CsvMarket

YFINANCE = "{d},{c},{h},{l},{o},{v}"

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "LEAN's ten-thousandths": (
        table(series(times=10_000), header=None, day=lambda d: f"{d:%Y%m%d} 00:00", price=lambda v: f"{v:.0f}"),
        "looks like a file of LEAN, whose prices are in ten-thousandths; divide them by 10,000",
    ),
    "one column adjusted and the others not": (
        HEAD + "".join(f"{d.day},{d.open},{d.high},{d.low},{d.close / 2},{d.volume}\n" for d in DAYS),
        "has an open or close outside of low to high in 55 of 55 rows, as where one of the columns is adjusted",
    ),
    "the share class of another file": (
        "Symbol,Date,Open,High,Low,Close,Volume\n" + lines("NVD,{d},{o},{h},{l},{c},{v}"),
        "holds prices of NVD, not of NVDA",
    ),
    "another company in a column of another name": (
        "act_symbol,date,open,high,low,close,volume\n" + lines("AAPL,{d},{o},{h},{l},{c},{v}"),
        "holds prices of AAPL, not of NVDA",
    ),
    "another company above the header": (
        "Security,AAPL US Equity\nPeriod,D\n" + PLAIN,
        "holds prices of AAPL US Equity, not of NVDA",
    ),
    "days before months": (
        table(DAYS, day=lambda d: f"{d:%Y/%d/%m}"),
        "has days such as '2026/13/01', where the day stands before the month",
    ),
    "days that are late by a time zone": (
        table(DAYS, day=lambda d: str(d + timedelta(1))),
        "has rows on Saturdays and none on Mondays",
    ),
    "prices of days that cannot be read": (
        table(DAYS, day=lambda d: str(d) if d.month < 3 else f"d.{d:%j}/26"),
        "has prices in 15 of 55 rows whose date cannot be read: Line 42: left out, its date is 'd.061/26'",
    ),
    "an ambiguous comma": (
        table(series(times=100), price=lambda v: f"{v:,.0f}", volume=lambda _: "", quote='"'),
        "can be read in two ways: '10,025' in its open is 10025 or 10.025",
    ),
    "an ambiguous point": (
        table(
            DAYS, price=lambda v: f"{v:.3f}", volume=lambda _: "", mark=";", header="date;open;high;low;close;volume"
        ),
        "can be read in two ways: '100.250'",
    ),
    "an ambiguous point without a volume": (
        table(DAYS, price=lambda v: f"{v:.3f}", volume=lambda _: ""),
        "can be read in two ways: '100.250'",
    ),
    "two decimal signs": (
        table(DAYS, quote='"') + '"2026-03-21","1.100,50","1.200,50","1.000,50","1.100,50","5"\n',
        "mixes decimal signs in its open, high, low and close: '100.25' has a decimal point and '1.100,50' a decimal",
    ),
    "decimal commas without quotes": (
        table(DAYS, price=lambda v: f"{v:.2f}".replace(".", ",")),
        "has 10 cells in line 2 under a header of 6",
    ),
    "thousands signs without quotes": (
        PLAIN + "2026-03-20,1,100.50,1,102.00,1,099.00,1,101.00,5\n",
        "has 10 cells in line 57 under a header of 6",
    ),
    "two currencies": (
        table(DAYS, price=lambda v: f"${v}") + "2026-03-21,€1,€2,€1,€2,5\n",
        "mixes currencies in its prices: \\$ and €",
    ),
    "two date formats": (
        PLAIN + "23/03/2026,1,2,1,2,5\n",
        "mixes date formats: '2026-01-05' in line 2 and '23/03/2026' in line 57",
    ),
    "MM/DD or DD/MM": (
        table(series(days=[date(2026, month, 2) for month in range(1, 9)]), day=lambda d: f"{d:%m/%d/%Y}"),
        "days such as '01/02/2026' that could be MM/DD or DD/MM",
    ),
    "MM/DD and DD/MM": (
        table(DAYS, day=lambda d: f"{d:%m/%d/%Y}") + "23/03/2026,1,2,1,2,5\n",
        "fit neither MM/DD nor DD/MM in all rows",
    ),
    "days shifted by a zone": (
        table(DAYS, day=lambda d: str(d - timedelta(1))),
        "rows on Sundays and none on Fridays, so its days look shifted by a time zone",
    ),
    "day numbers of Excel": (
        table(DAYS, day=lambda d: str((d - date(1899, 12, 30)).days)),
        "days such as '46027', Excel's day numbers",
    ),
    "hours": (
        HEAD + "".join(lines(f"{{d}} {hour:02}:30:00,{{o}},{{h}},{{l}},{{c}},{{v}}") for hour in range(9, 16)),
        "looks like intraday prices",
    ),
    "hours since 1970": (
        HEAD
        + "".join(f"{epoch(day.day, 1, 3600 * hour)},1,2,1,1.{hour},5\n" for day in DAYS for hour in range(14, 21)),
        "looks like intraday prices",
    ),
    "a period of an hour": (
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n"
        + lines("NVDA.US,60,{d:%Y%m%d},160000,{o},{h},{l},{c},{v}"),
        "looks intraday: its period is '60'",
    ),
    "minutes, too many to read": (
        HEAD
        + "".join(
            f"{BEGIN + timedelta(at // 390)} {9 + at % 390 // 60:02}:{at % 60:02},1,2,1,1.{at % 7},5\n"
            for at in range(61_000)
        ),
        "looks like intraday prices",
    ),
    "too many rows of anything": (
        HEAD + "".join(f"{date(1700, 1, 1) + timedelta(at)},1,2,1,1.5,5\n" for at in range(61_000)),
        "more than 60,000 rows",
    ),
    "weeks": (
        table(series(days=[BEGIN + timedelta(7 * at) for at in range(20)])),
        "looks weekly: its rows are 7 days apart",
    ),
    "months": (table(series(days=[date(2024 + at // 12, at % 12 + 1, 1) for at in range(24)])), "looks monthly"),
    "two symbols": (
        "date,symbol,open,high,low,close\n" + lines("{d},AMD,{o},{h},{l},{c}\n{d},NVDA,{o},{h},{l},{c}"),
        "holds 2 symbols: AMD, NVDA",
    ),
    "two symbols without a column": (
        PLAIN + table(series(times=3), header=None),
        "looks like intraday prices, or like two symbols in one file",
    ),
    "another symbol": (
        "Price,Close,High,Low,Open,Volume\nTicker,AMD,AMD,AMD,AMD,AMD\nDate,,,,,\n" + lines(YFINANCE),
        "holds prices of AMD, not of NVDA",
    ),
    "two closes": (
        table(DAYS, header="date,open,high,close,close,volume"),
        "lacks the column 'low'; its columns are date, open, high, close, close, volume",
    ),
    "the same column twice": (
        "date,open,high,low,close,close\n" + lines("{d},{o},{h},{l},{c},{c}"),
        "has 2 columns called 'close'",
    ),
    "no open": (
        "Date,Close\n" + lines("{d},{c}"),
        "lacks the columns 'open', 'high', 'low'; its columns are Date, Close",
    ),
    "no date": (
        "when,open,high,low,close,volume\n" + lines("{d},{o},{h},{l},{c},{v}"),
        "lacks the column 'date'; its columns are when, open, high, low, close, volume",
    ),
    "no close": (
        "date,open,high,low,volume\n" + lines("{d},{o},{h},{l},{v}"),
        "lacks the column 'close'; its columns are date, open, high, low, volume",
    ),
    "no header, volumes with commas in all rows": (
        "".join(f"{d.day},{d.open},{d.high},{d.low},{d.close},{1_000 + n:,}\n" for n, d in enumerate(DAYS)),
        "no header line, and 1,000 in its first row may be one number or two",
    ),
    "no header, a volume with a comma in one row": (
        "".join(f"{d.day},{d.open},{d.high},{d.low},{d.close},{999 + (d is DAYS[-1]):,}\n" for d in DAYS),
        "has 7 cells in line 55 under a header of 6; numbers with ',' in them need quotes around them",
    ),
    "no header, another order": (
        stamped("{e},{l},{h},{o},{c},12.5"),
        "has no header line, and its columns are not open, high, low and close",
    ),
    "no rows": (HEAD, "has no usable row"),
    "unreadable rows": (HEAD + "soon,1,2,1,2,5\n", "has no usable row; Line 2: left out, its date is 'soon'"),
    "an open quote": (
        PLAIN.replace("2026-01-20,", '2026-01-20,"'),
        "has a quote in line 13 that is not closed in the same line",
    ),
    "an empty file": ("", "is empty"),
    "a web page": ("<!DOCTYPE html><html><body>Checking your browser", "is a web page, not a CSV table"),
    "JSON": ('{"chart":{"result":null}}', "is JSON, not a CSV table"),
    "a sentence": ("No data", "begins with 'No data'"),
    "an Excel workbook": (b"PK\x03\x04\x14\x00", "is an Excel workbook or a ZIP archive"),
    "a gzip": (b"\x1f\x8b\x08\x00", "is compressed with gzip"),
    "bytes": (b"\x00\x01\x02\x03", "is not a text file"),
    "cut UTF-16": (PLAIN.encode("utf-16")[:-1], "begins like utf-16 text but is not"),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_cannot_be_read_for_certain_is_refused_by_its_name(tmp_path: Path, kind: str) -> None:
    content, sentence = REFUSED[kind]
    with pytest.raises(Invalid, match=sentence) as refused:
        await read(tmp_path, content)
    assert "NVDA.csv" in str(refused.value)
    assert refused.value.problems[0].field == "symbol"


LEFT_OUT: dict[str, tuple[str, str]] = {
    "zeros": ("0,0,0,0,0", "left out, its open is 0."),
    "no numbers": ("nan,nan,nan,nan,nan", "left out, its open is nan."),
    "empty cells": (",,,,", "left out, its open is missing."),
    "a negative price": ("100,102,99,-5,5", "left out, its close is -5."),
    "a price in parentheses": ("100,102,99,(5.00),5", "left out, its close is -5.00."),
    "a percentage": ("100,102,99,5%,5", "left out, its close is 5%."),
    "a dividend": ("0.25 Dividend", "left out, its open is 0.25 Dividend."),
    "a close in pence": ("1000,1010,990,10.05,5", "left out, its close 10.05 is far outside its range 990 to 1010."),
    "too few cells": ("100,102", "left out, its low is missing."),
    "an impossible size": ("1e30,1e30,1e30,1e30,5", "left out, its open is 1e30."),
}


@pytest.mark.parametrize("kind", LEFT_OUT)
async def test_a_row_that_is_no_trading_day_is_left_out_and_named(tmp_path: Path, kind: str) -> None:
    row, sentence = LEFT_OUT[kind]
    bars = await read(tmp_path, PLAIN.replace("2026-03-19,", f"2026-03-19,{row}\n#"))
    assert rows_of(bars) == prices_of([day for day in DAYS if day.day != date(2026, 3, 19)])
    assert f"2026-03-19: {sentence}" in bars.repaired


async def test_every_row_without_a_date_is_named_by_its_line(tmp_path: Path) -> None:
    bars = await read(tmp_path, PLAIN + "Total,1,2,3,4,5\n\nn/a,1,2,1,2,5\n")
    assert bars.repaired == (
        "Line 57: left out, its date is 'Total'.",
        "Line 59: left out, its date is 'n/a'.",
    )


async def test_a_volume_that_is_no_number_is_unknown_and_named_while_its_prices_count(tmp_path: Path) -> None:
    bars = await read(tmp_path, PLAIN.replace(",1005400\n", ",lots\n").replace(",1005300\n", ",-5\n"))
    assert rows_of(bars) == prices_of(DAYS)
    assert [bar.volume for bar in bars.bars[-3:]] == [1005200, None, None]
    assert "2026-03-20: its volume is 'lots'; it was taken as unknown." in bars.repaired
    assert "2026-03-19: its volume is '-5'; it was taken as unknown." in bars.repaired


@pytest.mark.parametrize("newest_first", [False, True])
async def test_of_a_day_that_stands_twice_the_last_row_counts_and_the_other_is_named(
    tmp_path: Path, newest_first: bool
) -> None:
    text = HEAD + "2026-03-20,50,50,50,50,1\n" + lines("{d},{o},{h},{l},{c},{v}", newest_first=newest_first)
    bars = await read(tmp_path, text)
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.repaired == ("2026-03-20: stands in 2 rows that differ; the last one counts, close 154.8, not 50.",)


async def test_the_same_row_twice_is_one_row(tmp_path: Path) -> None:
    bars = await read(tmp_path, PLAIN + table(DAYS, header=None))
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.repaired == ()


@pytest.mark.parametrize(
    ("symbol", "day", "moved"),
    [
        ("7203.T", "{}T15:00:00Z", 1), ("SAP.DE", "{}T23:00:00+00:00", 1), ("NVDA", "{} 14:30:00+00:00", 0),
        ("2222.SR", "{}", 1),
    ],
)  # fmt: skip
async def test_times_of_utc_are_put_on_the_day_of_the_exchange(
    tmp_path: Path, symbol: str, day: str, moved: int
) -> None:
    text = table(DAYS, day=lambda d: day.format(d - timedelta(moved)))
    bars = await read(tmp_path, text, name=symbol)
    sunday_market = symbol.endswith(".SR")
    assert [bar.day for bar in bars.bars] == [d.day - timedelta(1 if sunday_market else 0) for d in DAYS]


async def test_times_of_utc_that_show_no_day_are_refused(tmp_path: Path) -> None:
    text = table(series(days=[BEGIN + timedelta(at) for at in range(60)]), day=lambda d: f"{d}T15:00:00Z")
    with pytest.raises(Invalid, match="times of UTC such as 2026-01-05 15:00, which do not show the trading day"):
        await read(tmp_path, text, name="BTC-USD", asset_type=AssetType.CRYPTO)


async def test_a_stretch_of_weeks_in_a_daily_file_is_said(tmp_path: Path) -> None:
    weekly = series(days=[date(2025, 9, 1) + timedelta(7 * at) for at in range(18)])
    bars = await read(tmp_path, table(weekly) + table(DAYS, header=None))
    assert "From 2025-09-01 to 2026-01-05 the rows are 5 days or more apart" in bars.repaired[0]


async def test_one_row_is_a_price_and_too_short_for_an_analysis(tmp_path: Path) -> None:
    await read(tmp_path, HEAD + "2026-03-20,1,2,1,2,5\n")
    market = CsvMarket(tmp_path)
    quote = await market.quote(Symbol("NVDA"), AssetType.EQUITY, datetime(2026, 3, 20, 22, tzinfo=UTC))
    assert quote.price == 2
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, AS_OF, tuple(Analyst), 1, "any")
    with pytest.raises(Invalid, match=r"NVDA are too short for an analysis: CSV folder .* has one day of them"):
        await collect(Sources(market), brief)
