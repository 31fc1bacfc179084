"""Collecting: everything an analysis may lean on, read in parallel, with nothing later than its date."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.exhibits import Exhibit
from tradecore.engines.desk.levels import level_exhibits
from tradecore.engines.desk.press import press_exhibits
from tradecore.engines.desk.prices import price_exhibits
from tradecore.engines.desk.risk import risk_exhibits
from tradecore.engines.desk.terms import terms
from tradecore.engines.desk.turns import Turns
from tradecore.engines.desk.wording import days
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import CallerError
from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.market import Bars
from tradecore.model.news import NewsItem
from tradecore.model.steps import Analyst, Collected
from tradecore.ports.market import Market
from tradecore.ports.news import NewsArchive
from tradecore.ports.sentiment import Sentiment

# A year of trading days, and some more for the averages to settle; crypto trades on every day of it.
_BARS = 400
_NEWS_DAYS = 14
_NEWS_ITEMS = 60


@frozen
class Press:
    """The stored news, and the scale on which its tone is read."""

    archive: NewsArchive
    sentiment: Sentiment


@frozen
class Sources:
    """Where the desk reads: prices, and news where there are any."""

    market: Market
    press: Press | None = None


async def collect(sources: Sources, brief: AnalysisBrief, turns: Turns | None = None) -> Collected:
    """Read all ports at once and turn what they say into evidence.

    Refusals of the market (unknown symbol, uncovered date, unreachable source) pass through; without prices of its
    symbol there is no analysis. A benchmark that cannot be had is left out. What a port hands out from after the date
    asked about is dropped here once more, whatever the port promised. The computing is done in `turns`.
    """
    turns = turns or Turns()
    bars, benchmark, items = await asyncio.gather(
        sources.market.bars(brief.symbol, brief.asset_type, brief.as_of, _BARS),
        _benchmark(sources.market, brief),
        _news(sources.press, brief),
    )
    bars = _until(bars, brief.as_of)
    if benchmark is not None:
        benchmark = _until(benchmark, brief.as_of)
    if benchmark is not None and (not benchmark.bars or benchmark.source.synthetic != bars.source.synthetic):
        benchmark = None  # real prices are never measured against generated ones
    exhibits: list[Exhibit] = []
    async with turns:
        exhibits += price_exhibits(bars, benchmark, brief.asset_type)
    async with turns:
        exhibits += risk_exhibits(bars, benchmark, brief.asset_type)
        exhibits += level_exhibits(bars)
    async with turns:
        if sources.press is not None:
            exhibits += press_exhibits(items, sources.press.sentiment, brief.as_of)
        return settle(exhibits, brief.as_of)


def settle(exhibits: Sequence[Exhibit], as_of: date) -> Collected:
    """Number the exhibits in their order and seal them with one digest."""
    late = [one.statement for one in exhibits if one.as_of > as_of]
    assert not late, f"evidence from after {as_of}: {late[0]}"
    evidence = tuple(
        Evidence(
            id=EvidenceId(f"E{number}"),
            topic=one.topic,
            statement=one.statement,
            as_of=one.as_of,
            source=one.source,
            digest=one.digest,
            value=one.value,
            unit=one.unit,
            measure=one.measure,
        )
        for number, one in enumerate(exhibits, start=1)
    )
    lines = [
        [
            e.id,
            e.topic,
            e.statement,
            str(e.as_of),
            e.source,
            e.digest,
            None if e.value is None else str(e.value),
            e.unit,
        ]
        for e in evidence
    ]
    digest = sha256(json.dumps(lines, ensure_ascii=True).encode()).hexdigest()
    return Collected(evidence=evidence, digest=digest, sources=tuple(dict.fromkeys(e.source for e in evidence)))


async def _benchmark(market: Market, brief: AnalysisBrief) -> Bars | None:
    name = await market.benchmark(brief.asset_type)
    if name is None or name == brief.symbol:
        return None
    try:
        return await market.bars(name, brief.asset_type, brief.as_of, _BARS)
    except CallerError:
        return None


async def _news(press: Press | None, brief: AnalysisBrief) -> tuple[NewsItem, ...]:
    if press is None or not {Analyst.NEWS, Analyst.SENTIMENT} & set(brief.analysts):
        return ()
    end = datetime.combine(brief.as_of, time.max, UTC)
    start = end - timedelta(days=_NEWS_DAYS)
    found = await press.archive.between(terms(brief.symbol), start, end, limit=_NEWS_ITEMS)
    return tuple(item for item in found if start <= item.published_at <= end)


def _until(bars: Bars, as_of: date) -> Bars:
    kept = tuple(bar for bar in bars.bars if bar.day <= as_of)
    notes = tuple(note for note in bars.repaired if all(day <= str(as_of) for day in days(note)))
    return Bars(symbol=bars.symbol, source=bars.source, bars=kept, repaired=notes)
