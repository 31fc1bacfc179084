"""Scenarios: a load, a schedule of faults drawn from a seed, and the figures of the run."""

import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from attrs import frozen

from chaos import faults
from chaos.checker import check, check_metrics, rows
from chaos.cluster import Cluster, open_cluster
from chaos.faults import Fault
from chaos.history import History
from chaos.load import Load
from chaos.metrics import Scraper
from chaos.proxy import Mode
from model_vendors import FakeVendors, plausible


@frozen
class Scenario:
    """`analyses` are launched within `launches` seconds; the model thinks between the two seconds of `thinks`."""

    name: str
    about: str
    faults: Callable[[Random, "Scenario"], Sequence[Fault]]
    analyses: int = 200
    launches: float = 30.0
    thinks: tuple[float, float] = (0.5, 3.0)
    workers: int = 2
    store: str = "postgresql"
    lease: int = 10
    timeout: float = 300.0
    # Launches a second that are offered for so long before `analyses` are launched, and the jobs that may wait.
    offered: float = 0.0
    offered_for: float = 60.0
    queue_limit: int = 1000


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


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "kill",
            "17 times kill -9 of a worker in 120 s",
            lambda random, s: [*faults.kills(random, 17, 120, s.workers)],
            launches=90,
            timeout=900,
        ),
        Scenario(
            "holes",
            "two holes of 12 s between a worker and Postgres",
            lambda random, s: [
                faults.connection(random.uniform(10, 15), 12, Mode.BLACK_HOLE, 0),
                faults.connection(random.uniform(35, 40), 12, Mode.BLACK_HOLE, 1),
            ],
            analyses=60,
        ),
        Scenario(
            "network",
            "cut, slow, half-open and refused connections between workers and Postgres",
            lambda random, s: [
                faults.connection(
                    5 + 8 * number + random.uniform(0, 2),
                    3,
                    mode,
                    random.randrange(s.workers),
                    delay=0.5,
                )
                for number, mode in enumerate((Mode.CUT, Mode.SLOW, Mode.HALF_OPEN, Mode.REFUSE))
            ],
            analyses=60,
        ),
        Scenario(
            "suspend",
            "a worker that is suspended for 30 s",
            lambda random, s: [faults.suspension(random.uniform(3, 8), 30, random.randrange(s.workers))],
            analyses=60,
        ),
        Scenario(
            "clock",
            "the clock of a machine with a SQLite store goes one hour forward and back",
            lambda random, s: [
                faults.clock_jump(random.uniform(5, 8), 3600),
                faults.clock_jump(random.uniform(15, 18), 0),
                faults.clock_jump(random.uniform(24, 26), -3600),
            ],
            analyses=60,
            store="sqlite",
        ),
        Scenario(
            "redis",
            "Redis is stopped for 30 s and forgets everything",
            lambda random, s: [faults.redis_outage(random.uniform(3, 8), 30)],
            analyses=60,
        ),
        Scenario(
            "postgres",
            "Postgres is restarted three times",
            lambda random, s: [faults.postgres_outage(5 + 12 * n + random.uniform(0, 3), 2) for n in range(3)],
            analyses=60,
        ),
        Scenario(
            "outages",
            "workers killed at random for three minutes, Redis stopped for 30 s, Postgres restarted",
            lambda random, s: [
                *faults.kills(random, 25, 180, s.workers),
                faults.redis_outage(random.uniform(30, 50), 30),
                faults.postgres_outage(random.uniform(110, 130), 3),
            ],
            launches=150,
            timeout=900,
        ),
        Scenario(
            "servers",
            "ten times kill -9 of a web server while the other one answers",
            lambda random, s: [faults.server_kills(random, 10)],
            launches=55,
            timeout=900,
        ),
        Scenario(
            "rolling",
            "every process is stopped with SIGTERM and started again, twice",
            lambda random, s: [faults.rolling_restart(random.uniform(3, 6), 1.0), faults.rolling_restart(35, 1.0)],
            analyses=100,
            launches=50,
        ),
        Scenario(
            "redis-faults",
            "Redis answers 2 s late, then not at all, takes no more, and is killed with all that it has",
            lambda random, s: [
                faults.connections(random.uniform(3, 5), 12, Mode.SLOW, 2.0, redis=True),
                faults.connections(random.uniform(20, 22), 12, Mode.BLACK_HOLE, 0.0, redis=True),
                faults.redis_full(random.uniform(37, 39), 8),
                faults.redis_outage(random.uniform(50, 52), 5, signal.SIGKILL),
            ],
            analyses=100,
            launches=60,
        ),
        Scenario(
            "postgres-faults",
            "Postgres answers 1 s late, then accepts reads only, and is killed",
            lambda random, s: [
                faults.connections(random.uniform(3, 5), 12, Mode.SLOW, 1.0),
                faults.postgres_read_only(random.uniform(22, 24), 8),
                faults.postgres_outage(random.uniform(40, 42), 10, signal.SIGQUIT),
            ],
            analyses=60,
            launches=45,
        ),
        Scenario(
            "overload",
            "40 launches a second for 60 s, where three a second can be worked on and 50 may wait",
            lambda random, s: [],
            analyses=0,
            offered=40,
            queue_limit=50,
            timeout=600,
        ),
        Scenario(
            "short",
            "three kills and a hole in 20 s",
            lambda random, s: [
                *faults.kills(random, 3, 12, s.workers),
                faults.connection(random.uniform(4, 8), 4, Mode.BLACK_HOLE, random.randrange(s.workers)),
            ],
            analyses=16,
            launches=8,
            thinks=(0.2, 1.0),
            lease=3,
            timeout=300,
        ),
    )
}


async def run(scenario: Scenario, seed: int, folder: Path, *, queue: str = "default") -> Figures:
    """Run a scenario; logs of all processes and `history.jsonl` are in `folder` afterwards."""
    random, chance = Random(seed), Random(seed + 1)
    vendors = FakeVendors(answer=plausible, thinks_for=lambda: chance.uniform(*scenario.thinks))
    settings = {
        "TRADECORE_LEASE_SECONDS": str(scenario.lease),
        "TRADECORE_QUEUE_LIMIT": str(scenario.queue_limit),
    }
    if queue != "default":
        settings["TRADECORE_QUEUE"] = queue
    with History(folder / "history.jsonl") as history:
        async with (
            vendors.serving(),
            open_cluster(
                folder, history, vendors, store=scenario.store, workers=scenario.workers, settings=settings
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
            return await _figures(cluster, scenario, seed, load, seconds, violations, scraper)


async def _figures(
    cluster: Cluster,
    scenario: Scenario,
    seed: int,
    load: Load,
    seconds: float,
    violations: list[str],
    scraper: Scraper,
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
        repeated_calls=len(cluster.vendors.requests) - stored_calls,
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
