"""Many machines: two servers and two workers that share Postgres and Redis, and what may happen to those."""

import asyncio
import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from attrs import define, field

from servers import Databases, Server, address, own_postgres, own_redis

Brief = Callable[..., dict[str, object]]
# Everything here takes seconds; the limits are for machines that are busy with other things.
PATIENCE = 200
pytestmark = pytest.mark.timeout(600)
SECRET = "the same on every machine and long enough"


@define
class Machines:
    """The servers they share, and the houses: one data folder per machine."""

    postgres: Server
    redis: Server
    one: Any
    other: Any
    clients: list[httpx.Client] = field(factory=list)
    workers: list["subprocess.Popen[str]"] = field(factory=list)

    def rows(self, sql: str, *args: object) -> list[Any]:
        async def ask() -> list[Any]:
            connection = await asyncpg.connect(address(self.postgres))
            try:
                return await connection.fetch(sql, *args)
            finally:
                await connection.close()

        return asyncio.run(ask())

    def launch(self, brief: dict[str, object], *, through: int = 0) -> str:
        answer = self.clients[through].post("/api/analyze", json=brief)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["data"]["analysisId"])

    def launch_at_once(self, briefs: list[dict[str, object]]) -> list[str]:
        """Launch many, through each server in turn."""

        async def launch() -> list[str]:
            async with httpx.AsyncClient(headers=self.clients[0].headers, timeout=30) as many:
                roots = [str(client.base_url) for client in self.clients]
                answers = await asyncio.gather(
                    *(many.post(f"{roots[n % 2]}/api/analyze", json=brief) for n, brief in enumerate(briefs))
                )
            assert {answer.status_code for answer in answers} == {202}
            return [answer.json()["data"]["analysisId"] for answer in answers]

        return asyncio.run(launch())

    def wait_for_all(self, ids: list[str], *, seconds: float) -> None:
        """Until all are completed, each with one result and a sequence of facts without holes."""
        deadline = time.monotonic() + seconds
        states: list[str] = []
        while states != ["completed"] * len(ids) and time.monotonic() < deadline:
            time.sleep(0.1)
            states = [state for (state,) in self.rows("SELECT state FROM analyses WHERE id = ANY($1)", ids)]
        assert states == ["completed"] * len(ids), [worker.poll() for worker in self.workers]
        for id in ids:
            facts = self.rows("SELECT seq, kind FROM events WHERE topic = $1 ORDER BY seq", f"analysis:{id}")
            assert [seq for seq, _ in facts] == list(range(1, len(facts) + 1))
            assert [kind for _, kind in facts if kind in ("AnalysisCompleted", "AnalysisFailed")] == [facts[-1]["kind"]]
        assert self.rows("SELECT COUNT(*) FROM analysis_results WHERE analysis_id = ANY($1)", ids) == [(len(ids),)]

    def start_worker(self, machine: Any) -> "subprocess.Popen[str]":
        """Start a worker; returns once it runs jobs: one that starts while the database is away ends."""
        worker: subprocess.Popen[str] = machine.start("worker")
        assert worker.stdout
        line = worker.stdout.readline()
        assert line.startswith("The worker runs jobs"), line + machine.log.read_text()
        return worker

    def wait_until_told(self, *, seconds: float) -> None:
        """Until everything that happened was passed on."""
        deadline = time.monotonic() + seconds
        # What is passed on may raise alerts, which are events too; so the last look is the one that counts.
        while (waiting := self.rows("SELECT COUNT(*) FROM outbox")) != [(0,)] and time.monotonic() < deadline:
            time.sleep(0.1)
        assert waiting == [(0,)]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, house_at: Callable[[Path], Any]) -> Iterator[Machines]:
    """Two machines at work, with an account that both know."""
    postgres, redis = own_postgres(), own_redis()
    postgres.start()
    redis.start()
    one, other = (house_at(tmp_path_factory.mktemp("machine") / "data") for _ in range(2))
    made = Machines(postgres, redis, one, other)
    try:
        for each in (one, other):
            each.settings = {
                "DATABASE_URL": address(postgres),
                "REDIS_URL": address(redis),
                "TRADECORE_SECRET": SECRET,
            }
        _, client = one.serve("--no-worker")
        second = other.start("serve", "--port", "0", "--no-worker")
        assert second.stdout
        listening = re.search(r"listens on (http://\S+)", second.stdout.readline())
        assert listening
        made.clients = [client, httpx.Client(base_url=listening[1], headers=client.headers, timeout=30)]
        made.workers = [made.start_worker(machine) for machine in (one, other)]
        yield made
    finally:
        for client in made.clients[1:]:
            client.close()
        one.close()
        other.close()
        postgres.close()
        redis.close()


@pytest.mark.endurance
def test_F01_a_worker_killed_among_40_analyses_costs_none_of_them_and_doubles_none(
    machines: Machines, brief: Brief
) -> None:
    ids = machines.launch_at_once([brief()] * 40)
    machines.one.kill(machines.workers[0], signal.SIGKILL)
    machines.workers[0] = machines.start_worker(machines.one)
    machines.wait_for_all(ids, seconds=PATIENCE)
    machines.wait_until_told(seconds=PATIENCE)


def test_F25_what_was_launched_through_one_server_is_followed_through_the_other(
    machines: Machines, brief: Brief
) -> None:
    id = machines.launch(brief(), through=0)
    with machines.clients[1].stream("GET", f"/api/analyze/{id}/events") as told:
        assert told.status_code == 200
        lines = [line for line in told.iter_lines() if line.startswith("data:")]
    seen = [json.loads(line.removeprefix("data:")) for line in lines]
    sequence = [event["seq"] for event in seen]
    assert sequence == list(range(1, len(sequence) + 1))
    assert len(machines.rows("SELECT 1 FROM events WHERE topic = $1", f"analysis:{id}")) == len(sequence)
    assert seen[-1]["decision"]


def test_F12_without_redis_work_goes_on_and_what_was_not_told_is_told_later(machines: Machines, brief: Brief) -> None:
    machines.redis.stop()
    try:
        ids, slowest = [], 0.0
        for n in range(10):
            begun = time.monotonic()
            ids.append(machines.launch(brief(), through=n % 2))
            answer = machines.clients[n % 2].get(f"/api/analyze/{ids[-1]}/status")
            assert answer.status_code == 200
            slowest = max(slowest, time.monotonic() - begun)
        assert slowest < 5
        machines.wait_for_all(ids, seconds=PATIENCE)
        assert machines.clients[0].get("/ready").status_code == 200
    finally:
        machines.redis.start()
    machines.wait_until_told(seconds=PATIENCE)


def test_F16_without_postgres_answers_say_so_and_all_goes_on_when_it_is_back(machines: Machines, brief: Brief) -> None:
    before = machines.launch(brief())
    machines.postgres.stop()
    try:
        for client in machines.clients:
            begun = time.monotonic()
            answer = client.get(f"/api/analyze/{before}/status")
            assert time.monotonic() - begun < 10
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) >= 1
            assert "127.0.0.1" not in answer.text
            # The store is checked at most once a second, and a test before may have been told that all is well.
            until = time.monotonic() + 1
            while (ready := client.get("/ready").status_code) == 200 and time.monotonic() < until:
                time.sleep(0.1)
            assert (ready, client.get("/health").status_code) == (503, 200)
    finally:
        machines.postgres.start()
    deadline = time.monotonic() + PATIENCE
    while {client.get("/ready").status_code for client in machines.clients} != {200} and time.monotonic() < deadline:
        time.sleep(0.1)
    after = [machines.launch(brief(), through=n) for n in range(2)]
    machines.wait_for_all([before, *after], seconds=PATIENCE)
    machines.wait_until_told(seconds=PATIENCE)


async def test_F18_four_processes_that_start_at_once_migrate_once(postgres: Databases, house: Any) -> None:
    async with postgres.bare() as database:
        house.settings["DATABASE_URL"] = database
        processes = [house.start("migrate") for _ in range(4)]
        assert [await asyncio.to_thread(process.wait, 60) for process in processes] == [0] * 4
        connection = await asyncpg.connect(database)
        numbers = [number for (number,) in await connection.fetch("SELECT number FROM migrations ORDER BY number")]
        await connection.close()
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.endurance
async def test_S100_a_role_that_may_not_change_the_schema_works_once_it_is_there(
    postgres: Databases, house: Any
) -> None:
    async with postgres.bare() as database:
        name = database.rpartition("/")[2]
        owner = await asyncpg.connect(database)
        await owner.execute(
            f"CREATE ROLE {name} LOGIN PASSWORD 'kept to itself'; REVOKE CREATE ON SCHEMA public FROM PUBLIC; "
            f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}"
        )
        restricted = re.sub("//[^@]*@", f"//{name}:kept%20to%20itself@", database)
        try:
            house.settings["DATABASE_URL"] = restricted
            refused = await asyncio.to_thread(house.run, "migrate")
            assert (refused.returncode, refused.stdout) == (1, "")
            assert "tradecore migrate" in refused.stderr
            assert "kept" not in refused.stderr
            house.settings["DATABASE_URL"] = database
            assert (await asyncio.to_thread(house.run, "migrate")).returncode == 0
            house.settings["DATABASE_URL"] = restricted
            made = await asyncio.to_thread(house.run, "analyze", "NVDA", "--date", "2024-10-10")
            assert made.returncode == 0, made.stderr
            well = await asyncio.to_thread(house.run, "doctor")
            assert "ok    store: postgresql, readable and writable" in well.stdout
        finally:
            await owner.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
            await owner.close()


def test_a_server_that_cannot_be_reached_is_named_by_its_setting(house: Any) -> None:
    house.settings |= {"DATABASE_URL": "postgres://me:kept-to-myself@127.0.0.1:1/none"}
    refused = house.run("doctor")
    assert refused.returncode == 1
    assert "TRADECORE_STORE" in refused.stdout
    house.settings |= {"DATABASE_URL": "memory:", "REDIS_URL": "redis://:kept-to-myself@127.0.0.1:1"}
    doubtful = house.run("doctor")
    assert doubtful.returncode == 1
    for what in ("queue", "stream", "limits", "signing secret"):
        assert f"FAIL  {what}: " in doubtful.stdout
    assert "kept-to-myself" not in refused.stdout + refused.stderr + doubtful.stdout + doubtful.stderr
