"""Series and sources made by hand or by seed, so that a test can say what the desk is given."""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import frozen

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.news import ItemId, NewsFacts, NewsItem
from tradecore.model.steps import Analyst, Step
from tradecore.ports.engine import Began

DAY = date(2024, 10, 10)
SOURCE = PriceSource("bars of the test")


@frozen
class GivenMarket:
    """A market that has what it was given, and by intent hands out the future unless told to be honest."""

    series: dict[str, tuple[Bar, ...]]
    source: PriceSource = SOURCE
    leader: str | None = None
    honest: bool = True

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        if symbol not in self.series:
            raise Invalid.one("symbol", f"There is no {symbol}.")
        known = [bar for bar in self.series[symbol] if not self.honest or bar.day <= as_of]
        return Bars(symbol=symbol, source=self.source, bars=tuple(known[-count:]))

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        return CorporateActions(symbol, self.source)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None if self.leader is None else Symbol(self.leader)

    async def symbols(self) -> tuple[Symbol, ...]:
        return tuple(Symbol(name) for name in sorted(self.series))


@frozen
class GivenNews:
    """An archive that hands out all it has, whatever it is asked for."""

    items: tuple[NewsItem, ...]

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        return self.items[-limit:]


def tone(text: str) -> Decimal:
    """A sentiment scale that knows two words."""
    return Decimal(text.lower().count("good") - text.lower().count("bad")) / 2


def bars_of(
    closes: Sequence[float], last: date = DAY, spread: float = 0.01, volume: int = 1_000_000
) -> tuple[Bar, ...]:
    """Bars on consecutive days up to `last`, each opening at the close before it."""
    found = []
    before = closes[0]
    for at, close in enumerate(closes):
        high, low = max(before, close) * (1 + spread), min(before, close) * (1 - spread)
        found.append(
            Bar(
                day=last - timedelta(days=len(closes) - 1 - at),
                open=Decimal(f"{before:.6f}"),
                high=Decimal(f"{high:.6f}"),
                low=Decimal(f"{low:.6f}"),
                close=Decimal(f"{close:.6f}"),
                volume=Decimal(volume),
            )
        )
        before = close
    return tuple(found)


def walk(seed: int, days: int = 400, drift: float = 0.0, noise: float = 0.02, start: float = 100.0) -> list[float]:
    """Closes of a seeded random walk."""
    chance = random.Random(seed)
    closes = [start]
    for _ in range(days - 1):
        closes.append(closes[-1] * max(0.5, 1 + chance.gauss(drift, noise)))
    return closes


def item(number: int, title: str, at: datetime, source: str = "The Wire") -> NewsItem:
    """One news item."""
    return NewsItem(
        id=ItemId(f"item-{number}"),
        source=source,
        url=None,
        url_key=None,
        guid=None,
        title=title,
        summary="",
        published_at=at,
        first_seen_at=at,
        doc_hash=f"{number:064x}",
        facts=NewsFacts(),
    )


def brief_of(
    symbol: str = "NVDA", analysts: tuple[Analyst, ...] = tuple(Analyst), depth: int = 2, as_of: date = DAY
) -> AnalysisBrief:
    """A brief about an equity."""
    return AnalysisBrief(Symbol(symbol), AssetType.EQUITY, as_of, analysts, depth, "any-model")


def desk_of(closes: Sequence[float], items: Sequence[NewsItem] = (), **given: object) -> Desk:
    """A rule-based desk over one series of NVDA and some news."""
    market = GivenMarket({"NVDA": bars_of(closes)}, **given)  # type: ignore[arg-type]
    return Desk(Sources(market, NewsSources(GivenNews(tuple(items)), tone)))


async def thought(desk: Desk, brief: AnalysisBrief, known: dict[str, Step] | None = None) -> list[Began | Step]:
    """All that the desk says."""
    budget = Budget.of(desk.cost(brief), (known or {}).values())
    return [each async for each in desk.think(brief, desk.plan(brief), known or {}, budget)]


@frozen
class Given:
    """The makers of this file, for tests that cannot import it."""

    day: date = DAY
    at: datetime = datetime(2024, 10, 9, 15, tzinfo=UTC)
    source: PriceSource = SOURCE
    bars: Callable[..., tuple[Bar, ...]] = bars_of
    walk: Callable[..., list[float]] = walk
    item: Callable[..., NewsItem] = item
    brief: Callable[..., AnalysisBrief] = brief_of
    desk: Callable[..., Desk] = desk_of
    thought: Callable[..., object] = thought
    tone: Callable[[str], Decimal] = tone
    market: type[GivenMarket] = GivenMarket
    news: type[GivenNews] = GivenNews


@pytest.fixture
def given() -> Given:
    """What a test of the desk can be given."""
    return Given()
