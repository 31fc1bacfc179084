"""Upgrades a small installation while it works: an older commit and this tree on one Postgres, with jobs in flight.

    python tools/rolling_upgrade.py             # from the commit before the newest migration
    python tools/rolling_upgrade.py 30          # from the commit before migration 30
    python tools/rolling_upgrade.py v1.2.0      # from a tag or any other commit

The older version launches analyses and begins to run them; this version migrates the database meanwhile and launches
more, which the older worker runs; that is killed, cannot start again unless the schema is the same, and is replaced.
Every analysis has to be completed once, with all events and one result; digests likewise, of which both versions show
all. Prints what happened; exit code 1 where something else did.
"""

import asyncio
import os
import re
import secrets
import signal
import subprocess
import sys
import tarfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import asyncpg
import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from servers import address, free_port, own_postgres  # noqa: E402

_PACKAGES = ("src", "src/adapters", "src/entrypoints")
_MIGRATIONS = "src/adapters/tradecore_adapters/store/sql/sqlite"
_RUN = "from tradecore_app.cli import main; main()"
_PATIENCE = 240.0
_START = 10.0
"""Seconds within which a worker that may not start has ended."""


class Version:
    """A source tree whose commands run over the database."""

    def __init__(self, name: str, tree: Path, environment: dict[str, str]) -> None:
        self.name = name
        self._environment = {**environment, "PYTHONPATH": os.pathsep.join(str(tree / part) for part in _PACKAGES)}
        self._log = tree.parent / f"{name}.log"

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """A command as a process."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-c", _RUN, *words], env=self._environment, stdout=log, stderr=log
            )

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command to its end."""
        return subprocess.run(
            [sys.executable, "-P", "-c", _RUN, *words], env=self._environment, capture_output=True, text=True
        )

    def errors(self) -> list[str]:
        """The lines of the log that are errors."""
        return [line[:300] for line in self._log.read_text().splitlines() if '"level": "error"' in line]


async def main() -> bool:
    """Run the upgrade; whether everything was as it should be."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("older", nargs="?", help="the number of a migration, a tag or a commit")
    commit = _commit(parser.parse_args().older)
    postgres = own_postgres()
    async with AsyncExitStack() as stack:
        stack.callback(postgres.close)
        postgres.start()
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="tradecore-upgrade-")))
        with tarfile.open(fileobj=BytesIO(_git("archive", commit, "src"))) as archive:
            archive.extractall(folder / "older", filter="data")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")},
            "TRADECORE_DATA": str(folder), "TRADECORE_SECRET": secrets.token_hex(32),
            "DATABASE_URL": address(postgres), "TRADECORE_CONCURRENCY": "1", "TRADECORE_LEASE_SECONDS": "3",
            "TRADECORE_RATE_PER_MINUTE": "0", "PYTHONDONTWRITEBYTECODE": "",
        }  # fmt: skip
        older, newer = Version("older", folder / "older", environment), Version("newer", ROOT, environment)
        upgrade = Upgrade(older, newer, address(postgres), commit, folder)
        stack.push_async_callback(upgrade.close)
        return await upgrade.run()


class Upgrade:
    """One upgrade, step by step."""

    def __init__(self, older: Version, newer: Version, database: str, commit: str, folder: Path) -> None:
        self._older, self._newer, self._database, self._commit = older, newer, database, commit
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._client = httpx.AsyncClient(timeout=30)
        self._launched: list[str] = []
        self._digests: list[str] = []

    async def run(self) -> bool:
        """Whether everything was as it should be."""
        assert self._older.run("migrate").returncode == 0
        older_web = await self._serve(self._older)
        await self._sign_in(older_web)
        older_worker = self._start(self._older, "worker")
        await self._digest(older_web)
        await self._launch(older_web, 20)
        await self._until_completed(3)
        older_migration = await self._migration()
        print(f"{self._commit}, migration {older_migration}, works: {await self._states()}")
        migrated = await asyncio.to_thread(self._newer.run, "migrate")
        print(f"this tree migrates to {await self._migration()} meanwhile: exit code {migrated.returncode}")
        newer_web = await self._serve(self._newer)
        await self._digest(newer_web)
        await self._launch(newer_web, 20)
        await self._until_completed(26)
        print(f"this tree has launched 20 more, which the older worker runs: {await self._states()}")
        await self._digest(older_web)
        await self._launch(older_web, 20)
        await self._launch(newer_web, 20)
        newer_worker = self._start(self._newer, "worker")
        older_worker.send_signal(signal.SIGKILL)
        older_worker = self._start(self._older, "worker")
        may_start = older_migration == await self._migration()
        as_it_should = await self._keeps_on(older_worker) if may_start else await self._is_refused(older_worker)
        await self._finish()
        answers = [
            await self._client.get(f"{web}/api/analyze/{id}/status")
            for web in (older_web, newer_web)
            for id in self._launched
        ]
        statuses = {(answer.status_code, answer.json()["data"]["status"]) for answer in answers}
        print(f"both servers answer for all {len(self._launched)} analyses: {statuses}")
        reads = [
            (await self._client.get(f"{web}/analyze/{id}/{part}")).status_code
            for web in (older_web, newer_web)
            for id in self._digests
            for part in ("result", "items")
        ]
        print(f"the older and the newer server for {len(self._digests)} digests and their items: {reads}")
        broken = await self._broken()
        for version in (self._older, self._newer):
            print(f"errors in the log of the {version.name} version: {version.errors() or 'none'}")
        print(f"analyses with a hole in their events, or without exactly one result: {broken or 'none'}")
        return (
            statuses == {(200, "completed")}
            and set(reads) == {200}
            and not broken
            and as_it_should
            and migrated.returncode == 0
            and newer_worker.poll() is None
        )

    async def _is_refused(self, older_worker: "subprocess.Popen[bytes]") -> bool:
        """Whether an older worker that starts over a newer schema ends, and says why."""
        refused = await asyncio.to_thread(older_worker.wait, _PATIENCE)
        print(f"the older worker is killed; one that starts now is refused with exit code {refused}")
        sentence = self._older.run("worker").stderr.strip().splitlines()[-1:]
        print(f"  {' '.join(sentence)}")
        return refused == 1

    async def _keeps_on(self, older_worker: "subprocess.Popen[bytes]") -> bool:
        """Whether an older worker that starts over the schema that it knows works beside the newer one."""
        await asyncio.sleep(_START)
        code = older_worker.poll()
        print(f"the older worker is killed; one that starts now works over the same schema: exit code {code or 'none'}")
        return code is None

    async def close(self) -> None:
        """End what still runs."""
        await self._client.aclose()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            await asyncio.to_thread(process.wait, 30)

    def _start(self, version: Version, *words: str) -> "subprocess.Popen[bytes]":
        process = version.start(*words)
        self._processes.append(process)
        return process

    async def _serve(self, version: Version) -> str:
        port = free_port()
        self._start(version, "serve", "--no-worker", "--demo", "--port", str(port))
        web = f"http://127.0.0.1:{port}"
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    await self._client.get(f"{web}/health")
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
                else:
                    return web

    async def _sign_in(self, web: str) -> None:
        password = (self._folder / "demo.password").read_text().strip()
        login = await self._client.post(
            f"{web}/api/auth/login", json={"email": "demo@example.com", "password": password}
        )
        self._client.headers["authorization"] = f"Bearer {login.json()['data']['token']}"

    async def _launch(self, web: str, count: int) -> None:
        for n in range(count):
            brief = {
                "symbol": "AAPL", "assetType": "equity", "date": f"2012-06-{n + 1:02}",
                "analysts": ["technical", "sentiment", "news", "fundamentals"],
                "config": {"researchDepth": 3, "llmModel": "none", "llmProvider": "rules"},
            }  # fmt: skip
            launched = await self._client.post(f"{web}/api/analyze", json=brief)
            if launched.status_code != httpx.codes.ACCEPTED:
                raise RuntimeError(launched.text)
            self._launched.append(launched.json()["data"]["analysisId"])

    async def _digest(self, web: str) -> None:
        """A digest for a reader of its own."""
        brief = {"hours": 24, "user_id": f"reader-{len(self._digests)}"}
        launched = await self._client.post(f"{web}/analyze", json=brief)
        if launched.status_code != httpx.codes.ACCEPTED:
            raise RuntimeError(launched.text)
        self._digests.append(launched.json()["job_id"])

    async def _until_completed(self, count: int) -> None:
        async with asyncio.timeout(_PATIENCE):
            while (await self._states()).get("completed", 0) < count:
                await asyncio.sleep(0.05)

    async def _finish(self) -> None:
        began = monotonic()
        while (states := await self._states()) != {"completed": len(self._launched) + len(self._digests)}:
            if monotonic() - began > _PATIENCE:
                print(f"not finished: {states}")
                return
            await asyncio.sleep(0.5)
        print(f"completed after {monotonic() - began:.0f} s: {states}")

    async def _rows(self, sql: str) -> list[Any]:
        connection = await asyncpg.connect(self._database)
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def _states(self) -> dict[str, int]:
        return dict(await self._rows("SELECT state, COUNT(*) FROM jobs GROUP BY state"))

    async def _migration(self) -> int:
        [(number,)] = await self._rows("SELECT MAX(number) FROM migrations")
        return int(number)

    async def _broken(self) -> list[str]:
        rows = await self._rows(
            "SELECT id FROM analyses WHERE state <> 'completed' "
            "OR (SELECT COUNT(*) FROM analysis_results WHERE analysis_id = id) <> 1 "
            "OR (SELECT COUNT(*) FILTER (WHERE kind = 'AnalysisCompleted') <> 1 OR COUNT(*) <> MAX(seq) "
            "FROM events WHERE topic = 'analysis:' || id)"
        )
        return [id for (id,) in rows]


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def _commit(older: str | None) -> str:
    """The commit that the older version is taken from."""
    if older is not None and not re.fullmatch(r"\d{1,4}", older):
        return older
    numbered = {int(path.name[:4]): path.name for path in (ROOT / _MIGRATIONS).iterdir()}
    name = numbered[max(numbered) if older is None else int(older)]
    added = _git("log", "--diff-filter=A", "--format=%h", "--", f"{_MIGRATIONS}/{name}").decode().split()[-1]
    return _git("rev-parse", "--short", f"{added}^").decode().strip()


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
