"""The history of a run: what was done and observed, one JSON object per line, with the seconds since its start."""

import json
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from attrs import define, field


@define
class History:
    """Writes events to a file and keeps them."""

    path: Path
    began: float = field(factory=time.monotonic)
    events: list[dict[str, Any]] = field(factory=list)
    _file: TextIO = field(init=False)

    def __enter__(self) -> "History":
        self._file = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._file.close()

    @property
    def seconds(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self.began

    def add(self, event: str, **fields: Any) -> None:
        """Append an event; it is in the file at once."""
        record = {"at": round(self.seconds, 3), "event": event, **fields}
        self.events.append(record)
        self._file.write(json.dumps(record) + "\n")
        self._file.flush()

    def of(self, event: str) -> list[dict[str, Any]]:
        """All events of one kind."""
        return [record for record in self.events if record["event"] == event]

    def counts(self, event: str, key: str) -> Counter[Any]:
        """How often each value of a field occurs in the events of one kind."""
        return Counter(record[key] for record in self.of(event))
