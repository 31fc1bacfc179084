"""Probes: one question to each part of an installation, answered with a sentence for its operator."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from tradecore.model.errors import CallerError, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import ACCOUNT_CURRENCY
from tradecore.model.news import FetchState
from tradecore.ports.embeddings import Embeddings
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.market import Market, SearchableMarket
from tradecore.ports.news import FetchStatus, NewsSource
from tradecore.use_cases.account_prices import AccountPrices
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.story_vectors import scale_of
from tradecore_adapters import ambient
from tradecore_adapters.store.sqlite_file import damage, network_file_system, translate_error
from tradecore_app.assembly import Assembled
from tradecore_app.model_router import describe_engines
from tradecore_app.price_text import price_text
from tradecore_app.registry import sqlite_path
from tradecore_app.remote_rows import check_redis
from tradecore_app.settings import Settings

Probe = Callable[[], Awaitable[str]]
"""Says what a part answers. Raises Refusal where it does not work."""

# The company whose figures show that a source answers.
_REPORTING_COMPANY = Symbol("AAPL")


def probes_of(assembled: Assembled) -> Iterator[tuple[str, Probe]]:
    """The probe of each part, with its name."""
    settings, core = assembled.settings, assembled.core
    yield "store", partial(_store, assembled)
    for part, address in (
        ("queue", settings.jobs.queue),
        ("stream", settings.jobs.stream),
        ("limits", settings.http.limits),
    ):
        if address.partition(":")[0].endswith(("redis", "rediss")):
            yield part, partial(_redis, address)
    yield "market", partial(_market, core.search_symbols.market, settings.market.source)
    yield "company figures", partial(_fundamentals, assembled.sources.fundamentals)
    yield "exchange rates", partial(_exchange_rates, core.get_portfolio.market)
    yield "broker", partial(_broker, assembled)
    yield "signing secret", partial(_secret, settings)
    yield "desk", partial(_desk, assembled)
    yield "engines", partial(_engines, assembled.engines)
    yield "news", partial(_news, assembled)
    yield "embeddings", partial(_embeddings, core.gather_news.keep.vectors.embeddings)
    for source in core.gather_news.local:
        yield f"news of {source.name}", partial(_news_source, source)


async def _store(assembled: Assembled) -> str:
    await assembled.store.check()
    kind, _, rest = assembled.settings.store.url.partition(":")
    if kind == "sqlite":
        path = sqlite_path(assembled.settings.store.folder, rest)
        if file_system := network_file_system(path):
            raise Unavailable(
                f"{path} is on {file_system}, a network file system, where SQLite can lose or damage data; put "
                "TRADECORE_DATA on a disk of this machine, or use Postgres."
            )
        try:
            found = await asyncio.to_thread(damage, path)
        except sqlite3.Error as error:
            raise translate_error(error) from error
        if found:
            raise Unavailable(f"{path} is damaged ({found}); restore it from a backup.")
    return f"{kind}, readable and writable"


async def _redis(address: str) -> str:
    await check_redis(address)
    return f"{address.partition(':')[0]}, answers"


async def _market(market: SearchableMarket, setting: str) -> str:
    """One question about each asset type that the market has."""
    answers = []
    for asset_type in AssetType:
        name = await market.benchmark(asset_type)
        if name is not None:
            quote = await market.quote(name, asset_type, ambient.now())
            price = f"{price_text(quote.price)} {quote.currency or ''}".strip()
            answers.append(f"{quote.source}: {quote.symbol} at {price} on {quote.day}")
    names = await market.symbols()
    if names:
        shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
        answers.append(f"{setting} has {len(names)} symbols: {shown}")
    return "; ".join(answers) or f"{setting} has neither a benchmark nor a list of symbols to ask about"


async def _fundamentals(source: Fundamentals | None) -> str:
    if source is None:
        return "none; TRADECORE_FUNDAMENTALS names a source"
    try:
        company = await source.facts(_REPORTING_COMPANY, AssetType.EQUITY, ambient.now().date())
    except CallerError as refusal:
        # A folder need not have this company.
        return f"{source.name} answers: {refusal}"
    newest = max(company.facts, key=lambda fact: fact.end)
    return (
        f"{source.name} answers: {company.name}, {len(company.facts)} facts of its reports, the newest to "
        f"{newest.end} ({newest.form} filed {newest.filed})"
    )


async def _exchange_rates(prices: Market) -> str:
    source = prices.exchange_rates if isinstance(prices, AccountPrices) else None
    if source is None:
        return "none; TRADECORE_FX names a source"
    today = ambient.now().date()
    rates = await source.rates(today, today)
    rate = rates.rate("EUR", ACCOUNT_CURRENCY, today)
    if rate is None:
        raise Unavailable(f"{rates.source} have no rate of EUR to {ACCOUNT_CURRENCY} for {today}.")
    return f"{rates.source} answer: 1 EUR was {rate} {ACCOUNT_CURRENCY} by {today}"


async def _broker(assembled: Assembled) -> str:
    broker = assembled.core.execute_recommendation.broker
    await broker.find(OrderId("tradecore-doctor"))
    return f"{broker.name}, answers; trading is {'on' if assembled.settings.trading.enabled else 'off'}"


async def _secret(settings: Settings) -> str:
    if settings.accounts.secret:
        return "TRADECORE_SECRET is set"
    if not settings.jobs.stream.startswith("memory:"):
        raise Unavailable("Several machines need the same secret; set TRADECORE_SECRET on all of them.")
    return f"generated, kept in {settings.store.folder}"


async def _desk(assembled: Assembled) -> str:
    return describe_engines(assembled.engines, assembled.router, assembled.settings.models)


async def _engines(engines: Engines) -> str:
    parts = []
    for engine in engines.rows:
        described = engine.describe()
        note = getattr(engine, "note", "")
        parts.append(
            f"{engine.name} not available: {described.unavailable.rstrip('.')}"
            if described.unavailable
            else f"{engine.name} {described.version}{note and f' ({note})'}"
        )
    return "; ".join(parts)


async def _news(assembled: Assembled) -> str:
    sources = await assembled.core.list_sources()
    failing = [source.id for source in sources if source.state.failures]
    keys = [key for key in await assembled.core.list_api_keys() if key.revoked_at is None]
    failures = f", {len(failing)} of them failing: {', '.join(failing)}" if failing else ""
    shared = ", and API_KEY" if assembled.settings.accounts.api_key else ""
    return f"{len(sources)} sources{failures}; API keys: {len(keys)}{shared}"


async def _embeddings(embeddings: Embeddings | None) -> str:
    if embeddings is None:
        return "none; TRADECORE_EMBEDDINGS names a model"
    scale = await scale_of(embeddings)
    return f"{embeddings.name} answers; unrelated headlines have a mean cosine of {scale.unrelated:.2f}"


async def _news_source(source: NewsSource) -> str:
    # Nothing is stored: the next fetch of a worker brings the same items.
    fetched = await source.fetch(FetchState(), ambient.now(), force=True)
    if fetched.status is FetchStatus.FAILED:
        raise Unavailable(fetched.state.last_error or "It cannot be read.")
    newest = fetched.state.newest_item_at
    since = f", the newest of {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
    note = f" ({fetched.state.warning})" if fetched.state.warning else ""
    return f"{len(fetched.items)} items{since}{note}"
