"""Recording what a command writes in a folder, and replaying it: for tests, comparisons and backtests."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from attrs import frozen

from tradecore.model.errors import Unavailable


@frozen
class RecordedLines:
    """The recorded messages of one version of an engine in `folder`, a file for each task."""

    folder: Path
    engine: str
    version: str

    def read(self, task: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The messages recorded for exactly this task. Raises Unavailable when there is no readable record of it."""
        file = self._file(task)
        try:
            return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"No answer of the command {self.engine}, as it is now, to this task is recorded as {file.name}; "
                "record it again with TRADECORE_MODEL_RECORD.",
                transient=False,
            ) from error

    def write(self, task: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> None:
        """Record the messages; the latest ones win. Raises Unavailable when the folder cannot be written."""
        file = self._file(task)
        text = "".join(json.dumps(message, separators=(",", ":")) + "\n" for message in messages)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Written to a draft and renamed, so that no reader sees a partial file; two writers of it may be at work.
            handle, draft = mkstemp(suffix=".draft", dir=file.parent)
            with open(handle, "w", encoding="utf-8") as out:
                out.write(text)
            Path(draft).replace(file)
        except OSError as error:
            raise Unavailable("Answers cannot be recorded; check the folder in TRADECORE_MODEL_RECORD.") from error

    def _file(self, task: Mapping[str, Any]) -> Path:
        key = json.dumps([self.engine, self.version, task], sort_keys=True)
        return self.folder / f"{sha256(key.encode()).hexdigest()[:40]}.jsonl"
