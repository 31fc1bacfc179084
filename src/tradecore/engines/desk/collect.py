"""Collecting evidence: everything an analysis may rest on, read in parallel, with nothing later than its date."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.engines.desk.caller_features import caller_evidence
from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.fundamental_features import fundamental_evidence, missing_figures
from tradecore.engines.desk.identity_features import Search, find_listing, identity_evidence
from tradecore.engines.desk.levels import level_evidence
from tradecore.engines.desk.measures import MEASURES
from tradecore.engines.desk.news_features import ReadItem, news_evidence, read_items, social_evidence
from tradecore.engines.desk.plan_features import plan_evidence
from tradecore.engines.desk.prices import price_evidence
from tradecore.engines.desk.risk import risk_evidence
from tradecore.engines.desk.search_terms import search_terms
from tradecore.engines.desk.series_features import series_evidence
from tradecore.engines.desk.valuation_features import valuation_evidence
from tradecore.engines.desk.wording import dates_in
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import CallerError, Invalid, Unavailable
from tradecore.model.evidence import Evidence, EvidenceId, EvidenceKind
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import Bars, Listing
from tradecore.model.money import ACCOUNT_CURRENCY
from tradecore.model.news import ItemKind, NewsItem
from tradecore.model.steps import Analyst, Collected
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.market import Market
from tradecore.ports.news import NewsArchive
from tradecore.ports.sentiment import Sentiment

# A year of trading days (crypto trades on all of them) and some more, from which the averages start.
BARS = 400
_NEWS_DAYS = 14
# The newest items whose tone is read, and how many of them at a time before others compute.
_NEWS_ITEMS, _READ_TOGETHER = 200, 40
# A report of rules shows fewer headlines than a language model reads.
_HEADLINES, _MODEL_HEADLINES = 10, 20
# Posts and news of two weeks together; the newest are read.
_ITEMS = 1000
# Prices of five years, against which the valuation at past filing dates is measured.
_VALUATION_BARS = 1300
_VALUATION_YEARS = timedelta(days=6 * 365)


@frozen
class NewsSources:
    """Where news evidence comes from: the stored news items, and the scale that scores their tone."""

    archive: NewsArchive
    sentiment: Sentiment


@frozen
class Sources:
    """Where the desk reads: prices, news where any is stored, and company figures where a source is connected.

    `search` finds the listing of a symbol, where the source of prices can.
    """

    market: Market
    news: NewsSources | None = None
    fundamentals: Fundamentals | None = None
    search: Search | None = None


@frozen
class Readings:
    """What was read for an analysis, with nothing later than its date.

    `benchmark` is None where the market has none, or none of the same kind of prices. `missing_benchmark` is the
    sentence that says why it could not be read. `news` are news and posts, oldest first.
    """

    bars: Bars
    benchmark: Bars | None
    missing_benchmark: str
    news: tuple[NewsItem, ...]
    company: "Company | None"
    listing: Listing | None


async def collect(
    sources: Sources, brief: AnalysisBrief, compute_lock: ComputeLock | None = None, *, for_model: bool = False
) -> Collected:
    """Read prices, benchmark, company figures and news at the same time, and turn them into numbered evidence.

    With `for_model` there is more of it, which a language model needs and the rules do not read: what the security is,
    series over time, what each plan risks and pays, summaries of the news, and what is known about the caller.

    A benchmark that the market does not have is left out, and so is one that it cannot give at the moment, with a
    sentence among the sources. Where there are no company figures, evidence says why. Computing waits for
    `compute_lock`.

    Raises Invalid or Unavailable, as the market does for the symbol of the brief, and Invalid where there is one day of
    prices only.
    """
    readings = await read_sources(sources, brief, with_listing=for_model)
    return await build_evidence(readings, sources, brief, compute_lock or ComputeLock(), for_model=for_model)


async def read_sources(sources: Sources, brief: AnalysisBrief, *, with_listing: bool) -> Readings:
    """Read prices, benchmark, company figures and news at the same time, and the listing where it is wanted.

    Whatever a port returns from after `brief.as_of` is dropped here as well, although the ports promise not to return
    it.

    Raises Invalid or Unavailable, as the market does for the symbol of the brief, and Invalid where there is one day of
    prices only.
    """
    bars, (benchmark, missing), items, company, listing = await asyncio.gather(
        sources.market.bars(brief.symbol, brief.asset_type, brief.as_of, BARS),
        _benchmark(sources.market, brief),
        _news(sources.news, brief),
        _company(sources, brief),
        find_listing(sources.search if with_listing else None, brief.symbol, brief.asset_type),
    )
    bars = _until(bars, brief.as_of)
    if len(bars.bars) < 2:
        raise Invalid.one(
            "symbol",
            f"The prices of {brief.symbol} are too short for an analysis: {bars.source} has one day of them by "
            f"{brief.as_of}, and no change can be told from one.",
        )
    if benchmark is not None:
        benchmark = _until(benchmark, brief.as_of)
    if benchmark is not None and (not benchmark.bars or benchmark.source.synthetic != bars.source.synthetic):
        # Real prices must not be compared with generated ones.
        benchmark = None
    return Readings(bars, benchmark, missing, items, company, listing)


async def build_evidence(
    readings: Readings, sources: Sources, brief: AnalysisBrief, compute_lock: ComputeLock, *, for_model: bool
) -> Collected:
    """The numbered evidence of what was read; see `collect`."""
    bars, benchmark, items, company = readings.bars, readings.benchmark, readings.news, readings.company
    drafts: list[EvidenceDraft] = []
    async with compute_lock:
        drafts += price_evidence(bars, benchmark, brief.asset_type)
    async with compute_lock:
        risk_and_levels = [*risk_evidence(bars, benchmark, brief.asset_type), *level_evidence(bars)]
        drafts += risk_and_levels
    if for_model:
        async with compute_lock:
            drafts += plan_evidence(risk_and_levels)
            drafts += series_evidence(bars)
    if company is not None:
        async with compute_lock:
            drafts += company.figures(brief.as_of)
        async with compute_lock:
            drafts += company.valuation(brief.as_of)
    if sources.news is not None:
        read = await _read(sources.news.sentiment, brief, items, compute_lock)
        async with compute_lock:
            headlines = _MODEL_HEADLINES if for_model else _HEADLINES
            drafts += news_evidence(read, brief.as_of, headlines=headlines, summaries=for_model)
            posts = [item for item in items if item.kind is ItemKind.SOCIAL]
            drafts += social_evidence(posts, sources.news.sentiment)
    if for_model:
        drafts.append(
            identity_evidence(
                brief.symbol,
                brief.asset_type,
                bars.last.day,
                facts=company.facts if company else None,
                listing=readings.listing,
                currency=bars.currency,
                source=str(bars.source),
            )
        )
    if for_model and brief.caller is not None:
        close = bars.last.close if bars.currency in (None, ACCOUNT_CURRENCY) else None
        drafts += caller_evidence(brief.caller, brief.symbol, close, brief.as_of)
    async with compute_lock:
        collected = assemble_evidence(drafts, brief.as_of)
    missing = readings.missing_benchmark
    return evolve(collected, sources=(*collected.sources, missing)) if missing else collected


async def _read(
    sentiment: Sentiment, brief: AnalysisBrief, items: Sequence[NewsItem], compute_lock: ComputeLock
) -> list[ReadItem]:
    """The newest news items with tone and subject."""
    news = [item for item in items if item.kind is ItemKind.NEWS][-_NEWS_ITEMS:]
    terms = search_terms(brief.symbol)
    read: list[ReadItem] = []
    for start in range(0, len(news), _READ_TOGETHER):
        async with compute_lock:
            read += read_items(news[start : start + _READ_TOGETHER], sentiment, terms)
    return read


def assemble_evidence(drafts: Sequence[EvidenceDraft], as_of: date) -> Collected:
    """Give each draft its id (`E1`, `E2`, ... in their order), and the whole a SHA-256 digest in hex.

    The digest leaves out what is known about the caller: the same markets have the same digest before and after a
    purchase.

    Raises ValueError for a draft from after `as_of`, and KeyError for one with an unknown measure: both are faults of
    the code that made it.
    """
    for draft in drafts:
        if draft.as_of > as_of:
            raise ValueError(f"Evidence from {draft.as_of} is later than {as_of}: {draft.statement}")
    evidence = tuple(_numbered(draft, number) for number, draft in enumerate(drafts, start=1))
    rows = [
        [
            piece.id,
            piece.kind,
            piece.statement,
            str(piece.as_of),
            piece.source,
            piece.digest,
            None if piece.value is None else str(piece.value),
            piece.unit,
            *([piece.detail] if piece.detail else []),
        ]
        for piece in evidence
        if piece.kind not in (EvidenceKind.MEMORY, EvidenceKind.PORTFOLIO)
    ]
    digest = sha256(json.dumps(rows, ensure_ascii=True).encode()).hexdigest()
    return Collected(evidence=evidence, digest=digest, sources=tuple(dict.fromkeys(piece.source for piece in evidence)))


def _numbered(draft: EvidenceDraft, number: int) -> Evidence:
    measure = MEASURES[draft.measure]
    return Evidence(
        id=EvidenceId(f"E{number}"),
        kind=measure.kind,
        statement=draft.statement,
        as_of=draft.as_of,
        source=draft.source,
        digest=draft.digest,
        value=draft.value,
        unit=measure.unit,
        measure=measure.name,
        detail=draft.detail,
    )


async def _benchmark(market: Market, brief: AnalysisBrief) -> tuple[Bars | None, str]:
    """The bars of the benchmark where there are any, and a sentence where they could not be read."""
    try:
        name = await market.benchmark(brief.asset_type)
        if name is None or name == brief.symbol:
            return None, ""
        return await market.bars(name, brief.asset_type, brief.as_of, BARS), ""
    except CallerError:
        return None, ""
    except Unavailable:
        return None, "no benchmark: its prices could not be read"


@frozen
class Company:
    """The figures of a company and its prices of five years; `missing` is evidence in their place."""

    facts: CompanyFacts | None = None
    bars: Bars | None = None
    actions: CorporateActions | None = None
    missing: EvidenceDraft | None = None

    def figures(self, as_of: date) -> Iterable[EvidenceDraft]:
        """Evidence of the figures, or of what is missing."""
        if self.facts is not None:
            return fundamental_evidence(self.facts, as_of)
        return (self.missing,) if self.missing else ()

    def valuation(self, as_of: date) -> Iterable[EvidenceDraft]:
        """Evidence of what the market pays for the figures; none where they or the prices are not known."""
        if self.facts is None:
            return ()
        if self.actions is None:
            return valuation_evidence(self.facts, as_of, self.bars)
        known = self.actions.between(date.min, as_of)
        return valuation_evidence(self.facts, as_of, self.bars, known.splits, known.dividends)


async def _company(sources: Sources, brief: AnalysisBrief) -> Company | None:
    """The figures of the company; None where no source is connected, or no analyst reads them."""
    fundamentals = sources.fundamentals
    if fundamentals is None or Analyst.FUNDAMENTALS not in brief.analysts:
        return None
    try:
        facts = await fundamentals.facts(brief.symbol, brief.asset_type, brief.as_of)
    except (CallerError, Unavailable) as reason:
        return Company(missing=missing_figures(str(reason), fundamentals.name, brief.as_of))
    facts = facts.known_by(brief.as_of)
    market, since = sources.market, brief.as_of - _VALUATION_YEARS
    try:
        bars, actions = await asyncio.gather(
            market.bars(brief.symbol, brief.asset_type, brief.as_of, _VALUATION_BARS),
            market.corporate_actions(brief.symbol, brief.asset_type, since, brief.as_of),
        )
    except (CallerError, Unavailable):
        # The analysis itself needs the same prices and says what is wrong with them.
        return Company(facts)
    return Company(facts, _until(bars, brief.as_of), actions)


async def _news(sources: NewsSources | None, brief: AnalysisBrief) -> tuple[NewsItem, ...]:
    if sources is None or not {Analyst.NEWS, Analyst.SENTIMENT} & set(brief.analysts):
        return ()
    end = datetime.combine(brief.as_of, time.max, UTC)
    start = end - timedelta(days=_NEWS_DAYS)
    terms = (*search_terms(brief.symbol), f"={brief.symbol}")
    items = await sources.archive.between(terms, start, end, limit=_ITEMS)
    return tuple(item for item in items if start <= item.published_at <= end)


def _until(bars: Bars, as_of: date) -> Bars:
    kept = tuple(bar for bar in bars.bars if bar.day <= as_of)
    notes = tuple(note for note in bars.repaired if all(day <= str(as_of) for day in dates_in(note)))
    return evolve(bars, bars=kept, repaired=notes)
