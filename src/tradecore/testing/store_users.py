"""The contract of the user part of a store: subclass `UserStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import KeyId, SessionId, TokenId, UserId
from tradecore.model.users import ApiKey, LinkedIdentity, PersonalToken, Scope, Session, User, fingerprint
from tradecore.ports.store_transactions import Transactions
from tradecore.ports.store_users import UserRepositories

_AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
_DAY = timedelta(days=1)
_HASH = "$argon2id$x"
_ANN, _BEN = UserId("ann"), UserId("ben")


def _user(id: UserId, email: str) -> User:
    return User(id=id, email=email, name="Ann", password_hash=_HASH, created_at=_AT)


def _session(id: str, user: UserId) -> Session:
    return Session(SessionId(id), user, fingerprint("x"), False, _AT, _AT + _DAY)


def _token(id: str, user: UserId, at: datetime) -> PersonalToken:
    return PersonalToken(TokenId(id), user, "script", (Scope.READ,), fingerprint("x"), at, at + _DAY)


async def _put_and_fail(store: Transactions[UserRepositories]) -> None:
    async with store.unit_of_work() as uow:
        await uow.users.put(Change(_user(_ANN, "ann@example.com")))
        raise ZeroDivisionError


class UserStoreSuite:
    """What every store of users, sessions and API keys promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[UserRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_what_was_put_comes_back(self, store: Transactions[UserRepositories]) -> None:
        session = Session(
            SessionId("s"), _ANN, fingerprint("x"), True, _AT, _AT + _DAY, _AT, ("spent", "too"), generation=3
        )
        key = ApiKey(KeyId("k"), "reader", fingerprint("y"), _AT, _AT, None)
        async with store.unit_of_work() as uow:
            user = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            put = (user, await uow.users.put_session(Change(session)), await uow.users.put_key(Change(key)))
        async with store.snapshot() as uow:
            users = uow.users
            kept = (await users.get(_ANN), await users.session(session.id), await users.key(key.id))
            assert kept == put
            assert await users.by_email("ann@example.com") == user == evolve(_user(_ANN, user.email), version=1)
            assert await users.keys() == (put[2],)

    async def test_users_come_in_pages_by_address(self, store: Transactions[UserRepositories]) -> None:
        async with store.unit_of_work() as uow:
            assert (await uow.users.page(offset=0, limit=10), await uow.users.count()) == ((), 0)
            ben = await uow.users.put(Change(_user(_BEN, "ben@example.com")))
            ann = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            assert await uow.users.page(offset=0, limit=10) == (ann, ben)
            assert await uow.users.page(offset=1, limit=1) == (ben,)
            assert await uow.users.page(offset=2, limit=1) == ()
            assert await uow.users.count() == 2

    async def test_personal_tokens_come_newest_first_and_with_their_user(
        self, store: Transactions[UserRepositories]
    ) -> None:
        async with store.unit_of_work() as uow:
            ann = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            await uow.users.put(Change(_user(_BEN, "ben@example.com")))
            first, second, _ = [
                await uow.users.put_token(Change(_token(id, user, _AT + n * _DAY)))
                for n, (id, user) in enumerate((("1", _ANN), ("2", _ANN), ("3", _BEN)))
            ]
            assert await uow.users.tokens(_ANN) == (second, first)
        async with store.read() as uow:
            assert await uow.users.token_and_user(first.id) == (first, ann)
            assert await uow.users.token(second.id) == second
        async with store.unit_of_work() as uow:
            await uow.users.delete_token(first.id)
            await uow.users.delete_token(first.id)
            assert await uow.users.tokens(_ANN) == (second,)
            for missing in (uow.users.token(first.id), uow.users.token_and_user(first.id)):
                with pytest.raises(NotFound):
                    await missing
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.users.put_token(Change(first))

    async def test_a_user_is_found_by_the_identity_that_is_linked(self, store: Transactions[UserRepositories]) -> None:
        linked = LinkedIdentity("https://issuer.example", "subject", _ANN, _AT)
        async with store.unit_of_work() as uow:
            ann = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            await uow.users.put(Change(_user(_BEN, "ben@example.com")))
            assert await uow.users.by_identity(linked.issuer, linked.subject) is None
            await uow.users.link(linked)
            assert await uow.users.by_identity(linked.issuer, linked.subject) == ann
            assert await uow.users.by_identity("https://other.example", linked.subject) is None
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.users.link(evolve(linked, user=_BEN))
        async with store.unit_of_work() as uow:
            await uow.users.remove(_ANN)
            assert await uow.users.by_identity(linked.issuer, linked.subject) is None

    async def test_a_session_comes_with_its_user(self, store: Transactions[UserRepositories]) -> None:
        async with store.unit_of_work() as uow:
            ann = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            await uow.users.put(Change(_user(_BEN, "ben@example.com")))
            session = await uow.users.put_session(Change(_session("s", _ANN)))
        async with store.read() as uow:
            assert await uow.users.session_and_user(session.id) == (session, ann)
            with pytest.raises(NotFound):
                await uow.users.session_and_user(SessionId("unknown"))

    async def test_a_removed_user_leaves_no_session_no_token_and_a_free_address(
        self, store: Transactions[UserRepositories]
    ) -> None:
        async with store.unit_of_work() as uow:
            for id, address in ((_ANN, "ann@example.com"), (_BEN, "ben@example.com")):
                await uow.users.put(Change(_user(id, address)))
                await uow.users.put_session(Change(_session(f"of-{id}", id)))
                await uow.users.put_token(Change(_token(f"of-{id}", id, _AT)))
            await uow.users.remove(_ANN)
            await uow.users.remove(_ANN)
        async with store.unit_of_work() as uow:
            assert await uow.users.by_email("ann@example.com") is None
            with pytest.raises(NotFound):
                await uow.users.session(SessionId("of-ann"))
            assert (await uow.users.session(SessionId("of-ben"))).user == _BEN
            assert await uow.users.tokens(_ANN) == ()
            assert [token.user for token in await uow.users.tokens(_BEN)] == [_BEN]
            await uow.users.put(Change(_user(UserId("another ann"), "ann@example.com")))

    async def test_unknown_users_sessions_and_keys_are_not_found(self, store: Transactions[UserRepositories]) -> None:
        async with store.snapshot() as uow:
            assert await uow.users.by_email("nobody@example.com") is None
            for missing in (uow.users.get(_ANN), uow.users.session(SessionId("s")), uow.users.key(KeyId("k"))):
                with pytest.raises(NotFound):
                    await missing

    async def test_an_address_belongs_to_one_user(self, store: Transactions[UserRepositories]) -> None:
        async with store.unit_of_work() as uow:
            await uow.users.put(Change(_user(_ANN, "ann@example.com")))
        with pytest.raises(IllegalMove):
            async with store.unit_of_work() as uow:
                await uow.users.put(Change(_user(_BEN, "ann@example.com")))

    async def test_the_slower_of_two_writers_is_stale(self, store: Transactions[UserRepositories]) -> None:
        async with store.unit_of_work() as uow:
            user = await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            await uow.users.put(Change(user))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.users.put(Change(user))

    async def test_an_exception_undoes_the_whole_unit_of_work(self, store: Transactions[UserRepositories]) -> None:
        with pytest.raises(ZeroDivisionError):
            await _put_and_fail(store)
        async with store.read() as uow:
            assert await uow.users.by_email("ann@example.com") is None

    async def test_expired_sessions_are_deleted_oldest_first(self, store: Transactions[UserRepositories]) -> None:
        async with store.unit_of_work() as uow:
            await uow.users.put(Change(_user(_ANN, "ann@example.com")))
            for n in range(4):
                session = Session(SessionId(f"s{n}"), _ANN, fingerprint("x"), False, _AT, _AT + n * _DAY)
                await uow.users.put_session(Change(session))
            assert await uow.users.delete_sessions(_AT + 3 * _DAY, 2) == 2
            assert await uow.users.delete_sessions(_AT + 3 * _DAY, 2) == 1
            with pytest.raises(NotFound):
                await uow.users.session(SessionId("s2"))
            assert (await uow.users.session(SessionId("s3"))).expires_at == _AT + 3 * _DAY
