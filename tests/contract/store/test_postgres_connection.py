"""Postgres behind a proxy that fails at each message in turn: every unit of work ends in time, by a refusal or well."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import asyncpg
import pytest

from chaos.proxy import Mode, TcpProxy
from servers import Databases
from tradecore.model.errors import Stale, Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore_adapters.store import postgres, postgres_pool
from tradecore_adapters.store.postgres import PostgresStore

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
# More messages than any of these calls sends, a new connection included.
MESSAGES = 12
Use = Callable[[PostgresStore, str], Awaitable[object]]


@pytest.fixture
async def proxied(postgres: Databases) -> AsyncIterator[tuple[TcpProxy, str]]:
    """A database, and the proxy in front of its server."""
    async with postgres.fresh() as database:
        port = urlsplit(database).port
        assert port
        async with TcpProxy(port).listening() as proxy:
            yield proxy, database.replace(f":{port}/", f":{proxy.port}/")
            await proxy.set(Mode.PASS)


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timeouts of a store, a tenth as long or less."""
    monkeypatch.setattr(postgres, "_CONNECT_TIMEOUT", 0.5)
    monkeypatch.setattr(postgres, "_COMMAND_TIMEOUT", 0.5)
    monkeypatch.setattr(postgres_pool, "_RESET_TIMEOUT", 0.3)


async def write(store: PostgresStore, id: str) -> None:
    async with store.unit_of_work() as uow:
        await uow.jobs.put(Job.queue(JobId(id), UserId("ann"), Kind.ANALYSIS, at=NOW))


async def read(store: PostgresStore, _: str) -> None:
    async with store.snapshot() as uow:
        await uow.jobs.waiting()


async def read_at_once(store: PostgresStore, _: str) -> None:
    async with store.read() as uow:
        await uow.jobs.waiting()


async def give_up(store: PostgresStore, id: str) -> None:
    """A unit of work that is rolled back because of its caller."""
    with pytest.raises(KeyError):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(JobId(id), UserId("ann"), Kind.ANALYSIS, at=NOW))
            raise KeyError(id)


async def sync_clock(store: PostgresStore, _: str) -> None:
    await store._sync_clock()


@pytest.mark.parametrize(
    ("mode", "use"),
    [
        *((mode, use) for mode in (Mode.CUT, Mode.REFUSE) for use in (write, give_up, read, read_at_once, sync_clock)),
        # Each of their failures takes the time of a timeout.
        *((mode, use) for mode in (Mode.BLACK_HOLE, Mode.HALF_OPEN) for use in (write, sync_clock)),
    ],
)
async def test_a_connection_that_fails_at_any_message_ends_in_a_refusal_in_time_and_leaves_a_store_that_works(
    proxied: tuple[TcpProxy, str], short_timeouts: None, mode: Mode, use: Use
) -> None:
    proxy, address = proxied
    async with PostgresStore(address) as store:
        failed = 0
        for message in range(MESSAGES):
            proxy.fail_after(message, mode)
            refusal = await refused(use(store, f"first {message}"))
            await proxy.set(Mode.PASS)
            assert "127.0.0.1" not in refusal
            failed += bool(refusal)
            # A connection that was lost unnoticed may cost one more refusal.
            if await refused(use(store, f"after {message}")):
                await use(store, f"again {message}")
            if not refusal:
                break
        assert failed
        assert all(not task.done() for task in store._background)


async def refused(call: Awaitable[object]) -> str:
    """The message of the refusal that a call ends in within ten seconds; nothing if it succeeds."""
    try:
        async with asyncio.timeout(10):
            await call
    except (Unavailable, Stale) as refusal:
        return str(refusal)
    return ""


async def test_a_connection_that_is_aborted_within_a_unit_of_work_is_a_refusal_and_not_kept(
    proxied: tuple[TcpProxy, str],
) -> None:
    async with PostgresStore(proxied[1]) as store:
        with pytest.raises(Unavailable):
            async with store.unit_of_work() as uow:
                await uow.jobs.waiting()
                uow.connection._session.terminate()  # type: ignore[attr-defined]
                await uow.jobs.waiting()
        with pytest.raises(KeyError):
            async with store.unit_of_work() as uow:
                await uow.jobs.waiting()
                uow.connection._session.terminate()  # type: ignore[attr-defined]
                raise KeyError
        await write(store, "after")


async def test_a_slow_connection_is_used_within_its_limits(proxied: tuple[TcpProxy, str]) -> None:
    proxy, address = proxied
    async with PostgresStore(address) as store:
        await proxy.set(Mode.SLOW, 0.05)
        await write(store, "slow")
        await proxy.set(Mode.PASS)
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == 1


async def test_the_clock_does_not_follow_a_reading_that_took_long(
    proxied: tuple[TcpProxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_MAX_ROUND_TRIP", 0.2)
    proxy, address = proxied
    async with PostgresStore(address) as store:
        before = store._clock_reading
        await proxy.set(Mode.SLOW, 0.3)
        await store._sync_clock()
        assert store._clock_reading == before


async def test_the_background_tasks_outlive_every_exception(
    proxied: tuple[TcpProxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_CLOCK_SYNC_INTERVAL", 0.0)
    monkeypatch.setattr(postgres, "_CLOCK_RETRY", 0.0)
    monkeypatch.setattr(postgres_pool, "_MAX_RETRY", 0.01)
    failures = [
        AttributeError("'NoneType' object has no attribute 'is_in_transaction'"),
        asyncpg.InternalClientError("a state that nobody foresaw"),
        asyncpg.ConnectionDoesNotExistError("the connection was closed"),
        RuntimeError("and a bug"),
    ]
    both_failed = asyncio.Event()
    calls = {"read": 0, "connect": 0}

    async with PostgresStore(proxied[1]) as store:
        connect, read_clock = store._connect, store._read_clock

        def count(call: str) -> None:
            calls[call] += 1
            if min(calls.values()) > len(failures):
                both_failed.set()
            elif calls[call] <= len(failures):
                raise failures[calls[call] - 1]

        async def failing_connect() -> object:
            count("connect")
            return await connect()

        async def failing_read(session: object) -> None:
            count("read")
            await read_clock(session)  # type: ignore[arg-type]

        store._read_clock = failing_read  # type: ignore[method-assign]
        store._notifier._connect = failing_connect  # type: ignore[assignment]
        await proxied[0].set(Mode.CUT)
        await proxied[0].set(Mode.PASS)
        await asyncio.wait_for(both_failed.wait(), 30)
        assert all(not task.done() for task in store._background)
        # Both do their work again.
        async with PostgresStore(proxied[1]) as other:
            waiting = asyncio.create_task(store.wait_for_events(60))
            while not waiting.done():
                await write(other, f"heard {id(waiting)} {asyncio.get_running_loop().time()}")
                await asyncio.sleep(0.05)
