"""The cache of response bodies."""

import random
from typing import TypeVar

from tradecore_adapters.http.cache import ByteCache

K = TypeVar("K")


def body(seed: int, size: int = 1000) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)


def read(cache: ByteCache[K], key: K) -> bytes | None:
    cached = cache.get(key)
    return cached and cached.decompress()


def test_a_value_comes_back_as_it_was_put_with_its_tag() -> None:
    cache: ByteCache[str] = ByteCache(1_000_000)
    text = b'{"reports": "' + b"An uptrend. " * 2000 + b'"}'
    cache.put("a", text, b'W/"1"')
    cached = cache.get("a")
    assert cached
    assert (cached.decompress(), cached.tag, cache.get("b")) == (text, b'W/"1"', None)


def test_the_least_recently_used_values_make_room() -> None:
    cache: ByteCache[int] = ByteCache(20_000)
    for key in range(19):
        cache.put(key, body(key), b"")
    assert read(cache, 0) == body(0)
    cache.put(19, body(19), b"")
    assert (read(cache, 0), read(cache, 1), read(cache, 19)) == (body(0), None, body(19))


def test_compressed_values_of_more_than_its_size_fit() -> None:
    cache: ByteCache[int] = ByteCache(20_000)
    for key in range(100):
        cache.put(key, b"An uptrend. " * 100, b"")
    assert all(cache.get(key) for key in range(100))


def test_a_value_that_would_evict_many_is_not_kept() -> None:
    cache: ByteCache[str] = ByteCache(16_000)
    cache.put("large", body(1, 1100), b"")
    assert cache.get("large") is None
