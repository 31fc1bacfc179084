"""Dramatiq: jobs run by its workers, compared with bare Dramatiq that keeps a state row in the same Postgres.

    python bench/dramatiq_jobs.py             everything, in about five minutes
    python bench/dramatiq_jobs.py drain       only the jobs per second of one worker
    python bench/dramatiq_jobs.py latency     only how long a job waits for an idle worker
    python bench/dramatiq_jobs.py kills 200   only workers that are killed, so many times

The bare actor is async, as ours is, and has two statements outside of transactions: queued to running, running to done.
Its jobs have no lease, no attempt and no events. Jobs do nothing in the first two parts; in the third they take up to
half a second and store a step. Workers are forked, since a kill costs the start of another. Both sides have as many
threads and take turns; Postgres does not wait for its disk. The ratios within one run are what counts.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import dramatiq
from attrs import evolve, frozen
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import AsyncIO, Middleware
from redis import Redis

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.ports.store import UnitOfWork
from tradecore.use_cases.run import JobClaim, UpdateHeldJob
from tradecore_adapters import ambient
from tradecore_adapters.queue.dramatiq import DramatiqQueue, declare_actor, open_broker
from tradecore_app import dramatiq_worker, embed
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import Settings, read_settings

THREADS, POLL_INTERVAL = 64, 20
ROUNDS, DRAINED, STARTED = 3, 2_000, 60
KILLED_JOBS, KILL_INTERVAL = 3_000, 0.7
ANN = UserId("ann")


@frozen
class NoWork:
    """A job that does nothing for up to `seconds`, and counts as having stored a step in each attempt."""

    update: UpdateHeldJob
    seconds: float
    started: int | None

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        """One for each attempt."""
        return job.attempt

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Nothing is marked."""

    async def run(self, claim: JobClaim) -> None:
        """Report the start, wait, and complete."""
        report_start(self.started, claim.job.id)
        if self.seconds:
            await asyncio.sleep(random.random() * self.seconds)
        await self.update(claim, lambda job: job.complete(at=ambient.now()))

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Nothing is marked."""


def report_start(pipe: int | None, job: str) -> None:
    """Write the id and the time to a pipe, whose clock is that of all processes of the machine."""
    if pipe is not None:
        os.write(pipe, f"{job} {time.monotonic()}\n".encode())


def serve_tradecore(settings: Settings, seconds: float, started: int | None) -> None:
    """Run the worker of the queue that the settings choose, on jobs that do nothing, until it is killed."""

    @asynccontextmanager
    async def assemble_without_work(settings: Settings) -> AsyncIterator[Assembled]:
        async with assemble(settings) as assembled:
            core, tasks = assembled.core, {Kind.ANALYSIS: NoWork(UpdateHeldJob(assembled.store), seconds, started)}
            verbs = {name: evolve(getattr(core, name), tasks=tasks) for name in ("claim_job", "run_job", "renew_lease")}
            yield evolve(assembled, core=evolve(core, **verbs))

    dramatiq_worker.assemble = embed.assemble = assemble_without_work  # type: ignore[attr-defined]

    async def serve() -> None:
        async with embed.run_worker(settings):
            await asyncio.Event().wait()

    asyncio.run(serve())


class Pool(Middleware):
    """Opens the connections of the bare worker on its event loop, as many as ours has."""

    def __init__(self, address: str) -> None:
        self.address = address

    def before_worker_boot(self, broker: object, worker: object) -> None:
        """Open the pool."""

        async def open_pool() -> None:
            self.pool = await asyncpg.create_pool(self.address, min_size=10, max_size=10)

        thread = get_event_loop_thread()
        assert thread
        thread.run_coroutine(open_pool())


def serve_bare(address: str, redis: str, started: int | None) -> None:
    """Run a plain Dramatiq worker that keeps the state of each job, until it is killed."""
    broker, pool = open_broker(redis), Pool(address)
    broker.add_middleware(AsyncIO())
    broker.add_middleware(pool, after=AsyncIO)

    async def run(job: JobId) -> None:
        report_start(started, job)
        await pool.pool.execute("UPDATE bare SET state = 'running' WHERE id = $1 AND state = 'queued'", job)
        await pool.pool.execute("UPDATE bare SET state = 'completed' WHERE id = $1", job)

    declare_actor(broker, run)
    dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=POLL_INTERVAL).start()
    signal.pause()


@frozen
class Bench:
    """A Postgres, a Redis and the settings of workers that use them."""

    address: str
    redis: str
    settings: Settings

    def fork(self, kind: str, *, seconds: float = 0, started: int | None = None) -> int:
        """Start a worker; its process id."""
        pid = os.fork()
        if pid == 0:
            try:
                if kind == "ours":
                    serve_tradecore(self.settings, seconds, started)
                else:
                    serve_bare(self.address, self.redis, started)
            finally:
                os._exit(1)
        return pid

    async def queue(self, kind: str, count: int, *, pause: float = 0) -> dict[str, float]:
        """Queue jobs and enqueue their messages; when each message was sent."""
        ids, sent = [ambient.new_id() for _ in range(count)], {}
        connection = await asyncpg.connect(self.address)
        await connection.execute("CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, state TEXT NOT NULL)")
        await connection.executemany("INSERT INTO bare VALUES ($1, 'queued')", [(id,) for id in ids])
        await connection.close()
        async with assemble(self.settings) as assembled, DramatiqQueue(self.redis, now=ambient.now) as queue:
            # Jobs that wait without a message are offered again, so each row is stored just before its message.
            for batch in [[id] for id in ids] if pause else [ids]:
                if kind == "ours":
                    async with assembled.store.unit_of_work() as uow:
                        for id in batch:
                            await uow.jobs.put(Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=ambient.now()))
                    async with assembled.store.unit_of_work() as uow:
                        while await uow.events.sequence(1000):
                            pass
                for id in batch:
                    sent[id] = time.monotonic()
                    await queue.offer(JobId(id), Kind.ANALYSIS)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        return sent

    async def states(self, kind: str) -> Counter[str]:
        """How many jobs are in each state."""
        connection = await asyncpg.connect(self.address)
        try:
            table = "jobs" if kind == "ours" else "bare"
            rows = await connection.fetch(f"SELECT state, COUNT(*) FROM {table} GROUP BY state")  # two names
        finally:
            await connection.close()
        return Counter({row["state"]: row["count"] for row in rows})

    async def empty(self) -> None:
        """Delete all jobs and messages."""
        connection = await asyncpg.connect(self.address)
        await connection.execute("TRUNCATE jobs, events, event_log, outbox; DROP TABLE IF EXISTS bare")
        await connection.close()
        Redis.from_url(self.redis).flushdb()


def stop(pid: int) -> None:
    """Kill a worker and wait for its end."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def drain(bench: Bench, kind: str) -> float:
    """The jobs per second that one worker completes, from the first one to the last."""
    asyncio.run(bench.empty())
    asyncio.run(bench.queue(kind, DRAINED))
    pid = bench.fork(kind)

    async def watch() -> float:
        first = None
        while True:
            done, now = (await bench.states(kind))["completed"], time.monotonic()
            if done == DRAINED:
                assert first, "all jobs were completed between two looks"
                return (DRAINED - first[0]) / (now - first[1])
            if done and first is None:
                first = done, now
            await asyncio.sleep(0.02)

    try:
        return asyncio.run(watch())
    finally:
        stop(pid)


def latency(bench: Bench, kind: str) -> list[float]:
    """Milliseconds from the message to the start of each job, in an idle worker."""
    asyncio.run(bench.empty())
    reader, writer = os.pipe()
    pid = bench.fork(kind, started=writer)
    try:
        asyncio.run(bench.queue(kind, 3, pause=1))
        sent = asyncio.run(bench.queue(kind, STARTED, pause=0.2))
        time.sleep(2)
    finally:
        stop(pid)
        os.close(writer)
    with os.fdopen(reader) as lines:
        begun = dict(line.split() for line in lines)
    return [1000 * (float(begun[id]) - at) for id, at in sent.items() if id in begun]


def kills(bench: Bench, count: int) -> dict[str, object]:
    """What became of jobs whose workers were killed `count` times."""
    asyncio.run(bench.empty())
    asyncio.run(bench.queue("ours", KILLED_JOBS * count // 200))
    pids = [bench.fork("ours", seconds=0.5) for _ in range(2)]
    begun, killed = time.monotonic(), 0
    states: Counter[str] = Counter()
    try:
        while killed < count or states["queued"] + states["running"]:
            time.sleep(KILL_INTERVAL)
            if killed < count:
                victim = random.randrange(len(pids))
                stop(pids[victim])
                pids[victim] = bench.fork("ours", seconds=0.5)
                killed += 1
            states = asyncio.run(bench.states("ours"))
    finally:
        for pid in pids:
            stop(pid)

    async def ends() -> tuple[int, int]:
        connection = await asyncpg.connect(bench.address)
        rows = await connection.fetch("SELECT topic, COUNT(*) FROM events WHERE kind = 'JobEnded' GROUP BY topic")
        taken = await connection.fetchval("SELECT SUM((doc::json->>'attempt')::int) FROM jobs")
        await connection.close()
        return sum(1 for _, times in rows if times > 1), taken

    twice, attempts = asyncio.run(ends())
    return {**states, "kills": killed, "ended twice": twice, "attempts": attempts, "s": time.monotonic() - begun}


def main() -> None:
    """Run the parts that the command line names."""
    parts: dict[str, Callable[[Bench], None]] = {"drain": show_drain, "latency": show_latency, "kills": show_kills}
    chosen = [part for part in parts if part in sys.argv[1:]] or list(parts)
    postgres, redis = servers.own_postgres(), servers.own_redis()
    postgres.start()
    redis.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            address, redis_address = servers.address(postgres), servers.address(redis)
            settings = read_settings(
                data=Path(folder), store=address, queue=f"dramatiq+{redis_address}", news="none:", lease_seconds=2,
                secret="a secret of a benchmark that guards nothing",  # noqa: S106
            )  # fmt: skip
            asyncio.run(migrate(settings))
            for part in chosen:
                parts[part](Bench(address, redis_address, settings))
    finally:
        postgres.close()
        redis.close()


async def migrate(settings: Settings) -> None:
    """Create the tables."""
    async with assemble(settings):
        pass


def show_drain(bench: Bench) -> None:
    """Print the jobs per second of both, over rounds that take turns."""
    rates: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        for kind, rate in rates.items():
            rate.append(drain(bench, kind))
    medians = {kind: median(rate) for kind, rate in rates.items()}
    for kind, rate in rates.items():
        print(f"drain    {kind}: {medians[kind]:7.0f} jobs/s   ({', '.join(f'{each:.0f}' for each in rate)})")
    print(f"drain    ours is {medians['ours'] / medians['bare']:.2f} x bare", flush=True)


def show_latency(bench: Bench) -> None:
    """Print how long jobs wait for an idle worker."""
    for kind in ("bare", "ours"):
        waits = latency(bench, kind)
        print(
            f"latency  {kind}: p50 {median(waits):.0f} ms, p95 {quantiles(waits, n=20)[-1]:.0f} ms, {len(waits)} jobs"
        )
    sys.stdout.flush()


def show_kills(bench: Bench) -> None:
    """Print what kills cost."""
    numbers = [int(word) for word in sys.argv if word.isdigit()]
    figures: dict[str, Any] = kills(bench, numbers[0] if numbers else 200)
    print("kills    " + ", ".join(f"{name} {value:.0f}" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
