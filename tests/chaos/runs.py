"""Running a scenario, and the figures of the run."""

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

from attrs import frozen

from chaos import faults
from chaos.checker import check, check_metrics, rows
from chaos.cluster import FAULTY, INSTALLED, Cluster, open_cluster
from chaos.history import History
from chaos.load import Load
from chaos.metrics import Scraper
from chaos.scenarios import Scenario
from model_vendors import FakeVendors, plausible
from servers import free_port


@frozen
class Figures:
    """What a run amounted to, and which invariants it violated."""

    scenario: str
    seed: int
    completed: int
    launched: int
    seconds: float
    faults: int
    restarts: int
    attempts: int
    crashes: int
    repeated_calls: int
    refused: int
    lost: int
    p50: float
    p99: float
    # Of the requests that ended while something was cut, slow, away or full; 0 where faults took no time.
    p95_in_faults: float
    # Of the launches that were accepted.
    p95_launch: float
    violations: tuple[str, ...]
    metrics: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every analysis was completed and every invariant held."""
        return self.completed == self.launched and not self.violations


async def run(scenario: Scenario, seed: int, folder: Path, *, queue: str = "default") -> Figures:
    """Run a scenario; logs of all processes and `history.jsonl` are in `folder` afterwards."""
    random, chance = Random(seed), Random(seed + 1)
    vendors = FakeVendors(answer=plausible, thinks_for=lambda: chance.uniform(*scenario.thinks))
    with History(folder / "history.jsonl") as history:
        clock = folder / "clock"
        clock.write_text("0")
        async with (
            vendors.serving(),
            open_cluster(
                folder,
                history,
                _environment(scenario, vendors, clock, queue),
                command=INSTALLED if scenario.plain else FAULTY,
                proxied=not scenario.plain,
                store=scenario.store,
                workers=scenario.workers,
                worker_nice=scenario.worker_nice,
                metrics_ports=iter(free_port, None),
                stop_with=signal.SIGKILL,
            ) as cluster,
        ):
            history.began += history.seconds
            history.add("scenario", name=scenario.name, seed=seed, queue=queue)
            load = Load(cluster, Random(seed + 2))
            scraper = Scraper(cluster)
            background = [asyncio.create_task(task) for task in (load.watch(), load.execute(), scraper.watch())]
            # Whatever does not end in time is a violation that the checker finds.
            with suppress(TimeoutError):
                async with asyncio.timeout(scenario.timeout), asyncio.TaskGroup() as group:
                    group.create_task(faults.inject(cluster, [*scenario.faults(random, scenario)]))
                    if scenario.offered:
                        await load.offer(scenario.offered, seconds=scenario.offered_for)
                    await load.launch(scenario.analyses, within=scenario.launches)
                    await load.all_ended()
            seconds = history.seconds
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            violations = await check(cluster, load.ids)
            await scraper.finish()
            violations += check_metrics(cluster, scraper, load.ids)
            return await _figures(cluster, scenario, seed, load, seconds, violations, scraper, vendors)


def _environment(scenario: Scenario, vendors: FakeVendors, clock: Path, queue: str) -> dict[str, str]:
    """The settings of all processes, in place of those of this one."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")}
    return inherited | {
        "CHAOS_CLOCK": str(clock),
        "OPENAI_API_KEY": vendors.key,
        "OPENAI_BASE_URL": f"{vendors.url}/v1",
        "TRADECORE_CONCURRENCY": "16",
        "TRADECORE_LEASE_SECONDS": str(scenario.lease),
        "TRADECORE_MODEL_PRICES": "gpt-4o-mini=0.15/0.075/0.60",
        "TRADECORE_NEWS": "none:",
        "TRADECORE_PAPER_CASH": "10000000",
        "TRADECORE_QUEUE_LIMIT": str(scenario.queue_limit),
        "TRADECORE_RATE_PER_MINUTE": "0",
        "TRADECORE_SECRET": "the same for all nodes and long enough",
        **({} if queue == "default" else {"TRADECORE_QUEUE": queue}),
    }


async def _figures(
    cluster: Cluster,
    scenario: Scenario,
    seed: int,
    load: Load,
    seconds: float,
    violations: list[str],
    scraper: Scraper,
    vendors: FakeVendors,
) -> Figures:
    history = cluster.history
    jobs = [json.loads(doc) for (doc,) in await rows(cluster, "SELECT doc FROM jobs")]
    steps = await rows(cluster, "SELECT COUNT(*) FROM analyses WHERE state = 'completed'")
    stored_calls = sum(len(json.loads(doc).get("calls", ())) for (doc,) in await rows(cluster, "SELECT doc FROM steps"))
    times = sorted(request["seconds"] for request in history.of("request") if "seconds" in request)
    statuses = history.counts("request", "status")
    for job in jobs:
        if job["state"] != "completed":
            history.add("not completed", id=job["id"], state=job["state"], error=job["error"])
    for violation in violations:
        history.add("violation", text=violation)
    return Figures(
        scenario=scenario.name,
        seed=seed,
        completed=steps[0][0],
        launched=len(load.ids),
        seconds=round(seconds, 1),
        faults=len(history.of("fault")),
        restarts=len(history.of("started")),
        attempts=max(job["attempt"] for job in jobs),
        crashes=sum(len(job["crashed_attempts"]) for job in jobs),
        repeated_calls=len(vendors.requests) - stored_calls,
        refused=sum(number for status, number in statuses.items() if status >= 500),
        lost=statuses[0],
        p50=_quantile(times, 0.5),
        p99=_quantile(times, 0.99),
        p95_in_faults=_quantile(_times_in_faults(history), 0.95),
        p95_launch=_quantile(_times_of_launches(history), 0.95),
        violations=tuple(violations),
        metrics=tuple(scraper.lines()),
    )


def _times_in_faults(history: History) -> list[float]:
    """How long requests took that ended while a fault lasted, in seconds, sorted."""
    over = {fault["number"]: fault["at"] for fault in history.of("fault over")}
    lasting = [(fault["at"], over.get(fault["number"], history.seconds)) for fault in history.of("fault")]
    return sorted(
        request["seconds"]
        for request in history.of("request")
        if "seconds" in request and any(begin < request["at"] < end for begin, end in lasting)
    )


def _times_of_launches(history: History) -> list[float]:
    """How long launches took that were accepted, in seconds, sorted."""
    return sorted(request["seconds"] for request in history.of("request") if request["status"] == 202)


def _quantile(times: list[float], share: float) -> float:
    return times[int(share * (len(times) - 1))] if times else 0.0
