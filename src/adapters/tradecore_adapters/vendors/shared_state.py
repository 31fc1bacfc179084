"""A small state that the processes of one machine share, in a file under a lock."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from attrs import define, field

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")

Document = Mapping[str, Any]

# The lock is held for a few system calls. A process that was suspended in between stops nobody for longer.
_TRIES, _WAIT = 50, 0.002
_LARGEST = 4096


class _Unshared(Exception):
    """The file cannot be read or locked now."""


@define(eq=False)
class SharedState:
    """A JSON object that starts empty: of all processes that name the same `path`, and of this one for None.

    Where the file cannot be used, as in a folder that is read-only or on Windows, the state is that of this process.
    """

    path: Path | None = None
    _known: Document = field(factory=dict, init=False)

    def update(self, change: Callable[[Document], tuple[Document, T]]) -> T:
        """Put `change(state)` in the place of the state, which no other process changes meanwhile; returns its result.

        The call blocks for a tenth of a second at most.
        """
        try:
            with self._locked() as file:
                return self._changed(change, file)
        except _Unshared:
            return self._changed(change, None)

    def _changed(self, change: Callable[[Document], tuple[Document, T]], file: int | None) -> T:
        before = self._known if file is None else _read(file)
        self._known, result = change(before)
        if file is not None and self._known != before:
            # The memory of this process has it all the same.
            with suppress(OSError):
                os.pwrite(file, json.dumps(self._known).encode().ljust(_LARGEST), 0)
        return result

    @contextmanager
    def _locked(self) -> Iterator[int]:
        if self.path is None or fcntl is None:
            raise _Unshared
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _Unshared from error
        try:
            _lock(file)
            yield file
        finally:
            # Closing gives the lock back, as the end of a process does.
            os.close(file)


def _lock(file: int) -> None:
    for attempt in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(_WAIT if attempt else 0)
        except OSError as error:
            raise _Unshared from error
        else:
            return
    raise _Unshared


def _read(file: int) -> Document:
    """The state in a file; an empty one where it was never written, or not as a whole."""
    try:
        document = json.loads(os.pread(file, _LARGEST, 0) or b"{}")
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
