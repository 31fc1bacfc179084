"""The CSV folder: forgiving of form, strict about content, and blind to what lies after the day."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, PriceSource, Symbol
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.series import read_table

HEADER = "date,open,high,low,close,volume\n"
Rows = Callable[[date, int], list[str]]


async def ask(folder: Path, name: str = "NVDA", day: date = date(2024, 1, 31), count: int = 500) -> Bars:
    return await CsvMarket(folder).bars(Symbol(name), AssetType.EQUITY, day, count)


def table(text: str, day: date = date(2024, 1, 5)) -> Bars:
    """What a table says as of a day."""
    return read_table(Symbol("X"), text.splitlines(keepends=True), "X.csv").window(day, 500, PriceSource("x"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(1, 60),
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


def test_header_case_order_extra_columns_blank_lines_and_a_byte_order_mark_are_forgiven() -> None:
    text = "\ufeff Close ,VOLUME,note,Date,Open,High,Low\n\n,,,,,,\n101,5,x,2024-01-02,100,102,99\n\n"
    bar = table(text).last
    assert (bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) == (date(2024, 1, 2), 100, 102, 99, 101, 5)


@pytest.mark.parametrize("day", ["2024-01-02", "2024/01/02", "20240102", "2024-01-02 00:00:00", "2024-01-02T00:00:00Z"])
def test_common_ways_to_write_a_day_are_read(day: str) -> None:
    assert table(f"{HEADER}{day},1,2,1,2,5\n").last.day == date(2024, 1, 2)


def test_rows_are_put_in_order_and_of_a_repeated_day_the_later_line_counts() -> None:
    found = table(f"{HEADER}2024-01-03,3,3,3,3,1\n2024-01-02,2,2,2,2,1\n2024-01-03,4,4,4,4,1\n")
    assert [(bar.day.day, bar.close) for bar in found.bars] == [(2, 2), (3, 4)]
    assert found.repaired == ()


def test_an_open_outside_the_range_widens_it_and_is_said() -> None:
    found = table(f"{HEADER}2024-01-02,658.67,652.45,650.73,652.34,1\n")
    assert (found.last.high, found.last.low) == (Decimal("658.67"), Decimal("650.73"))
    assert found.repaired == (
        "2024-01-02: the open 658.67 lay outside 650.73 to 652.45; the range was widened to 650.73 to 658.67.",
    )


def test_high_and_low_that_changed_places_are_put_right_and_said() -> None:
    found = table(f"{HEADER}2024-01-02,10,9,11,10,1\n")
    assert (found.last.high, found.last.low) == (11, 9)
    assert "were swapped" in found.repaired[0]


@pytest.mark.parametrize(
    "row", ["0,2,1,2,5", "1,2,1,,5", "1,2,-1,2,5", "1,2,1,NaN,5", "1,2,1,2,-5", "x,2,1,2,5", "1,2"]
)
def test_a_row_without_a_usable_number_is_left_out_and_said(row: str) -> None:
    found = table(f"{HEADER}2024-01-02,1,2,1,2,5\n2024-01-03,{row}\n2024-01-04,1,2,1,2,5\n")
    assert [bar.day.day for bar in found.bars] == [2, 4]
    assert len(found.repaired) == 1
    assert found.repaired[0].startswith("2024-01-03: left out, its ")


def test_a_missing_volume_counts_as_none_traded() -> None:
    assert table(f"{HEADER}2024-01-02,1,2,1,2,\n").last.volume == 0


def test_notes_belong_to_the_rows_that_were_asked_for() -> None:
    text = f"{HEADER}2024-01-02,5,2,1,2,5\n2024-01-03,1,2,1,2,5\n2024-01-04,5,2,1,2,5\n"
    assert len(table(text, date(2024, 1, 4)).repaired) == 2
    assert len(table(text, date(2024, 1, 3)).repaired) == 1


def test_an_adjusted_close_makes_earlier_days_comparable_without_knowing_the_future() -> None:
    # Ten shares for one on the third day, and a dividend much later that halves all adjusted closes once more.
    header = "date,open,high,low,close,volume,Adj Close\n"
    split = f"{header}2024-01-02,100,110,90,100,5,5\n2024-01-03,10,11,9,10,50,5\n2024-01-04,10,11,9,10,50,10\n"
    bars = table(split, date(2024, 1, 3)).bars
    assert [bar.close for bar in bars] == [10, 10]
    assert [bar.volume for bar in bars] == [50, 50]
    assert (bars[0].high, bars[0].low) == (11, 9)
    assert [bar.close for bar in table(split, date(2024, 1, 2)).bars] == [100]
    assert [bar.close for bar in table(split, date(2024, 1, 4)).bars] == [5, 5, 10]


def test_a_volume_in_money_becomes_units() -> None:
    found = table(f"{HEADER}2024-01-02,60000,61000,59000,60000,36000000000000\n")
    assert found.last.volume == 36000000000000 / 60000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "X.csv is empty"),
        ("date,open,high,low,volume\n", "lacks the column 'close'"),
        ("when,open,high,low,close,volume\n2024-01-02,1,2,1,2,5\n", "lacks the column 'date'"),
        (HEADER, "has no usable row"),
        (f"{HEADER}soon,1,2,1,2,5\n", "has no usable row"),
        ("\x00\x01\x02", "X.csv"),
    ],
)
def test_what_is_no_table_is_refused_by_name(text: str, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        table(text)


def _as_rows(texts: list[str]) -> str:
    return HEADER + "".join(f"2024-01-0{1 + at % 5},{text}\n" for at, text in enumerate(texts))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.lists(st.text(alphabet='0123456789.,-/"\n e', max_size=30)).map(_as_rows))
def test_no_file_breaks_the_reader(text: str) -> None:
    try:
        found = table(text)
    except Invalid:
        return
    assert found.bars


async def test_a_hole_in_the_series_is_named(folder: Path, rows: Rows) -> None:
    lines = rows(date(2023, 1, 1), 5) + rows(date(2023, 6, 1), 5)
    (folder / "HOLE.csv").write_text(HEADER + "".join(lines))
    with pytest.raises(Invalid, match="a hole from 2023-01-05 to 2023-06-01"):
        await ask(folder, "HOLE", date(2023, 3, 1))
    assert (await ask(folder, "HOLE", date(2023, 1, 15))).last.day == date(2023, 1, 5)
    with pytest.raises(Invalid, match="covers 2023-01-01 to 2023-06-05"):
        await ask(folder, "HOLE", date(2023, 6, 16))


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


async def test_a_pair_is_found_under_the_names_a_file_can_have(folder: Path, rows: Rows) -> None:
    (folder / "ETH_USDT.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    for name in ("ETH/USDT", "ETH-USDT"):
        found = await ask(folder, name, date(2023, 1, 5))
        assert found.symbol == name


@pytest.mark.parametrize(
    "name", ["../secret", "..", "/etc/passwd", "prices/NVDA", "..\\secret", "NVDA.csv/../../secret"]
)
async def test_no_symbol_leads_out_of_the_folder(folder: Path, rows: Rows, name: str) -> None:
    (folder.parent / "secret.csv").write_text(HEADER + "".join(rows(date(2023, 1, 1), 5)))
    with pytest.raises(Invalid, match="has no"):
        await ask(folder, name)


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
        await ask(folder)


async def test_a_source_names_the_folder_but_not_the_way_to_it(folder: Path) -> None:
    assert str((await ask(folder)).source) == "CSV folder prices"
