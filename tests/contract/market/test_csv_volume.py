"""The volume of a price file: units, money, or unknown, for a whole series."""

from decimal import Decimal
from pathlib import Path

import pytest

from price_files import DAYS, lines, prices_of, read, rows_of, series, table
from tradecore.model.market import AssetType, Bars


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ("12.30M", 12_300_000),
        ("12.30 M", 12_300_000),
        ("1.23K", 1_230),
        ("1.5B", 1_500_000_000),
        ("2T", 2 * 10**12),
        ("1.2E+07", 12_000_000),
        ("1000000", 1_000_000),
        ("1000000 Stk.", 1_000_000),
        ("123.4万", 1_234_000),
        ("1.2억", 120_000_000),
        ("12.5 lac", 1_250_000),
        ("#N/A N/A", None),
        ('"1,000,000"', 1_000_000),
        ("0", None),
        ("", None),
        ("-", None),
        ("N/A", None),
        ("null", None),
        ("nan", None),
    ],
)
async def test_volumes_are_numbers_or_unknown_and_never_invented(
    tmp_path: Path, written: str, volume: int | None
) -> None:
    bars = await read(tmp_path, table(DAYS, volume=lambda _: written))
    assert {bar.volume for bar in bars.bars} == {volume}
    assert ("The volume" in " ".join(bars.repaired)) is (volume is None)


@pytest.mark.parametrize(
    ("header", "times"),
    [
        ("Volume (000s)", 1000),
        ("Volume (in thousands)", 1000),
        ("Volume (M)", 10**6),
        ("Volume (in 100s)", 100),
        ("成交量(手)", 100),
        ("出来高(千株)", 1000),
        ("成交量(万股)", 10_000),
        ("Vol", 1),
        ("Shares", 1),
    ],
)
async def test_a_header_can_say_in_what_the_volume_is_counted(tmp_path: Path, header: str, times: int) -> None:
    bars = await read(tmp_path, table(DAYS, header=f"date,open,high,low,close,{header}"))
    assert [bar.volume for bar in bars.bars] == [day.volume * times for day in DAYS]


@pytest.mark.parametrize(("money", "per"), [("成交额", 1), ("amount", 1000)])
async def test_money_beside_the_volume_tells_lots_of_a_hundred_shares(tmp_path: Path, money: str, per: int) -> None:
    rows = "".join(
        f"{d.day},{d.open},{d.high},{d.low},{d.close},{d.volume // 100},{d.volume * d.close / per}\n" for d in DAYS
    )
    bars = await read(tmp_path, f"date,open,high,low,close,vol,{money}\n{rows}", name="600519.SS")
    assert [bar.volume for bar in bars.bars] == [day.volume for day in DAYS]
    assert "counts lots of 100 shares; it was multiplied by 100" in bars.repaired[0]


async def test_money_beside_a_volume_of_shares_changes_nothing(tmp_path: Path) -> None:
    rows = "".join(f"{d.day},{d.open},{d.high},{d.low},{d.close},{d.volume},{d.volume * d.close}\n" for d in DAYS)
    bars = await read(tmp_path, f"date,open,high,low,close,vol,turnover\n{rows}")
    assert [bar.volume for bar in bars.bars] == [day.volume for day in DAYS]
    assert bars.repaired == ()


async def test_a_volume_of_lots_of_an_unknown_size_is_unknown(tmp_path: Path) -> None:
    bars = await read(tmp_path, table(DAYS, header="date,open,high,low,close,Volume (lots)"))
    assert {bar.volume for bar in bars.bars} == {None}


async def test_without_a_column_of_volume_the_prices_are_read(tmp_path: Path) -> None:
    bars = await read(tmp_path, "date,open,high,low,close\n" + lines("{d},{o},{h},{l},{c}"), name="EURUSD=X")
    assert rows_of(bars) == prices_of(DAYS)
    assert {bar.volume for bar in bars.bars} == {None}


def volumes(bars: Bars) -> list[Decimal | None]:
    return [bar.volume for bar in bars.bars]


UNITS: dict[str, tuple[str, Decimal, int, bool]] = {
    # Symbol, price of one hundred, volume, and whether that is money.
    "money near 200 billion": ("SOL-USD", Decimal("1.5"), 6_400_000_000, True),
    "money of bitcoin": ("BTC-USD", Decimal(300), 40_730_301_359, True),
    "money of a cheap coin": ("DOGE-USD", Decimal("0.0015"), 1_000_000_000, True),
    "coins of bitcoin": ("BTC-USD", Decimal(600), 25_000, False),
    "coins of ether": ("ETH-USD", Decimal(25), 4_000_000, False),
    "coins of an exchange": ("DOGE/USDT", Decimal("0.0015"), 1_000_000_000, False),
    "shares in won": ("005930.KS", Decimal(705), 13_000_000, False),
    "shares in rupiah": ("BBCA.JK", Decimal(100), 150_000_000, False),
    "shares in dollars": ("SPY", Decimal(6), 80_000_000, False),
}


@pytest.mark.parametrize("kind", UNITS)
async def test_what_volume_counts_is_one_thing_for_the_whole_series(tmp_path: Path, kind: str) -> None:
    symbol, times, volume, money = UNITS[kind]
    days = series(times)
    coin = "USD" in symbol
    name = symbol.replace("/", "-")
    kind_of = AssetType.CRYPTO if coin else AssetType.EQUITY
    text = table(days, volume=lambda v: str(volume + v % 1000))
    bars = await read(tmp_path, text, name=name, symbol=symbol, asset_type=kind_of)
    written = [volume + day.volume % 1000 for day in days]
    if money:
        assert volumes(bars) == [
            (Decimal(number) / day.close).quantize(Decimal("0.0001")) for number, day in zip(written, days, strict=True)
        ]
        assert "money" in bars.repaired[0]
    else:
        assert volumes(bars) == written


@pytest.mark.parametrize(
    ("header", "volume", "units"),
    [
        ("date,open,high,low,close,Volume USD", "1000000", False),
        ("date,open,high,low,close,Volume (Currency)", "1000000", False),
        ("date,open,high,low,close,Volume BTC", "1000000000000", True),
        ("date,open,high,low,close,volume", "$1000000", False),
    ],
)
async def test_what_a_file_says_about_its_volume_is_believed(
    tmp_path: Path, header: str, volume: str, units: bool
) -> None:
    text = table(DAYS, header=header, volume=lambda _: volume)
    bars = await read(tmp_path, text, name="BTC-USD", asset_type=AssetType.CRYPTO)
    number = Decimal(volume.strip("$"))
    close = DAYS[-1].close
    assert bars.last.volume == (number if units else (number / close).quantize(Decimal("0.0001")))


async def test_yahoos_volume_of_a_coin_is_money(tmp_path: Path) -> None:
    text = "Date,Open,High,Low,Close,Adj Close,Volume\n" + lines("{d},{o},{h},{l},{c},{c},500000")
    bars = await read(tmp_path, text, name="XYZ-USD", asset_type=AssetType.CRYPTO)
    assert bars.last.volume == (Decimal(500000) / DAYS[-1].close).quantize(Decimal("0.0001"))


async def test_coinmarketcaps_volume_is_money_with_cents_and_all(tmp_path: Path) -> None:
    text = "timeOpen;timeClose;name;open;high;low;close;volume;marketCap;timestamp\n" + lines(
        '"{d}T00:00:00.000Z";"{d}T23:59:59.999Z";"2781";{o};{h};{l};{c};500000.55;1;"{d}T23:59:59.999Z"'
    )
    bars = await read(tmp_path, text, name="XYZ-USD", asset_type=AssetType.CRYPTO)
    assert rows_of(bars) == prices_of(DAYS)
    assert bars.last.volume == (Decimal("500000.55") / DAYS[-1].close).quantize(Decimal("0.0001"))


async def test_a_volume_finer_than_cents_counts_coins(tmp_path: Path) -> None:
    text = table(series(Decimal("0.0015")), volume=lambda v: f"{v * 1000}.12345678")
    bars = await read(tmp_path, text, name="DOGE-USD", asset_type=AssetType.CRYPTO)
    assert bars.last.volume == Decimal(DAYS[-1].volume * 1000) + Decimal("0.12345678")
