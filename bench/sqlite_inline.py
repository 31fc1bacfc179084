"""Point lookups in SQLite on the event loop, compared with lookups through a thread, in one run.

`python bench/sqlite_inline.py`. The baseline is one sqlite3 connection behind a ThreadPoolExecutor of one thread, as in
the usual asynchronous wrappers. Prints lookups per second and the 99th percentile, for one task, for 50 tasks, and for
50 tasks beside one that keeps the interpreter busy, as an analysis does.
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


async def timed(lookup: Callable[[], Awaitable[object]], tasks: int) -> tuple[float, float]:
    """Lookups per second and p99 in microseconds of `tasks` concurrent tasks."""
    took: list[float] = []

    async def repeat() -> None:
        for _ in range(LOOKUPS // tasks):
            began = perf_counter()
            await lookup()
            took.append(perf_counter() - began)
            await asyncio.sleep(0)

    began = perf_counter()
    await asyncio.gather(*(repeat() for _ in range(tasks)))
    return LOOKUPS / (perf_counter() - began), statistics.quantiles(took, n=100)[98] * 1e6


async def busy(stop: asyncio.Event) -> None:
    """Block the event loop for five milliseconds at a time, yielding in between."""
    while not stop.is_set():
        until = perf_counter() + 0.005
        while perf_counter() < until:
            pass
        await asyncio.sleep(0)


async def main() -> None:
    """Measure both in interleaved rounds and print the medians."""
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
