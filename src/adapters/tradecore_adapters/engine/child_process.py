"""Child processes that exchange JSON lines, and that end with the process that started them."""

import asyncio
import json
import os
import shutil
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from attrs import define, field, frozen

from tradecore_adapters.engine import child_guard

# How long closing waits for the guard, and opening for the command to be started, in seconds.
_CLOSING, _OPENING = 0.5, 30.0
# Characters of the standard error that are kept.
_KEPT_ERRORS = 2_000


class ChildFault(Exception):
    """What a child process did wrong, as half a sentence that goes on after its name."""


@frozen
class OutputLimits:
    """How much a child process may write to its standard output: bytes per line, lines, and bytes in all."""

    line_bytes: int = 1_000_000
    lines: int = 20_000
    bytes: int = 16_000_000


@define(eq=False)
class ChildProcess:
    """A running command. Make one with `open_child_process`.

    `folder` is its private, empty working folder, which is removed when it ends. `errors` is the end of what it wrote
    to its standard error: text for the log of the operator, never for a message to a caller.
    """

    folder: Path
    limits: OutputLimits
    _process: Process
    _lifeline: asyncio.StreamReader
    _errors: bytearray = field(factory=bytearray, init=False)
    _lines: int = field(default=0, init=False)
    _bytes: int = field(default=0, init=False)

    def send(self, message: object) -> None:
        """Write one JSON line to its standard input, without waiting. A command that does not read it is no fault."""
        stdin = self._process.stdin
        assert stdin is not None
        # It is closed once a command has ended without reading; uvloop refuses to write to it then.
        if not stdin.is_closing():
            stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def end_input(self) -> None:
        """Close its standard input, so that a command that reads to the end goes on."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def messages(self) -> AsyncIterator[Mapping[str, Any]]:
        """The JSON objects that it writes, one per line, until it closes its standard output. Empty lines are skipped.

        Raises ChildFault for a line that is no JSON object, and beyond the limits.
        """
        while line := await self._line():
            if not line.isspace():
                yield self._parsed(line)

    async def status(self) -> int:
        """Wait for its end and return its exit status, negative for a signal."""
        line = await self._lifeline.readline()
        return int(json.loads(line)["status"]) if line else -9

    @property
    def errors(self) -> str:
        """The end of its standard error."""
        return self._errors.decode("utf-8", "replace")

    async def _line(self) -> bytes:
        """The next line; empty at the end."""
        stdout = self._process.stdout
        assert stdout is not None
        try:
            line = await stdout.readuntil()
        except asyncio.IncompleteReadError as end:
            line = end.partial
        except asyncio.LimitOverrunError as error:
            raise ChildFault(f"wrote a line of more than {self.limits.line_bytes} bytes") from error
        self._lines += bool(line)
        self._bytes += len(line)
        if self._lines > self.limits.lines:
            raise ChildFault(f"wrote more than {self.limits.lines} lines")
        if self._bytes > self.limits.bytes:
            raise ChildFault(f"wrote more than {self.limits.bytes} bytes")
        return line

    def _parsed(self, line: bytes) -> Mapping[str, Any]:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ChildFault(f"wrote a line that is not JSON (line {self._lines})") from error
        if not isinstance(message, dict):
            raise ChildFault(f"wrote a line that is no JSON object (line {self._lines})")
        return message

    async def _drain_errors(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        while chunk := await stderr.read(65_536):
            self._errors += chunk
            del self._errors[:-_KEPT_ERRORS]


@asynccontextmanager
async def open_child_process(
    command: Sequence[str], environment: Mapping[str, str], limits: OutputLimits | None = None
) -> AsyncIterator[ChildProcess]:
    """Start a command, and kill it with all processes of its group when the context ends.

    It runs in an empty folder of its own, which is its home and the place of its temporary files as well, and with no
    variables but those of `environment` and `PATH`. It is killed within a second when this process ends in whatever
    way, since a guard process watches over it. Its standard input stays open until `end_input`.

    A process of the command that begins a session of its own is out of reach.

    Raises ChildFault for a command that cannot be started.
    """
    limits = limits or OutputLimits()
    folder = Path(mkdtemp(prefix="tradecore-child-"))
    ours, theirs = socket.socketpair()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", child_guard.__file__, str(theirs.fileno()), str(folder), *command),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=limits.line_bytes,
            env={**_clean_environment(folder), **environment},
            pass_fds=(theirs.fileno(),),
            # A Ctrl-C at the terminal is for this process, which then closes what it opened.
            start_new_session=True,
        )
    except BaseException:
        ours.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        theirs.close()
    group = 0
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        async with asyncio.timeout(_OPENING):
            started = json.loads(await reader.readline() or b"{}")
        if "pid" not in started:
            raise ChildFault(f"cannot be started: {started.get('error', 'its guard ended')}")
        group = started["pid"]
        child = ChildProcess(folder, limits, process, reader)
        draining = asyncio.create_task(child._drain_errors(), name="standard error of a child process")
        try:
            yield child
        finally:
            draining.cancel()
            await asyncio.wait([draining])
    finally:
        # The end of the lifeline makes the guard kill the group, even while another process holds a copy of it.
        with suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)
        writer.close()
        await asyncio.shield(_ended(process, group, folder))


async def _ended(process: Process, group: int, folder: Path) -> None:
    """Wait for the guard, which ends after its command; one that was killed itself is stood in for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING):
            await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode != 0:
        if group:
            with suppress(OSError):
                os.killpg(group, 9)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    # A pipe is closed at its end, which is not reached by itself where a command wrote more than was read.
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING):
            await asyncio.gather(_read_to_end(process.stdout), _read_to_end(process.stderr))


async def _read_to_end(pipe: asyncio.StreamReader | None) -> None:
    while pipe is not None and await pipe.read(65_536):
        pass


def _clean_environment(folder: Path) -> dict[str, str]:
    home = str(folder)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        # Progress of a command in Python is seen when it is made, not when a buffer is full.
        "PYTHONUNBUFFERED": "1",
        "HOME": home,
        "TMPDIR": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
    }
