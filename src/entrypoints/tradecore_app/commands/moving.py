"""`tradecore migrate`, `backup` and `restore`: the schema of the store, and its content in another store."""

import asyncio
import os
import sqlite3
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import rich_click as click

from tradecore.model.errors import Unavailable
from tradecore_adapters.store.content import SqlStore, StoreContent
from tradecore_adapters.store.copying import copy_store
from tradecore_adapters.store.migrations import migrations
from tradecore_app.adapters import open_context
from tradecore_app.assembly import assemble
from tradecore_app.registry import find_row, open_row
from tradecore_app.settings import Settings, read_settings


@click.command()
@click.option(
    "--from",
    "source",
    metavar="STORE",
    help="Copy everything of STORE, such as sqlite:FILE or postgresql://..., into the empty store of the settings.",
)
def migrate(source: str | None) -> None:
    """Migrate the store to the current schema. Safe at any time, also by several processes in parallel.

    With --from, copy another store into this one, which has to be empty. The source is read as of one moment and not
    changed. What arrived is compared with what was read. A copy that was interrupted goes on when it is repeated, and
    no server starts over this store before. Stop servers and workers of both stores, so that nothing is written after
    that moment.
    """
    if source is not None:
        _print(asyncio.run(_move(source, None)))
        return

    async def run() -> None:
        async with assemble(read_settings()) as assembled:
            await assembled.store.check()

    asyncio.run(run())
    click.echo("The store's schema is up to date.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole store into FILE, a SQLite database, as of one moment. Servers may go on meanwhile.

    FILE appears once it is whole. The secrets of the installation are not part of it: keep TRADECORE_SECRET, or
    signing.secret in the data folder, as well.
    """
    if file.exists():
        raise click.UsageError(f"{file} exists already; choose another name.")
    part = file.with_name(f"{file.name}.part")
    try:
        # A backup that was killed leaves its part behind.
        _remove_database(part)
        content = asyncio.run(_move(None, f"sqlite:{part}"))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except OSError as error:
        raise Unavailable(f"The backup {file} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            _remove_database(part)
    _print(content)


def _remove_database(path: Path) -> None:
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Copy a backup into the store of the settings, which has to be empty. FILE may be of an older version.

    A restore that was interrupted goes on when it is repeated; no server starts over the store before.
    """
    _print(asyncio.run(_move(f"sqlite:{file}", None)))


def _print(content: StoreContent) -> None:
    click.echo(f"{content.rows} rows in {len(content.tables)} tables, SHA-256 {content.digest}")


async def _move(source: str | None, target: str | None) -> StoreContent:
    """Copy one store into another one; None is that of the settings."""
    settings = read_settings()
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(open_context(settings))

        async def opened(setting: str) -> SqlStore:
            store = await stack.enter_async_context(open_row("store", setting, context, settings))
            if not hasattr(store, "dialect"):
                raise Unavailable("Only stores in SQLite and Postgres can be copied.")
            return cast(SqlStore, store)

        reading = await opened(settings.store.url if source is None else _current(source, settings, stack))
        writing = await opened(settings.store.url if target is None else target)
        return await copy_store(reading, writing, copied=_show)


def _current(source: str, settings: Settings, stack: AsyncExitStack) -> str:
    """The setting of a source; for a file with an older schema that of a copy, which is migrated in its place."""
    row, rest = find_row("store", source)
    if row.name != "sqlite" or not rest or not _is_older(Path(rest)):
        return source
    settings.store.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = stack.enter_context(TemporaryDirectory(dir=settings.store.folder, prefix="older-store-"))
    return f"sqlite:{_copy(Path(rest), Path(folder))}"


def _show(table: str, rows: int) -> None:
    if rows:
        click.echo(f"{table:<24} {rows:>10}", err=True)


def _is_older(path: Path) -> bool:
    """Whether a file has an older schema. Raises Unavailable for one that is no store."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            [[newest]] = connection.execute("SELECT COALESCE(MAX(number), 0) FROM migrations").fetchall()
    except sqlite3.Error as error:
        raise Unavailable(f"{path} cannot be read as a store of tradecore: {error}.") from error
    return int(newest) < len(migrations("sqlite"))


def _copy(path: Path, folder: Path) -> Path:
    copy = folder / path.name
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
