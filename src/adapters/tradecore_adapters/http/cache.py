"""An LRU cache of encoded response bodies, kept compressed and bounded by their total size."""

import zlib
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")

# The lowest level compresses JSON to a fifth; higher ones take three times as long for a tenth less.
_LEVEL = 1


class ByteCache(Generic[K]):
    """Keeps the most recently used values, compressed, within `max_bytes`; none larger than a sixteenth of that."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._values: OrderedDict[K, bytes] = OrderedDict()

    def get(self, key: K) -> bytes | None:
        """The value of the key, or None if it was never put or has been evicted."""
        compressed = self._values.get(key)
        if compressed is None:
            return None
        self._values.move_to_end(key)
        return zlib.decompress(compressed)

    def put(self, key: K, value: bytes) -> None:
        """Store the value, and evict the least recently used ones until the cache fits its size."""
        compressed = zlib.compress(value, _LEVEL)
        if len(compressed) > self._max_bytes // 16:
            return
        self._size += len(compressed) - len(self._values.pop(key, b""))
        self._values[key] = compressed
        while self._size > self._max_bytes:
            _, evicted = self._values.popitem(last=False)
            self._size -= len(evicted)
