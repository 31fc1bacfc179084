"""Nine real series, where they are present: the same evidence from files and from a server of Yahoo's format."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tradecore.engines.desk.collect import Sources, collect
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.market import AssetType, Bar, Symbol
from tradecore.model.steps import Analyst, Collected
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.yahoo import open_yahoo
from tradecore_adapters.vendors.client import VendorLimits
from vendors.server import VendorServer
from vendors.yahoo import Instrument, Yahoo

FOLDER = Path(__file__).parents[4] / "shared/data/market"
SHARES = ("AAPL", "GOOGL", "META", "MSFT", "NVDA", "QQQ", "SPY")
COINS = ("BTC-USD", "ETH-USD")
LAST = date(2026, 3, 26)
UNHURRIED = VendorLimits(per_second=1000.0, burst=1000)


@pytest.fixture(scope="module")
def files() -> CsvMarket:
    if not FOLDER.is_dir():
        pytest.skip("not run: the real price files are not committed and lie in ../shared/data/market only")
    return CsvMarket(FOLDER)


async def bars_in_cents(files: CsvMarket, name: str) -> list[Bar]:
    """The bars of a file in whole cents, which the single precision of Yahoo carries, and whole volumes."""
    kind = AssetType.CRYPTO if name in COINS else AssetType.EQUITY
    bars = (await files.bars(Symbol(name), kind, LAST, 5000)).bars
    return [
        Bar(
            bar.day,
            *(round(price, 2) for price in (bar.open, bar.high, bar.low, bar.close)),
            # The volume of coins is money at Yahoo, and in these files.
            volume=(bar.volume or Decimal(0)) * bar.close // 1 if name in COINS else bar.volume,
        )
        for bar in bars
    ]


@pytest.mark.parametrize("name", [*SHARES, *COINS])
@pytest.mark.parametrize("as_of", [date(2022, 11, 9), LAST])
async def test_the_evidence_is_the_same(files: CsvMarket, tmp_path: Path, name: str, as_of: date) -> None:
    kind = AssetType.CRYPTO if name in COINS else AssetType.EQUITY
    instruments: dict[str, Instrument] = {}
    for symbol in {name, "BTC-USD" if name in COINS else "SPY"}:
        bars = await bars_in_cents(files, symbol)
        rows = [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]
        lines = [",".join(map(str, row)) for row in [("date", "open", "high", "low", "close", "volume"), *rows]]
        (tmp_path / f"{symbol}.csv").write_text("\n".join(lines) + "\n")
        crypto = symbol in COINS
        instruments[symbol] = Instrument(bars, kind="CRYPTOCURRENCY", zone="UTC") if crypto else Instrument(bars)
    now = datetime(2026, 3, 28, 15, tzinfo=UTC)
    brief = AnalysisBrief(Symbol(name), kind, as_of, (Analyst.TECHNICAL,), 1, "rules")
    async with (
        VendorServer(Yahoo(instruments, now)).serving() as server,
        open_yahoo(
            tmp_path / "yahoo",
            lambda: now,
            time.monotonic,
            server.base,
            limits=UNHURRIED,
        ) as live,
    ):
        from_yahoo = await collect(Sources(live), brief)
    from_files = await collect(Sources(CsvMarket(tmp_path)), brief)
    assert statements(from_yahoo) == statements(from_files)
    assert len(statements(from_yahoo)) > 15


def statements(collected: Collected) -> list[tuple[str, str]]:
    """The measures and statements, without what a source says about itself: a file does not state its volume's unit."""
    return [(piece.measure, piece.statement) for piece in collected.evidence if piece.measure != "repaired"]
