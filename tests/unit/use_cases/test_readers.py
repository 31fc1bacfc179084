"""Whose key a text is."""

from typing import Any

import pytest

from tradecore.model.errors import NotSignedIn
from tradecore.model.users import fingerprint
from tradecore.use_cases.accounts import AddKey, ListKeys, RecogniseKey, RevokeKey
from tradecore.use_cases.readers import INSTALLATION, RecogniseReader


def recognising(world: Any, own: str | None = None) -> RecogniseReader:
    fingerprinted = None if own is None else fingerprint(own)
    return RecogniseReader(world.store, world.now, RecogniseKey(world.store), fingerprinted)


async def test_the_installations_key_speaks_for_the_installation(world: Any) -> None:
    recognise = recognising(world, "the-key")
    assert (await recognise("the-key")).user == INSTALLATION
    for wrong in ("the-keY", "the-key ", "", "tck_", "tck_x_y"):
        with pytest.raises(NotSignedIn):
            await recognise(wrong)


async def test_without_a_key_of_its_own_nothing_speaks_for_the_installation(world: Any) -> None:
    with pytest.raises(NotSignedIn):
        await recognising(world)("")


async def test_a_named_key_speaks_for_itself_until_it_is_revoked_and_its_use_is_noted(world: Any) -> None:
    made = await AddKey(world.store, world.now, world.new_id, lambda: "s3cret")("reader")
    recognise = recognising(world, "the-key")
    assert (await recognise(made.text)).user == f"key:{made.key.id}"
    [key] = await ListKeys(world.store)()
    assert key.last_used_at == world.time
    await RevokeKey(world.store, world.now)(made.key.id)
    with pytest.raises(NotSignedIn):
        await recognise(made.text)
