"""The contract of rate limiters over every row that is installed, and what ours keep in memory."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opening import open_adapter
from servers import SettingOf
from tradecore.ports.limits import Limiter, Rate
from tradecore.testing import LimiterSuite, ManualClock
from tradecore.testing.limits import RATE
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.limits.redis import RedisLimiter
from tradecore_app.registry import rows

ROWS = sorted(rows("limits"))


@asynccontextmanager
async def open_limiter(row: str, setting_of: SettingOf, clock: ManualClock) -> AsyncIterator[Limiter]:
    """A limiter of a row, with nothing counted yet, which goes by a given clock."""
    async with setting_of(row) as setting:
        if row == "redis":
            # It counts by the clock of its server, unless a test replaces that.
            async with RedisLimiter(setting, MemoryLimiter(clock.monotonic), clock.monotonic) as limiter:
                yield limiter
        else:
            async with open_adapter("limits", setting, context={"monotonic": clock.monotonic}) as limiter:
                yield limiter


class TestLimiters(LimiterSuite):
    @pytest.fixture(params=ROWS)
    async def limiter(
        self, request: pytest.FixtureRequest, setting_of: SettingOf, clock: ManualClock
    ) -> AsyncIterator[Limiter]:
        async with open_limiter(request.param, setting_of, clock) as limiter:
            yield limiter


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=50)
@given(
    hits=st.lists(st.tuples(st.sampled_from(["ann", "ben"]), st.sampled_from([0.0, 0.5, 2.0, 9.5, 10.0])), max_size=60)
)
async def test_no_window_ever_holds_more_than_the_rate(
    row: str, setting_of: SettingOf, hits: list[tuple[str, float]]
) -> None:
    clock, admitted = ManualClock(), defaultdict[str, list[float]](list)
    async with open_limiter(row, setting_of, clock) as limiter:
        for key, pause in hits:
            clock.advance(pause)
            recent = [at for at in admitted[key] if at > clock.monotonic() - 10]
            wait = (await limiter.hit(key, RATE)).wait
            assert (wait == 0) == (len(recent) < 3)
            if wait == 0:
                admitted[key].append(clock.monotonic())


async def test_idle_keys_are_forgotten() -> None:
    clock = ManualClock()
    limiter = MemoryLimiter(clock.monotonic)
    for n in range(30_000):
        clock.advance(0.01)
        await limiter.hit(f"address {n}", RATE)
    assert len(limiter._hits) < 15_000
    quota = await limiter.hit("address 29999", Rate(1, timedelta(seconds=10)))
    assert quota.wait == pytest.approx(10, abs=0.02)
