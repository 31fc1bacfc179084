"""Bytes that were made once and may be asked for again: the most recently used, up to so many."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")


class Keepsakes(Generic[K]):
    """Keeps what was last used within `most` bytes; one thing larger than a sixteenth of that is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[K, bytes] = OrderedDict()

    def get(self, key: K) -> bytes | None:
        """What was kept under the key, if it still is."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: K, value: bytes) -> None:
        """Keep it, at the expense of what was not used for longest."""
        if len(value) > self._most // 16:
            return
        self._size += len(value) - len(self._kept.pop(key, b""))
        self._kept[key] = value
        while self._size > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)
