"""Whose key a text is."""

from typing import Any

import pytest

from tradecore.model.errors import NotAuthenticated
from tradecore.model.users import fingerprint
from tradecore.use_cases.api_keys import (
    INSTALLATION,
    AuthenticateApiKey,
    CreateApiKey,
    ListApiKeys,
    RevokeApiKey,
    VerifyApiKey,
)
from tradecore.use_cases.sessions import Authenticate
from tradecore.use_cases.tokens import AuthenticateToken
from tradecore_adapters.identity.jwt import JwtAccessTokens


def recognising(world: Any, own: str | None = None) -> AuthenticateApiKey:
    fingerprinted = None if own is None else fingerprint(own)
    personal = AuthenticateToken(world.store, world.now)
    authenticate = Authenticate(world.store, JwtAccessTokens(["s" * 32]), world.now, personal)
    return AuthenticateApiKey(world.store, world.now, VerifyApiKey(world.store), authenticate, fingerprinted)


async def test_the_installations_key_speaks_for_the_installation(world: Any) -> None:
    authenticate = recognising(world, "the-key")
    assert (await authenticate("the-key")).user == INSTALLATION
    for wrong in ("the-keY", "the-key ", "", "tck_", "tck_x_y"):
        with pytest.raises(NotAuthenticated):
            await authenticate(wrong)


async def test_without_a_key_of_its_own_nothing_speaks_for_the_installation(world: Any) -> None:
    with pytest.raises(NotAuthenticated):
        await recognising(world)("")


async def test_a_named_key_speaks_for_itself_until_it_is_revoked_and_its_use_is_noted(world: Any) -> None:
    made = await CreateApiKey(world.store, world.now, world.new_id, lambda: "s3cret")("reader")
    assert "s3cret" not in repr(made)
    authenticate = recognising(world, "the-key")
    assert (await authenticate(made.text)).user == f"key:{made.key.id}"
    [key] = await ListApiKeys(world.store)()
    assert key.last_used_at == world.time
    await RevokeApiKey(world.store, world.now)(made.key.id)
    with pytest.raises(NotAuthenticated):
        await authenticate(made.text)
