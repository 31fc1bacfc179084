"""How long a queued analysis waits for an idle worker, in milliseconds, by what wakes the worker.

    python bench/start_latency.py                      everything, in about a minute and a half
    python bench/start_latency.py postgres redis       only workers in a process of their own, woken by NOTIFY or Redis
    python bench/start_latency.py embedded             only a worker in the process that launches, over a SQLite file

A job is queued once its launch has returned, so once it is committed, and has started once its task is called. Launches
are 0.15 s apart, so the worker is idle. Both processes read one clock, CLOCK_MONOTONIC of the machine.

`embedded` goes up to the first event of an agent that a follower receives. It uses nothing but the documented embedding
interface, so it also measures another version: PYTHONPATH with the three folders below its `src` chooses it.
"""

import asyncio
import gc
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

LAUNCHES, WARM_UP, PAUSE = 120, 10, 0.15
KINDS = ("postgres", "redis", "dramatiq", "embedded")


async def launch_all(settings: Any) -> dict[str, float]:
    """Launch one analysis after the other from a process without a worker; when each was queued, by its id."""
    from tradecore.model.analysis_briefs import AnalysisBrief
    from tradecore.model.ids import UserId
    from tradecore.model.market import AssetType, Symbol
    from tradecore.model.steps import Analyst
    from tradecore.model.users import Caller
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import running

    brief = AnalysisBrief(
        Symbol("AAPL"), AssetType.EQUITY, date(2012, 10, 10), (Analyst.TECHNICAL,), 1, "rules", "rules"
    )
    queued = {}
    async with assemble(settings) as assembled, running(assembled, worker=False):
        await asyncio.sleep(2)  # the worker opens its connections meanwhile
        for _ in range(LAUNCHES):
            ticket = await assembled.core.launch_analysis(brief, by=Caller(UserId("ann")))
            queued[str(ticket.analysis)] = time.monotonic()
            await asyncio.sleep(PAUSE * random.uniform(0.5, 1.5))
    await asyncio.sleep(1)
    return queued


def measure_worker(bench: Any) -> list[float]:
    """Milliseconds from queued to started, in another process."""
    from dramatiq_jobs import stop

    asyncio.run(bench.empty())
    reader, writer = os.pipe()
    pid = bench.fork("ours", started=writer)
    try:
        queued = asyncio.run(launch_all(bench.settings))
    finally:
        stop(pid)
        os.close(writer)
    with os.fdopen(reader) as lines:
        started = dict(line.split() for line in lines)
    if lost := queued.keys() - started.keys():
        raise RuntimeError(f"{len(lost)} of {len(queued)} jobs did not start.")
    return [1000 * (float(started[id]) - at) for id, at in queued.items()][WARM_UP:]


async def measure_embedded(folder: Path) -> list[float]:
    """Milliseconds from queued to the first event of an agent, in the process that launches."""
    from tradecore_app.embed import open_tradecore

    waits = []
    async with open_tradecore(store=f"sqlite:{folder / 'bench.db'}", data=folder) as tradecore:
        gc.collect()
        gc.freeze()
        for _ in range(LAUNCHES // 2):
            ticket = await tradecore.launch("AAPL", date(2012, 10, 10), analysts=("technical",))
            queued, first = time.monotonic(), None
            async for event in tradecore.follow(ticket.analysis):
                if first is None and type(event.fact).__name__.startswith("Agent"):
                    first = time.monotonic()
            assert first, "an analysis has events of agents"
            waits.append(1000 * (first - queued))
            await asyncio.sleep(PAUSE / 2)
    return waits[WARM_UP:]


def show(kind: str, waits: list[float]) -> None:
    """Print one line."""
    tenths = quantiles(waits, n=20)
    print(
        f"{kind:<9} p10 {tenths[1]:6.1f}   p50 {median(waits):6.1f}   p95 {tenths[-1]:6.1f} ms   {len(waits)} launches",
        flush=True,
    )


def measure_workers(chosen: list[str], folder: Path) -> None:
    """Measure and print workers in processes of their own."""
    from dramatiq_jobs import Bench, migrate

    import servers
    from tradecore_app.settings import read_settings

    postgres, redis = servers.own_postgres(), servers.own_redis()
    with ExitStack() as stack:
        for server in (postgres, redis):
            server.start()
            stack.callback(server.close)
        address, redis_address = servers.address(postgres), servers.address(redis)
        queues = {"postgres": "memory:", "redis": redis_address, "dramatiq": f"dramatiq+{redis_address}"}
        for kind in chosen:
            settings = read_settings(
                data=folder, store=address, queue=queues[kind], news="none:",
                secret="a secret of a benchmark that guards nothing",  # noqa: S106
            )  # fmt: skip
            asyncio.run(migrate(settings))
            show(kind, measure_worker(Bench(address, redis_address, settings)))


def main() -> None:
    """Run the parts that the command line names."""
    chosen = [kind for kind in KINDS if kind in sys.argv[1:]] or list(KINDS)
    with tempfile.TemporaryDirectory() as folder:
        if workers := [kind for kind in chosen if kind != "embedded"]:
            measure_workers(workers, Path(folder))
        if "embedded" in chosen:
            show("embedded", asyncio.run(measure_embedded(Path(folder))))


if __name__ == "__main__":
    main()
