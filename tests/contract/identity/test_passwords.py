"""What passwords promise: hashes that are slow to guess, and checks that give nothing away."""

import argon2

from tradecore_adapters.identity.argon import ArgonPasswords


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
