"""Deadlines: every call of every port ends."""

import asyncio
import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import tradecore.ports
from tradecore.model.errors import Invalid, Unavailable
from tradecore.ports.broker import AccountBroker, Broker
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.embeddings import Embeddings
from tradecore.ports.fundamentals import Fundamentals
from tradecore.ports.fx import ExchangeRates
from tradecore.ports.identity import IdentityProvider, Passwords
from tradecore.ports.limits import Limiter
from tradecore.ports.market import SearchableMarket
from tradecore.ports.news import NewsSource
from tradecore.ports.notices import NoticeSender
from tradecore.ports.queue import JobQueue
from tradecore.ports.stream import EventStream
from tradecore.ports.webhooks import WebhookSender
from tradecore_adapters import deadlines
from tradecore_adapters.deadlines import DEADLINES, Deadlined, with_deadlines
from tradecore_app.adapters import open_adapters
from tradecore_app.settings import read_settings

PORTS: dict[str, type] = {
    "market": SearchableMarket,
    "fundamentals": Fundamentals,
    "fx": ExchangeRates,
    "embeddings": Embeddings,
    "calendar": TradingCalendar,
    "broker": Broker,
    "news": NewsSource,
    "passwords": Passwords,
    "provider": IdentityProvider,
    "limits": Limiter,
    "queue": JobQueue,
    "stream": EventStream,
    "webhooks": WebhookSender,
    "notices": NoticeSender,
}
# Methods that end without a deadline of this kind, and what ends them.
ENDED_BY = {
    "WakingQueue.wait": "its argument `seconds`",
    "Subscription.next": "its argument `seconds`",
    "Store.wait_for_events": "its argument `seconds`",
    "Store.check": "the timeouts of the database session",
    "Answering.ask": "the deadline of each call, and of the analysis that makes it",
    "ChatModel.ask": "the deadline of each call, and of the analysis that makes it",
    "LanguageModel.ask": "the deadline of each call, and of the analysis that makes it",
    "Budget.ask": "the deadline of each call, and of the analysis that makes it",
    "DiscoverFeed.__call__": "the timeouts of its requests",
    "NewsArchive.between": "the timeouts of the database session",
}


def port_methods() -> set[str]:
    """Every asynchronous method of every port, as `Port.method`; repositories of the store are parts of `Store`."""
    methods = set()
    for module in pkgutil.iter_modules(tradecore.ports.__path__):
        if module.name.startswith("store_"):
            continue
        for name, port in vars(import_module(f"tradecore.ports.{module.name}")).items():
            if inspect.isclass(port) and port.__module__.endswith(module.name) and getattr(port, "_is_protocol", False):
                methods |= {f"{name}.{key}" for key, _ in inspect.getmembers(port, inspect.iscoroutinefunction)}
    return methods


class Hanging:
    """An adapter of any port that never answers."""

    def __getattr__(self, name: str) -> Any:
        async def hang(*args: object, **kwargs: object) -> None:
            await asyncio.Event().wait()

        return hang


def test_every_method_of_a_port_has_a_deadline_or_ends_by_itself() -> None:
    limited = {f"{PORTS[port].__name__}.{method}" for port, methods in DEADLINES.items() for method in methods}
    limited |= {name.replace("SearchableMarket", kind) for name in limited for kind in ("QuotingMarket", "Market")}
    limited |= {name.replace("Broker", "AccountBroker") for name in limited}
    limited |= {name.replace("JobQueue", kind) for name in limited for kind in ("WakingQueue", "MessageQueue")}
    assert port_methods() - limited == set(ENDED_BY)


@pytest.mark.parametrize(
    ("port", "method"), [(port, method) for port, methods in DEADLINES.items() for method in methods]
)
async def test_a_call_that_hangs_ends_in_unavailable(port: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = DEADLINES[port][method]
    assert seconds <= 60
    monkeypatch.setattr(deadlines, "DEADLINES", {port: {method: seconds / 1000}})
    adapter: Any = with_deadlines(port, Hanging())
    with pytest.raises(Unavailable, match=rf"Hanging|{method}"):
        async with asyncio.timeout(20):
            await getattr(adapter, method)()


async def test_answers_and_errors_of_the_adapter_pass_through() -> None:
    class Calendar:
        name = "own"

        async def ahead(self, count: int) -> int:
            if count < 0:
                raise Invalid.one("count", "It counts from 1.")
            if count == 0:
                raise TimeoutError
            return count

    adapter: Any = with_deadlines("calendar", Calendar())
    assert (await adapter.ahead(3), adapter.name) == (3, "own")
    with pytest.raises(Invalid):
        await adapter.ahead(-1)
    with pytest.raises(TimeoutError):
        await adapter.ahead(0)


def test_an_adapter_with_deadlines_has_every_attribute_where_python_looks_for_those_of_a_protocol() -> None:
    """Since Python 3.12, isinstance with a protocol does not ask `__getattr__`."""

    class Account(Hanging):
        renamed = "first"
        submit = find = cancel = exits_objection = positions = account_number = lambda self: None

        @property
        def name(self) -> str:
            return self.renamed

    account = Account()
    adapter: Any = with_deadlines("broker", account)
    for name in ("name", "submit", "find", "cancel", "exits_objection", "positions", "account_number"):
        inspect.getattr_static(adapter, name)
    assert isinstance(adapter, AccountBroker)
    account.renamed = "second"
    assert adapter.name == "second"


async def test_every_adapter_of_an_installation_has_its_deadlines(tmp_path: Path) -> None:
    async with open_adapters(read_settings(data=tmp_path, store="memory:")) as adapters:
        limited = (
            adapters.queue, adapters.stream, adapters.limiter, adapters.market, adapters.calendar,
            adapters.broker.common,
            adapters.identity.passwords, adapters.webhook_sender, adapters.notice_sender,
            *adapters.news,
        )  # fmt: skip
        assert all(isinstance(adapter, Deadlined) for adapter in limited)
