"""Alpaca's market data over a local server of its format."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from tradecore.model.corporate_actions import Dividend
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bar, Bars, Symbol
from tradecore.model.price_rows import Split
from tradecore_adapters.market.alpaca import AlpacaMarket, open_alpaca_market
from tradecore_adapters.vendors.client import VendorLimits
from vendors.alpaca import AlpacaData
from vendors.server import FAULTS, Reply, Request, VendorServer, json_reply

FRIDAY = date(2026, 11, 27)
UNHURRIED = VendorLimits(per_second=1000.0, burst=1000)


@pytest.fixture
async def market(alpaca: AlpacaData, alpaca_server: VendorServer, tmp_path: Path) -> AsyncIterator[AlpacaMarket]:
    async with (
        httpx2.AsyncClient() as http,
        open_alpaca_market(
            alpaca_server.base, SecretStr("key"), SecretStr("secret"), tmp_path, http, lambda: alpaca.now,
            time.monotonic, UNHURRIED,
        ) as opened,
    ):  # fmt: skip
        yield opened


async def bars_of(market: AlpacaMarket, name: str = "NVDA", as_of: date = FRIDAY, count: int = 30) -> Bars:
    return await market.bars(Symbol(name), AssetType.EQUITY, as_of, count)


async def test_bars_are_those_of_all_pages(market: AlpacaMarket, alpaca: AlpacaData) -> None:
    bars = await bars_of(market, count=550)
    assert bars.bars == tuple(alpaca.shares["NVDA"].bars[-550:])
    assert (str(bars.source), bars.currency, bars.repaired) == ("Alpaca", "USD", ())


async def test_splits_and_dividends_make_earlier_bars_comparable_and_change_none_before_them(
    market: AlpacaMarket, alpaca: AlpacaData, tmp_path: Path
) -> None:
    nvda = alpaca.shares["NVDA"]
    alpaca.now = datetime(2026, 11, 11, 2, tzinfo=UTC)
    before = await bars_of(market, as_of=date(2026, 11, 10), count=300)
    nvda.splits = [Split(date(2026, 11, 16), Decimal(10))]
    nvda.dividends = [Dividend(date(2026, 11, 20), Decimal("0.25"))]
    nvda.bars = [bar if bar.day < date(2026, 11, 16) else _tenth(bar) for bar in nvda.bars]
    alpaca.now = datetime(2026, 11, 28, 15, tzinfo=UTC)
    after = await bars_of(market, count=300)
    moves = [bar.close / earlier.close for earlier, bar in zip(after.bars, after.bars[1:], strict=False)]
    assert Decimal("0.9") < min(moves) < max(moves) < Decimal("1.1")
    assert repr(await bars_of(market, as_of=date(2026, 11, 10), count=300)) == repr(before)
    actions = await market.corporate_actions(Symbol("NVDA"), AssetType.EQUITY, date(2026, 11, 1), FRIDAY)
    assert (actions.splits, actions.dividends) == (tuple(nvda.splits), tuple(nvda.dividends))


def _tenth(bar: Bar) -> Bar:
    prices = (round(price / 10, 2) for price in (bar.open, bar.high, bar.low, bar.close))
    return Bar(bar.day, *prices, volume=(bar.volume or 0) * 10)


async def test_a_running_session_is_left_out_and_quoted(market: AlpacaMarket, alpaca: AlpacaData) -> None:
    alpaca.now = datetime(2026, 11, 27, 16, tzinfo=UTC)
    bars = await bars_of(market)
    assert bars.last.day == date(2026, 11, 26)
    assert bars.repaired == ("2026-11-27: left out, the session is not over.",)
    quote = await market.quote(Symbol("NVDA"), AssetType.EQUITY, alpaca.now)
    assert (quote.price, quote.day) == (alpaca.shares["NVDA"].bars[-1].close, FRIDAY)


async def test_a_class_of_shares_is_written_with_a_dot(market: AlpacaMarket) -> None:
    assert (await bars_of(market, "BRK-B")).symbol == "BRK.B"


async def test_unknown_symbols_and_coins_are_refused(market: AlpacaMarket, alpaca_server: VendorServer) -> None:
    for _ in range(2):
        with pytest.raises(Invalid, match="Alpaca has no NVDX; it has shares that are listed in the United States"):
            await bars_of(market, "NVDX")
    assert len(alpaca_server.requests) == 1
    with pytest.raises(Invalid, match="equity=alpaca:,crypto=ccxt:kraken"):
        await market.bars(Symbol("BTC-USD"), AssetType.CRYPTO, FRIDAY, 5)


async def test_a_search_finds_the_share_with_the_symbol(market: AlpacaMarket) -> None:
    (listing,) = await market.search("nvda", 5)
    assert (listing.symbol, listing.name, listing.currency, listing.exchange) == ("NVDA", "NVDA Inc", "USD", "NASDAQ")
    assert await market.search("no such thing", 5) == ()
    assert await market.search("nvdx", 5) == ()


@pytest.mark.parametrize("fault", sorted({*FAULTS} - {"slow"}))
async def test_each_failure_is_a_sentence(market: AlpacaMarket, alpaca_server: VendorServer, fault: str) -> None:
    alpaca_server.fault = FAULTS[fault]
    with pytest.raises(Unavailable, match=r"^Alpaca .*\.$") as failure:
        await bars_of(market)
    assert not failure.value.transient
    assert "secret" not in str(failure.value)


async def test_a_wrong_key_names_the_settings(market: AlpacaMarket) -> None:
    market.key = SecretStr("wrong")
    with pytest.raises(Unavailable, match=r"refuses the key \(403\); check TRADECORE_ALPACA_KEY"):
        await bars_of(market)


@pytest.mark.parametrize("document", [{"bars": []}, {"bars": {"NVDA": [{}]}}, {"bars": {"NVDA": [7]}}, [], {}])
async def test_an_answer_of_another_form_is_no_answer(
    market: AlpacaMarket, alpaca: AlpacaData, alpaca_server: VendorServer, document: object
) -> None:
    alpaca_server.answer = lambda request: json_reply(document)
    with pytest.raises((Invalid, Unavailable), match=r"^Alpaca\b"):
        await bars_of(market)
    alpaca_server.answer = alpaca
    alpaca.now += timedelta(hours=1)
    assert (await bars_of(market)).last.day == FRIDAY


async def test_unsorted_and_repeated_rows_are_one_row_a_day(
    market: AlpacaMarket, alpaca: AlpacaData, alpaca_server: VendorServer
) -> None:
    expected = await bars_of(market)

    def disordered(request: Request) -> Reply:
        reply = alpaca(request)
        document = json.loads(reply.body)
        for name, rows in document.get("bars", {}).items():
            document["bars"][name] = [*rows[3:], *rows[:5]]
        return json_reply(document)

    alpaca_server.answer = disordered
    alpaca.shares["AMD"] = alpaca.shares["NVDA"]
    assert (await bars_of(market, "AMD")).bars == expected.bars
