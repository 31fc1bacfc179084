"""Password resets: who gets a token, and what two uses of it at once come to."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid, NotAuthenticated, NotFound
from tradecore.model.users import fingerprint
from tradecore.use_cases.accounts import CreateUser, DisableUser
from tradecore.use_cases.password_reset import RESET_LIFETIME, AllowPasswordReset, ResetPassword
from tradecore.use_cases.sessions import Login, TokenLifetimes
from tradecore.use_cases.throttle import PasswordThrottle
from tradecore_adapters.ambient import new_secret
from tradecore_adapters.identity.argon import ArgonPasswords
from tradecore_adapters.identity.jwt import JwtAccessTokens
from tradecore_adapters.limits.memory import MemoryLimiter

EMAIL, PASSWORD = "ann@example.com", "correct horse battery"


@pytest.fixture
async def login(world: Any) -> Login:
    """Logins of an installation with one account."""
    passwords = ArgonPasswords()
    await CreateUser(world.store, passwords, world.now, world.new_id)(EMAIL, PASSWORD)
    return Login(
        world.store, passwords, JwtAccessTokens(["s" * 32]),
        PasswordThrottle(MemoryLimiter(lambda: world.now().timestamp())),
        world.now, world.new_id, new_secret, TokenLifetimes(timedelta(hours=1), timedelta(days=7)),
    )  # fmt: skip


async def test_a_token_is_kept_as_a_fingerprint_and_shown_by_nothing(world: Any, login: Login) -> None:
    allowed = await AllowPasswordReset(world.store, world.now, new_secret)(EMAIL)
    _, _, secret = allowed.text.partition(".")
    assert len(secret) == 43
    assert allowed.expires_at == world.now() + RESET_LIFETIME
    assert allowed.user.reset
    assert allowed.user.reset.secret == fingerprint(secret)
    assert secret not in repr(allowed)
    assert fingerprint(secret) not in repr(allowed)


async def test_of_two_uses_at_once_one_sets_the_password(world: Any, login: Login) -> None:
    allowed = await AllowPasswordReset(world.store, world.now, new_secret)(EMAIL)
    reset = ResetPassword(world.store, login)
    passwords = ("the first new password", "the other new password")
    done = await asyncio.gather(
        *(reset(allowed.text, new, origin="192.0.2.1") for new in passwords), return_exceptions=True
    )
    refused = [outcome for outcome in done if isinstance(outcome, Exception)]
    assert [type(error) for error in refused] == [NotAuthenticated]
    [new] = [password for password, outcome in zip(passwords, done, strict=True) if outcome not in refused]
    assert (await login(EMAIL, new, origin="192.0.2.1")).user.email == EMAIL


async def test_accounts_that_are_unknown_or_disabled_get_none(world: Any, login: Login) -> None:
    allow = AllowPasswordReset(world.store, world.now, new_secret)
    with pytest.raises(NotFound):
        await allow("nobody@example.com")
    with pytest.raises(Invalid):
        await allow("no address")
    await DisableUser(world.store)(EMAIL)
    with pytest.raises(IllegalMove, match="enable it first"):
        await allow(EMAIL)
