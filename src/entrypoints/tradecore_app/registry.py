"""The adapters that a setting can name: one table per port. The contract suites run over these tables."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from time import monotonic
from typing import TypeVar

from tradecore.model.errors import Unavailable
from tradecore.model.money import Costs
from tradecore.ports.broker import Broker
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.limits import Limiter
from tradecore.ports.market import QuotingMarket
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore_adapters import ambient
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_adapters.stream.memory import MemoryStream
from tradecore_app.servers import dramatiq_queue, postgres_store, redis_limiter, redis_queue, redis_stream
from tradecore_app.settings import Settings

T = TypeVar("T")
# Opens an adapter from all settings and from what follows the first colon of its own: a file, a folder, an address.
Row = Callable[[Settings, str], AbstractAsyncContextManager[T]]

STORES: Mapping[str, Row[Store]] = {
    "sqlite": lambda settings, rest: SqliteStore(Path(rest) if rest else settings.store.folder / "tradecore.db"),
    "memory": lambda settings, rest: SqliteStore(None),
    "postgresql": postgres_store,
}
QUEUES: Mapping[str, Row[JobQueue]] = {
    "memory": lambda settings, rest: nullcontext(MemoryQueue()),
    "redis": redis_queue,
    "dramatiq+redis": dramatiq_queue,
}
STREAMS: Mapping[str, Row[EventStream]] = {
    "memory": lambda settings, rest: nullcontext(MemoryStream()),
    "redis": redis_stream,
}
LIMITERS: Mapping[str, Row[Limiter]] = {
    "memory": lambda settings, rest: nullcontext(MemoryLimiter(monotonic)),
    "redis": redis_limiter,
}
MARKETS: Mapping[str, Row[QuotingMarket]] = {
    "sample": lambda settings, rest: nullcontext(SampleMarket()),
    "csv": lambda settings, rest: nullcontext(CsvMarket(Path(rest))),
}
# No setting chooses the calendar; it is a table so that the contract suite runs over it.
CALENDARS: Mapping[str, Callable[[Settings, str], TradingCalendar]] = {
    "exchange": lambda settings, rest: ExchangeCalendar()
}
# A broker also needs the store and the market: the paper broker fills orders at its prices.
BROKERS: Mapping[str, Callable[[Settings, str, Store, QuotingMarket], AbstractAsyncContextManager[Broker]]] = {
    "paper": lambda settings, rest, store, market: nullcontext(
        PaperBroker(store, market, ambient.now, trading_costs(settings))
    ),
    "alpaca": lambda settings, rest, store, market: _open_alpaca(settings, rest),
}

# These schemes are part of an address, so their rows get the whole setting. Some have two spellings.
_ADDRESS_SCHEMES: Mapping[str, str] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "redis": "redis",
    "rediss": "redis",
    "dramatiq+redis": "dramatiq+redis",
    "dramatiq+rediss": "dramatiq+redis",
}


def find_row(table: Mapping[str, T], name: str, setting: str) -> tuple[T, str]:
    """The row of `table` that the setting TRADECORE_<name> chooses, and the argument that the row is opened with.

    Raises Unavailable that lists the rows there are.
    """
    scheme, _, argument = setting.partition(":")
    if scheme in _ADDRESS_SCHEMES:
        scheme, argument = _ADDRESS_SCHEMES[scheme], setting
    if scheme not in table:
        # A setting may hold a password, so it is not repeated here.
        known = ", ".join(f"{row}:" for row in table)
        raise Unavailable(f"TRADECORE_{name} begins with {scheme!r}:, which this tradecore does not know; use {known}")
    return table[scheme], argument


def trading_costs(settings: Settings) -> Costs:
    """Fees and slippage of the paper broker, and the fees that reserved cash covers."""
    return Costs(settings.trading.fee_percent, settings.trading.fee_fixed, settings.trading.slippage_percent)


def _open_alpaca(settings: Settings, account: str) -> AbstractAsyncContextManager[Broker]:
    # An HTTP client takes a while to load, and few installations trade at a venue.
    from tradecore_adapters.broker import alpaca

    if settings.trading.alpaca_key is None or settings.trading.alpaca_secret is None:
        raise Unavailable("TRADECORE_BROKER=alpaca: needs TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET.")
    url = {"": alpaca.PAPER, "paper": alpaca.PAPER, "live": alpaca.LIVE}.get(account, account)
    return alpaca.open_alpaca(
        url, settings.trading.alpaca_key, settings.trading.alpaca_secret, live_allowed=settings.trading.live
    )
