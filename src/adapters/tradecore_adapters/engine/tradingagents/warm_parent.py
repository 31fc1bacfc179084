"""The process that has imported TradingAgents, and the analyses that it forks."""

import asyncio
import json
import socket
from asyncio import Lock
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from os import kill
from pathlib import Path
from shutil import rmtree
from signal import SIGKILL
from typing import Any

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore_adapters.engine.child_process import ChildFault, ChildProcess, OutputLimits, open_child_process
from tradecore_adapters.engine.tradingagents import inside

NAME = "TradingAgents"
# The version that this adapter was tried with.
TRIED = "0.3.0"
_DETECT = f"import importlib.metadata; print(importlib.metadata.version({inside.PACKAGE!r}))"
# How long finding out the version may take, importing everything, and the end of an analysis, in seconds.
_DETECTING, _IMPORTING, _ENDING = 20.0, 120.0, 0.5
# How often an analysis is begun with a process that ends at once, and the pause between, in seconds.
_TRIES, _PUTTING_AWAY = 3, 0.1
# Characters of one text, and bytes of one event, which escapes may lengthen sixfold.
MAX_TEXT = 60_000
_MAX_EVENT = 8 * MAX_TEXT
_ENVIRONMENT = {
    # Requests have the same bytes in each run, so that answers that were paid for are found again.
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    # A library with threads of its own cannot be forked.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


async def detect_version(python: Path) -> str:
    """The version of TradingAgents in an interpreter. Raises Unavailable that says what to change."""
    try:
        process = await asyncio.create_subprocess_exec(
            str(python), "-I", "-c", _DETECT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env={},
        )  # fmt: skip
    except OSError as error:
        raise Unavailable(
            f"TRADECORE_TRADINGAGENTS_PYTHON names no program that can be run: {error.strerror}."
        ) from error
    try:
        async with asyncio.timeout(_DETECTING):
            output, _ = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise Unavailable("The Python in TRADECORE_TRADINGAGENTS_PYTHON does not answer.") from error
    version = output.decode(errors="replace").strip()
    if process.returncode != 0 or not version:
        raise Unavailable(
            f"{NAME} is not installed in the environment of TRADECORE_TRADINGAGENTS_PYTHON; install it there."
        )
    return version[:40]


@define(eq=False)
class WarmParent:
    """Starts the process at the first analysis, and again when it has ended. Use it as an async context manager."""

    python: Path
    _child: ChildProcess | None = field(default=None, init=False)
    _stack: AsyncExitStack = field(factory=AsyncExitStack, init=False)
    _starting: Lock = field(factory=Lock, init=False)

    async def __aenter__(self) -> "WarmParent":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    @asynccontextmanager
    async def analysis(self, task: Mapping[str, Any]) -> AsyncIterator["RunningAnalysis"]:
        """One analysis in a process of its own, which has ended when the context ends.

        Raises Unavailable where the framework cannot be started.
        """
        process = await self._begin(json.dumps(task).encode() + b"\n")
        try:
            yield process
        finally:
            await asyncio.shield(process.end())

    async def _begin(self, task: bytes) -> "RunningAnalysis":
        for _ in range(_TRIES):
            process = RunningAnalysis(*await self._connect())
            try:
                process.writer.write(task)
                if await process.started():
                    return process
            except BaseException:
                await asyncio.shield(process.end())
                raise
            # A process that was killed still takes connections until the system has put it away.
            await process.end()
            await asyncio.sleep(_PUTTING_AWAY)
        raise Unavailable(f"{NAME} ends before an analysis begins; try again later.")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with self._starting:
            for _ in range(2):
                if self._child is None:
                    self._child = await self._start()
                try:
                    return await _open(self._child.folder / inside.SOCKET_NAME)
                except (ConnectionRefusedError, FileNotFoundError):
                    # It was killed.
                    await self._stop()
                except OSError as error:
                    raise Unavailable(f"{NAME} takes no further analysis at present; try again later.") from error
        raise Unavailable(f"{NAME} ended at once after it was started.")

    async def _start(self) -> ChildProcess:
        command = (str(self.python), "-s", inside.__file__)
        try:
            child = await self._stack.enter_async_context(
                open_child_process(command, _ENVIRONMENT, OutputLimits(line_bytes=65_536))
            )
            async with asyncio.timeout(_IMPORTING):
                greeting: Mapping[str, Any] = await anext(child.messages(), {})
        except (ChildFault, TimeoutError) as error:
            await self._stop()
            raise Unavailable(f"{NAME} could not be started; run tradecore doctor.") from error
        except BaseException:
            await self._stop()
            raise
        if "version" in greeting:
            return child
        await self._stop()
        if missing := greeting.get("missing"):
            names = ", ".join(str(name) for name in missing[:5])
            raise Unavailable(
                f"This version of {NAME} lacks what it is used by here: {names}; install {TRIED}.", transient=False
            )
        raise Unavailable(
            f"{NAME} cannot be imported ({greeting.get('failed', 'its process ended')}); install it again.",
            transient=False,
        )

    async def _stop(self) -> None:
        self._child = None
        await self._stack.aclose()


async def _open(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    connection = socket.socket(socket.AF_UNIX)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, str(path))
        return await asyncio.open_connection(sock=connection, limit=_MAX_EVENT)
    except BaseException:
        connection.close()
        raise


@define(eq=False)
class RunningAnalysis:
    """The process of one analysis."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    _pid: int = field(default=0, init=False)
    _folder: Path | None = field(default=None, init=False)

    async def _line(self) -> bytes:
        """The next line, empty at the end: a process that is killed may close its connection or reset it."""
        try:
            return await self.reader.readline()
        except ConnectionError:
            return b""

    async def events(self) -> AsyncIterator[Mapping[str, Any]]:
        """The events of the process, until its end."""
        while line := await self._line():
            yield json.loads(line)

    async def started(self) -> bool:
        """Wait until the process has started; false when it ends before."""
        line = await self._line()
        if line:
            event = json.loads(line)
            self._pid, self._folder = event["pid"], Path(event["folder"])
        return bool(line)

    def go_on(self) -> None:
        """Let it go on after the end of a node."""
        self.writer.write(b".")

    async def end(self) -> None:
        """End the process, and remove what it left."""
        try:
            # It ends when it reads the end of its input, and its own end of the connection closes then.
            self.writer.write_eof()
            async with asyncio.timeout(_ENDING):
                while await self.reader.read(65_536):
                    pass
        except (TimeoutError, OSError):
            # As long as it holds its end of the connection, its id is its own.
            if self._pid:
                with suppress(OSError):
                    kill(self._pid, SIGKILL)
        self.writer.close()
        if self._folder is not None:
            await asyncio.to_thread(rmtree, self._folder, ignore_errors=True)
