"""Personal tokens: who makes them, what they may do, and when they end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from sessions import session_id, session_of
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotAllowed, NotAuthenticated, NotFound
from tradecore.model.ids import TokenId, UserId
from tradecore.model.users import ACCOUNT_SCOPES, Caller, Scope, User, fingerprint
from tradecore.use_cases.tokens import (
    MAX_TOKENS,
    AuthenticateToken,
    CreatedToken,
    CreateToken,
    DeleteToken,
    ListTokens,
)
from tradecore_adapters.ambient import new_id, new_secret


@pytest.fixture
async def ann(world: Any) -> User:
    async with world.store.unit_of_work() as uow:
        user: User = await uow.users.put(Change(User(UserId("ann"), "ann@example.com", "Ann", "no hash", world.now())))
        await uow.users.put_session(Change(session_of(user, at=world.now())))
        return user


async def create(world: Any, user: User, *scopes: Scope, days: int | None = None) -> CreatedToken:
    make = CreateToken(world.store, world.now, new_id, new_secret)
    by = Caller(user.id, scopes=user.scopes, session=session_id(user))
    return await make("script", scopes or (Scope.READ,), by=by, lifetime=None if days is None else timedelta(days=days))


async def test_S39_a_token_is_a_prefix_an_id_and_256_bits_of_which_a_fingerprint_is_kept(world: Any, ann: User) -> None:
    created = await create(world, ann)
    prefix, id, secret = created.text.split("_", 2)
    assert (prefix, id, len(secret)) == ("tc", created.token.id, 43)
    assert created.token.secret == fingerprint(secret)
    assert secret not in repr(created)


async def test_a_caller_by_token_has_its_scopes_and_no_session(world: Any, ann: User) -> None:
    created = await create(world, ann, Scope.TRADE, Scope.READ, days=1)
    caller = await AuthenticateToken(world.store, world.now)(created.text)
    assert caller == Caller(ann.id, world.now() + timedelta(days=1), (Scope.READ, Scope.TRADE), None)
    with pytest.raises(NotAllowed):
        await CreateToken(world.store, world.now, new_id, new_secret)("another", (Scope.READ,), by=caller)
    with pytest.raises(NotAllowed):
        await DeleteToken(world.store)(created.token.id, by=caller)


async def test_its_use_is_recorded_once_a_minute(world: Any, ann: User) -> None:
    created = await create(world, ann)
    authenticate, by = AuthenticateToken(world.store, world.now), Caller(ann.id)
    recorded = []
    for seconds in (0, 59, 1):
        world.pass_time(seconds=seconds)
        await authenticate(created.text)
        [token] = await ListTokens(world.store)(by=by)
        recorded.append(token.last_used_at)
    assert recorded == [recorded[0], recorded[0], recorded[0] + timedelta(minutes=1)]


async def test_concurrent_uses_are_all_accepted(world: Any, ann: User) -> None:
    created = await create(world, ann)
    authenticate = AuthenticateToken(world.store, world.now)
    callers = await asyncio.gather(*(authenticate(created.text) for _ in range(20)))
    assert {caller.user for caller in callers} == {ann.id}


@pytest.mark.parametrize("text", ["", "tc_", "tc__", "tc_x_y", "tck_x_y", "tc", "x", "tc_\x00_y", "tc_ü_ü"])
async def test_S40_what_is_no_token_is_refused_with_one_message(world: Any, ann: User, text: str) -> None:
    created = await create(world, ann)
    authenticate = AuthenticateToken(world.store, world.now)
    messages = set()
    for wrong in (text, created.text[:-1], created.text + "x"):
        with pytest.raises(NotAuthenticated) as refused:
            await authenticate(wrong)
        messages.add(str(refused.value))
    assert len(messages) == 1


async def test_S46_no_scope_that_the_user_does_not_have(world: Any, ann: User) -> None:
    assert Scope.ADMIN not in ACCOUNT_SCOPES
    with pytest.raises(NotAllowed, match="admin"):
        await create(world, ann, Scope.ADMIN)


async def test_two_at_once_do_not_pass_the_bound_together(world: Any, ann: User) -> None:
    for _ in range(MAX_TOKENS - 1):
        await create(world, ann)
    results = await asyncio.gather(create(world, ann), create(world, ann), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["CreatedToken", "IllegalMove"]
    with pytest.raises(IllegalMove):
        await create(world, ann)


async def test_what_is_wrong_with_a_token_is_named(world: Any, ann: User) -> None:
    make = CreateToken(world.store, world.now, new_id, new_secret)
    by = Caller(ann.id, session=session_id(ann))
    wrong: list[tuple[Any, str]] = [
        ((" ", (Scope.READ,), None), "name"),
        (("script", (), None), "scopes"),
        (("script", (Scope.READ,), timedelta()), "expires_in_days"),
        (("script", (Scope.READ,), timedelta(days=4000)), "expires_in_days"),
    ]
    for (name, scopes, lifetime), field in wrong:
        with pytest.raises(Invalid) as refused:
            await make(name, scopes, by=by, lifetime=lifetime)
        assert [problem.field for problem in refused.value.problems] == [field]


async def test_a_session_that_has_ended_a_moment_ago_makes_no_token(world: Any, ann: User) -> None:
    async with world.store.unit_of_work() as uow:
        session = await uow.users.session(session_id(ann))
        await uow.users.put_session(session.revoke(at=world.now()))
    with pytest.raises(NotAuthenticated):
        await create(world, ann)


@pytest.mark.parametrize("other", ["aaron", "zoe"])  # before and after ann
async def test_S42_the_token_of_another_user_cannot_be_deleted(other: str, world: Any, ann: User) -> None:
    created = await create(world, ann)
    with pytest.raises(NotFound):
        await DeleteToken(world.store)(created.token.id, by=Caller(UserId(other), session=session_id(ann)))
    async with world.store.read() as uow:
        assert (await uow.users.token(created.token.id)).id == created.token.id


async def test_an_unknown_token_cannot_be_deleted(world: Any, ann: User) -> None:
    with pytest.raises(NotFound):
        await DeleteToken(world.store)(TokenId("unknown"), by=Caller(ann.id, session=session_id(ann)))
