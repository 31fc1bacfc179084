"""Faults: what is done to a cluster, at which second of a run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from random import Random

import asyncpg
import httpx
from attrs import frozen
from redis.asyncio import Redis

from chaos.cluster import Cluster
from chaos.proxy import Mode
from servers import address


@frozen
class Fault:
    """An action at a second of the run; `name` stands in the history."""

    at: float
    name: str
    act: Callable[[Cluster], Awaitable[None]]


def kills(random: Random, number: int, within: float, workers: int) -> Iterator[Fault]:
    """`kill -9` of random workers at random times; a worker that is already dead is followed by the next one."""
    for at in sorted(random.uniform(1, within) for _ in range(number)):
        victim = random.randrange(workers)
        yield Fault(at, f"kill worker {victim}", lambda cluster, victim=victim: _kill(cluster, victim))


async def _kill(cluster: Cluster, victim: int) -> None:
    while True:
        for offset in range(len(cluster.workers)):
            worker = cluster.workers[(victim + offset) % len(cluster.workers)]
            if worker.alive:
                worker.signal(signal.SIGKILL)
                return
        await asyncio.sleep(0.05)


def server_kills(random: Random, number: int) -> Fault:
    """`kill -9` of one web server after the other; the next one goes once all answer again."""
    pauses = [random.uniform(1, 4) for _ in range(number)]

    async def act(cluster: Cluster) -> None:
        for n, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            for client in cluster.clients:
                while not await _is_alive(client):
                    await asyncio.sleep(0.1)
            cluster.webs[n % len(cluster.webs)].signal(signal.SIGKILL)

    return Fault(1, f"{number} times kill of a web server", act)


async def _is_alive(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).status_code == 200
    except httpx.TransportError:
        return False


def rolling_restart(at: float, pause: float) -> Fault:
    """Every process is told to stop and started again, one after the other, as an upgrade does it."""

    async def act(cluster: Cluster) -> None:
        for node in (*cluster.workers, *cluster.webs):
            starts = node.starts
            node.signal(signal.SIGTERM)
            while node.starts == starts:
                await asyncio.sleep(0.05)
            await asyncio.sleep(pause)

    return Fault(at, "every process is stopped with SIGTERM and started again", act)


def connection(at: float, seconds: float, mode: Mode, worker: int, delay: float = 0.0) -> Fault:
    """The connections of a worker to Postgres in another mode for some seconds."""

    async def act(cluster: Cluster) -> None:
        proxy = cluster.workers[worker].postgres
        assert proxy
        await proxy.set(mode, delay)
        await asyncio.sleep(seconds)
        await proxy.set(Mode.PASS)

    return Fault(at, f"{mode} of worker {worker} to Postgres for {seconds:g} s", act)


def suspension(at: float, seconds: float, worker: int) -> Fault:
    """A worker that does nothing for some seconds, and then goes on."""

    async def act(cluster: Cluster) -> None:
        cluster.workers[worker].signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        cluster.workers[worker].signal(signal.SIGCONT)

    return Fault(at, f"worker {worker} is suspended for {seconds:g} s", act)


def clock_jump(at: float, seconds: float) -> Fault:
    """The clock of all processes is set forward or back."""

    async def act(cluster: Cluster) -> None:
        cluster.clock.write_text(str(seconds))

    return Fault(at, f"the clock differs by {seconds:g} s", act)


def connections(at: float, seconds: float, mode: Mode, delay: float, *, redis: bool = False) -> Fault:
    """The connections of all processes to Redis or Postgres in another mode for some seconds."""

    async def act(cluster: Cluster) -> None:
        proxies = [proxy for proxy in (node.redis if redis else node.postgres for node in cluster.nodes) if proxy]
        for proxy in proxies:
            await proxy.set(mode, delay)
        await asyncio.sleep(seconds)
        for proxy in proxies:
            await proxy.set(Mode.PASS)

    return Fault(at, f"{mode} of all to {'Redis' if redis else 'Postgres'} for {seconds:g} s", act)


def redis_full(at: float, seconds: float) -> Fault:
    """Redis refuses all writes for lack of memory for some seconds."""

    async def act(cluster: Cluster) -> None:
        assert cluster.redis
        async with Redis.from_url(address(cluster.redis)) as client:
            await client.config_set("maxmemory-policy", "noeviction")
            await client.config_set("maxmemory", "1")
            await asyncio.sleep(seconds)
            await client.config_set("maxmemory", "0")

    return Fault(at, f"Redis takes no more for {seconds:g} s", act)


def postgres_read_only(at: float, seconds: float) -> Fault:
    """Postgres accepts reads only for some seconds, as after a failover."""

    async def act(cluster: Cluster) -> None:
        assert cluster.postgres
        connection = await asyncpg.connect(address(cluster.postgres))
        try:
            await connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            await connection.execute("SELECT pg_reload_conf()")
            await asyncio.sleep(seconds)
            await connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()

    return Fault(at, f"Postgres is read-only for {seconds:g} s", act)


def redis_outage(at: float, seconds: float, how: signal.Signals = signal.SIGINT) -> Fault:
    """Redis is stopped for some seconds and forgets everything."""

    async def act(cluster: Cluster) -> None:
        assert cluster.redis
        await asyncio.to_thread(cluster.redis.stop, how)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(cluster.redis.start)

    return Fault(at, f"Redis is ended by {how.name} for {seconds:g} s", act)


def postgres_outage(at: float, seconds: float, how: signal.Signals = signal.SIGINT) -> Fault:
    """Postgres is stopped, which ends all connections, and started again."""

    async def act(cluster: Cluster) -> None:
        assert cluster.postgres
        await asyncio.to_thread(cluster.postgres.stop, how)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(cluster.postgres.start)

    return Fault(at, f"Postgres is ended by {how.name} for {seconds:g} s", act)


async def inject(cluster: Cluster, faults: list[Fault]) -> None:
    """Do what is to be done, each at its time; return when the last one is over."""
    async with asyncio.TaskGroup() as group:
        for number, fault in enumerate(faults):
            group.create_task(_inject(cluster, number, fault))


async def _inject(cluster: Cluster, number: int, fault: Fault) -> None:
    await asyncio.sleep(max(0.0, fault.at - cluster.history.seconds))
    cluster.history.add("fault", number=number, name=fault.name)
    await fault.act(cluster)
    cluster.history.add("fault over", number=number, name=fault.name)
