"""What every limiter promises: exact windows, per key."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from attrs import define
from hypothesis import given, settings
from hypothesis import strategies as st

from servers import SettingOf
from tradecore.ports.limits import Limiter, Rate
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.limits.redis import RedisLimiter
from tradecore_app import registry

RATE = Rate(3, timedelta(seconds=10))

rows = pytest.mark.parametrize("row", sorted(registry.rows("limits")))


@define
class Clock:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def opened(row: str, setting_of: SettingOf, clock: Clock) -> AsyncIterator[Limiter]:
    """A limiter of a row, with nothing counted yet, which goes by a given clock."""
    async with setting_of(row) as setting:
        if row == "memory":
            yield MemoryLimiter(clock)
        else:
            async with RedisLimiter(setting, MemoryLimiter(clock), clock) as limiter:
                yield limiter


@rows
async def test_asking_counts_nothing(row: str, setting_of: SettingOf) -> None:
    async with opened(row, setting_of, Clock()) as limiter:
        for _ in range(10):
            assert await limiter.peek("ann", RATE) == 0
        assert [await limiter.hit("ann", RATE) for _ in range(3)] == [0, 0, 0]
        assert await limiter.peek("ann", RATE) > 0


@rows
async def test_a_refused_hit_counts_nothing_and_tells_how_long_to_wait(row: str, setting_of: SettingOf) -> None:
    clock = Clock()
    async with opened(row, setting_of, clock) as limiter:
        for _ in range(3):
            await limiter.hit("ann", RATE)
            clock.now += 1
        assert [await limiter.hit("ann", RATE) for _ in range(5)] == [7.0] * 5
        clock.now += 7
        assert await limiter.hit("ann", RATE) == 0


@rows
@settings(max_examples=50, deadline=None)
@given(
    hits=st.lists(st.tuples(st.sampled_from(["ann", "ben"]), st.sampled_from([0.0, 0.5, 2.0, 9.5, 10.0])), max_size=60)
)
async def test_no_window_ever_holds_more_than_the_rate(
    row: str, setting_of: SettingOf, hits: list[tuple[str, float]]
) -> None:
    clock, admitted = Clock(), defaultdict[str, list[float]](list)
    async with opened(row, setting_of, clock) as limiter:
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
