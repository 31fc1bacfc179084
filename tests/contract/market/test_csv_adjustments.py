"""Splits and dividends in price files: comparable prices, as they were traded, without knowing the future."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from price_files import AS_OF, DAYS, HEAD, PLAIN, Day, lines, prices_of, read, rows_of, table
from tradecore.model.errors import Invalid

ADJUSTED = "date,open,high,low,close,volume,adj close\n"
EX_DATE = DAYS[30].day
BEFORE = DAYS[29].day


def traded(times: int | Decimal, days: list[Day] = DAYS) -> list[Day]:
    """The series as it was traded around a split on EX_DATE: `times` as high before, so many fewer shares."""
    return [
        Day(day.day, *(price * times for price in day.prices), int(day.volume / times)) if day.day < EX_DATE else day
        for day in days
    ]


async def test_an_adjusted_close_makes_earlier_days_comparable_without_knowing_the_future(tmp_path: Path) -> None:
    # Ten shares for one on the third day, and a dividend much later that halves all adjusted closes once more.
    rows = (
        "2024-01-01,100,110,90,100,5,5\n2024-01-02,100,110,90,100,5,5\n"
        "2024-01-03,10,11,9,10,50,5\n2024-01-04,10,11,9,10,50,10\n"
    )

    async def as_of(day: int) -> list[tuple[Decimal, Decimal | None]]:
        bars = await read(tmp_path, ADJUSTED + rows, as_of=date(2024, 1, day))
        return [(bar.close, bar.volume) for bar in bars.bars]

    assert await as_of(2) == [(100, 5), (100, 5)]
    assert await as_of(3) == [(10, 50), (10, 50), (10, 50)]
    # The dividend halves earlier prices; the number of shares traded stays what it was.
    assert await as_of(4) == [(5, 50), (5, 50), (5, 50), (10, 50)]


@pytest.mark.parametrize("ratio", ["10", "2", "3", "1.5", "0.1", "0.05"])
async def test_a_split_scales_volume_and_a_dividend_does_not(tmp_path: Path, ratio: str) -> None:
    times = Decimal(ratio)
    days = traded(times)
    text = ADJUSTED
    for at, (was, now) in enumerate(zip(days, DAYS, strict=True)):
        adjusted = now.close * Decimal("0.97") if at < 40 else now.close
        text += f"{was.day},{','.join(map(str, was.prices))},{was.volume},{adjusted}\n"
    bars = await read(tmp_path, text)
    assert [float(bar.volume or 0) for bar in bars.bars] == pytest.approx([day.volume for day in DAYS], rel=1e-4)
    assert [float(bar.close) for bar in bars.bars] == pytest.approx(
        [float(day.close) * (0.97 if at < 40 else 1) for at, day in enumerate(DAYS)], rel=1e-4
    )


@pytest.mark.parametrize("ratio", [Decimal(1), Decimal("0.97"), Decimal("0.5")])
@pytest.mark.parametrize("missing", [[54], [30], [0, 1, 2], [29, 30, 31], [53, 54]])
@pytest.mark.parametrize("blank", ["", "null"])
async def test_a_missing_adjusted_close_makes_no_jump_and_is_named(
    tmp_path: Path, ratio: Decimal, missing: list[int], blank: str
) -> None:
    text = ADJUSTED + "".join(
        f"{day.day},{','.join(map(str, day.prices))},{day.volume},{blank if at in missing else day.close * ratio}\n"
        for at, day in enumerate(DAYS)
    )
    bars = await read(tmp_path, text)
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.repaired == tuple(
        f"{DAYS[at].day}: its adjusted close is missing; the factor of its neighbour was used." for at in missing
    )


async def test_an_adjusted_close_rounded_to_cents_moves_no_price(tmp_path: Path) -> None:
    text = ADJUSTED + "".join(
        f"{day.day},{','.join(map(str, day.prices))},{day.volume},{day.close * Decimal('0.37'):.2f}\n" for day in DAYS
    )
    bars = await read(tmp_path, text)
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.repaired == ()


@pytest.mark.parametrize(
    ("ratio", "words"),
    [("10", "10-for-1"), ("2", "2-for-1"), ("4", "4-for-1"), ("3", "3-for-1"), ("0.1", "1-for-10"), ("1.5", "3-for-2")],
)
async def test_a_split_that_is_not_adjusted_for_is_named_with_its_day(tmp_path: Path, ratio: str, words: str) -> None:
    text = table(traded(Decimal(ratio)))
    bars = await read(tmp_path, text)
    assert f"it looks like a {words} split that the source does not adjust for" in bars.repaired[0]
    assert bars.repaired[0].startswith(f"{EX_DATE}: ")
    assert (await read(tmp_path, text, as_of=BEFORE)).repaired == ()


async def test_a_crash_of_a_third_is_no_split(tmp_path: Path) -> None:
    falling = "2026-03-19,150,151,101,103,5\n2026-03-20,103,104,100,101,5\n"
    text = "".join(line for line in PLAIN.splitlines(keepends=True) if line[:10] not in ("2026-03-19", "2026-03-20"))
    assert (await read(tmp_path, text + falling)).repaired == ()


SPLITS = {
    "Yahoo's": f"Date,Stock Splits\n{EX_DATE},10:1\n",
    "a ratio": f"date,ratio\n{EX_DATE},10\n",
    "words": f"{EX_DATE},10-for-1\n",
}


@pytest.mark.parametrize("kind", SPLITS)
async def test_prices_divided_by_a_later_split_are_given_as_they_were_traded(tmp_path: Path, kind: str) -> None:
    bars = await read(tmp_path, PLAIN, as_of=BEFORE, splits=SPLITS[kind])
    assert rows_of(bars) == prices_of(traded(10)[:30])
    assert [bar.volume for bar in bars.bars] == [Decimal(day.volume) / 10 for day in DAYS[:30]]
    after = await read(tmp_path, PLAIN, splits=SPLITS[kind])
    assert rows_of(after) == prices_of(DAYS)
    assert after.repaired == ()


async def test_prices_as_traded_are_made_comparable_through_the_splits_beside_them(tmp_path: Path) -> None:
    text = table(traded(10))
    before = await read(tmp_path, text, as_of=BEFORE, splits=SPLITS["a ratio"])
    assert rows_of(before) == prices_of(traded(10)[:30])
    bars = await read(tmp_path, text, splits=SPLITS["a ratio"])
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.repaired == ()


@pytest.mark.parametrize(
    "header",
    ["Date,Open,High,Low,Close,Volume,Dividends,Stock Splits", "date,open,high,low,close,volume,divCash,splitFactor"],
)
async def test_a_column_of_splits_does_the_same(tmp_path: Path, header: str) -> None:
    none = "1.0" if "Factor" in header else "0.0"
    text = header + "\n" + lines("{d},{o},{h},{l},{c},{v},0.0," + none)
    text = text.replace(f"{EX_DATE},", "#").replace(
        "#" + text.split(f"{EX_DATE},")[1].split("\n")[0],
        f"{EX_DATE}," + text.split(f"{EX_DATE},")[1].split("\n")[0].removesuffix(none) + "10.0",
    )
    before = await read(tmp_path, text, as_of=BEFORE)
    assert rows_of(before) == prices_of(traded(10)[:30])
    assert rows_of(await read(tmp_path, text)) == prices_of(DAYS)


async def test_a_split_after_the_last_row_is_undone_where_an_earlier_one_was(tmp_path: Path) -> None:
    later = "2027-06-01,2:1\n"
    told = await read(tmp_path, PLAIN, splits=SPLITS["words"] + later)
    assert told.last.close == DAYS[-1].close * 2
    untold = await read(tmp_path, PLAIN, splits=later)
    assert untold.last.close == DAYS[-1].close
    assert untold.repaired == ("A 2-for-1 split of 2027-06-01 is after the last row; prices stand as in the file.",)


async def test_a_file_of_splits_that_holds_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"NVDA\.splits\.csv.* has no split in line 2; write 2024-06-10,10:1"):
        await read(tmp_path, PLAIN, splits="Date,Stock Splits\n2024-06-10,many\n")


async def test_prices_that_are_not_in_cents_are_said_to_be_adjusted(tmp_path: Path) -> None:
    text = table(DAYS, price=lambda price: f"{price / 3:.4f}")
    assert "The prices are not in whole cents" in " ".join((await read(tmp_path, text)).repaired)
    assert (await read(tmp_path, text, name="7203.T")).repaired == ()


GLITCHES = {"pence": Decimal(100), "pounds": Decimal("0.01"), "a lost digit": Decimal("0.1")}


@pytest.mark.parametrize("kind", GLITCHES)
async def test_a_day_in_another_unit_is_left_out_and_named(tmp_path: Path, kind: str) -> None:
    text = HEAD + "".join(
        f"{day.day},{','.join(str(price * (GLITCHES[kind] if at == 40 else 1)) for price in day.prices)},5\n"
        for at, day in enumerate(DAYS)
    )
    bars = await read(tmp_path, text, name="VOD.L")
    assert rows_of(bars) == prices_of([*DAYS[:40], *DAYS[41:]])
    assert bars.repaired[0].startswith(f"{DAYS[40].day}: left out, its close ")


@pytest.mark.parametrize("kind", ["pence", "pounds"])
async def test_so_is_the_newest_day(tmp_path: Path, kind: str) -> None:
    text = HEAD + "".join(
        f"{day.day},{','.join(str(price * (GLITCHES[kind] if at == 54 else 1)) for price in day.prices)},5\n"
        for at, day in enumerate(DAYS)
    )
    bars = await read(tmp_path, text, name="VOD.L")
    assert rows_of(bars) == prices_of(DAYS[:-1])
    assert bars.repaired[0].startswith(f"{AS_OF}: left out, its close ")
