"""Background tasks outlive every exception of what they call, and do their work again once it works."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from attrs import define, evolve, field
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from servers import own_redis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Stale, Unavailable
from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.use_cases.scheduled_tasks import ScheduledTask
from tradecore_adapters import redis_server
from tradecore_adapters.background import call_forever
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.redis_server import ChannelSubscription, RedisServer
from tradecore_app import embed, relay, scheduled_tasks, worker
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings

ANN = Caller(UserId("ann"))
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "m")
# What drivers, bugs and lost races raise; a task that ends at one of them does nothing for ever.
FAILURES: list[Exception] = [
    AttributeError("'NoneType' object has no attribute 'is_in_transaction'"),
    Unavailable("The database cannot be reached."),
    Stale("Another writer was first."),
    asyncpg.InterfaceError("the connection is closed"),
    asyncpg.InternalClientError("a state that nobody foresaw"),
    RedisError("the connection is closed"),
    OSError("the network is down"),
    TimeoutError(),
    KeyError("of a newer tradecore"),
    RuntimeError("a bug"),
]


@define
class Failing:
    """A call that fails in every way, one after the other, and then does what it is for."""

    call: Callable[..., Any]
    failures: list[Exception] = field(factory=lambda: list(FAILURES))

    async def __call__(self, *args: Any, **keywords: Any) -> Any:
        if self.failures:
            raise self.failures.pop()
        return await self.call(*args, **keywords)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is logged, which is not printed: a traceback takes longer to print than all else here."""
    with capture_logs() as events:
        yield events


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_RETRY_DELAY", 0.001)
    monkeypatch.setattr(worker, "_RENEW_INTERVAL", 0.001)
    monkeypatch.setattr(relay, "_MAX_WAIT", 0.01)
    monkeypatch.setattr(scheduled_tasks, "_POLL_INTERVAL", 0.01)
    monkeypatch.setattr(
        scheduled_tasks, "call_forever", lambda *args, pause: call_forever(*args, pause=pause, retry_after=0.001)
    )


@asynccontextmanager
async def broken(folder: Path) -> AsyncIterator[tuple[Assembled, list[Failing], asyncio.Event]]:
    """An assembled tradecore of which every part that background tasks call fails at first, with a task that is due."""
    ran = asyncio.Event()

    async def run() -> None:
        ran.set()

    parts: list[Failing] = []

    def failing(call: Callable[..., Any]) -> Failing:
        parts.append(Failing(call))
        return parts[-1]

    queue = MemoryQueue()
    queue.wait = failing(queue.wait)  # type: ignore[method-assign]
    # Its exceptions come out of the relay, which calls it.
    queue.offer = failing(queue.offer)  # type: ignore[method-assign]
    settings = read_settings(data=folder, store="memory:", news="none:")
    async with assemble(settings, GivenAdapters(queue=queue)) as assembled:
        core = assembled.core
        due = evolve(
            core.run_scheduled_tasks,
            scheduled_tasks=(ScheduledTask("test", timedelta(milliseconds=1), failing(run)),),
        )
        core = evolve(
            core,
            claim_job=failing(core.claim_job),
            renew_lease=failing(core.renew_lease),
            run_scheduled_tasks=due,
        )
        assembled.store.wait_for_events = failing(assembled.store.wait_for_events)  # type: ignore[method-assign]
        yield evolve(assembled, core=core), parts, ran


async def test_relay_worker_and_scheduled_tasks_outlive_every_exception(tmp_path: Path, no_pauses: None) -> None:
    async with broken(tmp_path) as (assembled, parts, ran), running(assembled):
        background = [task for task in asyncio.all_tasks() if task.get_name() in ("relay", "worker", "scheduled_tasks")]
        assert len(background) == 3
        async with asyncio.timeout(60):
            while any(part.failures for part in parts):
                await assembled.core.launch_analysis(BRIEF, by=ANN)
                await asyncio.sleep(0.05)
            ticket = await assembled.core.launch_analysis(BRIEF, by=ANN)
            embedded = embed.Embedded(assembled.core, ANN)
            assert (await embedded.result(ticket.analysis)).decision
            ran.clear()
            await ran.wait()
        assert not any(task.done() for task in background)


async def test_a_call_is_repeated_for_ever_and_ends_with_its_task(logged: list[Any]) -> None:
    calls, enough = 0, asyncio.Event()

    async def call() -> None:
        nonlocal calls
        calls += 1
        if calls <= len(FAILURES):
            raise FAILURES[calls - 1]
        if calls > len(FAILURES) + 3:
            enough.set()

    task = asyncio.create_task(call_forever("test", call, retry_after=0.0))
    await asyncio.wait_for(enough.wait(), 20)
    assert len(logged) == len(FAILURES)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_subscription_outlives_its_messages_and_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_MAX_RETRY", 0.05)
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    failures = list(FAILURES)

    def on_message(message: bytes) -> None:
        if failures:
            raise failures.pop()
        heard.put_nowait(message)

    server = own_redis()
    await asyncio.to_thread(server.start)
    try:
        address = f"redis://127.0.0.1:{server.port}/0"
        publisher = RedisServer(address)
        async with ChannelSubscription(RedisServer(address), "channel", on_message):
            for restarted in (False, True):
                if restarted:
                    await asyncio.to_thread(server.stop)
                    await asyncio.to_thread(server.start)
                async with asyncio.timeout(30):
                    while heard.empty():
                        with suppress(Unavailable):
                            await publisher.call(lambda client: client.publish("channel", "text"))
                        await asyncio.sleep(0.02)
                while not heard.empty():
                    assert heard.get_nowait() == b"text"
        await publisher.close()
    finally:
        await asyncio.to_thread(server.close)
