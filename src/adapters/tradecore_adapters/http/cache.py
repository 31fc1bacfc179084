"""An LRU cache of encoded response bodies, bounded by their total size."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")


class ByteCache(Generic[K]):
    """Keeps the most recently used values within `max_bytes`. A value larger than a sixteenth of that is not kept."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._values: OrderedDict[K, bytes] = OrderedDict()

    def get(self, key: K) -> bytes | None:
        """The value of the key, or None if it was never put or has been evicted."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: bytes) -> None:
        """Store the value, and evict the least recently used ones until the cache fits its size."""
        if len(value) > self._max_bytes // 16:
            return
        self._size += len(value) - len(self._values.pop(key, b""))
        self._values[key] = value
        while self._size > self._max_bytes:
            _, evicted = self._values.popitem(last=False)
            self._size -= len(evicted)
