"""The removal of an account with many records, killed in the middle: a worker deletes what is left."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.ids import AlertId, Topic, UserId
from tradecore_adapters.store.sqlite import SqliteStore

EMAIL, ALERTS = "ann@example.com", 5000


async def fill(house: Any, user: UserId) -> None:
    async with SqliteStore(house.folder / "tradecore.db") as store, store.unit_of_work() as uow:
        for n in range(ALERTS):
            alert = Alert(
                id=AlertId(f"{n}"),
                user=user,
                kind=AlertKind.JOB_FAILED,
                severity=Severity.INFO,
                message="x" * 200,
                subject=Topic(f"job:{n}"),
                created_at=datetime.now(UTC),
            )
            await uow.alerts.put(Change(alert))


def left(house: Any) -> tuple[int, int]:
    """How many alerts, and how many removed accounts, are still to be deleted."""
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as database, database:
        [[alerts]] = database.execute("SELECT COUNT(*) FROM alerts")
        [[removed]] = database.execute("SELECT COUNT(*) FROM removed_users")
    return alerts, removed


def test_a_removal_that_is_killed_is_finished_by_a_worker(house: Any) -> None:
    created = house.invoke("users", "add", EMAIL, given="a long password\n")
    assert created.exit_code == 0, created.output
    asyncio.run(fill(house, UserId(created.stdout.rpartition(" id ")[2].rstrip(".\n"))))
    removal = house.start("users", "remove", "--yes", EMAIL)
    while left(house)[0] == ALERTS:
        assert removal.poll() is None
        time.sleep(0.005)  # nothing but the file shows from outside how far a removal is
    house.kill(removal, signal.SIGKILL)
    alerts, removed = left(house)
    assert alerts > 0, "the removal was faster than the kill"
    assert removed == 1
    assert house.invoke("users", "list").stdout == "", "the account is gone at once"

    worker = house.start("worker")
    deadline = time.monotonic() + 60
    while left(house) != (0, 0):
        assert worker.poll() is None
        assert time.monotonic() < deadline, left(house)
        time.sleep(0.1)  # the worker deletes in the background, and only the file shows it
