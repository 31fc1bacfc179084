"""News by symbol over local servers that speak each service's format, failures included."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from opening import open_adapter
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Unavailable
from tradecore.model.ids import AnalysisId, EntryId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Entry
from tradecore.model.news import FetchState, ItemKind
from tradecore.model.steps import Analyst
from tradecore.ports.news import FetchStatus, NewsSource
from tradecore.ports.store import Store
from tradecore.testing import ManualClock, NewsSourceSuite
from tradecore.use_cases.followed import FollowedAssets
from tradecore_adapters.store.sqlite import SqliteStore
from vendors import sec
from vendors.server import FAULTS, Reply, Request, VendorServer, json_reply

NOW = datetime(2024, 12, 1, 12, tzinfo=UTC)
KEYS = {"alpaca_key": "key", "alpaca_secret": "secret", "contact": "Ann Lee ann@lee.example"}
ARTICLE = {
    "id": 24843171,
    "headline": "Nvidia&#39;s sales double",
    "created_at": "2024-11-20T21:21:00Z",
    "updated_at": "2024-11-21T09:00:00Z",
    "summary": "",
    "url": "https://news.example/24843171",
    "symbols": ["NVDA", "AMD"],
    "source": "benzinga",
}
POST = {
    "id": 5,
    "body": "$NVDA to the moon",
    "created_at": "2024-11-30T20:00:00Z",
    "entities": {"sentiment": {"basic": "Bullish"}},
}
ATOM = b"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>search</title>
<entry><id>t3_1</id><title>$NVDA earnings</title><updated>2024-11-30T12:00:00+00:00</updated>
<link href="https://www.reddit.com/r/stocks/1"/><content type="html">good</content></entry></feed>"""


def answer(request: Request) -> Reply:
    """What each service answers; a symbol that one does not know is a 404 or an empty list."""
    host, _, path = request.path.removeprefix("/").partition("/")
    match host:
        case "data.alpaca.markets":
            if request.headers.get("apca-api-key-id") != "key":
                return FAULTS["403"]
            articles = [ARTICLE] if request.query["symbols"] == "NVDA" else []
            return json_reply({"news": articles, "next_page_token": None})
        case "api.stocktwits.com":
            known = path == "api/2/streams/symbol/NVDA.json"
            return json_reply({"messages": [POST]}) if known else json_reply({"errors": []}, 404)
        case "www.reddit.com" | "feeds.example":
            return Reply(body=ATOM, content_type="application/atom+xml")
    return sec.answer(request)


@pytest.fixture
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer(answer).serving() as made:
        yield made


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A store in which somebody holds NVDA."""
    async with SqliteStore(None) as made:
        await hold(made, "NVDA")
        yield made


async def hold(store: Store, symbol: str) -> None:
    asset = Asset(Symbol(symbol), AssetType.CRYPTO if "-" in symbol else AssetType.EQUITY)
    async with store.unit_of_work() as uow:
        entry = Entry.adjustment(EntryId(symbol), UserId("ann"), asset, Decimal(1), Decimal(1), at=NOW)
        await uow.ledger.add(entry)


SETTINGS: dict[str, Callable[[str], str]] = {
    "sec": lambda base: f"sec:filings:{base}",
    "alpaca": lambda base: f"alpaca:news:{base}",
    "stocktwits": lambda base: f"stocktwits:{base}",
    "reddit": lambda base: f"reddit:{base}",
    "feed": lambda base: f"feed:{base}/feeds.example/{{symbol}}.xml",
}


@asynccontextmanager
async def opened(setting: str, store: Store, data: Path) -> AsyncIterator[Any]:
    context = {"now": ManualClock(NOW).now}
    async with open_adapter("news", setting, store=store, data=data, context=context, **KEYS) as source:
        yield source


@pytest.fixture(params=sorted(SETTINGS))
async def symbol_source(
    request: pytest.FixtureRequest, server: VendorServer, store: Store, tmp_path: Path
) -> AsyncIterator[NewsSource]:
    async with opened(SETTINGS[request.param](server.base), store, tmp_path) as source:
        yield source


class TestSymbolNews(NewsSourceSuite):
    @pytest.fixture
    async def news_source(self, symbol_source: NewsSource) -> NewsSource:
        return symbol_source

    @pytest.fixture
    async def failing_source(self, symbol_source: NewsSource, server: VendorServer) -> NewsSource:
        server.fault = Reply(404) if symbol_source.name == "SEC filings" else FAULTS["403"]
        return symbol_source


async def test_every_item_names_its_symbol_and_its_kind(symbol_source: NewsSource) -> None:
    items = (await symbol_source.fetch(FetchState(), NOW)).items
    social = symbol_source.name in ("Reddit", "StockTwits")
    assert {item.kind for item in items} == {ItemKind.SOCIAL if social else ItemKind.NEWS}
    assert all("NVDA" in item.symbols for item in items)
    assert all(item.published_at for item in items)


async def test_reddit_is_read_for_ten_symbols_in_an_interval_and_for_all_in_turn(
    server: VendorServer, store: Store, tmp_path: Path
) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWX":
        await hold(store, f"T{letter}")
    clock = ManualClock(NOW)
    context = {"now": clock.now, "monotonic": clock.monotonic}
    setting = SETTINGS["reddit"](server.base)
    queries = []
    async with open_adapter("news", setting, store=store, data=tmp_path, context=context, **KEYS) as source:
        for _ in range(3):
            fetched = await source.fetch(FetchState(), clock.now())
            assert (fetched.status, fetched.state.warning) == (FetchStatus.FRESH, None)
            queries.append([request.query["q"] for request in server.requests])
            server.requests.clear()
            clock.advance(900)
    assert [len(set(names)) for names in queries] == [10, 10, 10]
    assert len({name for names in queries for name in names}) == 25


async def test_filings_carry_the_minute_of_their_acceptance(server: VendorServer, store: Store, tmp_path: Path) -> None:
    async with opened(SETTINGS["sec"](server.base), store, tmp_path) as source:
        items = (await source.fetch(FetchState(), NOW)).items
    results = next(item for item in items if item.published_at == datetime(2024, 8, 28, 20, 21, 16, tzinfo=UTC))
    assert results.title == "NVIDIA CORP files 8-K: results of operations"
    assert results.url
    assert results.url.startswith("https://www.sec.gov/Archives/edgar/data/1045810/0001045810")
    report = next(item for item in items if item.published_at == datetime(2024, 8, 28, 21, 5, 8, tzinfo=UTC))
    assert report.title == "NVIDIA CORP files 10-Q for the period to 2024-07-28"


async def test_an_article_about_two_followed_symbols_is_one_item(
    server: VendorServer, store: Store, tmp_path: Path
) -> None:
    await hold(store, "AMD")
    server.answer = lambda request: json_reply({"news": [ARTICLE]})
    async with opened(SETTINGS["alpaca"](server.base), store, tmp_path) as source:
        [item] = (await source.fetch(FetchState(), NOW)).items
    assert item.symbols == {"NVDA", "AMD"}
    assert item.title == "Nvidia's sales double"


async def test_a_symbol_that_a_service_does_not_know_is_no_failure(
    server: VendorServer, store: Store, tmp_path: Path
) -> None:
    await hold(store, "BTC-USD")
    async with opened(SETTINGS["stocktwits"](server.base), store, tmp_path) as source:
        fetched = await source.fetch(FetchState(), NOW)
    assert (fetched.status, len(fetched.items), fetched.state.last_error) == (FetchStatus.FRESH, 1, None)
    assert "/api.stocktwits.com/api/2/streams/symbol/BTC.X.json" in {request.path for request in server.requests}


async def test_one_symbol_that_fails_leaves_the_others_and_is_named(
    server: VendorServer, store: Store, tmp_path: Path
) -> None:
    await hold(store, "AMD")
    server.answer = lambda request: FAULTS["403"] if request.query.get("symbols") == "AMD" else answer(request)
    async with opened(SETTINGS["alpaca"](server.base), store, tmp_path) as source:
        fetched = await source.fetch(FetchState(), NOW)
    assert (fetched.status, len(fetched.items)) == (FetchStatus.FRESH, 1)
    assert fetched.state.warning == "1 of 2 symbols failed: Alpaca refuses the key (403)."


@pytest.mark.parametrize(
    ("row", "body"),
    [
        ("alpaca", {"articles": []}),
        ("alpaca", {"news": [{"id": 1}]}),
        ("stocktwits", {"messages": [{"id": 1, "body": "x", "created_at": "soon"}]}),
        ("stocktwits", []),
    ],
)
async def test_an_answer_of_another_form_is_a_failure(
    row: str, body: Any, server: VendorServer, store: Store, tmp_path: Path
) -> None:
    server.fault = Reply(body=json.dumps(body).encode())
    async with opened(SETTINGS[row](server.base), store, tmp_path) as source:
        fetched = await source.fetch(FetchState(), NOW)
    assert fetched.status is FetchStatus.FAILED
    assert "does not know" in (fetched.state.last_error or "")


@pytest.mark.parametrize("setting", ["sec:reports", "alpaca:", "feed:https://feeds.example/all.xml"])
async def test_a_setting_that_is_not_complete_is_refused(setting: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="TRADECORE_NEWS"):
        async with opened(setting, store, tmp_path):
            pass


async def test_what_is_held_and_what_was_analysed_within_a_month_is_followed(store: Store) -> None:
    for days, symbol in ((1, "AMD"), (29, "MSFT"), (31, "IBM")):
        brief = AnalysisBrief(Symbol(symbol), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "rules")
        at = datetime.fromtimestamp(NOW.timestamp() - days * 86_400, UTC)
        begun = Analysis.begin(
            AnalysisId(symbol), UserId("ben"), brief, engine="rules", plan=plan_desk(brief, by_model=False), at=at
        )
        async with store.unit_of_work() as uow:
            await uow.analyses.put(begun)
    followed = await FollowedAssets(store, lambda: NOW)()
    assert [asset.symbol for asset in followed] == ["NVDA", "AMD", "MSFT"]
