"""Accounts: listed, disabled, enabled and removed by their address."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.ids import UserId
from tradecore.model.users import User
from tradecore.use_cases.accounts import DisableUser, EnableUser, ListUsers, UserPage


@pytest.fixture
async def users(world: Any) -> tuple[User, ...]:
    """Two accounts, by address."""
    stored = []
    async with world.store.unit_of_work() as uow:
        for name in ("ann", "ben"):
            user = User(UserId(name), f"{name}@example.com", name, "no hash", world.now())
            stored.append(await uow.users.put(Change(user)))
    return tuple(stored)


async def test_accounts_are_listed_by_address_disabled_ones_included(world: Any, users: tuple[User, ...]) -> None:
    assert await ListUsers(world.store)() == UserPage(users, 2)
    await DisableUser(world.store)("ann@example.com")
    assert [(user.email, user.disabled) for user in (await ListUsers(world.store)()).users] == [
        ("ann@example.com", True),
        ("ben@example.com", False),
    ]


async def test_an_account_is_disabled_and_enabled_in_any_spelling_of_its_address(
    world: Any, users: tuple[User, ...]
) -> None:
    disabled = await DisableUser(world.store)(" ANN@example.com ")
    enabled = await EnableUser(world.store)("Ann@Example.com")
    assert (disabled.id, disabled.disabled) == ("ann", True)
    assert evolve(enabled, version=0) == evolve(
        users[0], session_generation=users[0].session_generation + 1, version=0
    ), "enabling changes nothing else, and brings no session back"


@pytest.mark.parametrize("use_case", [DisableUser, EnableUser])
async def test_an_unknown_address_is_not_found_and_no_address_is_invalid(
    world: Any, use_case: Callable[..., Any]
) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        await use_case(world.store)("nobody@example.com")
    with pytest.raises(Invalid):
        await use_case(world.store)("nobody")
