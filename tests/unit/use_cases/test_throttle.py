"""Throttles: after too many wrong passwords or keys from one origin, further attempts wait, and no others do."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from tradecore.model.errors import RateLimited
from tradecore.use_cases.throttle import (
    WRONG_API_KEYS,
    WRONG_PASSWORDS_PER_ACCOUNT,
    WRONG_PASSWORDS_PER_ACCOUNT_AND_NETWORK,
    WRONG_PASSWORDS_PER_ACCOUNT_AND_SITE,
    WRONG_PASSWORDS_PER_NETWORK,
    WRONG_PASSWORDS_PER_ORIGIN,
    ApiKeyThrottle,
    PasswordThrottle,
)
from tradecore_adapters.limits.memory import MemoryLimiter

HOME, AWAY, AWAY_NET = "192.0.2.1", "192.0.2.2", "198.51.100.1"
ANN, BEN = "ann@example.com", "ben@example.com"


async def guesses(throttle: PasswordThrottle, account: str, origins: Iterable[str]) -> int:
    """Send five wrong passwords from each origin until the throttle refuses all of one; how many were accepted."""
    accepted = 0
    for origin in origins:
        for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
            try:
                await throttle.check(account, origin)
            except RateLimited:
                return accepted
            await throttle.record_failure(account, origin)
            accepted += 1
    return accepted


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


async def test_S18_a_whole_IPv6_site_has_few_guesses_at_one_account(limiter: MemoryLimiter) -> None:
    throttle = PasswordThrottle(limiter)
    site = (f"2001:db8:1:1::{n:x}" for n in range(1, 10_000))
    assert await guesses(throttle, ANN, site) == WRONG_PASSWORDS_PER_ACCOUNT_AND_SITE.count
    await throttle.check(ANN, "2001:db8:1:2::1")


@pytest.mark.parametrize(
    ("network", "outside"),
    [
        ([f"2001:db8:1:{n:x}::1" for n in range(1000)], "2001:db8:2::1"),
        ([f"192.0.2.{n}" for n in range(256)], AWAY_NET),
    ],
)
async def test_S18_an_attacker_with_a_whole_network_has_few_guesses_and_the_owner_elsewhere_has_all(
    limiter: MemoryLimiter, network: list[str], outside: str
) -> None:
    throttle = PasswordThrottle(limiter)
    assert await guesses(throttle, ANN, network) == WRONG_PASSWORDS_PER_ACCOUNT_AND_NETWORK.count
    await throttle.check(ANN, outside)
    await throttle.check(BEN, network[-1])


async def test_S18_a_network_that_goes_through_accounts_is_blocked_for_all_of_them(limiter: MemoryLimiter) -> None:
    throttle = PasswordThrottle(limiter)
    for n in range(WRONG_PASSWORDS_PER_NETWORK.count):
        origin = f"192.0.2.{n % 256}"
        await throttle.check(f"user{n}@example.com", origin)
        await throttle.record_failure(f"user{n}@example.com", origin)
    with pytest.raises(RateLimited):
        await throttle.check("another@example.com", HOME)
    await throttle.check("another@example.com", AWAY_NET)


@pytest.mark.parametrize("owner", ["192.0.2.77", "2001:db8:1:1::77"])
async def test_S18_neighbours_do_not_lock_the_owner_out_of_an_address_known_to_the_account(
    world: Any, limiter: MemoryLimiter, owner: str
) -> None:
    throttle = PasswordThrottle(limiter)
    await throttle.record_success(ANN, owner)
    world.pass_time(days=7)
    for account in (ANN, *(f"user{n}@example.com" for n in range(100))):
        await guesses(throttle, account, (f"{owner[:-2]}{n}" for n in range(10, 30)))
    with pytest.raises(RateLimited):
        await throttle.check(ANN, f"{owner[:-2]}78")
    await throttle.check(ANN, owner)
    assert await guesses(throttle, ANN, [owner, owner]) == WRONG_PASSWORDS_PER_ACCOUNT.count
    with pytest.raises(RateLimited):
        await throttle.check(ANN, owner)


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
