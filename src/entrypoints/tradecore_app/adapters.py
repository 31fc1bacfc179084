"""Opens the adapters of an installation: those that its settings choose, or objects in their place."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from attrs import frozen

from tradecore.engines.desk.collect import NewsSources, Sources
from tradecore.engines.desk.model_router import ModelFactory, ModelRouter
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType
from tradecore.model.money import Costs
from tradecore.ports.broker import Broker
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.embeddings import Embeddings
from tradecore.ports.engine import Engine
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.fx import ExchangeRates
from tradecore.ports.identity import Identity
from tradecore.ports.language import LanguageModel
from tradecore.ports.limits import Limiter
from tradecore.ports.market import SearchableMarket
from tradecore.ports.news import NewsSource
from tradecore.ports.notices import NoticeSender
from tradecore.ports.queue import JobQueue
from tradecore.ports.sentiment import Sentiment
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.ports.webhooks import WebhookSender
from tradecore.use_cases.account_prices import AccountPrices
from tradecore.use_cases.broker_accounts import OpenBroker, UserBroker
from tradecore.use_cases.engines import Engines
from tradecore_adapters import ambient
from tradecore_adapters.deadlines import with_deadlines
from tradecore_adapters.identity.encryption import Encryption
from tradecore_adapters.market.by_asset_type import MarketByAssetType
from tradecore_adapters.rows import Context
from tradecore_adapters.store.archive import StoredNews
from tradecore_adapters.store.copying import require_whole
from tradecore_app.broker_accounts import COMMON, EVERYBODY, open_broker_accounts
from tradecore_app.clock import starting_on
from tradecore_app.engines import open_engines
from tradecore_app.model_router import open_model_router
from tradecore_app.news_sources import Feeds, open_feeds
from tradecore_app.notices import notice_sender
from tradecore_app.registry import open_row
from tradecore_app.sandbox import Sandbox
from tradecore_app.secrets import signing_secrets
from tradecore_app.settings import Settings, chosen_rows, market_rows
from tradecore_app.webhooks import open_webhook_sender

T = TypeVar("T")


@frozen(kw_only=True)
class GivenAdapters:
    """Objects that are used in place of what the settings name. Who made them closes them."""

    store: Store | None = None
    queue: JobQueue | None = None
    stream: EventStream | None = None
    limits: Limiter | None = None
    market: SearchableMarket | None = None
    fundamentals: Fundamentals | None = None
    fx: ExchangeRates | None = None
    calendar: TradingCalendar | None = None
    broker: Broker | None = None
    sentiment: Sentiment | None = None
    embeddings: Embeddings | None = None
    identity: Identity | None = None
    news: tuple[NewsSource, ...] | None = None
    model: LanguageModel | None = None
    engine: Engine | None = None


NONE_GIVEN = GivenAdapters()


@frozen
class Adapters:
    """The open adapters of an installation."""

    store: Store
    queue: JobQueue
    stream: EventStream
    limiter: Limiter
    market: SearchableMarket
    # The market in the currency of accounts.
    account_prices: AccountPrices
    calendar: TradingCalendar
    broker: UserBroker
    # Opens the account of one user, which `broker` uses for that user's orders.
    open_broker: OpenBroker
    encryption: Encryption
    sentiment: Sentiment
    embeddings: Embeddings | None
    identity: Identity
    news: tuple[NewsSource, ...]
    feeds: Feeds
    webhook_sender: WebhookSender
    notice_sender: NoticeSender
    router: ModelRouter
    sources: Sources
    engines: Engines


@asynccontextmanager
async def open_adapters(
    settings: Settings, given: GivenAdapters = NONE_GIVEN, sandbox: Sandbox | None = None
) -> AsyncIterator[Adapters]:
    """Open every adapter, those of a `sandbox` over them; close those that were opened here when the context ends.

    Raises Invalid for settings that are wrong, Unavailable for an adapter that is unknown or cannot be opened.
    """
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(open_context(settings))

        async def adapter(port: str, setting: str, ready: T | None) -> T:
            if ready is not None:
                return ready
            opened: T = await stack.enter_async_context(open_row(port, setting, context, settings))
            return opened

        store = await adapter("store", settings.store.url, given.store)
        await require_whole(store)
        context.offer(store=store)
        prices = await _market(settings, given, adapter)
        market = with_deadlines("market", sandbox.market(prices) if sandbox else prices)
        context.offer(market=market)
        sentiment = await adapter("sentiment", settings.news.sentiment, given.sentiment)
        optional: dict[str, Any] = {
            "fundamentals": given.fundamentals,
            "fx": given.fx,
            "embeddings": given.embeddings,
        }
        for port, setting in chosen_rows(settings):
            if port in optional:
                optional[port] = await adapter(port, setting, optional[port])
        fundamentals, exchange_rates, embeddings = (
            None if ready is None else with_deadlines(port, ready) for port, ready in optional.items()
        )
        sources = Sources(
            market,
            NewsSources(StoredNews(store), sentiment),
            fundamentals,
            market.search,
        )
        router = await stack.enter_async_context(open_model_router(context, settings, _models(given.model)))
        account_prices = AccountPrices(market, exchange_rates)
        context.offer(market=account_prices, sources=sources, models=router)
        identity = await adapter("identity", settings.accounts.identity, given.identity)
        encryption = Encryption(context.secrets)
        open_broker = await stack.enter_async_context(open_broker_accounts(context, encryption))
        broker = await _broker(settings, given, adapter, store, open_broker)
        engines = await stack.enter_async_context(open_engines(context, settings, given.engine))
        yield Adapters(
            store=store,
            queue=with_deadlines("queue", await adapter("queue", settings.jobs.queue, given.queue)),
            stream=with_deadlines("stream", await adapter("stream", settings.jobs.stream, given.stream)),
            limiter=with_deadlines("limits", await adapter("limits", settings.http.limits, given.limits)),
            market=market,
            account_prices=account_prices,
            calendar=with_deadlines("calendar", await adapter("calendar", settings.market.calendar, given.calendar)),
            broker=broker,
            open_broker=open_broker,
            encryption=encryption,
            sentiment=sentiment,
            embeddings=embeddings,
            identity=Identity(
                with_deadlines("passwords", identity.passwords),
                identity.tokens,
                None if identity.provider is None else with_deadlines("provider", identity.provider),
            ),
            news=tuple(with_deadlines("news", source) for source in _distinct(await _news(settings, given, adapter))),
            feeds=await stack.enter_async_context(open_feeds(settings)),
            webhook_sender=await stack.enter_async_context(open_webhook_sender(settings)),
            notice_sender=notice_sender(settings),
            router=router,
            sources=sources,
            engines=sandbox.engines(engines) if sandbox else engines,
        )


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """What the adapters of an installation are opened with."""
    context = Context(
        folder=settings.store.folder,
        now=starting_on(settings.analyses.today, ambient.now),
        monotonic=monotonic,
        new_id=ambient.new_id,
        chance=ambient.chance,
        secrets=lambda: signing_secrets(settings),
        costs=trading_costs(settings),
        live_trading=settings.trading.live,
        news_interval=timedelta(seconds=settings.news.interval_seconds),
        record=settings.models.record,
        replay=settings.models.replay,
    )
    try:
        yield context
    finally:
        await context.aclose()


def trading_costs(settings: Settings) -> Costs:
    """Fees and slippage of the paper broker, and the fees that reserved cash covers."""
    return Costs(settings.trading.fee_percent, settings.trading.fee_fixed, settings.trading.slippage_percent)


async def _market(settings: Settings, given: GivenAdapters, adapter: Callable[..., Any]) -> SearchableMarket:
    if given.market is not None:
        return given.market
    rows = market_rows(settings.market.source)
    opened: dict[str, SearchableMarket] = {
        row: await adapter("market", row, None) for row in dict.fromkeys(rows.values())
    }
    if len(rows) == len(AssetType) and len(opened) == 1:
        return next(iter(opened.values()))
    return MarketByAssetType({asset_type: opened[row] for asset_type, row in rows.items()})


async def _broker(
    settings: Settings, given: GivenAdapters, adapter: Callable[..., Any], store: Store, open_broker: OpenBroker
) -> UserBroker:
    """The broker of all users. Raises Unavailable for an account at a broker of which nobody says whose it is."""
    setting, owner = settings.trading.broker, settings.trading.broker_user
    paper = setting.partition(":")[0] == COMMON
    if given.broker is None and not paper and not owner:
        raise Unavailable(
            f"TRADECORE_BROKER={setting} is one account. Set TRADECORE_BROKER_USER to the e-mail address of the user "
            "whose account it is (everybody else trades on paper), to `local` for the command line, or to * where all "
            "users share it."
        )
    chosen = with_deadlines("broker", await adapter("broker", setting, given.broker))
    if given.broker is not None or paper or owner is None or owner == EVERYBODY:
        return UserBroker(store, chosen, open_broker)
    common = with_deadlines("broker", await adapter("broker", f"{COMMON}:", None))
    return UserBroker(store, common, open_broker, of_owner=chosen, owner=owner)


async def _news(settings: Settings, given: GivenAdapters, adapter: Callable[..., Any]) -> list[NewsSource]:
    if given.news is not None:
        return list(given.news)
    return [await adapter(port, setting, None) for port, setting in chosen_rows(settings) if port == "news"]


def _distinct(sources: list[NewsSource]) -> tuple[NewsSource, ...]:
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        raise Invalid("TRADECORE_NEWS names two sources alike; give their files different names.")
    return tuple(sources)


def _models(model: LanguageModel | None) -> Mapping[str, ModelFactory]:
    if model is None:
        return {}
    provider, _, own_name = model.name.partition(":")

    def make(name: str) -> LanguageModel:
        if name != own_name:
            raise Invalid.one("model", f"The provider {provider!r} has no model {name!r}; it has {own_name!r}.")
        return model

    return {provider: make}
