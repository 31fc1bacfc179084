"""The CSV folder: forgiving of form, strict about content, and blind to what lies after the day."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, PriceSource, Symbol, symbol
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.file_names import price_files
from tradecore_adapters.market.price_table import read_prices

HEADER = "date,open,high,low,close,volume\n"
Rows = Callable[[date, int], list[str]]


async def bars_of(folder: Path, name: str = "NVDA", day: date = date(2024, 1, 31), count: int = 500) -> Bars:
    return await CsvMarket(folder).bars(Symbol(name), AssetType.EQUITY, day, count)


def table(text: str, day: date = date(2024, 1, 5)) -> Bars:
    """What a table says as of a day."""
    return read_prices(Symbol("X"), text, "X.csv").window(day, 500, PriceSource("x"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    cut=st.integers(2, 60),
    future=st.lists(st.text(alphabet="0123456789.,-xNa e", max_size=40), max_size=20),
    shuffled=st.randoms(use_true_random=False),
)
def test_rows_after_the_day_never_change_what_is_returned(
    rows: Rows, cut: int, future: list[str], shuffled: object
) -> None:
    first = date(2024, 1, 1)
    known = rows(first, cut)
    day = first + timedelta(days=cut - 1)
    after = [f"{day + timedelta(days=1 + at)},{text}\n" for at, text in enumerate(future)]
    after += rows(day + timedelta(days=30), 5)
    mixed = known + after
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert table(HEADER + "".join(mixed), day) == table(HEADER + "".join(known), day)


def test_a_row_that_is_wider_than_the_header_is_left_out_and_named() -> None:
    bars = table(HEADER + "2024-01-02,100,102,99,101,5\n2024-01-03,100,102,99,101,5,gap, no trade\n2024-01-04,,,,,,0\n")
    assert [bar.day for bar in bars.bars] == [date(2024, 1, 2)]
    assert bars.repaired == (
        "2024-01-03: left out, it has 8 cells under a header of 6.",
        "2024-01-04: left out, it has 7 cells under a header of 6.",
    )


def test_a_row_of_more_numbers_than_the_header_refuses_its_day_and_later_ones() -> None:
    text = (
        HEADER + "2024-01-04,1,100.50,1,102,1,099,1,101,5\n2024-01-02,100,102,99,101,5\n2024-01-05,100,102,99,101,5\n"
    )
    assert table(text, date(2024, 1, 3)) == table(HEADER + "2024-01-02,100,102,99,101,5\n", date(2024, 1, 3))
    history = read_prices(Symbol("X"), text, "X.csv")
    source, sentence = PriceSource("x"), "X.csv has 10 cells in line 2 under a header of 6; numbers with ',' in them"
    assert history.quote(datetime(2024, 1, 3, 23, tzinfo=UTC), source).price == 101
    assert history.corporate_actions(date(2024, 1, 1), date(2024, 1, 3), source).splits == ()
    for day in (date(2024, 1, 4), date(2024, 1, 5), date(2025, 1, 1)):
        with pytest.raises(Invalid, match=sentence):
            history.window(day, 500, source)
        with pytest.raises(Invalid, match=sentence):
            history.quote(datetime.combine(day, time(23), UTC), source)
        with pytest.raises(Invalid, match=sentence):
            history.corporate_actions(date(2024, 1, 1), day, source)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "2024-01-02,100,102,99,101,5\n2024-13-04,1,100.50,1,102,1,099,1,101,5\n",
        # The cell in the place of the day may be a part of a number.
        "open,date,high,low,close,volume\n100,20240102,102,99,101,5\n1,100.50,20240104,1,102,1,099,5\n",
    ],
    ids=["no day", "the day is not first"],
)
def test_a_row_of_more_numbers_than_the_header_and_of_no_known_day_refuses_the_file(text: str) -> None:
    with pytest.raises(Invalid, match=r"X\.csv has .* cells in line 3 under a header of 6"):
        table(text, date(2024, 1, 2))


def test_header_case_order_extra_columns_blank_lines_and_a_byte_order_mark_are_forgiven() -> None:
    header = "\ufeff Close ,VOLUME,note,Date,Open,High,Low\n\n,,,,,,\n"
    text = f"{header}101,5,x,2024-01-02,100,102,99\n102,6,y,2024-01-03,100,102,99\n\n"
    bar = table(text).bars[0]
    assert (bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) == (date(2024, 1, 2), 100, 102, 99, 101, 5)


def test_rows_are_put_in_order_and_of_a_repeated_day_the_later_line_counts() -> None:
    text = f"{HEADER}2024-01-03,3,3,3,3,1\n2024-01-02,3,3,3,3,1\n2024-01-03,4,4,4,4,1\n"
    bars = table(text)
    assert [(bar.day.day, bar.close) for bar in bars.bars] == [(2, 3), (3, 4)]
    assert bars.repaired == ("2024-01-03: stands in 2 rows that differ; the last one counts, close 4, not 3.",)


def test_an_open_outside_the_range_widens_it_and_is_said() -> None:
    bars = table(f"{HEADER}2024-01-01,650,652,649,651,1\n2024-01-02,658.67,652.45,650.73,652.34,1\n")
    assert (bars.last.high, bars.last.low) == (Decimal("658.67"), Decimal("650.73"))
    assert bars.repaired == (
        "2024-01-02: the open 658.67 lay outside 650.73 to 652.45; the range was widened to 650.73 to 658.67.",
    )


def test_high_and_low_that_changed_places_are_put_right_and_said() -> None:
    bars = table(f"{HEADER}2024-01-01,10,11,9,10,1\n2024-01-02,10,9,11,10,1\n")
    assert (bars.last.high, bars.last.low) == (11, 9)
    assert "were swapped" in bars.repaired[0]


@pytest.mark.parametrize("row", ["0,2,1,2,5", "1,2,1,,5", "1,2,-1,2,5", "1,2,1,NaN,5", "1,2,1,9,5", "x,2,1,2,5", "1,2"])
def test_a_row_without_a_usable_number_is_left_out_and_said(row: str) -> None:
    bars = table(f"{HEADER}2024-01-02,1,2,1,2,5\n2024-01-03,{row}\n2024-01-04,1,2,1,2,5\n")
    assert [bar.day.day for bar in bars.bars] == [2, 4]
    assert len(bars.repaired) == 1
    assert bars.repaired[0].startswith("2024-01-03: left out, its ")


def test_notes_belong_to_the_rows_that_were_asked_for() -> None:
    text = f"{HEADER}2024-01-02,3,2,1,2,5\n2024-01-03,1,2,1,2,5\n2024-01-04,3,2,1,2,5\n"
    assert len(table(text, date(2024, 1, 4)).repaired) == 2
    assert len(table(text, date(2024, 1, 3)).repaired) == 1


def _as_rows(texts: list[str]) -> str:
    return HEADER + "".join(f"2024-01-0{1 + at % 5},{text}\n" for at, text in enumerate(texts))


@settings(max_examples=300)
@given(st.text(max_size=300) | st.lists(st.text(alphabet='0123456789.,-/"\n e', max_size=30)).map(_as_rows))
def test_no_file_breaks_the_reader(text: str) -> None:
    try:
        bars = table(text)
    except Invalid:
        return
    assert bars.bars


def test_a_first_line_that_csv_cannot_take_apart_is_refused() -> None:
    with pytest.raises(Invalid, match="no header line"):
        table('\r,"')


async def test_a_hole_in_the_series_is_named(folder: Path, rows: Rows) -> None:
    lines = rows(date(2023, 1, 1), 5) + rows(date(2023, 6, 1), 5)
    (folder / "HOLE.csv").write_text(HEADER + "".join(lines))
    with pytest.raises(Invalid, match="a hole from 2023-01-05 to 2023-06-01"):
        await bars_of(folder, "HOLE", date(2023, 3, 1))
    assert (await bars_of(folder, "HOLE", date(2023, 1, 15))).last.day == date(2023, 1, 5)
    with pytest.raises(Invalid, match="covers 2023-01-01 to 2023-06-05"):
        await bars_of(folder, "HOLE", date(2023, 6, 16))


async def test_a_file_is_read_again_when_it_changed_and_only_then(folder: Path) -> None:
    market = CsvMarket(folder)
    path = folder / "NVDA.csv"

    async def last() -> Decimal:
        return (await market.bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 2, 3), 1)).last.close

    first = await last()
    stamp = path.stat()
    text = path.read_text()
    # Same size, same time: taken as unchanged, so the old rows still stand.
    path.write_text(text.replace(f",{first},", f",{first - 1},"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert await last() == first
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 10**9))
    assert await last() == first - 1


async def test_a_file_that_appears_later_is_found(folder: Path, rows: Rows) -> None:
    market = CsvMarket(folder)
    assert Symbol("NEW") not in await market.symbols()
    (folder / "new.CSV").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    assert Symbol("NEW") in await market.symbols()


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("BRK-B", ["BRK-B", "BRK.B", "BRK/B"]),
        ("BRK.B", ["BRK.B", "BRK-B"]),
        ("brk_b", ["BRK-B", "BRK.B"]),
        ("NVDA.US", ["NVDA", "NVDA.US"]),
        ("nvda.us", ["NVDA"]),
        ("nvda_us_d", ["NVDA"]),
        ("nvda_d", ["NVDA"]),
        ("NVDA_daily", ["NVDA"]),
        ("NVDA Historical Data", ["NVDA"]),
        ("NVDA (1)", ["NVDA"]),
        ("nvda_us_d (2)", ["NVDA"]),
        ("NVDA Historical Data (3)", ["NVDA"]),
        ("NASDAQ_NVDA, 1D", ["NVDA"]),
        ("BATS_NVDA, 1D_0fe2a", ["NVDA"]),
        ("CBOE_DLY_VIX, 1D", ["VIX"]),
        ("NVDA-1d-data", ["NVDA"]),
        ("Binance_BTCUSDT_d", ["BTC/USDT", "BTC-USDT"]),
        ("XBTUSD_1440", ["BTC-USD", "BTC/USD"]),
        ("ETH_USDT", ["ETH/USDT", "ETH-USDT", "ETHUSDT"]),
        ("ETHUSDT", ["ETH/USDT", "ETH-USDT", "ETHUSDT"]),
        ("ETHUSDT-1d", ["ETH/USDT"]),
        ("ETH-USD-1d", ["ETH-USD", "ETH/USD"]),
        ("ETH_USDT_USDT", ["ETH/USDT:USDT"]),
        ("M&M.NS", ["M&M.NS"]),
        ("$SPX", ["$SPX"]),
        ("^GSPC", ["^GSPC"]),
        ("EURUSD=X", ["EURUSD=X", "EURUSD"]),
        ("0700.HK", ["0700.HK"]),
    ],
)
async def test_a_symbol_has_the_file_that_people_and_vendors_name_after_it(
    tmp_path: Path, rows: Rows, file: str, names: list[str]
) -> None:
    (tmp_path / f"{file}.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    for name in names:
        bars = await bars_of(tmp_path, str(symbol(name)), date(2023, 1, 5))
        assert bars.symbol == name
    for listed in await CsvMarket(tmp_path).symbols():
        assert (await bars_of(tmp_path, listed, date(2023, 1, 5))).bars


@pytest.mark.parametrize(
    ("files", "name", "near"),
    [
        (["BTC-USD", "AAPL"], "BTC", "Did you mean BTC-USD?"),
        (["0700.HK", "AAPL"], "700.HK", "Did you mean 0700.HK?"),
        (["NVDA", "AAPL"], "NVDX", "Did you mean NVDA?"),
        (["ETH-USDT", "AAPL"], "ETH/USDT:USDT", "Did you mean ETH-USDT?"),
        (["BRKB", "AAPL"], "BRK.B", "Did you mean BRKB?"),
        (["AAPL", "MSFT"], "TSLA", "it has AAPL, MSFT.$"),
    ],
)
async def test_another_symbol_is_suggested_and_never_taken(
    tmp_path: Path, rows: Rows, files: list[str], name: str, near: str
) -> None:
    for file in files:
        (tmp_path / f"{file}.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    with pytest.raises(Invalid, match=f"has no {name}; .*{near}".replace("?", "[?]")):
        await bars_of(tmp_path, name, date(2023, 1, 5))


async def test_the_file_with_the_very_name_comes_first_and_two_others_are_too_many(tmp_path: Path, rows: Rows) -> None:
    for at, file in enumerate(("BRK-B", "BRK.B", "NVDA", "nvda_d")):
        (tmp_path / f"{file}.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5 + at)))
    assert len((await bars_of(tmp_path, "BRK-B", date(2023, 1, 10))).bars) == 5
    assert len((await bars_of(tmp_path, "BRK.B", date(2023, 1, 10))).bars) == 6
    assert len((await bars_of(tmp_path, "NVDA", date(2023, 1, 10))).bars) == 7
    with pytest.raises(Invalid, match=r"has BRK-B and BRK\.B for BRK/B.US; name one of them"):
        price_files([tmp_path / "BRK-B.csv", tmp_path / "BRK.B.csv"]).file_of(Symbol("BRK/B.US"), "prices")


async def test_two_downloads_of_a_symbol_are_refused_until_one_is_named_after_it(tmp_path: Path, rows: Rows) -> None:
    for at, file in enumerate(("NVDA (1)", "NVDA_daily")):
        (tmp_path / f"{file}.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5 + at)))
    with pytest.raises(Invalid, match=r"has 'NVDA \(1\)\.csv' and 'NVDA_daily\.csv' for NVDA; keep one, or name one"):
        await bars_of(tmp_path, "NVDA", date(2023, 1, 10))
    (tmp_path / "NVDA (1).csv").rename(tmp_path / "NVDA.csv")
    assert len((await bars_of(tmp_path, "NVDA", date(2023, 1, 10))).bars) == 5


async def test_a_file_whose_name_is_no_symbol_is_named_in_the_refusal(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "HistoricalData_1767571200000.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    with pytest.raises(Invalid, match=r"it has 'HistoricalData_1767571200000\.csv', whose name is no symbol; name a"):
        await bars_of(tmp_path, "NVDA", date(2023, 1, 5))


async def test_splits_named_after_the_symbol_belong_to_a_file_with_a_longer_name(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "NVDA (1).csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    (tmp_path / "NVDA.splits.csv").write_text("2023-01-04,2:1\n")
    actions = await CsvMarket(tmp_path).corporate_actions(
        Symbol("NVDA"), AssetType.EQUITY, date(2023, 1, 1), date(2023, 1, 5)
    )
    assert [split.ratio for split in actions.splits] == [2]


async def test_a_file_that_is_being_read_holds_up_no_other(folder: Path) -> None:
    begun, ended = Event(), Event()

    class SlowForOne(CsvMarket):
        def _text(self, path: Path) -> tuple[str, str]:
            if path.stem == "NVDA":
                begun.set()
                assert ended.wait(30)
            return super()._text(path)

    market = SlowForOne(folder)
    slow = asyncio.create_task(market.bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 1, 31), 5))
    try:
        assert await asyncio.to_thread(begun.wait, 30)
        async with asyncio.timeout(30):
            assert (await market.bars(Symbol("SPY"), AssetType.EQUITY, date(2024, 1, 31), 5)).bars
        assert not slow.done()
    finally:
        ended.set()
    assert (await slow).bars


async def test_many_questions_about_a_file_read_it_once(folder: Path) -> None:
    texts: list[str] = []

    class Counted(CsvMarket):
        def _text(self, path: Path) -> tuple[str, str]:
            texts.append(path.stem)
            return super()._text(path)

    market = Counted(folder)
    await asyncio.gather(
        *(market.bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 1, day), 5) for day in range(1, 20))
    )
    assert texts == ["NVDA"]


@pytest.mark.parametrize(
    "name", ["../secret", "..", "/etc/passwd", "prices/NVDA", "..\\secret", "NVDA.csv/../../secret"]
)
async def test_no_symbol_leads_out_of_the_folder(folder: Path, rows: Rows, name: str) -> None:
    (folder.parent / "secret.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    with pytest.raises(Invalid, match="has no"):
        await bars_of(folder, name)


async def test_a_folder_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="names no folder"):
        CsvMarket(tmp_path / "nowhere")


async def test_a_folder_that_went_away_is_the_worlds_fault(folder: Path) -> None:
    market = CsvMarket(folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(Unavailable, match="cannot be read"):
        await market.symbols()


async def test_an_empty_folder_says_so(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(Invalid, match="it has no CSV file"):
        await bars_of(folder)


async def test_a_source_names_the_folder_but_not_the_way_to_it(folder: Path) -> None:
    assert str((await bars_of(folder)).source) == "CSV folder prices"
