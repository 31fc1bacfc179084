"""Opens the adapters of an installation: those that its settings choose, or objects in their place."""

from collections.abc import AsyncIterator, Mapping
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
        opener = _Opener(settings, given, context, stack)
        store = await opener.open("store", settings.store.url, given.store)
        await require_whole(store)
        context.offer(store=store)
        prices = await opener.market()
        market = with_deadlines("market", sandbox.market(prices) if sandbox else prices)
        context.offer(market=market)
        sentiment = await opener.open("sentiment", settings.news.sentiment, given.sentiment)
        fundamentals, exchange_rates, embeddings = await opener.optional()
        sources = Sources(market, NewsSources(StoredNews(store), sentiment), fundamentals, market.search)
        router = await stack.enter_async_context(open_model_router(context, settings, _models(given.model)))
        account_prices = AccountPrices(market, exchange_rates)
        context.offer(market=account_prices, sources=sources, models=router)
        identity = await opener.identity()
        encryption = Encryption(context.secrets)
        open_broker = await stack.enter_async_context(open_broker_accounts(context, encryption))
        broker = await opener.broker(store, open_broker)
        engines = await stack.enter_async_context(open_engines(context, settings, given.engine))
        yield Adapters(
            store=store,
            queue=await opener.bounded("queue", settings.jobs.queue, given.queue),
            stream=await opener.bounded("stream", settings.jobs.stream, given.stream),
            limiter=await opener.bounded("limits", settings.http.limits, given.limits),
            market=market,
            account_prices=account_prices,
            calendar=await opener.bounded("calendar", settings.market.calendar, given.calendar),
            broker=broker,
            open_broker=open_broker,
            encryption=encryption,
            sentiment=sentiment,
            embeddings=embeddings,
            identity=identity,
            news=await opener.news(),
            feeds=await stack.enter_async_context(open_feeds(settings)),
            webhook_sender=await stack.enter_async_context(open_webhook_sender(settings)),
            notice_sender=notice_sender(settings),
            router=router,
            sources=sources,
            engines=sandbox.engines(engines) if sandbox else engines,
        )


@frozen
class _Opener:
    """Opens what the settings choose, to be closed with `stack`, unless an object is given in its place."""

    settings: Settings
    given: GivenAdapters
    context: Context
    stack: AsyncExitStack

    async def open(self, port: str, setting: str, given: T | None = None) -> T:
        """The adapter of a port that a setting names, or the one that is given."""
        if given is not None:
            return given
        opened: T = await self.stack.enter_async_context(open_row(port, setting, self.context, self.settings))
        return opened

    async def bounded(self, port: str, setting: str, given: T | None = None) -> T:
        """The same, with the deadlines of its port."""
        return with_deadlines(port, await self.open(port, setting, given))

    async def market(self) -> SearchableMarket:
        """The market of all asset types."""
        if self.given.market is not None:
            return self.given.market
        rows = market_rows(self.settings.market.source)
        opened: dict[str, SearchableMarket] = {
            row: await self.open("market", row) for row in dict.fromkeys(rows.values())
        }
        if len(rows) == len(AssetType) and len(opened) == 1:
            return next(iter(opened.values()))
        return MarketByAssetType({asset_type: opened[row] for asset_type, row in rows.items()})

    async def optional(self) -> tuple[Fundamentals | None, ExchangeRates | None, Embeddings | None]:
        """The adapters that an installation may do without."""
        chosen: dict[str, Any] = {
            "fundamentals": self.given.fundamentals,
            "fx": self.given.fx,
            "embeddings": self.given.embeddings,
        }
        for port, setting in chosen_rows(self.settings):
            if port in chosen:
                chosen[port] = await self.open(port, setting, chosen[port])
        fundamentals, exchange_rates, embeddings = (
            None if adapter is None else with_deadlines(port, adapter) for port, adapter in chosen.items()
        )
        return fundamentals, exchange_rates, embeddings

    async def identity(self) -> Identity:
        """Passwords, tokens and the provider of logins."""
        opened: Identity = await self.open("identity", self.settings.accounts.identity, self.given.identity)
        return Identity(
            with_deadlines("passwords", opened.passwords),
            opened.tokens,
            None if opened.provider is None else with_deadlines("provider", opened.provider),
        )

    async def broker(self, store: Store, open_broker: OpenBroker) -> UserBroker:
        """The broker of all users. Raises Unavailable for an account at a broker of which nobody says whose it is."""
        setting, owner, given = self.settings.trading.broker, self.settings.trading.broker_user, self.given.broker
        paper = setting.partition(":")[0] == COMMON
        if given is None and not paper and not owner:
            raise Unavailable(
                f"TRADECORE_BROKER={setting} is one account. Set TRADECORE_BROKER_USER to the e-mail address of the "
                "user whose account it is (everybody else trades on paper), to `local` for the command line, or to * "
                "where all users share it."
            )
        chosen = await self.bounded("broker", setting, given)
        if given is not None or paper or owner is None or owner == EVERYBODY:
            return UserBroker(store, chosen, open_broker)
        common: Broker = await self.bounded("broker", f"{COMMON}:")
        return UserBroker(store, common, open_broker, of_owner=chosen, owner=owner)

    async def news(self) -> tuple[NewsSource, ...]:
        """The sources of news. Raises Invalid for two of one name."""
        sources = self.given.news
        if sources is None:
            rows = [setting for port, setting in chosen_rows(self.settings) if port == "news"]
            sources = tuple([await self.open("news", row) for row in rows])
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise Invalid("TRADECORE_NEWS names two sources alike; give their files different names.")
        return tuple(with_deadlines("news", source) for source in sources)


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


def _models(model: LanguageModel | None) -> Mapping[str, ModelFactory]:
    if model is None:
        return {}
    provider, _, own_name = model.name.partition(":")

    def make(name: str) -> LanguageModel:
        if name != own_name:
            raise Invalid.one("model", f"The provider {provider!r} has no model {name!r}; it has {own_name!r}.")
        return model

    return {provider: make}
