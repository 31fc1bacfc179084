"""The adapters that a setting can name, of this package and of installed ones. The contract suites run over them."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tradecore.engines.desk.desk import DESK, Desk
from tradecore.model.analysis_briefs import RULES
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.engine import Engine
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.identity import Identity
from tradecore.ports.limits import Limiter
from tradecore.ports.market import SearchableMarket
from tradecore.ports.news import NewsSource
from tradecore.ports.queue import JobQueue
from tradecore.ports.sentiment import Sentiment
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.engine.command import CommandEngine
from tradecore_adapters.engine.command_options import CommandOptions
from tradecore_adapters.fundamentals.files import FundamentalsFolder
from tradecore_adapters.identity.argon import ArgonPasswords
from tradecore_adapters.identity.jwt import JwtAccessTokens
from tradecore_adapters.identity.oidc_options import OidcOptions
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.news.files import NewsFile
from tradecore_adapters.news.sample import SampleNews
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.rows import Context
from tradecore_adapters.sentiment.vader import VaderSentiment
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_adapters.stream.memory import MemoryStream
from tradecore_app import remote_rows, symbol_news_rows
from tradecore_app.installed import OpenRow, Row, installed_rows, options_class
from tradecore_app.settings import Settings

# The row of engines that are programs of the operator, each named after the colon.
COMMAND = "command"
TRADINGAGENTS = "tradingagents"
# An opened or openable adapter.
Opening = AbstractAsyncContextManager


def memory_store(context: Context, options: None, rest: str) -> Opening[Store]:
    """A store that keeps nothing."""
    return SqliteStore(None)


def sqlite_store(context: Context, options: None, rest: str) -> Opening[Store]:
    """The store in an SQLite file: `rest`, or tradecore.db in the data folder."""
    return SqliteStore(sqlite_path(context.folder, rest))


def sqlite_path(folder: Path, rest: str) -> Path:
    """The SQLite file of `sqlite:rest`, which is in the data folder if `rest` is empty."""
    return Path(rest) if rest else folder / "tradecore.db"


def memory_queue(context: Context, options: None, rest: str) -> Opening[JobQueue]:
    """A queue within this process."""
    return nullcontext(MemoryQueue())


def memory_stream(context: Context, options: None, rest: str) -> Opening[EventStream]:
    """A stream within this process."""
    return nullcontext(MemoryStream())


def memory_limiter(context: Context, options: None, rest: str) -> Opening[Limiter]:
    """Rate limits counted by this process."""
    return nullcontext(MemoryLimiter(context.monotonic))


def sample_market(context: Context, options: None, rest: str) -> Opening[SearchableMarket]:
    """The prices that ship with the package."""
    return nullcontext(SampleMarket())


def csv_market(context: Context, options: None, rest: str) -> Opening[SearchableMarket]:
    """The CSV files of the folder `rest`. Raises Invalid without a folder, Unavailable when there is no such folder."""
    if not rest:
        # The current folder would be one as well, by accident.
        raise Invalid.one("market", "TRADECORE_MARKET names no folder; write csv: and a folder of CSV files.")
    return nullcontext(CsvMarket(Path(rest)))


def fundamentals_folder(context: Context, options: None, rest: str) -> Opening[Fundamentals]:
    """The documents of the SEC in the folder `rest`. Raises Unavailable when there are none."""
    return nullcontext(FundamentalsFolder(Path(rest)))


def sample_news(context: Context, options: None, rest: str) -> Opening[NewsSource]:
    """The news that ships with the package."""
    return nullcontext(SampleNews(policy=FetchPolicy(interval=context.news_interval)))


def news_file(context: Context, options: None, rest: str) -> Opening[NewsSource]:
    """The saved feed or JSON lines in the file `rest`, after which the source is named. Raises Invalid without one."""
    if not rest:
        raise Invalid.one("news", "TRADECORE_NEWS names no file; write file: and a file or a folder of news.")
    return nullcontext(NewsFile(Path(rest).stem, Path(rest), policy=FetchPolicy(interval=context.news_interval)))


def paper_broker(context: Context, options: None, rest: str) -> Opening[PaperBroker]:
    """The broker that fills orders at the prices of the market."""
    return nullcontext(PaperBroker(context.store, context.market, context.now, context.costs))


def exchange_calendar(context: Context, options: None, rest: str) -> Opening[TradingCalendar]:
    """The sessions of the New York exchanges."""
    return nullcontext(ExchangeCalendar())


def vader_sentiment(context: Context, options: None, rest: str) -> Opening[Sentiment]:
    """The scale of VADER with the words of markets."""
    return nullcontext(VaderSentiment())


def desk_engine(context: Context, options: None, rest: str) -> Opening[Engine]:
    """The desk with a language model."""
    return nullcontext(Desk(context.sources, context.models, DESK))


def rules_engine(context: Context, options: None, rest: str) -> Opening[Engine]:
    """The desk by rules, which needs no model."""
    return nullcontext(Desk(context.sources))


def command_engine(context: Context, options: CommandOptions, rest: str) -> Opening[Engine]:
    """The program that TRADECORE_COMMAND_ENGINES names `rest`. Raises Unavailable where it names none."""
    if rest not in options.commands:
        raise Unavailable("TRADECORE_COMMAND_ENGINES names no program of that name; write NAME=COMMAND.")
    return nullcontext(
        CommandEngine(
            rest,
            options.commands[rest],
            context.sources,
            environment=options.environment,
            seconds=options.seconds,
            dollars=options.dollars,
            record=context.record,
            replay=context.replay,
        )
    )


def local_identity(context: Context, options: OidcOptions, rest: str) -> Opening[Identity]:
    """Argon2 hashes, tokens signed with the secrets of the installation, and the identity provider of the options.

    Raises Invalid for a weak secret.
    """
    secrets = context.secrets()
    try:
        tokens = JwtAccessTokens(secrets)
    except ValueError as error:
        raise Invalid.one("secret", f"TRADECORE_SECRET: {error}") from error
    return nullcontext(Identity(ArgonPasswords(), tokens, remote_rows.oidc_provider(options, secrets)))


def _row(name: str, open_row: OpenRow, extra: str | None = None, requires: tuple[str, ...] = ()) -> Row:
    return Row(name, lambda: open_row, extra=extra, requires=requires)


_REDIS = ("redis", ("redis",))
BUILT_IN: Mapping[str, tuple[Row, ...]] = {
    "market": (
        _row("sample", sample_market),
        _row("csv", csv_market),
        _row("yahoo", remote_rows.yahoo_market, "yahoo", ("curl_cffi",)),
        _row("alpaca", remote_rows.alpaca_market),
        _row("ccxt", remote_rows.ccxt_market, "ccxt", ("ccxt",)),
    ),
    "fundamentals": (_row("files", fundamentals_folder), _row("sec", remote_rows.sec_fundamentals)),
    "news": (
        _row("sample", sample_news),
        _row("file", news_file),
        _row("sec", symbol_news_rows.sec_filings),
        _row("alpaca", symbol_news_rows.alpaca_news),
        _row("stocktwits", symbol_news_rows.stocktwits_posts),
        _row("reddit", symbol_news_rows.reddit_posts),
        _row("feed", symbol_news_rows.symbol_feed),
    ),
    "broker": (_row("paper", paper_broker), _row("alpaca", remote_rows.alpaca_broker)),
    "language": (
        # In order of preference, for launches that name no provider.
        _row("openai", remote_rows.openai_models, "openai", ("openai",)),
        _row("anthropic", remote_rows.anthropic_models, "anthropic", ("anthropic",)),
    ),
    "store": (
        _row("sqlite", sqlite_store),
        _row("memory", memory_store),
        _row("postgresql", remote_rows.postgres_store, "postgres", ("asyncpg",)),
    ),
    "queue": (
        _row("memory", memory_queue),
        _row("redis", remote_rows.redis_queue, *_REDIS),
        _row("dramatiq+redis", remote_rows.dramatiq_queue, "dramatiq", ("dramatiq", "redis")),
    ),
    "stream": (_row("memory", memory_stream), _row("redis", remote_rows.redis_stream, *_REDIS)),
    "limits": (_row("memory", memory_limiter), _row("redis", remote_rows.redis_limiter, *_REDIS)),
    "calendar": (_row("exchange", exchange_calendar),),
    "fx": (_row("ecb", remote_rows.ecb_rates),),
    "sentiment": (_row("vader", vader_sentiment),),
    "embeddings": (_row("openai", remote_rows.openai_embeddings),),
    "identity": (_row("local", local_identity),),
    # In order of preference, for launches that name no engine.
    "engine": (
        _row(DESK, desk_engine),
        _row(RULES, rules_engine),
        _row(COMMAND, command_engine),
        _row(TRADINGAGENTS, remote_rows.tradingagents_engine),
    ),
}
# The spellings of addresses, which are passed to their rows whole.
_ADDRESS_SCHEMES: Mapping[str, str] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "redis": "redis",
    "rediss": "redis",
    "dramatiq+redis": "dramatiq+redis",
    "dramatiq+rediss": "dramatiq+redis",
}


def rows(port: str) -> Mapping[str, Row]:
    """The rows of a port by name, those of this package first. Theirs are the names that another package cannot take.

    Raises Unavailable where two other packages declare the same name.
    """
    built_in = {row.name: row for row in BUILT_IN[port]}
    return built_in | {name: row for name, row in installed_rows(port).items() if name not in built_in}


def find_row(port: str, setting: str) -> tuple[Row, str]:
    """The row of a port that the setting TRADECORE_<PORT> names, and the `rest` that the row is opened with.

    Raises Unavailable that lists the rows there are, and the nearest name.
    """
    scheme, _, rest = setting.partition(":")
    if scheme in _ADDRESS_SCHEMES or rest.startswith("//"):
        scheme, rest = _ADDRESS_SCHEMES.get(scheme, scheme), setting
    known = rows(port)
    if scheme not in known:
        # A setting may hold a password, so no more of it is repeated here.
        near = "".join(f"; did you mean {name}:?" for name in get_close_matches(scheme, known, n=1))
        raise Unavailable(
            f"TRADECORE_{port.upper()} begins with {scheme!r}:, which no installed package knows; use "
            f"{', '.join(f'{name}:' for name in known)}{near or '.'}"
        )
    return known[scheme], rest


def open_row(port: str, setting: str, context: Context, settings: Settings) -> AbstractAsyncContextManager[Any]:
    """Open the adapter that a setting names, with its options.

    Raises Unavailable for an unknown row, one that cannot be loaded and one that cannot be opened; Invalid for options
    that are wrong.
    """
    row, rest = find_row(port, setting)
    opener = row.opener()
    kind = options_class(opener)
    return opener(context, None if kind is None else settings.options(kind), rest)
