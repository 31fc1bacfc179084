"""A SQLite file: connections to it, its migrations, its write-ahead log, and the errors of the core for its own."""

import contextlib
import re
import sqlite3
from functools import cache
from pathlib import Path
from time import monotonic, sleep

from tradecore.model.errors import Stale, Unavailable
from tradecore_adapters.store.migrations import migrations, pending, refuse_tables_of_others

# How long a writer waits for a writer in another process, and how often it tries, in seconds.
WRITE_TIMEOUT = 5.0
POLL_INTERVAL = 0.002
_MOUNTS = Path("/proc/self/mounts")
# Spaces, tabs, line feeds and backslashes in the list of mounts.
_ESCAPED = re.compile(r"\\([0-7]{3})")
# Those of Linux that other machines or the host of a virtual machine can write to. 9p are the drives of Windows in WSL.
_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.glusterfs", "fuse.juicefs", "fuse.rclone",
        "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs",
    }
)  # fmt: skip
# The size above which the log is truncated although writers are busy, in bytes, and how long they may wait for it, in
# milliseconds.
_MAX_LOG_SIZE = 16 * 1024 * 1024
_TRUNCATE_TIMEOUT = 250


def connect(path: Path | None, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to a file, or to a new database in memory."""
    connection = sqlite3.connect(
        path or ":memory:",
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        timeout=WRITE_TIMEOUT,
    )
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode NORMAL loses nothing when a process is killed; docs/decisions/0004 covers power loss.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA journal_size_limit = {_MAX_LOG_SIZE}")
        connection.execute(f"PRAGMA query_only = {int(read_only)}")
        undo.pop_all()
    return connection


def file_at(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from others, for as long as one of them is open; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The name of the network file system that a path is on, such as nfs4; empty for a disk of this machine.

    SQLite's write-ahead log does not work there: https://www.sqlite.org/wal.html. Empty also where `mounts`, the list
    of Linux, cannot be read.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    found, longest, resolved = "", -1, path.resolve()
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        mounted = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), point))
        # Of several on one point the last one is on top.
        if len(mounted.parts) >= longest and resolved.is_relative_to(mounted):
            found, longest = kind, len(mounted.parts)
    return found if found in _NETWORK_FILE_SYSTEMS else ""


def enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite does not wait for a concurrent switch, so this function retries."""
    deadline = monotonic() + WRITE_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(POLL_INTERVAL)
        else:
            return


def migrate(connection: sqlite3.Connection, path: Path | None) -> None:
    """Apply pending migrations. Raises Unavailable for a file of another version of tradecore, or another program."""
    known = migrations("sqlite")
    connection.execute("BEGIN IMMEDIATE")
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('migrations')")]
        refuse_tables_of_others(tables, columns, database=str(path or ""))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations "
            "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
        )
        applied = dict(connection.execute("SELECT number, digest FROM migrations").fetchall())
        for migration in pending(known, applied, database=str(path or "")):
            for statement in migration.statements():
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)", (migration.number, migration.name, migration.digest)
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_in_memory() -> sqlite3.Connection:
    """A connection to a new database in memory with all migrations, which each process applies once."""
    with contextlib.ExitStack() as undo:
        connection = undo.enter_context(contextlib.closing(connect(None)))
        with contextlib.closing(connect(None)) as template:
            template.deserialize(_migrated())
            # A deserialized database cannot grow beyond a gigabyte; a copy of it can.
            template.backup(connection)
        undo.pop_all()
    return connection


def damage(path: Path) -> str:
    """What is wrong with a file that has all migrations, in words; empty for one that is whole. Reads all of it.

    Raises sqlite3.Error for a file that cannot be read.
    """
    schema = "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    with contextlib.closing(connect(path, read_only=True)) as file, contextlib.closing(open_in_memory()) as whole:
        found, expected = ({name for (name,) in each.execute(schema)} for each in (file, whole))
        if missing := sorted(expected - found):
            return f"it lacks the {missing[0]}"
        [[result]] = file.execute("PRAGMA quick_check(1)").fetchall()
        return "" if result == "ok" else " ".join(str(result).split())


@cache
def _migrated() -> bytes:
    with contextlib.closing(connect(None)) as connection:
        migrate(connection, None)
        return connection.serialize()


_MESSAGES = {
    sqlite3.SQLITE_FULL: "The disk is full, so nothing more can be stored; free some space and try again.",
    sqlite3.SQLITE_BUSY: "Another process has held the write lock of the store for too long; try again.",
    sqlite3.SQLITE_LOCKED: "The store is locked by another process; try again.",
    sqlite3.SQLITE_READONLY: "The store is read-only; make its file and folder writable.",
    sqlite3.SQLITE_CANTOPEN: "The store's file cannot be opened; check the folder and its permissions.",
    sqlite3.SQLITE_NOTADB: "The store's file is not a SQLite database; choose another file or restore it.",
    sqlite3.SQLITE_CORRUPT: "The store's file is damaged; restore it from a backup.",
    sqlite3.SQLITE_IOERR: "The store's disk could not be read or written; check it and try again.",
}


def translate_error(error: sqlite3.Error) -> Exception:
    """The core's error for an error of SQLite: Stale, Unavailable, or the error itself where it is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.IntegrityError):
        return Stale("Another writer was first; read again.")
    # The low byte of an extended code is its primary code.
    message = _MESSAGES.get(code & 0xFF) if code is not None else None
    return Unavailable(message) if message else error


class WriteAheadLog:
    """The write-ahead log of a database file, which SQLite itself makes only longer while there are readers."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """`connection` is used for checkpoints only."""
        self._file = path.with_name(f"{path.name}-wal")
        self.connection = connection
        connection.execute(f"PRAGMA busy_timeout = {_TRUNCATE_TIMEOUT}")
        self._last: tuple[int, int] | None = None

    def checkpoint(self) -> None:
        """Copy the log into the database; truncate it when nothing was written since the last call, or when it is long.

        A truncation waits for running reads and delays writers meanwhile, so most of the log is copied before it.
        """
        # Writers report a full or missing disk; the checkpoint is tried again.
        with contextlib.suppress(sqlite3.Error, OSError):
            stat = self._file.stat()
            written, self._last = self._last != (stat.st_size, stat.st_mtime_ns), (stat.st_size, stat.st_mtime_ns)
            if not stat.st_size:
                return
            self._run("PASSIVE")
            if not written or stat.st_size > _MAX_LOG_SIZE:
                self._run("TRUNCATE")

    def _run(self, mode: str) -> None:
        self.connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
