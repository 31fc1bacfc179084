"""Nothing from after the day of an analysis enters its evidence, whichever source it is read from.

Every source answers twice about one day: in a world that ends with that day, and in one that has gone on, with prices
three times as high, a split, a dividend, restated figures and loud news. A row without an entry here fails.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen

from opening import open_adapter
from tradecore.engines.desk.collect import NewsSources, Sources, collect
from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.engines.digest.identity import identify
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import Dividend
from tradecore.model.ids import EntryId, UserId
from tradecore.model.market import AssetType, Bar, Symbol
from tradecore.model.money import Asset, Entry
from tradecore.model.news import FetchState
from tradecore.model.price_rows import Split
from tradecore.model.steps import Analyst
from tradecore.use_cases.account_prices import AccountPrices
from tradecore_adapters.market.by_asset_type import MarketByAssetType
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.sentiment.vader import VaderSentiment
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_app.registry import rows
from tradecore_app.settings.market import market_rows
from vendors import ecb, sec
from vendors.alpaca import AlpacaData, Share
from vendors.exchanges import Exchanges
from vendors.server import Reply, Request, VendorServer, json_reply
from vendors.yahoo import Instrument, Walk, Yahoo

DAY = date(2024, 11, 8)
SPLIT, PAID = Split(date(2024, 12, 2), Decimal(10)), Dividend(date(2024, 11, 25), Decimal(3))
EQUITY, CRYPTO = AssetType.EQUITY, AssetType.CRYPTO
NVDA, BITCOIN = Asset(Symbol("NVDA"), EQUITY), Asset(Symbol("BTC-USD"), CRYPTO)
KEYS = {"alpaca_key": "key", "alpaca_secret": "secret", "contact": "Ann Lee ann@lee.example"}
# As the text of news and posts: one of the week before, and one of the day after.
KNOWN, LATER = "NVDA sales rise as demand grows", "NVDA crash: huge losses, fraud and bankruptcy"


@cache
def traded(last: date, *, every_day: bool) -> list[Bar]:
    bars = Walk(date(2023, 9, 1), last, every_day=every_day).bars()
    return [
        bar if bar.day <= DAY else _times(bar, Decimal(3 if every_day or bar.day < SPLIT.day else "0.3"))
        for bar in bars
    ]


@frozen(repr=False)
class World:
    """What the vendors know: up to the night after DAY, or two months more."""

    folder: Path
    gone_on: bool

    @property
    def now(self) -> datetime:
        return datetime(2025, 1, 10, 23, tzinfo=UTC) if self.gone_on else datetime(2024, 11, 9, 2, tzinfo=UTC)

    def bars(self, *, every_day: bool = False) -> list[Bar]:
        """As traded: after DAY three times as high, and a tenth of that from the split on."""
        return traded(self.now.date(), every_day=every_day)

    @property
    def splits(self) -> list[Split]:
        return [SPLIT] if self.gone_on else []

    @property
    def dividends(self) -> list[Dividend]:
        return [PAID] if self.gone_on else []

    def texts(self) -> list[tuple[str, datetime]]:
        known = (KNOWN, datetime(2024, 11, 6, 15, tzinfo=UTC))
        return [known, (LATER, datetime(2024, 11, 9, 0, 30, tzinfo=UTC))] if self.gone_on else [known]

    def answer(self, request: Request) -> Reply:
        """The answer of any of the vendors."""
        host = request.path.removeprefix("/").partition("/")[0]
        if host.endswith("yahoo.com"):
            names = ("NVDA", "SPY")
            shares = {name: Instrument(self.bars(), self.splits, self.dividends) for name in names}
            coin = Instrument(self.bars(every_day=True), kind="CRYPTOCURRENCY", zone="UTC")
            euro = Instrument(self.bars(), self.splits, self.dividends, currency="EUR")
            return Yahoo({**shares, "BTC-USD": coin, "SAP.DE": euro}, self.now)(request)
        if host.endswith(("kraken.com", "coinbase.com")):
            return Exchanges(self.bars(every_day=True), self.now)(request)
        if host == "data.alpaca.markets" and request.path.endswith("/news"):
            return json_reply({"news": [
                {"id": at, "headline": text, "created_at": moment.isoformat(), "symbols": ["NVDA"], "url": None}
                for at, (text, moment) in enumerate(self.texts())
            ]})  # fmt: skip
        if host == "data.alpaca.markets":
            shares = {name: Share(self.bars(), self.splits, self.dividends) for name in ("NVDA", "SPY")}
            return AlpacaData(shares, self.now)(request)
        if host == "api.stocktwits.com":
            posts = [{"id": at, "body": text, "created_at": moment.isoformat()}
                     for at, (text, moment) in enumerate(self.texts())]  # fmt: skip
            return json_reply({"messages": posts})
        if host in ("www.reddit.com", "feeds.example"):
            return Reply(body=self.feed(), content_type="application/atom+xml")
        if host == "www.ecb.europa.eu":
            days = [DAY + timedelta(days=n) for n in range(-500, 60 if self.gone_on else 1)]
            return Reply(body=ecb.table({str(d): {"USD": "1.1" if d <= DAY else "3.3"} for d in reversed(days)}))
        return self._sec(request)

    def feed(self) -> bytes:
        entries = "".join(
            f"<entry><id>t{at}</id><title>${text}</title><updated>{moment.isoformat()}</updated></entry>"
            for at, (text, moment) in enumerate(self.texts())
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'.encode()

    def document(self, kind: str) -> dict[str, Any]:
        """A document of the SEC about NVIDIA, without what was filed after DAY or with it and more."""
        document = json.loads((sec.FOLDER / kind / "CIK0001045810.json").read_bytes())
        if kind == "companyfacts":
            for concept in (concept for taxonomy in document["facts"].values() for concept in taxonomy.values()):
                for unit, facts in concept["units"].items():
                    concept["units"][unit] = self._facts(facts)
            return document
        recent = document["filings"]["recent"]
        kept = [at for at, filed in enumerate(recent["filingDate"]) if self.gone_on or filed <= str(DAY)]
        document["filings"]["recent"] = {name: [column[at] for at in kept] for name, column in recent.items()}
        return document

    def _facts(self, facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = [fact for fact in facts if fact["filed"] <= str(DAY)]
        restated = [{**fact, "val": fact["val"] * 3, "filed": "2024-11-11", "accn": "0001045810-24-999999"}
                    for fact in known]  # fmt: skip
        return [*facts, *restated] if self.gone_on else known

    def _sec(self, request: Request) -> Reply:
        kind = next((kind for kind in ("companyfacts", "submissions") if kind in request.path), None)
        return sec.answer(request) if kind is None else json_reply(self.document(kind))


def _times(bar: Bar, factor: Decimal) -> Bar:
    prices = (round(price * factor, 2) for price in (bar.open, bar.high, bar.low, bar.close))
    return Bar(bar.day, *prices, bar.volume)


@frozen
class Opened:
    """The local vendors of a world, and adapters over them."""

    world: World
    base: str

    def adapter(self, port: str, setting: str, **more: Any) -> AbstractAsyncContextManager[Any]:
        context = {"now": lambda: self.world.now}
        return open_adapter(port, setting, data=self.world.folder, context=context, **KEYS, **more)

    @asynccontextmanager
    async def market(self, row: str, asset: Asset = NVDA) -> AsyncIterator[tuple[Sources, Asset]]:
        setting = {"csv": f"csv:{self._csv()}", "ccxt": f"ccxt:coinbase@{self.base}", "sample": "sample:"}.get(row)
        async with self.adapter("market", setting or f"{row}:{self.base}") as market:
            yield Sources(market), asset

    @asynccontextmanager
    async def live(self, asset: Asset) -> AsyncIterator[tuple[Sources, Asset]]:
        settings = market_rows(f"live:{self.base}")
        async with (
            self.adapter("market", settings[EQUITY]) as shares,
            self.adapter("market", settings[CRYPTO]) as coins,
        ):
            yield Sources(MarketByAssetType({EQUITY: shares, CRYPTO: coins})), asset

    @asynccontextmanager
    async def figures(self, row: str) -> AsyncIterator[tuple[Sources, Asset]]:
        setting = f"files:{self._files()}" if row == "files" else f"{row}:{self.base}"
        async with self.market("yahoo") as (sources, asset), self.adapter("fundamentals", setting) as figures:
            yield evolve(sources, fundamentals=figures), asset

    @asynccontextmanager
    async def news(self, row: str) -> AsyncIterator[tuple[Sources, Asset]]:
        """What a source of news brings, as the store keeps it, with the scale of tone."""
        setting = {
            "sec": f"sec:filings:{self.base}",
            "alpaca": f"alpaca:news:{self.base}",
            "feed": f"feed:{self.base}/feeds.example/{{symbol}}.xml",
            "file": f"file:{self._news_file()}",
        }.get(row, f"{row}:{self.base}")
        async with SqliteStore(None) as store:
            async with store.unit_of_work() as uow:
                bought = Entry.adjustment(EntryId("a"), UserId("ann"), NVDA, Decimal(1), Decimal(1), at=self.world.now)
                await uow.ledger.add(bought)
            async with self.adapter("news", setting, store=store) as source, self.market("yahoo") as (sources, asset):
                fetched = await source.fetch(FetchState(), self.world.now)
                items = MemoryNewsArchive(identify(item, self.world.now) for item in fetched.items)
                yield evolve(sources, news=NewsSources(items, VaderSentiment())), asset

    @asynccontextmanager
    async def converted(self, row: str) -> AsyncIterator[tuple[Sources, Asset]]:
        """A share in euros, with prices in dollars."""
        async with self.market("yahoo") as (sources, _), self.adapter("fx", f"{row}:{self.base}") as rates:
            yield Sources(AccountPrices(sources.market, rates)), Asset(Symbol("SAP.DE"), EQUITY)  # type: ignore[arg-type]

    def _csv(self) -> Path:
        folder = self.world.folder / "prices"
        folder.mkdir(exist_ok=True)
        for name in ("NVDA", "SPY"):
            lines = [f"{bar.day},{bar.open},{bar.high},{bar.low},{bar.close},{bar.volume}" for bar in self.world.bars()]
            (folder / f"{name}.csv").write_text("\n".join(["date,open,high,low,close,volume", *lines]))
            if self.world.splits:
                (folder / f"{name}.splits.csv").write_text(f"date,ratio\n{SPLIT.day},{SPLIT.ratio}\n")
        return folder

    def _files(self) -> Path:
        folder = self.world.folder / "sec"
        folder.mkdir(exist_ok=True)
        (folder / "company_tickers.json").write_bytes((sec.FOLDER / "company_tickers.json").read_bytes())
        for kind in ("companyfacts", "submissions"):
            (folder / kind).mkdir(exist_ok=True)
            (folder / kind / "CIK0001045810.json").write_text(json.dumps(self.world.document(kind)))
        return folder

    def _news_file(self) -> Path:
        path = self.world.folder / "news.jsonl"
        lines = [{"title": text, "published_at": moment.isoformat()} for text, moment in self.world.texts()]
        path.write_text("\n".join(map(json.dumps, lines)))
        return path


Row = Callable[[Opened], AbstractAsyncContextManager[tuple[Sources, Asset]]]
CASES: dict[str, Row] = {
    **{f"market {row}": lambda world, row=row: world.market(row) for row in ("yahoo", "alpaca", "csv", "sample")},
    "market yahoo, a coin": lambda world: world.market("yahoo", BITCOIN),
    "market ccxt": lambda world: world.market("ccxt", BITCOIN),
    "market live": lambda world: world.live(NVDA),
    "market live, a coin": lambda world: world.live(BITCOIN),
    **{f"fundamentals {row}": lambda world, row=row: world.figures(row) for row in ("sec", "files")},
    **{f"news {row}": lambda world, row=row: world.news(row)
       for row in ("sec", "alpaca", "stocktwits", "reddit", "feed", "file")},
    "fx ecb": lambda world: world.converted("ecb"),
}  # fmt: skip
# What ships is of the past; the tone of a text depends on nothing else, and all cases of news have it.
WITHOUT = {"news sample", "sentiment vader"}


@pytest.fixture
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer(lambda request: Reply(404)).serving() as serving:
        yield serving


def opened(case: str, server: VendorServer, folder: Path, *, gone_on: bool) -> AbstractAsyncContextManager[Any]:
    """The sources of a case in one of the worlds, with an asset that they have."""
    (folder / str(gone_on)).mkdir()
    world = World(folder / str(gone_on), gone_on)
    server.answer = world.answer
    return CASES[case](Opened(world, server.base))


def brief(asset: Asset, day: date = DAY) -> AnalysisBrief:
    return AnalysisBrief(asset.symbol, asset.asset_type, day, tuple(Analyst), 1, "rules")


@pytest.mark.parametrize("case", CASES)
async def test_a_world_that_has_gone_on_gives_the_same_evidence_of_a_day(
    server: VendorServer, tmp_path: Path, case: str
) -> None:
    async with opened(case, server, tmp_path, gone_on=False) as (sources, asset):
        then = await collect(sources, brief(asset))
    async with opened(case, server, tmp_path, gone_on=True) as (sources, asset):
        # It falsifies what the sources give from after the day as well.
        checked = await check_lookahead(sources, brief(asset))
        later = await collect(sources, brief(asset, DAY + timedelta(days=12)))
    assert checked.passed, checked
    assert checked.digest == then.digest
    # The later world is another one.
    assert later.digest != then.digest
    if case.startswith("news") and case not in ("news sec", "news reddit", "news stocktwits"):
        assert any("fraud" in piece.statement for piece in later.evidence)


def test_every_row_has_a_case() -> None:
    ports = ("market", "fundamentals", "fx", "news", "sentiment")
    assert {f"{port} {row}" for port in ports for row in rows(port)} - set(CASES) <= WITHOUT
