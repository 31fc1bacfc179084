"""The cache of response bodies."""

import random

from tradecore_adapters.http.cache import ByteCache


def body(seed: int, size: int = 1000) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)


def test_a_value_comes_back_as_it_was_put() -> None:
    cache: ByteCache[str] = ByteCache(1_000_000)
    text = b'{"reports": "' + b"An uptrend. " * 2000 + b'"}'
    cache.put("a", text)
    assert (cache.get("a"), cache.get("b")) == (text, None)


def test_the_least_recently_used_values_make_room() -> None:
    cache: ByteCache[int] = ByteCache(20_000)
    for key in range(19):
        cache.put(key, body(key))
    assert cache.get(0) == body(0)
    cache.put(19, body(19))
    assert (cache.get(0), cache.get(1), cache.get(19)) == (body(0), None, body(19))


def test_compressed_values_of_more_than_its_size_fit() -> None:
    cache: ByteCache[int] = ByteCache(20_000)
    for key in range(100):
        cache.put(key, b"An uptrend. " * 100)
    assert all(cache.get(key) for key in range(100))


def test_a_value_that_would_evict_many_is_not_kept() -> None:
    cache: ByteCache[str] = ByteCache(16_000)
    cache.put("large", body(1, 1100))
    assert cache.get("large") is None
