"""A split of a held position is booked exactly once by several processes over one Postgres, one of which is killed."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from servers import Databases
from tradecore.model.ids import UserId
from tradecore.model.ledger import book
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, EntryKind
from tradecore.model.position_import import ImportedPosition
from tradecore.model.users import Caller
from tradecore.use_cases.portfolio import ImportPositions
from tradecore_adapters.store.postgres import PostgresStore

ANN, NVDA = Caller(UserId("ann")), Asset(Symbol("NVDA"), AssetType.EQUITY)
CASH = Decimal(1000)

# Reads what is held and which splits there are, waits for a line, and books. One that halts stops for ever with its
# entry written and not committed.
WORKER = """
import asyncio, sys, time
from datetime import UTC, datetime
from pathlib import Path

from tradecore.model.ids import UserId
from tradecore.model.money import Costs
from tradecore.use_cases import corporate_actions
from tradecore.use_cases.settle import SettleOrder
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.store.postgres import PostgresStore

address, folder, halts = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "halts"


class Waiting(CsvMarket):
    async def corporate_actions(self, *question):
        actions = await CsvMarket.corporate_actions(self, *question)
        print("read", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return actions


def halt(*args):
    print("written", flush=True)
    time.sleep(3600)


if halts:
    corporate_actions._alert = halt


async def run():
    now = datetime(2024, 6, 12, 22, tzinfo=UTC)
    async with PostgresStore(address) as store:
        market = Waiting(folder)
        settle = SettleOrder(store, PaperBroker(store, market, lambda: now, Costs()), lambda: now)
        book = corporate_actions.BookCorporateActions(store, market, lambda: now, settle)
        print(await book.of(UserId("ann")), flush=True)


asyncio.run(run())
"""


@asynccontextmanager
async def worker(database: str, folder: Path, mode: str = "") -> AsyncIterator[Process]:
    """A process that has read what it needs and waits; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database, str(folder), mode, stdin=PIPE, stdout=PIPE
    )
    try:
        assert await line_of(process) == "read"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> str:
    assert process.stdout
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()


def start(*processes: Process) -> None:
    for process in processes:
        assert process.stdin
        process.stdin.write(b"book\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """NVDA at 1,200 and, after a 10:1 split, at 120."""
    rows = [f"2024-06-{day:02},{p},{p},{p},{p},1" for day in range(3, 13) for p in [1200 if day < 10 else 120]]
    (tmp_path / "NVDA.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
    (tmp_path / "NVDA.splits.csv").write_text("date,ratio\n2024-06-10,10\n")
    return tmp_path


@pytest.fixture
async def database(postgres: Databases) -> AsyncIterator[str]:
    """A database in which Ann has held 4 NVDA since before the split."""
    async with postgres.fresh() as address:
        async with PostgresStore(address) as store:
            bought = datetime(2024, 6, 3, 15, tzinfo=UTC)
            take = ImportPositions(store, lambda: bought, CASH)
            await take([ImportedPosition(NVDA, Decimal(4), Decimal(1000))], by=ANN)
        yield address


async def splits_booked(database: str) -> tuple[int, Decimal]:
    """How many entries of splits there are, and how many shares Ann holds."""
    async with PostgresStore(database) as store, store.snapshot() as uow:
        entries = await uow.ledger.entries(ANN.user)
        alerts = await uow.alerts.count(ANN.user)
    splits = [entry for entry in entries if entry.kind is EntryKind.SPLIT]
    assert alerts == len(splits)
    return len(splits), book(entries).held(NVDA)


async def test_of_two_processes_that_book_at_once_one_does(database: str, folder: Path) -> None:
    async with worker(database, folder) as one, worker(database, folder) as other:
        start(one, other)
        assert sorted([await line_of(one), await line_of(other)]) == ["0", "1"]
    assert await splits_booked(database) == (1, 40)


async def test_what_a_killed_process_has_not_committed_is_booked_by_another_once(database: str, folder: Path) -> None:
    async with worker(database, folder, "halts") as killed, worker(database, folder) as waiting:
        start(killed)
        assert await line_of(killed) == "written"
        # It waits for the rows of the other, which holds them until it is gone.
        start(waiting)
        killed.send_signal(signal.SIGKILL)
        assert await killed.wait() == -signal.SIGKILL
        assert await line_of(waiting) == "1"
    assert await splits_booked(database) == (1, 40)
    async with worker(database, folder) as late:
        start(late)
        assert await line_of(late) == "0"
    assert await splits_booked(database) == (1, 40)
