"""What servers of language models take, kept in the data folder across restarts."""

import asyncio
import json
import os
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen

from tradecore.ports.ambient import Now
from tradecore_adapters.language.dialect import AnswerFormat, Dialect, TokenLimit

# Servers learn: what one refused is tried again after this.
_KEPT = timedelta(days=7)
_MAX_ENTRIES = 500
_MAX_BYTES = 1_000_000


@frozen
class DialectMemory:
    """Dialects by the address of a server and the name of a model, in one JSON file.

    Of two processes that write at the same time, one may forget what the other found out; it is found out again.
    """

    path: Path
    now: Now

    def recall(self, dialect: Dialect, address: str, model: str) -> Dialect:
        """The dialect without the rungs that the server is known to refuse for this model."""
        match self._read().get(_key(address, model)):
            case {"format": str(answer_format), "tokens": str(token_limit)}:
                with suppress(ValueError):
                    formats = dialect.formats[dialect.formats.index(AnswerFormat(answer_format)) :]
                    limits = dialect.token_limits[dialect.token_limits.index(TokenLimit(token_limit)) :]
                    return Dialect(formats, limits)
        return dialect

    async def keep(self, dialect: Dialect, address: str, model: str) -> None:
        """Keep what a server was found to take. Nothing is kept where the folder cannot be written."""
        with suppress(OSError):
            await asyncio.to_thread(self._write, dialect, _key(address, model))

    def _write(self, dialect: Dialect, key: str) -> None:
        found = {"format": dialect.answer_format, "tokens": dialect.token_limit, "at": self.now().isoformat()}
        entries = [*((name, entry) for name, entry in self._read().items() if name != key), (key, found)]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(dict(entries[-_MAX_ENTRIES:])), "ascii")
        fresh.replace(self.path)

    def _read(self) -> dict[str, dict[str, Any]]:
        """The entries that are new enough; none where the file is missing or not of this form."""
        try:
            if self.path.stat().st_size > _MAX_BYTES:
                return {}
            entries = json.loads(self.path.read_text("ascii"))
            oldest = self.now() - _KEPT
            return {key: entry for key, entry in entries.items() if datetime.fromisoformat(entry["at"]) > oldest}
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return {}


def _key(address: str, model: str) -> str:
    """Addresses may say more than a file should hold."""
    return sha256(f"{address}\n{model}".encode(errors="replace")).hexdigest()[:32]
