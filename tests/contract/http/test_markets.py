"""Symbols by a text and daily bars, over HTTP and with the client."""

from datetime import date
from typing import Any

import httpx
import pytest

from tradecore.model.errors import Invalid, Unavailable
from tradecore_adapters.client.async_client import AsyncClient


async def test_a_search_gives_symbols_with_their_names(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/market/symbols", params={"query": "nvidia"})
    assert response.status_code == 200
    assert response.json()["data"] == {
        "symbols": [
            {
                "symbol": "NVDA",
                "name": "NVIDIA Corporation",
                "assetType": "equity",
                "currency": "USD",
                "exchange": "NASDAQ",
            }
        ]
    }
    assert (await client.get("/api/market/symbols", params={"query": "zzz"})).json()["data"] == {"symbols": []}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/market/symbols?query=" + "x" * 101, "query"),
        ("/api/market/symbols?query=nvda&limit=21", "limit"),
        ("/api/market/NVDA/bars?count=0", "count"),
        ("/api/market/NVDA/bars?count=1101", "count"),
        ("/api/market/NVDA/bars?until=20241010", "until"),
        ("/api/market/NVDA/bars?until=2024-02-30", "until"),
        ("/api/market/NVDA/bars?until=2999-01-01", "until"),
        ("/api/market/NVDA/bars?assetType=bond", "assetType"),
        ("/api/market/NOPE/bars", "symbol"),
    ],
)
async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient, path: str, field: str) -> None:
    response = await client.get(path)
    assert response.status_code == 400
    assert field in response.text


async def test_bars_come_with_their_source(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/market/nvda/bars", params={"until": "2024-10-10", "count": "5"})
    assert response.status_code == 200, response.text
    data = response.json()["data"]
    assert data["bars"] == [
        {"date": "2024-10-10", "open": 875.2, "high": 875.2, "low": 875.2, "close": 875.2, "volume": 1}
    ]
    assert (data["symbol"], data["source"], data["synthetic"], data["notes"]) == ("NVDA", "prices of a test", False, [])


async def test_both_need_an_access_token(stranger: httpx.AsyncClient) -> None:
    for path in ("/api/market/symbols?query=nvda", "/api/market/NVDA/bars"):
        assert (await stranger.get(path)).status_code == 401


async def test_a_market_that_cannot_be_reached_is_said(house: Any, client: httpx.AsyncClient) -> None:
    async def fail(*_: object) -> None:
        raise Unavailable("The source does not answer; try again.")

    market = house.core.get_bars.market
    market.bars, kept = fail, market.bars
    try:
        response = await client.get("/api/market/NVDA/bars")
    finally:
        market.bars = kept
    assert response.status_code == 503
    assert "does not answer" in response.text


async def test_the_client_reads_both(house: Any, serve: Any) -> None:
    user = await house.user()
    async with serve(house.app()) as address, AsyncClient(address, token=house.token(user)) as ann:
        (listing,) = (await ann.symbols("nvda")).symbols
        assert (listing.name, listing.currency) == ("NVIDIA Corporation", "USD")
        bars = await ann.bars("NVDA", until=date(2024, 10, 10), count=3)
        assert bars.bars[-1].date == date(2024, 10, 10)
        assert not bars.synthetic
        with pytest.raises(Invalid, match="NOPE"):
            await ann.bars("NOPE")
