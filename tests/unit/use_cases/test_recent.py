"""Values that stay good for a while."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.use_cases.recent import Recent

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@define
class Counting:
    """Returns how often it was called."""

    calls: int = field(default=0)

    async def __call__(self) -> int:
        self.calls += 1
        await asyncio.sleep(0)
        return self.calls


async def test_a_value_is_kept_for_its_lifetime_and_not_longer() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))
    read = Counting()
    assert await recent.get("a", NOW, read) == 1
    assert await recent.get("a", NOW + timedelta(seconds=4.9), read) == 1
    assert await recent.get("b", NOW, read) == 2
    assert await recent.get("a", NOW + timedelta(seconds=5), read) == 3


async def test_a_clock_that_was_set_back_ends_the_lifetime() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))
    read = Counting()
    assert await recent.get("a", NOW, read) == 1
    assert await recent.get("a", NOW - timedelta(hours=1), read) == 2


async def test_no_more_values_are_kept_than_allowed() -> None:
    recent: Recent[int, int] = Recent(timedelta(seconds=5), max_values=2)
    read = Counting()
    for key in range(3):
        await recent.get(key, NOW, read)
    assert [await recent.get(key, NOW, read) for key in (2, 0)] == [3, 4]


async def test_a_value_that_several_want_at_once_is_read_once() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))
    read = Counting()
    assert await asyncio.gather(*(recent.get("a", NOW, read) for _ in range(3))) == [1, 1, 1]


async def test_a_read_that_fails_is_told_to_all_who_wait_and_tried_again_afterwards() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))

    async def fail() -> int:
        raise Unavailable("away")

    failures = await asyncio.gather(*(recent.get("a", NOW, fail) for _ in range(2)), return_exceptions=True)
    assert [type(failure) for failure in failures] == [Unavailable, Unavailable]
    with pytest.raises(Unavailable):
        await recent.get("a", NOW, fail)
    assert await recent.get("a", NOW, Counting()) == 1
