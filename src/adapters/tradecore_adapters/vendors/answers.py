"""Answers of vendors, kept on disk: one compressed file per question."""

import asyncio
import gzip
import json
import os
import zlib
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from attrs import field, frozen

log = structlog.get_logger("tradecore.vendors")

# The largest file that is read back, compressed; answers are far below it.
_LARGEST = 64 * 1024 * 1024


@frozen
class Answer:
    """A JSON document of a vendor, from `url`, fetched at `fetched_at` (aware).

    `facts` are what the adapter keeps beside it, as JSON.
    """

    url: str
    fetched_at: datetime
    document: Any
    facts: Mapping[str, Any] = field(factory=dict)


@frozen
class AnswerFolder:
    """The kept answers of one vendor in `folder`, which is created with the first.

    A file is replaced as a whole, so that readers of other processes see one answer or the other. A file that cannot be
    read counts as missing. An answer that cannot be written is logged; the caller has it all the same.
    """

    folder: Path
    _numbers: count = field(factory=count, init=False, eq=False, repr=False)  # type: ignore[type-arg]  # no stub generic

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
        return self.folder / f"{quote(key, safe='^=-')}.json.gz"

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
            unfinished.write_bytes(gzip.compress(json.dumps(document).encode(), compresslevel=3))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
