"""Crypto exchanges through ccxt, over local servers of their formats."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore_adapters.market.ccxt import CcxtMarket, open_ccxt
from tradecore_adapters.vendors.client import VendorLimits
from vendors.exchanges import Exchanges
from vendors.server import FAULTS, Reply, VendorServer, json_reply
from vendors.yahoo import SATURDAY

FRIDAY = date(2026, 11, 27)
UNHURRIED = VendorLimits(per_second=1000.0, burst=1000)
Open = Callable[[str], AbstractAsyncContextManager[CcxtMarket]]


@pytest.fixture
def opened(exchanges: Exchanges, exchange_server: VendorServer, tmp_path: Path) -> Open:
    @asynccontextmanager
    async def opening(name: str) -> AsyncIterator[CcxtMarket]:
        async with (
            httpx2.AsyncClient() as http,
            open_ccxt(
                f"{name}@{exchange_server.base}", tmp_path, http, lambda: exchanges.now, time.monotonic, UNHURRIED
            ) as market,
        ):
            yield market

    return opening


async def bars_of(
    market: CcxtMarket, name: str = "BTC/USD", as_of: date = FRIDAY, count: int = 30, kind: AssetType = AssetType.CRYPTO
) -> Bars:
    return await market.bars(Symbol(name), kind, as_of, count)


@pytest.mark.parametrize(
    ("exchange", "symbol", "days"),
    [("kraken", "BTC/USD", 400), ("coinbase", "BTC/USD", 400), ("binance", "BTC/USDT", 400)],
)
async def test_finished_candles_are_bars_in_units_of_the_coin(
    opened: Open, exchanges: Exchanges, exchange: str, symbol: str, days: int
) -> None:
    async with opened(exchange) as market:
        bars = await bars_of(market, symbol, as_of=SATURDAY.date(), count=days)
        assert bars.bars == tuple(exchanges.bars[-days - 1 : -1])
        assert bars.last.day == FRIDAY
        assert bars.repaired == ("2026-11-28: left out, the day is not over.",)
        assert (bars.symbol, bars.currency) == (symbol, symbol.partition("/")[2])
        assert bars.source.name == f"{exchange.capitalize()} (days end at 00:00 UTC)"
        assert not bars.source.synthetic
        quote = await market.quote(Symbol(symbol), AssetType.CRYPTO, SATURDAY)
        assert (quote.price, quote.day, quote.currency) == (exchanges.bars[-1].close, SATURDAY.date(), bars.currency)


async def test_a_finished_day_needs_no_request_in_a_new_process(
    opened: Open, exchanges: Exchanges, exchange_server: VendorServer
) -> None:
    async with opened("kraken") as market:
        before = await asyncio.gather(*(bars_of(market) for _ in range(20)))
    # The list of markets takes two, the candles two: the second page is empty.
    sent = len(exchange_server.requests)
    assert sent <= 4
    async with opened("kraken") as market:
        assert await bars_of(market) == before[0]
    assert len(exchange_server.requests) == sent
    exchanges.now += timedelta(days=1)
    async with opened("kraken") as market:
        assert (await bars_of(market, as_of=SATURDAY.date())).last.day == SATURDAY.date()


async def test_later_candles_change_no_byte_of_an_earlier_answer(
    opened: Open, exchanges: Exchanges, tmp_path: Path
) -> None:
    async with opened("coinbase") as market:
        before = await bars_of(market, as_of=date(2026, 11, 1), count=300)
    for path in tmp_path.rglob("*.gz"):
        path.unlink()
    exchanges.now = datetime(2026, 12, 20, tzinfo=UTC)
    async with opened("coinbase") as market:
        assert repr(await bars_of(market, as_of=date(2026, 11, 1), count=300)) == repr(before)


@pytest.mark.parametrize(
    ("exchange", "typed", "name", "noted"),
    [
        ("kraken", "BTC", "BTC/USD", False),
        ("kraken", "BTCUSD", "BTC/USD", False),
        ("kraken", "BTC-USD", "BTC/USD", False),
        ("kraken", "XBT/USD", "BTC/USD", False),
        ("kraken", "BTC-USDT", "BTC/USDT", False),
        ("kraken", "BTC/USDC", "BTC/USD", True),
        ("kraken", "ADA", "ADA/USD", False),
        ("binance", "BTC", "BTC/USDT", False),
        ("binance", "BTC-USD", "BTC/USDT", True),
    ],
)
async def test_a_pair_is_found_in_every_spelling(
    opened: Open, exchange: str, typed: str, name: str, noted: bool
) -> None:
    async with opened(exchange) as market:
        bars = await bars_of(market, typed)
        assert bars.symbol == name
        notes = [note for note in bars.repaired if "these are prices of" in note]
        assert notes == ([f"{exchange.capitalize()} has no {typed}; these are prices of {name}."] if noted else [])


async def test_an_unknown_coin_is_refused_with_suggestions_and_no_candle_request(
    opened: Open, exchange_server: VendorServer
) -> None:
    async with opened("kraken") as market:
        with pytest.raises(Invalid, match=r"^Kraken has no ADAX\. Did you mean ADA/USD"):
            await bars_of(market, "ADAX")
        with pytest.raises(Invalid, match=r"^Kraken has no ADA/EUR\."):
            await bars_of(market, "ADA/EUR")
        with pytest.raises(Invalid, match="Kraken has cryptocurrencies only; NVDA is not one of them"):
            await bars_of(market, "NVDA", kind=AssetType.EQUITY)
    assert not [request for request in exchange_server.requests if "OHLC" in request.path]


KRAKEN_LIMIT = json_reply({"error": ["EAPI:Rate limit exceeded"]})
KRAKEN_DOWN = json_reply({"error": ["EService:Unavailable"]})


@pytest.mark.parametrize(
    ("exchange", "fault", "sentence"),
    [
        ("binance", Reply(451, b'{"code":0,"msg":"Service unavailable from a restricted location"}'),
         r"^Binance does not answer from this country \(451\); try TRADECORE_MARKET=ccxt:kraken\.$"),
        ("binance", Reply(418, b'{"code":-1003,"msg":"Way too many"}'), "^Binance allows no more requests for now"),
        ("kraken", FAULTS["429"], r"^Kraken allows no more requests for now \(429\); the next one is"),
        ("kraken", KRAKEN_LIMIT, "^Kraken allows no more requests for now; the next one is sent after 15:01 UTC"),
        ("kraken", KRAKEN_DOWN, "^Kraken is not available; try again later"),
        ("kraken", FAULTS["500"], r"^Kraken has an error of its own \(500\)"),
        ("kraken", FAULTS["403"], "^Kraken "),
        ("kraken", FAULTS["HTML"], "^Kraken sent a web page in place of data"),
        ("kraken", FAULTS["truncated"], "^Kraken broke off its answer"),
        ("kraken", json_reply({"error": [], "result": {}}), "^Kraken "),
    ],
)  # fmt: skip
async def test_each_failure_is_one_sentence_of_ours(
    opened: Open, exchange_server: VendorServer, exchange: str, fault: Reply, sentence: str
) -> None:
    exchange_server.fault = fault
    async with opened(exchange) as market:
        with pytest.raises(Unavailable, match=sentence) as failure:
            await bars_of(market, "BTC")
    assert not failure.value.transient
    assert "http" not in str(failure.value)


async def test_an_exchange_that_does_not_exist_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    async with httpx2.AsyncClient() as http:
        for name in ("krakn", "../kraken", "base.exchange"):
            with pytest.raises(Unavailable, match=r"names no exchange of ccxt; use kraken, coinbase or binance\."):
                async with open_ccxt(name, tmp_path, http, lambda: SATURDAY, time.monotonic):
                    pass


async def test_a_hole_is_named(opened: Open, exchanges: Exchanges) -> None:
    exchanges.bars = [bar for bar in exchanges.bars if bar.day != date(2026, 11, 20)]
    async with opened("kraken") as market:
        assert (await bars_of(market)).repaired == ("2026-11-20: Kraken has no prices until 2026-11-21.",)


async def test_prices_are_the_decimals_that_the_exchange_wrote(opened: Open, exchanges: Exchanges) -> None:
    tiny = exchanges.bars[-2]
    exchanges.bars = [
        *exchanges.bars[:-2],
        tiny.__class__(tiny.day, *(Decimal("0.00000921"),) * 4, volume=Decimal("0.1")),
    ]
    async with opened("kraken") as market:
        assert (await bars_of(market, count=1)).last.close == Decimal("0.00000921")
