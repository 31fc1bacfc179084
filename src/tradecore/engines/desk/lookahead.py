"""Look-ahead check: evidence stays the same when the ports return wrong data from after the date of the analysis."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.engines.desk.collect import NewsSources, Sources, collect
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import CallerError
from tradecore.model.fundamentals import CompanyFacts, Filing
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.news import ItemId, NewsFacts, NewsItem
from tradecore.model.price_rows import Split
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.market import Market
from tradecore.ports.news import NewsArchive

_POISON = Decimal(3)
_FUTURE_DAYS = 30
# Splits and dividends restate all prices by one factor; relative to each other they may differ by this share.
_TOLERANCE = Decimal("0.001")


@frozen
class LookaheadReport:
    """The outcome of the check for one symbol and date.

    `digest` is that of the evidence, `poisoned_digest` that of the evidence collected with a poisoned future, both in
    hex. `revised` are days for which the source gives other prices as of a month later.
    """

    symbol: Symbol
    as_of: date
    digest: str
    poisoned_digest: str
    revised: tuple[date, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing from after the date has entered the evidence."""
        return self.digest == self.poisoned_digest and not self.revised


async def check_lookahead(sources: Sources, brief: AnalysisBrief) -> LookaheadReport:
    """Collect evidence from the sources, and from the same sources with a poisoned future, and compare the digests.

    Then read prices as of a month later: those of the days up to the date must not have changed. Raises Invalid or
    Unavailable, as the market does for the symbol of the brief.
    """
    news = sources.news
    poisoned = Sources(
        PoisonedMarket(sources.market, brief.as_of),
        news and NewsSources(PoisonedArchive(news.archive, brief.as_of), news.sentiment),
        sources.fundamentals and PoisonedFundamentals(sources.fundamentals, brief.as_of),
    )
    return LookaheadReport(
        symbol=brief.symbol,
        as_of=brief.as_of,
        digest=(await collect(sources, brief)).digest,
        poisoned_digest=(await collect(poisoned, brief)).digest,
        revised=await _revised(sources.market, brief),
    )


@frozen
class PoisonedMarket:
    """A market that breaks its promise: it adds wrong bars after `day`, and as of later days all bars are wrong."""

    market: Market
    day: date

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The bars of the market followed by thirty wrong ones; as of a day after `day`, all of them are wrong."""
        run = await self.market.bars(symbol, asset_type, min(as_of, self.day), count)
        if as_of > self.day:
            run = evolve(run, bars=tuple(evolve(bar, close=bar.close * _POISON) for bar in run.bars))
        last = run.last
        future = tuple(
            evolve(
                last,
                day=self.day + timedelta(days=1 + ahead),
                high=last.high * _POISON,
                close=last.close * _POISON,
                volume=None if last.volume is None else last.volume * 9,
            )
            for ahead in range(_FUTURE_DAYS)
        )
        note = f"{future[0].day}: repaired, and known before its time."
        return evolve(run, bars=run.bars + future, repaired=(*run.repaired, note))

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """The splits and dividends of the market, and a split of the day after `day`."""
        actions = await self.market.corporate_actions(symbol, asset_type, since, until)
        return evolve(actions, splits=(*actions.splits, Split(self.day + timedelta(days=1), _POISON)))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """The benchmark of the market."""
        return await self.market.benchmark(asset_type)

    async def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of the market."""
        return await self.market.symbols()


@frozen
class PoisonedArchive:
    """A news archive that breaks its promise: it adds an item from after `day`."""

    archive: NewsArchive
    day: date

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """The items of the archive, and one of the day after `day`."""
        tomorrow = datetime.combine(self.day + timedelta(days=1), time.min, UTC)
        future = NewsItem(
            id=ItemId("from-the-future"),
            source="Tomorrow",
            url=None,
            url_key=None,
            guid=None,
            title=f"{' '.join(terms)} soars as profit beats every estimate",
            summary="",
            published_at=tomorrow,
            first_seen_at=tomorrow,
            doc_hash="f" * 64,
            facts=NewsFacts(),
        )
        return (*await self.archive.between(terms, start, as_of, limit=limit), future)


@frozen
class PoisonedFundamentals:
    """A source of figures that breaks its promise: it adds restated facts and a filing from after `day`."""

    fundamentals: Fundamentals
    day: date

    @property
    def name(self) -> str:
        """The name of the source."""
        return self.fundamentals.name

    async def facts(self, symbol: Symbol, asset_type: AssetType, as_of: date) -> CompanyFacts:
        """The facts of the source, each restated the day after `day`, and an announcement of results on that day."""
        company = await self.fundamentals.facts(symbol, asset_type, as_of)
        tomorrow = self.day + timedelta(days=1)
        restated = tuple(
            evolve(fact, value=fact.value * _POISON, filed=tomorrow, known_on=tomorrow, accession="from-the-future")
            for fact in company.facts
        )
        results = Filing("from-the-future", "8-K", tomorrow, tomorrow, items=("2.02",))
        return evolve(company, facts=company.facts + restated, filings=(results, *company.filings))


async def _revised(market: Market, brief: AnalysisBrief) -> tuple[date, ...]:
    """The days whose prices differ between the series as of the date and the one as of a month later."""
    then = await market.bars(brief.symbol, brief.asset_type, brief.as_of, _FUTURE_DAYS)
    try:
        later = await market.bars(
            brief.symbol, brief.asset_type, brief.as_of + timedelta(days=_FUTURE_DAYS), 3 * _FUTURE_DAYS
        )
    except CallerError:
        return ()
    if str(later.source) != str(then.source):
        return ()
    closes = {bar.day: bar.close for bar in later.bars}
    if then.last.day not in closes:
        return (then.last.day,)
    scale = closes[then.last.day] / then.last.close
    return tuple(
        bar.day
        for bar in then.bars
        if bar.day in closes and abs(closes[bar.day] / (bar.close * scale) - 1) > _TOLERANCE
    )
