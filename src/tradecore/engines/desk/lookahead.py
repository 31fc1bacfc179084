"""The proof against look-ahead: the same evidence when the future is poisoned and handed out."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.engines.desk.collect import Press, Sources, collect
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import CallerError
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.model.news import Facts, ItemId, NewsItem
from tradecore.ports.market import Market
from tradecore.ports.news import NewsArchive

_POISON = Decimal(3)
_FUTURE_DAYS = 30
# Prices of a day may be restated by splits and dividends as a whole, but not one against the other by more than this.
_TOLERANCE = Decimal("0.001")


@frozen
class Lookahead:
    """What came of the check. `revised` are days whose prices the source tells otherwise when asked later on."""

    symbol: Symbol
    as_of: date
    honest: str
    poisoned: str
    revised: tuple[date, ...]

    @property
    def held(self) -> bool:
        """Whether nothing of the future can have entered."""
        return self.honest == self.poisoned and not self.revised


async def look_ahead(sources: Sources, brief: AnalysisBrief) -> Lookahead:
    """Collect twice, from the sources as they are and from the same with a poisoned future, and compare the digests.

    Then ask the market the same again as of a month later: what it says about the days before may not have changed.
    Refusals of the ports pass through.
    """
    press = sources.press
    poisoned = Sources(
        PoisonedMarket(sources.market, brief.as_of),
        press and Press(PoisonedArchive(press.archive, brief.as_of), press.sentiment),
    )
    return Lookahead(
        symbol=brief.symbol,
        as_of=brief.as_of,
        honest=(await collect(sources, brief)).digest,
        poisoned=(await collect(poisoned, brief)).digest,
        revised=await _revised(sources.market, brief),
    )


@frozen
class PoisonedMarket:
    """A market that breaks its promise: it hands out bars from after `day`, and only lies when asked later."""

    market: Market
    day: date

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The true bars followed by wrong ones of the future; for a question about the future, only wrong ones."""
        found = await self.market.bars(symbol, asset_type, min(as_of, self.day), count)
        if as_of > self.day:
            found = evolve(found, bars=tuple(evolve(bar, close=bar.close * _POISON) for bar in found.bars))
        last = found.last
        future = tuple(
            evolve(
                last,
                day=self.day + timedelta(days=1 + ahead),
                high=last.high * _POISON,
                close=last.close * _POISON,
                volume=last.volume * 9,
            )
            for ahead in range(_FUTURE_DAYS)
        )
        note = f"{future[0].day}: repaired, and known before its time."
        return evolve(found, bars=found.bars + future, repaired=(*found.repaired, note))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """As the market says."""
        return await self.market.benchmark(asset_type)

    async def symbols(self) -> tuple[Symbol, ...]:
        """As the market says."""
        return await self.market.symbols()


@frozen
class PoisonedArchive:
    """A news archive that breaks its promise: it hands out an item from after `day`."""

    archive: NewsArchive
    day: date

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """The true items, and one of the future."""
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
            facts=Facts(),
        )
        return (*await self.archive.between(terms, start, as_of, limit=limit), future)


async def _revised(market: Market, brief: AnalysisBrief) -> tuple[date, ...]:
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
