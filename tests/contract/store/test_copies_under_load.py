"""Backups while analyses run, and copies that are killed in the middle: whole analyses in the end."""

import asyncio
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from opening import open_adapter
from servers import SettingOf
from tradecore.model.analyses import AnalysisState
from tradecore.model.ids import AnalysisId, JobId, TopicKind, UserId, topic_of
from tradecore.model.jobs import JobState
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore_adapters.store.content import read_content
from tradecore_adapters.store.copying import copy_store
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import Embedded, running
from tradecore_app.settings import Settings, read_settings

ANN = Caller(UserId("ann"))
# Two commands in one interpreter, each in three forks: two kill themselves within the transaction of a batch.
KILLED = """
import os, random, signal, sys
from tradecore_app.cli import main
from tradecore_adapters.store import copying

class Deadly:
    def __init__(self, connection):
        self.connection = connection

    def __getattr__(self, name):
        return getattr(self.connection, name)

    async def execute_many(self, sql, args):
        global left
        await self.connection.execute_many(sql, args)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

connected, chance = copying._connection, random.Random(19)
copying._connection = lambda uow: Deadly(connected(uow))

def run(*words):
    global left
    for left in (chance.randrange(2, 8), chance.randrange(2, 8), 0):
        child = os.fork()
        if not child:
            sys.argv = ["tradecore", *words]
            main()
            os._exit(0)
        yield os.waitpid(child, 0)[1]

file, data, store = sys.argv[1:]
os.environ["TRADECORE_DATA"] = data
print("statuses", *run("restore", file), flush=True)
os.environ["TRADECORE_STORE"] = store
print("statuses", *run("migrate", "--from", f"sqlite:{file}"))
"""


def settings_of(folder: Path) -> Settings:
    # Of four analyses, two have not ended when the first has.
    return read_settings(data=folder, news="none", trading="false", concurrency="2")


async def launch(assembled: Assembled, count: int) -> list[AnalysisId]:
    embedded = Embedded(assembled.core, ANN, "rules", None)
    days = [date(2012, 1, 3 + n) for n in range(count)]
    return [(await embedded.launch("AAPL", day, analysts=("technical",))).analysis for day in days]


async def require_whole(store: Store) -> dict[AnalysisId, AnalysisState]:
    """The analyses of a store, each with all that belongs to its state and nothing else."""
    states: dict[AnalysisId, AnalysisState] = {}
    async with store.snapshot() as snapshot:
        uow: Any = snapshot
        ids = [id for (id,) in await uow.connection.rows("SELECT id FROM analyses")]
        for id in ids:
            analysis = await uow.analyses.get(id, owner=ANN.user)
            job = await uow.jobs.get(JobId(id))
            [(results,)] = await uow.connection.rows("SELECT COUNT(*) FROM analysis_results WHERE analysis_id = ?", id)
            completed = analysis.state is AnalysisState.COMPLETED
            assert (job.state is JobState.COMPLETED, results) == (completed, int(completed))
            events = await uow.events.after(topic_of(TopicKind.ANALYSIS, id), 0)
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            states[id] = analysis.state
    return states


async def finish(folder: Path, ids: set[AnalysisId]) -> None:
    """Run what is left of a restored store to its end."""
    async with assemble(settings_of(folder)) as assembled, running(assembled):
        for id in ids:
            await Embedded(assembled.core, ANN, "rules", None).result(id)
        assert set((await require_whole(assembled.store)).values()) == {AnalysisState.COMPLETED}


async def test_a_backup_under_load_has_whole_analyses_and_the_others_run_on_after_its_restore(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    async with asyncio.timeout(120):
        async with assemble(settings_of(tmp_path / "data")) as assembled:
            first = await launch(assembled, 4)
            async with running(assembled), SqliteStore(backup) as target:
                # One has ended, others run, and more are launched while the copy is made.
                await Embedded(assembled.core, ANN, "rules", None).result(first[0])
                launching = asyncio.create_task(launch(assembled, 3))
                source: Any = assembled.store
                await copy_store(source, target)
                later = await launching
                await asyncio.gather(
                    *(Embedded(assembled.core, ANN, "rules", None).result(id) for id in (*first, *later))
                )
        async with SqliteStore(backup) as copied:
            states = await require_whole(copied)
        assert set(first) <= set(states)
        assert states[first[0]] is AnalysisState.COMPLETED
        assert set(states.values()) > {AnalysisState.COMPLETED}, "the backup was made of a store at rest"
        (tmp_path / "restored").mkdir()
        backup.rename(tmp_path / "restored/tradecore.db")
        await finish(tmp_path / "restored", set(states))


async def test_a_restore_and_a_move_to_postgres_that_are_killed_again_and_again_go_on_and_end_whole(
    setting_of: SettingOf, tmp_path: Path
) -> None:
    file, data = tmp_path / "backup.db", tmp_path / "data"
    async with assemble(settings_of(tmp_path / "source")) as assembled, running(assembled):
        [id] = await launch(assembled, 1)
        await Embedded(assembled.core, ANN, "rules", None).result(id)
        source: Any = assembled.store
        async with SqliteStore(file) as target:
            content = await copy_store(source, target)
    async with setting_of("postgresql") as address:
        ran = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", KILLED, file, data, address],
            env={**os.environ, "TRADECORE_NEWS": "none"}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        statuses = [line for line in ran.stdout.splitlines() if line.startswith("statuses")]
        assert statuses == ["statuses 9 9 0"] * 2, ran.stderr
        for store in (f"sqlite:{data / 'tradecore.db'}", address):
            async with open_adapter("store", store) as copied:
                assert await read_content(copied) == content
                assert await require_whole(copied) == {id: AnalysisState.COMPLETED}
