"""Rows of adapters that need a server or a vendor; each imports its library only when it is chosen."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.broker import Broker
from tradecore.ports.embeddings import Embeddings
from tradecore.ports.engine import Engine
from tradecore.ports.fx import ExchangeRates
from tradecore.ports.identity import IdentityProvider
from tradecore.ports.language import LanguageModel
from tradecore.ports.limits import Limiter
from tradecore.ports.market import SearchableMarket
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore_adapters.broker.alpaca_options import AlpacaOptions
from tradecore_adapters.engine.tradingagents.options import TradingAgentsOptions
from tradecore_adapters.fundamentals.sec_options import SecOptions
from tradecore_adapters.identity.oidc_options import OidcOptions
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.rows import Context
from tradecore_adapters.store.documents import decode_event, encode_event
from tradecore_app.settings.models import ModelServer, ModelSettings, OpenAiOptions

if TYPE_CHECKING:
    from tradecore_adapters.fundamentals.sec import SecFundamentals
    from tradecore_adapters.vendors.client import VendorClient, VendorLimits

OpenedModels = AbstractAsyncContextManager[Callable[[str], LanguageModel]]


def postgres_store(context: Context, options: None, address: str) -> AbstractAsyncContextManager[Store]:
    """The store in a Postgres database."""
    from tradecore_adapters.store.postgres import PostgresStore

    return PostgresStore(address)


def redis_queue(context: Context, options: None, address: str) -> AbstractAsyncContextManager[JobQueue]:
    """The queue over a Redis channel."""
    from tradecore_adapters.queue.redis import RedisQueue

    return RedisQueue(address)


def dramatiq_queue(context: Context, options: None, address: str) -> AbstractAsyncContextManager[JobQueue]:
    """The queue over Dramatiq's Redis broker."""
    from tradecore_adapters.queue.dramatiq import DramatiqQueue

    return DramatiqQueue(address.removeprefix("dramatiq+"), now=context.now)


def redis_stream(context: Context, options: None, address: str) -> AbstractAsyncContextManager[EventStream]:
    """The stream over a Redis channel."""
    from tradecore_adapters.stream.redis import RedisStream

    return RedisStream(address, context.secrets(), encode=encode_event, decode=decode_event)


def redis_limiter(context: Context, options: None, address: str) -> AbstractAsyncContextManager[Limiter]:
    """Rate limits counted in Redis."""
    from tradecore_adapters.limits.redis import RedisLimiter

    return RedisLimiter(address, MemoryLimiter(context.monotonic))


def alpaca_broker(context: Context, options: AlpacaOptions, account: str) -> AbstractAsyncContextManager[Broker]:
    """An account at Alpaca: `paper`, which is the default, `live`, or the address of a server with its API.

    Raises Unavailable without a key, and for an account of real money where that is not allowed.
    """
    from tradecore_adapters.broker import alpaca

    if options.key is None or options.secret is None:
        raise Unavailable("TRADECORE_BROKER=alpaca: needs TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET.")
    url = {"": alpaca.PAPER, "paper": alpaca.PAPER, "live": alpaca.LIVE}.get(account, account)
    return alpaca.open_alpaca(url, options.key, options.secret, live_allowed=context.live_trading)


def vendor_client(context: Context, vendor: str, limits: "VendorLimits", base: str) -> "VendorClient":
    """A client of a vendor's HTTP API; requests go to `base`/HOST/path where a base is given."""
    from tradecore_adapters.vendors.client import VendorClient

    folder = context.folder / "vendors"
    return VendorClient(vendor, context.http, context.now, context.monotonic, limits, base or None, folder=folder)


@asynccontextmanager
async def sec_fundamentals(context: Context, options: SecOptions, base: str) -> AsyncIterator["SecFundamentals"]:
    """The company figures of the SEC; requests go to `base`/HOST/path where a base is given.

    Raises Unavailable without a contact.
    """
    from tradecore_adapters.fundamentals.sec import LIMITS, SecFundamentals
    from tradecore_adapters.vendors.answers import AnswerFolder

    if options.contact is None:
        raise Unavailable("The SEC refuses callers without a name: set TRADECORE_CONTACT to your name and e-mail.")
    client = vendor_client(context, "The SEC", LIMITS, base)
    answers = AnswerFolder(context.folder / "fundamentals" / "sec")
    fundamentals = SecFundamentals(client, answers, options.contact, context.now)
    try:
        yield fundamentals
    finally:
        await fundamentals.aclose()


@asynccontextmanager
async def ecb_rates(context: Context, options: None, base: str) -> AsyncIterator[ExchangeRates]:
    """The reference rates of the European Central Bank; requests go to `base`/HOST/path where a base is given."""
    from tradecore_adapters.fx.ecb import LIMITS, EcbRates
    from tradecore_adapters.vendors.answers import AnswerFolder

    client = vendor_client(context, "The ECB", LIMITS, base)
    rates = EcbRates(client, AnswerFolder(context.folder / "fx" / "ecb"), context.now)
    try:
        yield rates
    finally:
        await rates.aclose()


def yahoo_market(context: Context, options: None, base: str) -> AbstractAsyncContextManager[SearchableMarket]:
    """Yahoo Finance; `base` replaces its hosts, for a proxy."""
    from tradecore_adapters.market.yahoo import open_yahoo

    return open_yahoo(context.folder, context.now, context.monotonic, base or None)


def alpaca_market(context: Context, options: AlpacaOptions, base: str) -> AbstractAsyncContextManager[SearchableMarket]:
    """Alpaca's market data; `base` replaces its hosts. Raises Unavailable without a key."""
    from tradecore_adapters.market.alpaca import open_alpaca_market

    if options.key is None or options.secret is None:
        raise Unavailable("TRADECORE_MARKET=alpaca: needs TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET.")
    return open_alpaca_market(
        base or None, options.key, options.secret, context.folder, context.http, context.now, context.monotonic
    )


def ccxt_market(context: Context, options: None, exchange: str) -> AbstractAsyncContextManager[SearchableMarket]:
    """A crypto exchange, as EXCHANGE or EXCHANGE@BASE; `BASE` replaces its hosts."""
    from tradecore_adapters.market.ccxt import open_ccxt

    return open_ccxt(exchange, context.folder, context.http, context.now, context.monotonic)


def openai_models(context: Context, options: ModelSettings, rest: str) -> OpenedModels:
    """The models of OpenAI, or of a server with its API."""
    from tradecore_adapters.language.openai import open_openai

    return open_openai(options.openai_api_key, options.openai_base_url, **_call_options(context, options))


def openai_embeddings(context: Context, options: OpenAiOptions, rest: str) -> AbstractAsyncContextManager[Embeddings]:
    """The embeddings of the model `rest` at OpenAI, or at a server with its API. Raises Invalid without a model."""
    from tradecore_adapters.embeddings.openai import ADDRESS, OpenAiEmbeddings

    if not rest:
        raise Invalid.one("embeddings", "TRADECORE_EMBEDDINGS: name a model, such as openai:text-embedding-3-small.")
    if options.openai_api_key is None and options.openai_base_url is None:
        raise Invalid.one("embeddings", "TRADECORE_EMBEDDINGS: set OPENAI_API_KEY, or OPENAI_BASE_URL.")
    address = options.openai_base_url or ADDRESS
    return nullcontext(OpenAiEmbeddings(context.http, rest, address, options.openai_api_key))


def server_models(context: Context, name: str, server: ModelServer, options: ModelSettings) -> OpenedModels:
    """The models of a server with OpenAI's API that TRADECORE_PROVIDERS names."""
    from tradecore_adapters.language.openai import open_openai
    from tradecore_adapters.language.refusals import Vendor

    vendor = Vendor(name, f"The server {name}", server.key_variable or f"The key of {name}", "TRADECORE_PROVIDERS")
    return open_openai(server.key, server.address, vendor=vendor, **_call_options(context, options))


def anthropic_models(context: Context, options: ModelSettings, rest: str) -> OpenedModels:
    """The models of Anthropic."""
    from tradecore_adapters.language.anthropic import open_anthropic

    return open_anthropic(options.anthropic_api_key, options.anthropic_base_url, **_call_options(context, options))


def tradingagents_engine(
    context: Context, options: TradingAgentsOptions, rest: str
) -> AbstractAsyncContextManager[Engine]:
    """TradingAgents, where it is installed in an environment of its own."""
    from tradecore_adapters.engine.tradingagents.engine import open_tradingagents

    return open_tradingagents(context, options, rest)


async def check_redis(address: str) -> None:
    """Ping a Redis server. Raises Unavailable where it does not reply or the extra is not installed."""
    if find_spec("redis") is None:
        raise Unavailable("This needs more packages; run: pip install 'tradecore[redis]'")
    from tradecore_adapters import redis_server

    await redis_server.check(address.removeprefix("dramatiq+"))


def _call_options(context: Context, options: ModelSettings) -> dict[str, Any]:
    """What is the same for every provider."""
    from tradecore_adapters.language.dialect_memory import DialectMemory
    from tradecore_adapters.language.prices import read_prices
    from tradecore_adapters.language.transport import CallLimits

    return {
        "prices": read_prices(options.prices),
        "limits": CallLimits(deadline=options.call_seconds, effort=options.effort),
        "memory": DialectMemory(context.folder / "language-servers.json", context.now),
    }


def oidc_provider(options: OidcOptions, secrets: Sequence[str]) -> IdentityProvider | None:
    """The identity provider of the options; None without an issuer. Raises Invalid for options that do not fit."""
    if options.issuer is None:
        if options.model_fields_set:
            raise Invalid.one("oidc_issuer", "TRADECORE_OIDC_ISSUER: set it, or none of TRADECORE_OIDC_*.")
        return None
    if not options.issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise Invalid.one("oidc_issuer", "TRADECORE_OIDC_ISSUER: it begins with https://.")
    if options.client_id is None:
        raise Invalid.one("oidc_client_id", "TRADECORE_OIDC_CLIENT_ID: set it to the id that the provider has given.")
    if not options.redirect_uris:
        raise Invalid.one("oidc_redirect_uris", "TRADECORE_OIDC_REDIRECT_URIS: list the pages of your front ends.")
    if not options.domains and not options.groups:
        raise Invalid.one(
            "oidc_domains",
            "TRADECORE_OIDC_DOMAINS: set it or TRADECORE_OIDC_GROUPS, or every user of the provider could sign in.",
        )
    from tradecore_adapters.identity.oidc import OidcProvider

    return OidcProvider(
        options.issuer,
        options.client_id,
        options.client_secret.get_secret_value() if options.client_secret else None,
        redirect_uris=options.redirect_uris,
        audience=options.audience,
        secrets=secrets,
    )
