"""Nine real files, where they are present: read whole, with what is wrong in them named."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tradecore.model.market import AssetType, Bars, Symbol
from tradecore_adapters.market.csv import CsvMarket

FOLDER = Path(__file__).parents[4] / "shared/data/market"
SHARES = ("AAPL", "GOOGL", "META", "MSFT", "NVDA", "QQQ", "SPY")
COINS = ("BTC-USD", "ETH-USD")


@pytest.fixture(scope="module")
def market() -> CsvMarket:
    if not FOLDER.is_dir():
        pytest.skip("not run: the real price files are not committed and lie in ../shared/data/market only")
    return CsvMarket(FOLDER)


async def every(market: CsvMarket, name: str, as_of: date = date(2026, 3, 26)) -> Bars:
    kind = AssetType.CRYPTO if name in COINS else AssetType.EQUITY
    return await market.bars(Symbol(name), kind, as_of, 5000)


@pytest.mark.parametrize("name", [*SHARES, *COINS])
async def test_every_row_is_read_as_it_stands(market: CsvMarket, name: str) -> None:
    bars = await every(market, name)
    rows = [line.split(",") for line in (FOLDER / f"{name}.csv").read_text().splitlines()[1:]]
    assert [str(bar.day) for bar in bars.bars] == [row[0] for row in rows]
    assert [bar.close for bar in bars.bars] == [Decimal(row[4]) for row in rows]
    assert [bar.open for bar in bars.bars] == [Decimal(row[1]) for row in rows]
    if name in SHARES:
        assert [bar.volume for bar in bars.bars] == [Decimal(row[5]) for row in rows]


async def test_the_one_row_that_contradicts_itself_is_named(market: CsvMarket) -> None:
    notes = [note for name in SHARES for note in (await every(market, name)).repaired if note[0].isdigit()]
    assert len(notes) == 1
    assert notes[0].startswith("2026-03-26: the open 658.6700 lay outside 650.7300 to 652.4500")


@pytest.mark.parametrize("name", COINS)
@pytest.mark.parametrize("as_of", [date(2021, 3, 1), date(2022, 11, 9), date(2026, 3, 26)])
async def test_the_volume_of_a_coin_is_in_coins_on_every_day(market: CsvMarket, name: str, as_of: date) -> None:
    bars = await every(market, name, as_of)
    money = [float(bar.volume or 0) * float(bar.close) for bar in bars.bars]
    assert 1e9 < min(money) < max(money) < 1e12
    assert "The volume is money" in bars.repaired[0]


async def test_adjusted_prices_are_said_to_be_so(market: CsvMarket) -> None:
    assert any("not in whole cents" in note for note in (await every(market, "NVDA", date(2022, 6, 1))).repaired)


async def test_with_the_split_beside_it_nvidia_closed_near_1096(market: CsvMarket, tmp_path: Path) -> None:
    (tmp_path / "NVDA.csv").write_bytes((FOLDER / "NVDA.csv").read_bytes())
    (tmp_path / "NVDA.splits.csv").write_text("date,ratio\n2021-07-20,4:1\n2024-06-10,10:1\n")
    beside = CsvMarket(tmp_path)
    before = await beside.bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 5, 31), 300)
    assert 1090 < before.last.close < 1100
    after = await beside.bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 6, 28), 300)
    moves = [now.close / was.close for was, now in zip(after.bars, after.bars[1:], strict=False)]
    assert max(moves) < Decimal("1.3")
    assert min(moves) > Decimal("0.8")


@pytest.mark.parametrize("name", [*SHARES, *COINS])
async def test_an_earlier_question_is_answered_from_earlier_rows_alone(
    market: CsvMarket, tmp_path: Path, name: str
) -> None:
    day = date(2023, 6, 30)
    lines = (FOLDER / f"{name}.csv").read_text().splitlines(keepends=True)
    (tmp_path / f"{name}.csv").write_text("".join(line for line in lines if line[0] == "d" or line[:10] <= str(day)))
    kind = AssetType.CRYPTO if name in COINS else AssetType.EQUITY
    for as_of in (day, day - timedelta(days=90)):
        cut = await CsvMarket(tmp_path).bars(Symbol(name), kind, as_of, 400)
        whole = await market.bars(Symbol(name), kind, as_of, 400)
        assert (cut.bars, cut.repaired) == (whole.bars, whole.repaired)
