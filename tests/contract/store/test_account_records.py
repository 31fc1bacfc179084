"""Everything of one account in every store: exported whole, and deleted but for the ledger, whatever interrupts it."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tradecore.core import Tradecore
from tradecore.model.account_records import RecordKind
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.news import DigestBrief
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller, Scope, User
from tradecore.ports.store import Store
from tradecore_adapters.store.account_records import DELETED_TABLES
from tradecore_adapters.store.migrations import migrations
from tradecore_app.account_export import MANIFEST, write_export
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

KEPT = {RecordKind.LEDGER, RecordKind.ORDERS}
BRIEF = AnalysisBrief(
    symbol=Symbol("MSFT"),
    asset_type=AssetType.EQUITY,
    as_of=date(2012, 10, 10),
    analysts=(Analyst.TECHNICAL,),
    depth=1,
    model="rules",
)


@pytest.fixture
async def core(store: Store, tmp_path: Path) -> AsyncIterator[Tradecore]:
    """Every use case over the store of the test."""
    settings = read_settings(data=tmp_path, secret="x" * 32)
    async with assemble(settings, GivenAdapters(store=store)) as assembled:
        yield assembled.core


async def work(core: Tradecore) -> None:
    while claim := await core.claim_job("test"):
        await core.run_job(claim)


async def populate(core: Tradecore, address: str) -> User:
    """An account with something of everything."""
    user = await core.create_user(address, "a long password")
    grant = await core.login(address, "a long password", origin="192.0.2.1")
    by = await core.authenticate(grant.access_token)
    await core.create_token("script", (Scope.READ,), by=by)
    tickets = [await core.launch_analysis(BRIEF, by=by) for _ in range(3)]
    await core.launch_digest(DigestBrief(user_id=UserId("reader"), hours=24), by=by)
    await work(core)
    await core.hide_analysis(tickets[0].analysis, by=by)
    await core.move_cash(Decimal(100), by=by)
    return user


async def queue(core: Tradecore, user: User) -> AnalysisId:
    """An analysis of a user that no worker takes."""
    return (await core.launch_analysis(BRIEF, by=Caller(user.id))).analysis


async def records(store: Store, user: UserId, *, limit: int = 1000) -> dict[RecordKind, list[str]]:
    found: dict[RecordKind, list[str]] = {}
    for kind in RecordKind:
        async with store.read() as uow:
            found[kind] = [r.key for r in await uow.account_records.page(user, kind, after="", limit=limit)]
    return found


async def test_an_export_has_everything_of_the_account_and_nothing_of_others(
    core: Tradecore, store: Store, tmp_path: Path
) -> None:
    ann, ben = [await populate(core, f"{name}@example.com") for name in ("ann", "ben")]
    await queue(core, ann)
    folder = tmp_path / "export"
    files = await write_export(await core.export_account(" ANN@example.com"), folder)
    counts = {file.name: file.records for file in files}
    assert counts["analyses.jsonl"] == 3
    assert counts["hidden_analyses.jsonl"] == 1
    assert counts["results.jsonl"] == 3
    assert counts["digests.jsonl"] == counts["digest_results.jsonl"] == 1
    assert min(counts[f"{kind}.jsonl"] for kind in (RecordKind.STEPS, RecordKind.LEDGER)) > 0
    everything = "".join(path.read_text() for path in folder.iterdir())
    assert ann.id in everything
    assert ben.id not in everything
    account = json.loads((folder / "account.json").read_text())
    assert (account["email"], [token["name"] for token in account["tokens"]]) == ("ann@example.com", ["script"])
    async with store.read() as uow:
        secrets = [(await uow.users.get(ann.id)).password_hash, *(t.secret for t in await uow.users.tokens(ann.id))]
    assert not [secret for secret in secrets if secret in everything]
    for file in json.loads((folder / MANIFEST).read_text())["files"]:
        assert sha256((folder / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(NotFound):
        await core.export_account("nobody@example.com")


async def test_records_come_in_pages_without_gaps(core: Tradecore, store: Store) -> None:
    ann = await populate(core, "ann@example.com")
    whole = await records(store, ann.id)
    for kind, keys in whole.items():
        paged: list[str] = []
        while True:
            after = paged[-1] if paged else ""
            async with store.read() as uow:
                page = await uow.account_records.page(ann.id, kind, after=after, limit=2)
            paged += [record.key for record in page]
            if len(page) < 2:
                break
        assert paged == keys == sorted(set(keys))


async def test_a_removed_account_leaves_its_ledger_and_what_others_have(core: Tradecore, store: Store) -> None:
    ann, ben = [await populate(core, f"{name}@example.com") for name in ("ann", "ben")]
    queued = await queue(core, ann)
    anns, bens = await records(store, ann.id), await records(store, ben.id)
    await core.remove_user("ann@example.com")
    assert await core.delete_removed_accounts() > 0
    left = await records(store, ann.id)
    assert left[RecordKind.ANALYSES] == [queued], "it is deleted once it has ended"
    assert {kind for kind, keys in left.items() if keys} <= {*KEPT, RecordKind.ANALYSES}
    assert all(left[kind] == anns[kind] for kind in KEPT)
    assert await records(store, ben.id) == bens

    await core.cancel_analysis(queued, by=Caller(ann.id))
    await core.delete_removed_accounts()
    left = await records(store, ann.id)
    assert {kind for kind, keys in left.items() if keys} <= KEPT
    async with store.read() as uow:
        assert await uow.account_records.removed(10) == []
    assert await core.delete_removed_accounts() == 0


async def test_a_deletion_that_is_interrupted_goes_on_where_it_stopped(core: Tradecore, store: Store) -> None:
    ann = await populate(core, "ann@example.com")
    await core.remove_user("ann@example.com")

    async def interrupted() -> int:
        async with store.unit_of_work() as uow:
            await uow.account_records.delete(ann.id, 1)
            raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await interrupted()
        async with store.unit_of_work() as uow:
            assert await uow.account_records.delete(ann.id, 1) > 0
    assert await core.delete_removed_accounts() > 0
    assert {kind for kind, keys in (await records(store, ann.id)).items() if keys} <= KEPT


async def test_an_export_that_is_interrupted_has_no_manifest_and_can_be_repeated(
    core: Tradecore, tmp_path: Path
) -> None:
    await populate(core, "ann@example.com")
    export = await core.export_account("ann@example.com")
    folder = tmp_path / "export"
    whole = await write_export(export, folder)

    class Interrupted:
        """The same account, whose results cannot be read to their end."""

        user, tokens, webhooks = export.user, export.tokens, export.webhooks
        notice_channels = export.notice_channels

        async def records(self, kind: RecordKind) -> AsyncIterator[Any]:
            async for record in export.records(kind):
                yield record
                if kind is RecordKind.RESULTS:
                    raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_export(Interrupted(), folder)  # type: ignore[arg-type]
    assert not (folder / MANIFEST).exists()
    assert await write_export(export, folder) == whole
    assert sorted(path.name for path in folder.iterdir()) == sorted([MANIFEST, *(file.name for file in whole)])


# Tables with a column that names a user, which the removal of an account leaves alone, and why.
LEFT_ALONE = {
    "ledger_entries": "the ledger",
    "orders": "the ledger",
    "sessions": "deleted with the user",
    "personal_tokens": "deleted with the user",
    "webhooks": "deleted with the user",
    "webhook_deliveries": "deleted with the user",
    "notice_channels": "deleted with the user",
    "notices": "deleted with the user",
    "price_alerts": "deleted with the user",
    "watchlists": "deleted with the user",
    "schedules": "deleted with the user",
    "schedule_runs": "deleted with the user",
    "linked_identities": "deleted with the user",
    "jobs": "deleted a month after they ended",
    "backtest_parts": "deleted with their jobs",
    "analysis_results": "deleted with their analysis",
    "scores": "deleted with their analysis",
    "event_log": "deleted a month after the launch",
    "outbox": "relayed within seconds",
    "dead_letters": "kept until an operator retries them",
    "budget_reservations": "released when the analysis ends",
}


def test_every_table_with_rows_of_users_is_deleted_or_has_a_reason() -> None:
    with closing(sqlite3.connect(":memory:")) as database, database:
        for migration in migrations("sqlite"):
            database.executescript(migration.sql)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        named = {
            table
            for table in tables
            for _, column, *_ in database.execute(f"PRAGMA table_info({table})")
            if column in ("user_id", "owner", "recipient")
        }
    assert named == set(LEFT_ALONE) | DELETED_TABLES
