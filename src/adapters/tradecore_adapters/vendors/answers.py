"""Answers of vendors, kept on disk: one compressed file per question."""

import asyncio
import gzip
import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from attrs import define, field, frozen

log = structlog.get_logger("tradecore.vendors")

# The largest file that is read back, compressed; answers are far below it.
_LARGEST = 64 * 1024 * 1024
# All answers of one vendor together. That is some 30,000 symbols with prices of 800 days, or the figures of some 4,000
# companies, more than an installation reads; without a bound, a search over all symbols would fill the disk in time.
_MOST_BYTES = 512 * 1024 * 1024
# What stays when answers are removed, so that the folder is not listed with every write.
_STAYS = 0.9
# A file that a writer has not finished for so long belongs to no writer any more, in seconds.
_UNFINISHED = 3600.0
_SUFFIX = ".gz"


@frozen
class Answer:
    """A JSON document of a vendor, from `url`, fetched at `fetched_at` (aware).

    `facts` are what the adapter keeps beside it, as JSON.
    """

    url: str
    fetched_at: datetime
    document: Any
    facts: Mapping[str, Any] = field(factory=dict)


@define(eq=False)
class AnswerFolder:
    """The kept answers of one vendor in `folder`, which is created with the first.

    A file is replaced as a whole, so that readers of other processes see one answer or the other. A file that cannot be
    read counts as missing. An answer that cannot be written is logged; the caller has it all the same. Beyond
    `most_bytes` in all, the answers that were written first are removed.
    """

    folder: Path
    most_bytes: int = _MOST_BYTES
    # The bytes that may be written before the folder is listed again.
    _room: float = field(default=0.0, init=False, repr=False)
    _numbers: count = field(factory=count, init=False, repr=False)  # type: ignore[type-arg]  # no stub generic

    async def read(self, key: str) -> Answer | None:
        """The answer under a key such as a symbol; None where there is none."""
        return await asyncio.to_thread(self._read, key)

    async def write(self, key: str, answer: Answer) -> None:
        """Keep an answer in place of an earlier one."""
        try:
            await asyncio.to_thread(self._write, key, answer)
        except OSError as error:
            log.warning("answer_not_kept", folder=str(self.folder), error=error.strerror)

    def _path(self, key: str) -> Path:
        return self.folder / f"{quote(key, safe='^=-')}.json{_SUFFIX}"

    def _read(self, key: str) -> Answer | None:
        try:
            path = self._path(key)
            if path.stat().st_size > _LARGEST:
                return None
            kept = json.loads(gzip.decompress(path.read_bytes()))
            return Answer(kept["url"], datetime.fromisoformat(kept["fetchedAt"]), kept["document"], kept["facts"])
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
            return None

    def _write(self, key: str, answer: Answer) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        # A name of its own for each writer, which a crash leaves behind and nobody reads.
        unfinished = path.with_name(f"{path.name}.{os.getpid()}-{next(self._numbers)}")
        document = {
            "url": answer.url,
            "fetchedAt": answer.fetched_at.isoformat(),
            "facts": answer.facts,
            "document": answer.document,
        }
        try:
            written = unfinished.write_bytes(gzip.compress(json.dumps(document).encode(), compresslevel=3))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        self._room -= written
        if self._room < 0:
            self._room = self._make_room(path)

    def _make_room(self, newest: Path) -> float:
        """Remove the oldest answers beyond the bound, but not the `newest`; returns the bytes that may be written next.

        Another process may do so at the same time: a file that is gone already is no error.
        """
        files = []
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):
                files.append((entry.stat().st_mtime, entry.stat().st_size, Path(entry.path)))
        files.sort()
        total = sum(size for _, size, _ in files)
        bound = self.most_bytes * _STAYS if total > self.most_bytes else total
        for written_at, size, path in files:
            answer = path.suffix == _SUFFIX
            abandoned = not answer and written_at < files[-1][0] - _UNFINISHED
            if abandoned or (answer and total > bound and path != newest):
                path.unlink(missing_ok=True)
                total -= size
        # Other processes write as well, so the folder is listed again after a part of the room.
        return max(self.most_bytes - total, 0) / 4
