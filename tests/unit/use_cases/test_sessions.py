"""Signing in: right passwords, nothing told about wrong ones, refresh tokens that hold as long as they should."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from attrs import define, evolve, field

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotAuthenticated, NotFound, RateLimited
from tradecore.model.ids import SessionId, UserId
from tradecore.ports.identity import PasswordCheck
from tradecore.use_cases.accounts import (
    ChangePassword,
    CreateUser,
    DisableUser,
    EnableUser,
)
from tradecore.use_cases.api_keys import CreateApiKey, ListApiKeys, RevokeApiKey, VerifyApiKey
from tradecore.use_cases.remove_user import RemoveUser
from tradecore.use_cases.sessions import (
    AccessGrant,
    Authenticate,
    Login,
    Logout,
    RefreshSession,
    TokenLifetimes,
)
from tradecore.use_cases.settle import SettleOrder
from tradecore.use_cases.throttle import WRONG_PASSWORDS_PER_ACCOUNT, PasswordThrottle
from tradecore.use_cases.tokens import AuthenticateToken
from tradecore_adapters.ambient import new_secret
from tradecore_adapters.identity.jwt import JwtAccessTokens
from tradecore_adapters.limits.memory import MemoryLimiter
from trading_floor import FakeMarket, ScriptedBroker

GOOD = "correct horse battery"
LIFETIMES = TokenLifetimes(timedelta(hours=1), timedelta(days=7))


@define
class CountedPasswords:
    """Passwords whose hashes hold a version, and which count how often they were checked."""

    version: int = 1
    checks: list[bool] = field(factory=list)

    async def hash(self, password: str) -> str:
        await asyncio.sleep(0)
        return f"v{self.version}:{password}"

    async def check(self, password: str, against: str | None) -> PasswordCheck:
        self.checks.append(against is None)
        await asyncio.sleep(0)
        version, _, known = (against or "").partition(":")
        return PasswordCheck(against is not None and known == password, version != f"v{self.version}")


@define
class SignIns:
    """Every use case of signing in over one world."""

    world: Any
    passwords: CountedPasswords = field(factory=CountedPasswords)
    tokens: JwtAccessTokens = field(factory=lambda: JwtAccessTokens(["s" * 32]))
    limiter: MemoryLimiter = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.limiter = MemoryLimiter(lambda: self.world.now().timestamp())

    async def open_account(self, address: str = "ann@example.com", password: str = GOOD) -> Any:
        return await CreateUser(self.world.store, self.passwords, self.world.now, self.world.new_id)(address, password)

    @cached_property
    def signing_in(self) -> Login:
        return Login(
            self.world.store, self.passwords, self.tokens, PasswordThrottle(self.limiter),
            self.world.now, self.world.new_id, new_secret, LIFETIMES,
        )  # fmt: skip

    async def login(self, address: str = "ann@example.com", password: str = GOOD, **how: Any) -> AccessGrant:
        return await self.signing_in(address, password, **{"origin": "192.0.2.1", **how})

    @property
    def authenticate(self) -> Authenticate:
        return Authenticate(
            self.world.store, self.tokens, self.world.now, AuthenticateToken(self.world.store, self.world.now)
        )

    async def refresh(self, token: str | None) -> AccessGrant:
        assert token
        return await RefreshSession(self.world.store, self.tokens, self.world.now, new_secret, LIFETIMES)(token)


@pytest.fixture
def sign_ins(world: Any) -> SignIns:
    return SignIns(world)


async def test_the_right_password_gives_a_token_that_speaks_for_its_user(sign_ins: SignIns) -> None:
    user = await sign_ins.open_account()
    signed_in = await sign_ins.login()
    assert (await sign_ins.authenticate(signed_in.access_token)).user == user.id == signed_in.user.id
    assert signed_in.refresh_token
    assert signed_in.access_token not in repr(signed_in)
    assert signed_in.refresh_token not in repr(signed_in)


@pytest.mark.parametrize("other", ["!", "~"])  # before and after every id
async def test_a_token_that_names_another_user_than_its_session_is_refused(other: str, sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    session = (await sign_ins.authenticate((await sign_ins.login()).access_token)).session
    assert session
    forged = sign_ins.tokens.issue(UserId(other), session, at=sign_ins.world.now(), lifetime=timedelta(hours=1))
    with pytest.raises(NotAuthenticated):
        await sign_ins.authenticate(forged)


async def test_S17_unknown_users_and_wrong_passwords_are_refused_alike_and_cost_the_same(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    said = set()
    for address in ("ann@example.com", "nobody@example.com"):
        with pytest.raises(NotAuthenticated) as refused:
            await sign_ins.login(address, "wrong password")
        said.add(str(refused.value))
    assert len(said) == 1
    assert sign_ins.passwords.checks == [False, True]


async def test_S37_a_session_ends_with_its_seventh_day_however_often_it_is_refreshed(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    grant = await sign_ins.login()
    token = grant.refresh_token
    for _ in range(13):
        sign_ins.world.pass_time(hours=12)
        grant = await sign_ins.refresh(token)
        token = grant.refresh_token or token
    sign_ins.world.pass_time(hours=12)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.authenticate(grant.access_token)


async def test_S18_the_sixth_wrong_password_waits_and_the_owner_elsewhere_does_not(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
        with pytest.raises(NotAuthenticated):
            await sign_ins.login(password="wrong password")
    for password in ("wrong password", GOOD):
        with pytest.raises(RateLimited) as refused:
            await sign_ins.login(password=password)
        assert 0 < refused.value.retry_after <= WRONG_PASSWORDS_PER_ACCOUNT.per.total_seconds() + 1
    assert await sign_ins.login(origin="198.51.100.7")
    sign_ins.world.pass_time(minutes=15)
    assert await sign_ins.login()


async def test_S18_of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    guesses = [*(f"guess number {n}" for n in range(20)), GOOD]
    answers = await asyncio.gather(*(sign_ins.login(password=each) for each in guesses), return_exceptions=True)
    assert [type(each) for each in answers] == [NotAuthenticated] * WRONG_PASSWORDS_PER_ACCOUNT.count + [
        RateLimited
    ] * (21 - WRONG_PASSWORDS_PER_ACCOUNT.count)
    assert len(sign_ins.passwords.checks) == WRONG_PASSWORDS_PER_ACCOUNT.count
    assert await sign_ins.login(origin="192.0.2.2")


async def test_two_who_sign_in_at_once_with_an_old_hash_both_come_in(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    sign_ins.passwords.version = 2
    both = await asyncio.gather(*(sign_ins.login(origin=f"192.0.2.{n}") for n in range(2)))
    assert len({each.refresh_token for each in both}) == 2
    async with sign_ins.world.store.snapshot() as uow:
        user = await uow.users.by_email("ann@example.com")
    assert user.password_hash == f"v2:{GOOD}"


async def test_S18_one_address_cannot_go_through_a_list_of_accounts(sign_ins: SignIns) -> None:
    with pytest.raises(RateLimited):
        for n in range(200):
            with pytest.raises(NotAuthenticated):
                await sign_ins.login(f"user{n}@example.com", "wrong password")


@pytest.mark.parametrize("spelling", ["ANN@Example.COM", "  ann@example.com ", "\uff41nn@example.com"])
async def test_S20_every_spelling_of_an_address_is_one_account_and_one_bucket(sign_ins: SignIns, spelling: str) -> None:
    await sign_ins.open_account()
    with pytest.raises(IllegalMove):
        await sign_ins.open_account(spelling)
    assert await sign_ins.login(spelling)
    for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
        with pytest.raises(NotAuthenticated):
            await sign_ins.login(spelling, "wrong password")
    with pytest.raises(RateLimited):
        await sign_ins.login()


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "password123", "PASSWORD123", "12345678"])
async def test_S22_passwords_that_are_too_short_too_long_or_too_common_open_no_account(
    sign_ins: SignIns, password: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await sign_ins.open_account(password=password)
    assert [problem.field for problem in refused.value.problems] == ["password"]


async def test_S16_a_huge_password_is_refused_before_it_is_hashed(sign_ins: SignIns) -> None:
    with pytest.raises(Invalid, match=r"at most 256 characters\."):
        await sign_ins.login(password="x" * 1_000_000)
    assert sign_ins.passwords.checks == []


async def test_S15_a_weak_hash_is_replaced_when_its_password_comes_by(sign_ins: SignIns) -> None:
    user = await sign_ins.open_account()
    sign_ins.passwords.version = 2
    await sign_ins.login()
    async with sign_ins.world.store.snapshot() as uow:
        assert (await uow.users.get(user.id)).password_hash.startswith("v2:")
    assert await sign_ins.login()


async def test_a_refresh_token_goes_on_working_for_seven_days_and_no_longer(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    signed_in = await sign_ins.login()
    for _ in range(6):
        sign_ins.world.pass_time(days=1)
        assert (await sign_ins.refresh(signed_in.refresh_token)).refresh_token is None
    sign_ins.world.pass_time(days=1)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(signed_in.refresh_token)


async def test_S34_the_store_never_holds_a_refresh_token(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    signed_in = await sign_ins.login(rotates=True)
    assert signed_in.refresh_token
    id, _, secret = signed_in.refresh_token.partition(".")
    async with sign_ins.world.store.snapshot() as uow:
        session = await uow.users.session(id)
    assert secret not in (session.current, *session.used_tokens)
    assert len(secret) >= 22


async def test_S35_a_spent_token_that_comes_back_ends_its_family_and_no_other(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    other, first = await sign_ins.login(), await sign_ins.login(rotates=True)
    second = await sign_ins.refresh(first.refresh_token)
    sign_ins.world.pass_time(minutes=1)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(first.refresh_token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(second.refresh_token)
    assert await sign_ins.refresh(other.refresh_token)


async def test_S36_a_repeated_refresh_within_seconds_is_refused_without_ending_the_family(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    first = await sign_ins.login(rotates=True)
    second = await sign_ins.refresh(first.refresh_token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(first.refresh_token)
    assert (await sign_ins.refresh(second.refresh_token)).refresh_token


async def test_S38_signing_out_ends_the_family(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    signed_in = await sign_ins.login()
    await Logout(sign_ins.world.store, sign_ins.world.now)(signed_in.refresh_token or "")
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(signed_in.refresh_token)
    await Logout(sign_ins.world.store, sign_ins.world.now)("unknown.token")


async def test_S38_another_password_ends_every_sign_in_from_before(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    before = await sign_ins.login()
    change = ChangePassword(sign_ins.world.store, sign_ins.passwords)
    await change("ann@example.com", "another good password")
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(before.refresh_token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.login()
    after = await sign_ins.login(password="another good password")
    assert await sign_ins.refresh(after.refresh_token)
    with pytest.raises(NotFound):
        await change("nobody@example.com", "another good password")


async def test_S28_nobody_comes_in_through_a_disabled_or_missing_account(sign_ins: SignIns) -> None:
    user = await sign_ins.open_account()
    signed_in = await sign_ins.login()
    async with sign_ins.world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(await uow.users.get(user.id), disabled=True)))
    authenticate = sign_ins.authenticate
    strangers = sign_ins.tokens.issue(
        UserId("nobody"), SessionId("nothing"), at=sign_ins.world.now(), lifetime=timedelta(hours=1)
    )
    attempts: list[Callable[[], Any]] = [
        lambda: authenticate(signed_in.access_token),
        lambda: authenticate(strangers),
        lambda: sign_ins.refresh(signed_in.refresh_token),
        lambda: sign_ins.login(),
    ]
    for attempt in attempts:
        with pytest.raises(NotAuthenticated):
            await attempt()


async def _logout(sign_ins: SignIns, grant: AccessGrant) -> None:
    await Logout(sign_ins.world.store, sign_ins.world.now)(grant.refresh_token or "")


async def _change_password(sign_ins: SignIns, grant: AccessGrant) -> None:
    await ChangePassword(sign_ins.world.store, sign_ins.passwords)("ann@example.com", "another good password")


async def _disable(sign_ins: SignIns, grant: AccessGrant) -> None:
    await DisableUser(sign_ins.world.store)("ann@example.com")


async def _disable_and_enable(sign_ins: SignIns, grant: AccessGrant) -> None:
    await _disable(sign_ins, grant)
    await EnableUser(sign_ins.world.store)("ann@example.com")


async def _remove(sign_ins: SignIns, grant: AccessGrant) -> None:
    settle = SettleOrder(sign_ins.world.store, ScriptedBroker(FakeMarket()), sign_ins.world.now)
    await RemoveUser(sign_ins.world.store, sign_ins.world.now, settle)("ann@example.com")


async def _reuse_a_spent_refresh_token(sign_ins: SignIns, grant: AccessGrant) -> None:
    await sign_ins.refresh(grant.refresh_token)
    sign_ins.world.pass_time(minutes=1)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(grant.refresh_token)


@pytest.mark.parametrize(
    "end", [_logout, _change_password, _disable, _disable_and_enable, _remove, _reuse_a_spent_refresh_token]
)
async def test_S28_S38_every_token_of_a_session_ends_with_it_at_once(
    sign_ins: SignIns, end: Callable[..., Any]
) -> None:
    await sign_ins.open_account()
    grant = await sign_ins.login(rotates=True)
    renewed = await sign_ins.refresh(grant.refresh_token) if end is _change_password else grant
    assert await sign_ins.authenticate(renewed.access_token)
    await end(sign_ins, grant)
    for access_token in (grant.access_token, renewed.access_token):
        with pytest.raises(NotAuthenticated, match="has ended"):
            await sign_ins.authenticate(access_token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(renewed.refresh_token)


async def test_S38_a_logout_leaves_the_other_sessions_of_the_user(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    first, second = await sign_ins.login(), await sign_ins.login()
    await _logout(sign_ins, first)
    assert await sign_ins.authenticate(second.access_token)


async def test_S38_a_login_whose_password_is_changed_meanwhile_begins_no_active_session(sign_ins: SignIns) -> None:
    class ChangedMeanwhile(CountedPasswords):
        async def check(self, password: str, against: str | None) -> PasswordCheck:
            result = await super().check(password, against)
            await ChangePassword(sign_ins.world.store, sign_ins.passwords)("ann@example.com", "another good password")
            return result

    await sign_ins.open_account()
    login = evolve(sign_ins.signing_in, passwords=ChangedMeanwhile())
    grant = await login("ann@example.com", GOOD, origin="192.0.2.1")
    with pytest.raises(NotAuthenticated):
        await sign_ins.authenticate(grant.access_token)
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(grant.refresh_token)


async def test_two_access_tokens_of_one_instant_differ(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    grant = await sign_ins.login()
    renewed = [await sign_ins.refresh(grant.refresh_token) for _ in range(3)]
    assert len({grant.access_token, *(one_more.access_token for one_more in renewed)}) == 4


async def test_an_access_token_is_not_valid_for_longer_than_its_session(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    grant = await sign_ins.login()
    assert grant.lifetime == LIFETIMES.access
    sign_ins.world.pass_time(days=6, hours=23, minutes=45)
    renewed = await sign_ins.refresh(grant.refresh_token)
    assert renewed.lifetime == timedelta(minutes=15)
    sign_ins.world.pass_time(minutes=15)
    with pytest.raises(NotAuthenticated):
        await sign_ins.authenticate(renewed.access_token)


async def test_a_token_that_names_the_session_of_another_user_is_refused(sign_ins: SignIns) -> None:
    await sign_ins.open_account()
    ben = await sign_ins.open_account("ben@example.com")
    grant = await sign_ins.login()
    session = sign_ins.tokens.read(grant.access_token, at=sign_ins.world.now()).session
    foreign = sign_ins.tokens.issue(ben.id, session, at=sign_ins.world.now(), lifetime=timedelta(hours=1))
    with pytest.raises(NotAuthenticated):
        await sign_ins.authenticate(foreign)


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", "." * 50, "\x00", "a" * 10_000])
async def test_garbage_refreshes_nothing(sign_ins: SignIns, token: str) -> None:
    await sign_ins.open_account()
    with pytest.raises(NotAuthenticated):
        await sign_ins.refresh(token or " ")


async def test_S39_a_key_opens_until_it_is_revoked_and_is_kept_as_a_fingerprint(world: Any) -> None:
    made = await CreateApiKey(world.store, world.now, world.new_id, new_secret)("reader")
    authenticate = VerifyApiKey(world.store)
    assert (await authenticate(made.text)).name == "reader"
    assert made.text.rpartition("_")[2] not in repr(await ListApiKeys(world.store)())
    await RevokeApiKey(world.store, world.now)(made.key.id)
    with pytest.raises(NotAuthenticated):
        await authenticate(made.text)
    with pytest.raises(NotFound, match="There is no api key 'nothing'"):
        await RevokeApiKey(world.store, world.now)("nothing")  # type: ignore[arg-type]


async def test_a_key_without_a_name_is_not_made(world: Any) -> None:
    with pytest.raises(Invalid):
        await CreateApiKey(world.store, world.now, world.new_id, new_secret)(" ")
    assert await ListApiKeys(world.store)() == ()


async def test_S40_a_key_that_is_one_character_off_opens_nothing(world: Any) -> None:
    made = await CreateApiKey(world.store, world.now, world.new_id, new_secret)("reader")
    authenticate = VerifyApiKey(world.store)
    for text in (
        made.text[:-1],
        made.text + "x",
        made.text[:-1] + "\u00e9",
        made.text.removeprefix("tck_"),
        "",
        "tck_",
        "tck__",
    ):
        with pytest.raises(NotAuthenticated):
            await authenticate(text)
