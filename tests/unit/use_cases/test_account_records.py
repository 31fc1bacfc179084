"""The export of an account, and the deletion of records; the contract suites of stores have the rest."""

from typing import Any

import pytest

from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import TokenId, UserId
from tradecore.model.users import PersonalToken, Scope, User
from tradecore.use_cases.account_records import DeleteRemovedAccounts, ExportAccount


@pytest.fixture
async def ann(world: Any) -> User:
    async with world.store.unit_of_work() as uow:
        user: User = await uow.users.put(Change(User(UserId("ann"), "ann@example.com", "Ann", "a hash", world.now())))
        token = PersonalToken(TokenId("t"), user.id, "script", (Scope.READ,), "a fingerprint", world.now())
        await uow.users.put_token(Change(token))
        return user


async def test_an_export_holds_no_password_and_no_token(world: Any, ann: User) -> None:
    export = await ExportAccount(world.store)("Ann@Example.com ")
    assert (export.user.id, export.user.password_hash) == (ann.id, "")
    assert [(token.name, token.secret) for token in export.tokens] == [("script", "")]


@pytest.mark.parametrize("account", ["nobody@example.com", "nobody"])
async def test_only_an_account_can_be_exported(world: Any, account: str) -> None:
    with pytest.raises(NotFound):
        await ExportAccount(world.store)(account)


async def test_without_removed_accounts_nothing_is_deleted(world: Any, ann: User) -> None:
    assert await DeleteRemovedAccounts(world.store)() == 0


async def test_a_removed_account_without_records_is_forgotten_at_once(world: Any, ann: User) -> None:
    async with world.store.unit_of_work() as uow:
        await uow.users.remove(ann.id)
        await uow.account_records.mark_removed(ann.id, at=world.now())
        await uow.account_records.mark_removed(ann.id, at=world.now())
        assert await uow.account_records.removed(10) == [ann.id]
    await DeleteRemovedAccounts(world.store)()
    async with world.store.read() as uow:
        assert await uow.account_records.removed(10) == []
