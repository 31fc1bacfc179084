"""What every limiter promises: exact windows, per key."""

from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.ports.limits import Rate
from tradecore_adapters.limits.memory import MemoryLimiter

RATE = Rate(3, timedelta(seconds=10))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_asking_counts_nothing() -> None:
    limiter = MemoryLimiter(Clock())
    for _ in range(10):
        assert await limiter.full("ann", RATE) == 0
    assert [await limiter.hit("ann", RATE) for _ in range(3)] == [0, 0, 0]
    assert await limiter.full("ann", RATE) > 0


async def test_a_refused_hit_counts_nothing_and_tells_how_long_to_wait() -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock)
    for _ in range(3):
        await limiter.hit("ann", RATE)
        clock.now += 1
    assert [await limiter.hit("ann", RATE) for _ in range(5)] == [7.0] * 5
    clock.now += 7
    assert await limiter.hit("ann", RATE) == 0


@given(st.lists(st.tuples(st.sampled_from(["ann", "ben"]), st.sampled_from([0.0, 0.4, 2.0, 9.9, 10.0])), max_size=60))
async def test_no_window_ever_holds_more_than_the_rate(hits: list[tuple[str, float]]) -> None:
    clock, admitted = Clock(), defaultdict[str, list[float]](list)
    limiter = MemoryLimiter(clock)
    for key, pause in hits:
        clock.now += pause
        recent = [at for at in admitted[key] if at > clock.now - 10]
        wait = await limiter.hit(key, RATE)
        assert (wait == 0) == (len(recent) < 3)
        if wait == 0:
            admitted[key].append(clock.now)


async def test_idle_keys_are_forgotten() -> None:
    clock = Clock()
    limiter = MemoryLimiter(clock)
    for n in range(30_000):
        clock.now += 0.01
        await limiter.hit(f"address {n}", RATE)
    assert len(limiter._hits) < 15_000
    assert await limiter.hit("address 29999", Rate(1, timedelta(seconds=10))) == pytest.approx(10, abs=0.02)
