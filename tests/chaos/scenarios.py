"""Scenarios: a load, and a schedule of faults drawn from a seed."""

import signal
from collections.abc import Callable, Sequence
from random import Random

from attrs import frozen

from chaos import faults
from chaos.faults import Fault
from chaos.proxy import Mode


@frozen
class Scenario:
    """`analyses` are launched within `launches` seconds; the model thinks between the two seconds of `thinks`.

    Workers have the scheduling priority `worker_nice`.

    Processes are those with faults of their own, each behind its proxies; `plain` ones are those of `make up`.
    """

    name: str
    about: str
    faults: Callable[[Random, "Scenario"], Sequence[Fault]]
    analyses: int = 200
    launches: float = 30.0
    thinks: tuple[float, float] = (0.5, 3.0)
    workers: int = 2
    worker_nice: int = 0
    store: str = "postgresql"
    lease: int = 10
    timeout: float = 300.0
    # Launches a second that are offered for so long before `analyses` are launched, and the jobs that may wait.
    offered: float = 0.0
    offered_for: float = 60.0
    queue_limit: int = 1000
    plain: bool = False


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
            worker_nice=10,
            plain=True,
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
            worker_nice=10,
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
