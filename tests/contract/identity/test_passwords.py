"""What passwords promise: hashes that are slow to guess, and checks that give nothing away."""

import argon2
import pytest

from tradecore_adapters.identity.argon import ArgonPasswords


@pytest.mark.parametrize(
    "password", ["correct horse", "ü" * 64, "x" * 128, " spaces  inside ", "密码密码密码密码", "\x00zero"]
)
async def test_S16_any_password_matches_exactly_itself(password: str) -> None:
    passwords = ArgonPasswords()
    hashed = await passwords.hash(password)
    assert (await passwords.check(password, hashed)).matches
    assert not (await passwords.check(password + " ", hashed)).matches


async def test_S15_hashes_hold_their_own_salt_and_todays_parameters() -> None:
    passwords = ArgonPasswords()
    first, second = await passwords.hash("same password"), await passwords.hash("same password")
    assert first != second
    parameters = argon2.extract_parameters(first)
    assert (parameters.type, parameters.time_cost >= 2, parameters.memory_cost >= 19456) == (argon2.Type.ID, True, True)


async def test_S15_a_hash_with_weaker_parameters_still_matches_and_is_called_outdated() -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("old password")
    checked = await ArgonPasswords().check("old password", weak)
    assert (checked.matches, checked.outdated) == (True, True)


async def test_no_hash_and_a_broken_hash_never_match() -> None:
    passwords = ArgonPasswords()
    for against in (None, "", "$argon2id$broken", "plain"):
        assert not (await passwords.check("", against)).matches
        assert not (await passwords.check("plain", against)).matches
