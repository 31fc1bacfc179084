"""Faults: what is done to a cluster, at which second of a run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from random import Random

from attrs import frozen

from chaos.cluster import Cluster
from chaos.proxy import Mode


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


def redis_outage(at: float, seconds: float) -> Fault:
    """Redis is stopped for some seconds and forgets everything."""

    async def act(cluster: Cluster) -> None:
        assert cluster.redis
        await asyncio.to_thread(cluster.redis.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(cluster.redis.start)

    return Fault(at, f"Redis is stopped for {seconds:g} s", act)


def postgres_outage(at: float, seconds: float) -> Fault:
    """Postgres is stopped, which ends all connections, and started again."""

    async def act(cluster: Cluster) -> None:
        assert cluster.postgres
        await asyncio.to_thread(cluster.postgres.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(cluster.postgres.start)

    return Fault(at, f"Postgres is stopped for {seconds:g} s", act)


async def inject(cluster: Cluster, faults: list[Fault]) -> None:
    """Do what is to be done, each at its time; return when the last one is over."""
    async with asyncio.TaskGroup() as group:
        for fault in faults:
            group.create_task(_inject(cluster, fault))


async def _inject(cluster: Cluster, fault: Fault) -> None:
    await asyncio.sleep(max(0.0, fault.at - cluster.history.seconds))
    cluster.history.add("fault", name=fault.name)
    await fault.act(cluster)
    cluster.history.add("fault over", name=fault.name)
