"""Notices through the library Apprise, in a process of its own that ends with each batch of messages."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from typing import Any

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.notices import NoticeOutcome, NoticeResult
from tradecore.ports.notices import NoticeMessage, NoticeTarget
from tradecore_adapters.addresses import Network

# Until a process may start, until it has loaded the library, and then for all messages, in seconds; together less than
# the deadline of the port, which cannot tell what was sent.
QUEUE_TIMEOUT, START_TIMEOUT, TIMEOUT = 15.0, 25.0, 8.0
# How many processes there are at the same time.
_CONCURRENCY = 2
# Each arena of the allocator would take much of the address space that the process has.
_ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
_MODULE = "tradecore_adapters.notices.apprise_process"
_LATE = NoticeOutcome(NoticeResult.UNKNOWN, "The service did not answer in time; the notice may have arrived.")


class AppriseNoticeSender:
    """Sends messages with Apprise.

    Its services are code of many authors that reads URLs of users, blocks, and may open files and connect to any host
    that a URL names. So it runs in a process without the environment, the files and the secrets of this one.
    """

    def __init__(self, *, allowed: Sequence[Network] = (), timeout: float = TIMEOUT) -> None:
        """`allowed` are networks beside the public internet.

        `timeout` is in seconds: for the messages of a batch, and for reading a URL with the start of the process.
        """
        self._allowed = tuple(allowed)
        self._timeout = timeout
        self._processes = asyncio.Semaphore(_CONCURRENCY)

    async def describe(self, url: str) -> NoticeTarget:
        # Whoever wants this waits in a request, which has 10 s by default.
        try:
            async with asyncio.timeout(self._timeout), self._process() as process:
                await _write(process, {"describe": url})
                answer = await _read(process)
        except TimeoutError as error:
            raise Unavailable("The URL could not be read in time; try again.") from error
        if answer is None:
            raise Unavailable("The URL could not be read; try again.")
        if "error" in answer:
            raise Invalid.one("url", answer["error"])
        return NoticeTarget(answer["service"], answer["max_length"])

    async def send(self, messages: Sequence[NoticeMessage]) -> Sequence[NoticeOutcome]:
        outcomes = [_LATE] * len(messages)
        async with self._process() as process:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timeout):
                    await _write(
                        process, {"send": [{"url": m.url, "title": m.title, "text": m.text} for m in messages]}
                    )
                    for _ in messages:
                        if (answer := await _read(process)) is None:
                            break
                        outcomes[answer["message"]] = NoticeOutcome(NoticeResult(answer["result"]), answer["error"])
        return outcomes

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[Process]:
        """A process that has loaded the library. Raises Unavailable where there is none."""
        if find_spec("apprise") is None:
            raise Unavailable("This server cannot send notices: an operator has to install tradecore[notify].")
        try:
            async with asyncio.timeout(QUEUE_TIMEOUT):
                await self._processes.acquire()
        except TimeoutError as error:
            raise Unavailable("The server sends many notices at the moment; try again.") from error
        try:
            async with self._started() as process:
                yield process
        finally:
            self._processes.release()

    @asynccontextmanager
    async def _started(self) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-m", _MODULE, *map(str, self._allowed),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=os.sep, env=_ENVIRONMENT,
        )  # fmt: skip
        try:
            try:
                async with asyncio.timeout(START_TIMEOUT):
                    ready = await _read(process)
            except TimeoutError:
                ready = None
            if ready is None:
                raise Unavailable("The process that sends notices could not be started; try again.")
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await asyncio.shield(process.wait())


async def _write(process: Process, request: Mapping[str, object]) -> None:
    assert process.stdin is not None, "it is a pipe"
    process.stdin.write(json.dumps(request).encode() + b"\n")
    with suppress(ConnectionError):
        await process.stdin.drain()


async def _read(process: Process) -> Any:
    """The next answer; None once there are no more."""
    assert process.stdout is not None, "it is a pipe"
    line = await process.stdout.readline()
    return json.loads(line) if line.endswith(b"\n") else None
