"""Throttles: after too many wrong passwords or keys from one origin, further attempts wait, and no others do."""

from datetime import timedelta
from typing import Any

import pytest

from tradecore.model.errors import RateLimited
from tradecore.use_cases.throttle import (
    WRONG_API_KEYS,
    WRONG_PASSWORDS_PER_ACCOUNT,
    WRONG_PASSWORDS_PER_ORIGIN,
    ApiKeyThrottle,
    PasswordThrottle,
)
from tradecore_adapters.limits.memory import MemoryLimiter

HOME, AWAY = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def limiter(world: Any) -> MemoryLimiter:
    return MemoryLimiter(lambda: world.now().timestamp())


async def test_wrong_passwords_block_an_account_from_their_origin_only_and_for_a_while(
    world: Any, limiter: MemoryLimiter
) -> None:
    throttle = PasswordThrottle(limiter)
    for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
        await throttle.check("ann@example.com", HOME)
        await throttle.record_failure("ann@example.com", HOME)
    with pytest.raises(RateLimited) as refused:
        await throttle.check("ann@example.com", HOME)
    assert 0 < refused.value.retry_after <= WRONG_PASSWORDS_PER_ACCOUNT.per.total_seconds() + 1
    await throttle.check("ann@example.com", AWAY)
    await throttle.check("ben@example.com", HOME)
    world.pass_time(seconds=refused.value.retry_after)
    await throttle.check("ann@example.com", HOME)


async def test_an_origin_that_goes_through_accounts_is_blocked_for_all_of_them(limiter: MemoryLimiter) -> None:
    throttle = PasswordThrottle(limiter)
    for n in range(WRONG_PASSWORDS_PER_ORIGIN.count):
        await throttle.check(f"user{n}@example.com", HOME)
        await throttle.record_failure(f"user{n}@example.com", HOME)
    with pytest.raises(RateLimited):
        await throttle.check("another@example.com", HOME)
    await throttle.check("another@example.com", AWAY)


async def test_wrong_api_keys_block_their_origin_only_and_for_a_while(world: Any, limiter: MemoryLimiter) -> None:
    throttle = ApiKeyThrottle(limiter)
    for _ in range(WRONG_API_KEYS.count):
        await throttle.check(HOME)
        await throttle.record_failure(HOME)
    with pytest.raises(RateLimited) as refused:
        await throttle.check(HOME)
    await throttle.check(AWAY)
    world.pass_time(seconds=refused.value.retry_after)
    await throttle.check(HOME)


async def test_a_failure_beyond_the_limit_of_concurrent_requests_is_refused(limiter: MemoryLimiter) -> None:
    throttle = ApiKeyThrottle(limiter)
    for _ in range(WRONG_API_KEYS.count):
        await throttle.record_failure(HOME)
    with pytest.raises(RateLimited) as refused:
        await throttle.record_failure(HOME)
    assert timedelta(seconds=refused.value.retry_after) <= WRONG_API_KEYS.per + timedelta(seconds=1)
