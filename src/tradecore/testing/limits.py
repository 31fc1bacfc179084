"""The contract of `tradecore.ports.limits`: subclass `LimiterSuite` and give a limiter on a clock of the test."""

from collections import defaultdict
from datetime import timedelta

import pytest

from tradecore.ports.limits import Limiter, Quota, Rate
from tradecore.testing.clock import ManualClock

RATE = Rate(3, timedelta(seconds=10))


class LimiterSuite:
    """What every rate limiter promises. Give `limiter`, which counts by the fixture `clock`."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        """The clock that the tests advance."""
        return ManualClock()

    @pytest.fixture
    def limiter(self, clock: ManualClock) -> Limiter:
        """A limiter that has counted nothing."""
        raise NotImplementedError("Override the fixture limiter; it returns a Limiter that counts by `clock`.")

    async def test_peeking_counts_nothing(self, limiter: Limiter) -> None:
        for _ in range(10):
            assert (await limiter.peek("ann", RATE)).wait == 0
        assert [(await limiter.hit("ann", RATE)).wait for _ in range(3)] == [0, 0, 0]
        assert (await limiter.peek("ann", RATE)).wait > 0

    async def test_a_refused_hit_counts_nothing_and_gives_the_time_to_wait(
        self, limiter: Limiter, clock: ManualClock
    ) -> None:
        for _ in range(3):
            await limiter.hit("ann", RATE)
            clock.advance(1)
        waits = [(await limiter.hit("ann", RATE)).wait for _ in range(5)]
        assert waits == pytest.approx([7.0] * 5, abs=0.001)
        clock.advance(7)
        assert (await limiter.hit("ann", RATE)).wait == 0

    async def test_a_quota_tells_what_remains_and_when_there_will_be_more(
        self, limiter: Limiter, clock: ManualClock
    ) -> None:
        assert await limiter.peek("ann", RATE) == Quota(0, 3, 0)
        quotas = []
        for _ in range(4):
            quotas.append(await limiter.hit("ann", RATE))
            clock.advance(1)
        assert [quota.remaining for quota in quotas] == [2, 1, 0, 0]
        assert [quota.reset for quota in quotas] == pytest.approx([10, 9, 8, 7], abs=0.001)
        clock.advance(6.5)
        assert (await limiter.peek("ann", RATE)).remaining == 1
        clock.advance(10)
        assert await limiter.peek("ann", RATE) == Quota(0, 3, 0)

    async def test_keys_are_independent(self, limiter: Limiter) -> None:
        for _ in range(3):
            assert (await limiter.hit("ann", RATE)).wait == 0
        assert (await limiter.hit("ann", RATE)).wait > 0
        assert (await limiter.hit("ben", RATE)).wait == 0

    async def test_no_window_holds_more_hits_than_the_rate(self, limiter: Limiter, clock: ManualClock) -> None:
        admitted = defaultdict[str, list[float]](list)
        pauses = (0.0, 0.5, 2.0, 9.5, 0.0, 0.0, 10.0, 0.25, 3.0)
        for n in range(90):
            key = "ann" if n % 3 else "ben"
            clock.advance(pauses[n % len(pauses)])
            now = clock.monotonic()
            recent = [at for at in admitted[key] if at > now - 10]
            wait = (await limiter.hit(key, RATE)).wait
            assert (wait == 0) == (len(recent) < 3)
            if wait == 0:
                admitted[key].append(now)
