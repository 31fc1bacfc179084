"""`tradecore doctor`: a check of every configured part."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import rich_click as click

from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import CallerError, Refusal, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType, Symbol, symbol
from tradecore.model.money import ACCOUNT_CURRENCY
from tradecore.model.news import FetchState
from tradecore.model.steps import Analyst
from tradecore.ports.market import SearchableMarket
from tradecore.ports.news import FetchStatus, NewsSource
from tradecore.use_cases.account_prices import AccountPrices
from tradecore_adapters import ambient
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.commands.arguments import Day, asset_type_of
from tradecore_app.commands.model_check import check_models
from tradecore_app.model_router import describe_engines
from tradecore_app.price_text import price_text
from tradecore_app.remote_rows import check_redis
from tradecore_app.settings import read_settings

# The company whose figures show that a source answers.
_REPORTING_COMPANY = Symbol("AAPL")


@click.command()
@click.option(
    "--lookahead",
    nargs=2,
    metavar="SYMBOL DATE",
    help="Prove that an analysis of SYMBOL as of DATE has no look-ahead: falsify later data, compare the evidence.",
)
@click.option("--models", is_flag=True, help="Ask every language model that the settings name one small question.")
def doctor(lookahead: tuple[str, str] | None, models: bool) -> None:
    """Check every configured part; exit code 1 if one of them fails."""
    checked = _look_ahead(*lookahead) if lookahead else check_models() if models else _check_all()
    if not asyncio.run(checked):
        sys.exit(1)


async def _check_all() -> bool:
    settings = read_settings()
    passed = True

    async def check(part: str, probe: Callable[[], Awaitable[str]]) -> None:
        nonlocal passed
        try:
            click.echo(f"  ok    {part}: {await probe()}")
        except Refusal as refusal:
            passed = False
            click.echo(f"  FAIL  {part}: {refusal}")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Assembled | None]:
        try:
            async with assemble(settings) as assembled:
                yield assembled
        except Refusal as refusal:
            click.echo(f"  FAIL  start: {refusal}")
            yield None

    async with opened() as assembled:
        if assembled is None:
            return False

        async def store() -> str:
            await assembled.store.check()
            return f"{settings.store.url.partition(':')[0]}, readable and writable"

        async def market() -> str:
            return await _market_answers(assembled.core.search_symbols.market, settings.market.source)

        async def fundamentals() -> str:
            source = assembled.sources.fundamentals
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

        async def exchange_rates() -> str:
            prices = assembled.core.get_portfolio.market
            source = prices.exchange_rates if isinstance(prices, AccountPrices) else None
            if source is None:
                return "none; TRADECORE_FX names a source"
            today = ambient.now().date()
            rates = await source.rates(today, today)
            rate = rates.rate("EUR", ACCOUNT_CURRENCY, today)
            if rate is None:
                raise Unavailable(f"{rates.source} have no rate of EUR to {ACCOUNT_CURRENCY} for {today}.")
            return f"{rates.source} answer: 1 EUR was {rate} {ACCOUNT_CURRENCY} by {today}"

        async def news_source(source: NewsSource) -> str:
            # Nothing is stored: the next fetch of a worker brings the same items.
            fetched = await source.fetch(FetchState(), ambient.now(), force=True)
            if fetched.status is FetchStatus.FAILED:
                raise Unavailable(fetched.state.last_error or "It cannot be read.")
            newest = fetched.state.newest_item_at
            since = f", the newest of {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
            note = f" ({fetched.state.warning})" if fetched.state.warning else ""
            return f"{len(fetched.items)} items{since}{note}"

        async def redis(address: str) -> str:
            await check_redis(address)
            return f"{address.partition(':')[0]}, answers"

        async def secret() -> str:
            if settings.accounts.secret:
                return "TRADECORE_SECRET is set"
            if not settings.jobs.stream.startswith("memory:"):
                raise Unavailable("Several machines need the same secret; set TRADECORE_SECRET on all of them.")
            return f"generated, kept in {settings.store.folder}"

        async def model() -> str:
            return describe_engines(assembled.engines, assembled.router, settings.models)

        async def engines() -> str:
            parts = []
            for engine in assembled.engines.rows:
                described = engine.describe()
                note = getattr(engine, "note", "")
                parts.append(
                    f"{engine.name} not available: {described.unavailable.rstrip('.')}"
                    if described.unavailable
                    else f"{engine.name} {described.version}{note and f' ({note})'}"
                )
            return "; ".join(parts)

        async def broker_account() -> str:
            broker = assembled.core.execute_recommendation.broker
            await broker.find(OrderId("tradecore-doctor"))
            state = "on" if settings.trading.enabled else "off"
            return f"{broker.name}, answers; trading is {state}"

        async def news() -> str:
            sources = await assembled.core.list_sources()
            failing = [source.id for source in sources if source.state.failures]
            keys = [key for key in await assembled.core.list_api_keys() if key.revoked_at is None]
            failures = f", {len(failing)} of them failing: {', '.join(failing)}" if failing else ""
            shared = ", and API_KEY" if settings.accounts.api_key else ""
            return f"{len(sources)} sources{failures}; API keys: {len(keys)}{shared}"

        await check("store", store)
        for part, address in (
            ("queue", settings.jobs.queue),
            ("stream", settings.jobs.stream),
            ("limits", settings.http.limits),
        ):
            if address.partition(":")[0].endswith(("redis", "rediss")):
                await check(part, partial(redis, address))
        await check("market", market)
        await check("company figures", fundamentals)
        await check("exchange rates", exchange_rates)
        await check("broker", broker_account)
        await check("signing secret", secret)
        await check("desk", model)
        await check("engines", engines)
        await check("news", news)
        for source in assembled.core.gather_news.local:
            await check(f"news of {source.name}", partial(news_source, source))
    return passed


async def _market_answers(market: SearchableMarket, setting: str) -> str:
    """What the market answers to one question about each asset type that it has. Raises Refusal where it fails."""
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


async def _look_ahead(ticker: str, day: str) -> bool:
    brief = AnalysisBrief(
        symbol=symbol(ticker),
        asset_type=asset_type_of(ticker),
        as_of=Day().convert(day, None, None),
        analysts=tuple(Analyst),
        depth=1,
        model="none",
    )
    async with assemble(read_settings()) as assembled:
        proof = await check_lookahead(assembled.sources, brief)
    click.echo(f"Evidence of {proof.symbol} as of {proof.as_of}: {proof.digest}")
    click.echo(f"With falsified later data:            {proof.poisoned_digest}")
    for name in proof.revised:
        click.echo(f"The source revises {name} within a month.")
    click.echo("No look-ahead." if proof.passed else "The evidence depends on later data.")
    return proof.passed
