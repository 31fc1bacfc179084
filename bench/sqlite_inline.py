"""Why SQLite runs on the event loop: the same point lookup there, and through a thread, in one run.

`python bench/sqlite_inline.py`. Baseline: one sqlite3 connection behind a ThreadPoolExecutor of one thread, as
the usual asynchronous wrappers have it. Prints lookups per second and the 99th percentile, alone and from 50 tasks at
once, and the same beside a task that keeps the interpreter busy as a thinking desk does.
"""

import asyncio
import sqlite3
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from tradecore.model.errors import NotFound
from tradecore.model.ids import JobId
from tradecore_adapters.store.sqlite import SqliteStore

LOOKUPS = 4_000
ROUNDS = 5


async def timed(look: Callable[[], Awaitable[object]], tasks: int) -> tuple[float, float]:
    """Lookups per second and p99 in microseconds of `tasks` that look things up one after the other."""
    took: list[float] = []

    async def one() -> None:
        for _ in range(LOOKUPS // tasks):
            began = perf_counter()
            await look()
            took.append(perf_counter() - began)
            await asyncio.sleep(0)

    began = perf_counter()
    await asyncio.gather(*(one() for _ in range(tasks)))
    return LOOKUPS / (perf_counter() - began), statistics.quantiles(took, n=100)[98] * 1e6


async def busy(stop: asyncio.Event) -> None:
    """Five milliseconds of thought, a breath, and again."""
    while not stop.is_set():
        until = perf_counter() + 0.005
        while perf_counter() < until:
            pass
        await asyncio.sleep(0)


async def main() -> None:
    """Compare, in interleaved rounds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        async with SqliteStore(path) as store:
            thread = ThreadPoolExecutor(1)
            wrapped = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            loop = asyncio.get_running_loop()

            def lookup() -> list[object]:
                wrapped.execute("BEGIN")
                found = wrapped.execute("SELECT doc FROM jobs WHERE id = ?", ("none",)).fetchall()
                wrapped.execute("ROLLBACK")
                return found

            async def inline() -> None:
                async with store.snapshot() as uow:
                    try:
                        await uow.jobs.get(JobId("none"))
                    except NotFound:
                        return

            async def hop() -> None:
                await loop.run_in_executor(thread, lookup)

            for name, tasks, thinking in (("alone", 1, False), ("50 tasks", 50, False), ("50, busy", 50, True)):
                figures: dict[str, list[tuple[float, float]]] = {"inline": [], "thread": []}
                for _ in range(1 if thinking else ROUNDS):
                    for how, look in (("inline", inline), ("thread", hop)):
                        stop = asyncio.Event()
                        beside = asyncio.create_task(busy(stop)) if thinking else None
                        figures[how].append(await timed(look, tasks))
                        stop.set()
                        if beside:
                            await beside
                rate = {how: statistics.median(each for each, _ in seen) for how, seen in figures.items()}
                p99 = {how: statistics.median(each for _, each in seen) for how, seen in figures.items()}
                print(
                    f"{name:10} inline {rate['inline']:9,.0f}/s p99 {p99['inline']:8,.0f} us   "
                    f"thread {rate['thread']:9,.0f}/s p99 {p99['thread']:8,.0f} us   "
                    f"ratio {rate['inline'] / rate['thread']:.1f}x"
                )
            wrapped.close()
            thread.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
