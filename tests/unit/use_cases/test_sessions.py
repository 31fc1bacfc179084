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
from trading_floor import Shelf, Whim

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
class Doors:
    """Every verb about identity over one world."""

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
def doors(world: Any) -> Doors:
    return Doors(world)


async def test_the_right_password_gives_a_token_that_speaks_for_its_user(doors: Doors) -> None:
    user = await doors.open_account()
    signed_in = await doors.login()
    assert (await doors.authenticate(signed_in.access_token)).user == user.id == signed_in.user.id
    assert signed_in.refresh_token
    assert signed_in.access_token not in repr(signed_in)
    assert signed_in.refresh_token not in repr(signed_in)


@pytest.mark.parametrize("other", ["!", "~"])  # before and after every id
async def test_a_token_that_names_another_user_than_its_session_is_refused(other: str, doors: Doors) -> None:
    await doors.open_account()
    session = (await doors.authenticate((await doors.login()).access_token)).session
    assert session
    forged = doors.tokens.issue(UserId(other), session, at=doors.world.now(), lifetime=timedelta(hours=1))
    with pytest.raises(NotAuthenticated):
        await doors.authenticate(forged)


async def test_S17_unknown_users_and_wrong_passwords_are_refused_alike_and_cost_the_same(doors: Doors) -> None:
    await doors.open_account()
    said = set()
    for address in ("ann@example.com", "nobody@example.com"):
        with pytest.raises(NotAuthenticated) as refused:
            await doors.login(address, "wrong password")
        said.add(str(refused.value))
    assert len(said) == 1
    assert doors.passwords.checks == [False, True]


async def test_S37_a_session_ends_with_its_seventh_day_however_often_it_is_refreshed(doors: Doors) -> None:
    await doors.open_account()
    grant = await doors.login()
    token = grant.refresh_token
    for _ in range(13):
        doors.world.pass_time(hours=12)
        grant = await doors.refresh(token)
        token = grant.refresh_token or token
    doors.world.pass_time(hours=12)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(token)
    with pytest.raises(NotAuthenticated):
        await doors.authenticate(grant.access_token)


async def test_S18_the_sixth_wrong_password_waits_and_the_owner_elsewhere_does_not(doors: Doors) -> None:
    await doors.open_account()
    for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
        with pytest.raises(NotAuthenticated):
            await doors.login(password="wrong password")
    for password in ("wrong password", GOOD):
        with pytest.raises(RateLimited) as refused:
            await doors.login(password=password)
        assert 0 < refused.value.retry_after <= WRONG_PASSWORDS_PER_ACCOUNT.per.total_seconds() + 1
    assert await doors.login(origin="198.51.100.7")
    doors.world.pass_time(minutes=15)
    assert await doors.login()


async def test_S18_of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other(doors: Doors) -> None:
    await doors.open_account()
    guesses = [*(f"guess number {n}" for n in range(20)), GOOD]
    answers = await asyncio.gather(*(doors.login(password=each) for each in guesses), return_exceptions=True)
    assert [type(each) for each in answers] == [NotAuthenticated] * WRONG_PASSWORDS_PER_ACCOUNT.count + [
        RateLimited
    ] * (21 - WRONG_PASSWORDS_PER_ACCOUNT.count)
    assert len(doors.passwords.checks) == WRONG_PASSWORDS_PER_ACCOUNT.count
    assert await doors.login(origin="192.0.2.2")


async def test_two_who_sign_in_at_once_with_an_old_hash_both_come_in(doors: Doors) -> None:
    await doors.open_account()
    doors.passwords.version = 2
    both = await asyncio.gather(*(doors.login(origin=f"192.0.2.{n}") for n in range(2)))
    assert len({each.refresh_token for each in both}) == 2
    async with doors.world.store.snapshot() as uow:
        user = await uow.users.by_email("ann@example.com")
    assert user.password_hash == f"v2:{GOOD}"


async def test_S18_one_address_cannot_go_through_a_list_of_accounts(doors: Doors) -> None:
    with pytest.raises(RateLimited):
        for n in range(200):
            with pytest.raises(NotAuthenticated):
                await doors.login(f"user{n}@example.com", "wrong password")


@pytest.mark.parametrize("spelling", ["ANN@Example.COM", "  ann@example.com ", "\uff41nn@example.com"])
async def test_S20_every_spelling_of_an_address_is_one_account_and_one_bucket(doors: Doors, spelling: str) -> None:
    await doors.open_account()
    with pytest.raises(IllegalMove):
        await doors.open_account(spelling)
    assert await doors.login(spelling)
    for _ in range(WRONG_PASSWORDS_PER_ACCOUNT.count):
        with pytest.raises(NotAuthenticated):
            await doors.login(spelling, "wrong password")
    with pytest.raises(RateLimited):
        await doors.login()


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "password123", "PASSWORD123", "12345678"])
async def test_S22_passwords_that_are_too_short_too_long_or_too_common_open_no_account(
    doors: Doors, password: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await doors.open_account(password=password)
    assert [problem.field for problem in refused.value.problems] == ["password"]


async def test_S16_a_huge_password_is_refused_before_it_is_hashed(doors: Doors) -> None:
    with pytest.raises(Invalid, match=r"at most 256 characters\."):
        await doors.login(password="x" * 1_000_000)
    assert doors.passwords.checks == []


async def test_S15_a_weak_hash_is_replaced_when_its_password_comes_by(doors: Doors) -> None:
    user = await doors.open_account()
    doors.passwords.version = 2
    await doors.login()
    async with doors.world.store.snapshot() as uow:
        assert (await uow.users.get(user.id)).password_hash.startswith("v2:")
    assert await doors.login()


async def test_a_refresh_token_goes_on_working_for_seven_days_and_no_longer(doors: Doors) -> None:
    await doors.open_account()
    signed_in = await doors.login()
    for _ in range(6):
        doors.world.pass_time(days=1)
        assert (await doors.refresh(signed_in.refresh_token)).refresh_token is None
    doors.world.pass_time(days=1)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(signed_in.refresh_token)


async def test_S34_the_store_never_holds_a_refresh_token(doors: Doors) -> None:
    await doors.open_account()
    signed_in = await doors.login(rotates=True)
    assert signed_in.refresh_token
    id, _, secret = signed_in.refresh_token.partition(".")
    async with doors.world.store.snapshot() as uow:
        session = await uow.users.session(id)
    assert secret not in (session.current, *session.used_tokens)
    assert len(secret) >= 22


async def test_S35_a_spent_token_that_comes_back_ends_its_family_and_no_other(doors: Doors) -> None:
    await doors.open_account()
    other, first = await doors.login(), await doors.login(rotates=True)
    second = await doors.refresh(first.refresh_token)
    doors.world.pass_time(minutes=1)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(first.refresh_token)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(second.refresh_token)
    assert await doors.refresh(other.refresh_token)


async def test_S36_a_repeated_refresh_within_seconds_is_refused_without_ending_the_family(doors: Doors) -> None:
    await doors.open_account()
    first = await doors.login(rotates=True)
    second = await doors.refresh(first.refresh_token)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(first.refresh_token)
    assert (await doors.refresh(second.refresh_token)).refresh_token


async def test_S38_signing_out_ends_the_family(doors: Doors) -> None:
    await doors.open_account()
    signed_in = await doors.login()
    await Logout(doors.world.store, doors.world.now)(signed_in.refresh_token or "")
    with pytest.raises(NotAuthenticated):
        await doors.refresh(signed_in.refresh_token)
    await Logout(doors.world.store, doors.world.now)("unknown.token")


async def test_S38_another_password_ends_every_sign_in_from_before(doors: Doors) -> None:
    await doors.open_account()
    before = await doors.login()
    change = ChangePassword(doors.world.store, doors.passwords)
    await change("ann@example.com", "another good password")
    with pytest.raises(NotAuthenticated):
        await doors.refresh(before.refresh_token)
    with pytest.raises(NotAuthenticated):
        await doors.login()
    after = await doors.login(password="another good password")
    assert await doors.refresh(after.refresh_token)
    with pytest.raises(NotFound):
        await change("nobody@example.com", "another good password")


async def test_S28_nobody_comes_in_through_a_disabled_or_missing_account(doors: Doors) -> None:
    user = await doors.open_account()
    signed_in = await doors.login()
    async with doors.world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(await uow.users.get(user.id), disabled=True)))
    authenticate = doors.authenticate
    strangers = doors.tokens.issue(
        UserId("nobody"), SessionId("nothing"), at=doors.world.now(), lifetime=timedelta(hours=1)
    )
    attempts: list[Callable[[], Any]] = [
        lambda: authenticate(signed_in.access_token),
        lambda: authenticate(strangers),
        lambda: doors.refresh(signed_in.refresh_token),
        lambda: doors.login(),
    ]
    for attempt in attempts:
        with pytest.raises(NotAuthenticated):
            await attempt()


async def _logout(doors: Doors, grant: AccessGrant) -> None:
    await Logout(doors.world.store, doors.world.now)(grant.refresh_token or "")


async def _change_password(doors: Doors, grant: AccessGrant) -> None:
    await ChangePassword(doors.world.store, doors.passwords)("ann@example.com", "another good password")


async def _disable(doors: Doors, grant: AccessGrant) -> None:
    await DisableUser(doors.world.store)("ann@example.com")


async def _disable_and_enable(doors: Doors, grant: AccessGrant) -> None:
    await _disable(doors, grant)
    await EnableUser(doors.world.store)("ann@example.com")


async def _remove(doors: Doors, grant: AccessGrant) -> None:
    settle = SettleOrder(doors.world.store, Whim(Shelf()), doors.world.now)
    await RemoveUser(doors.world.store, doors.world.now, settle)("ann@example.com")


async def _reuse_a_spent_refresh_token(doors: Doors, grant: AccessGrant) -> None:
    await doors.refresh(grant.refresh_token)
    doors.world.pass_time(minutes=1)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(grant.refresh_token)


@pytest.mark.parametrize(
    "end", [_logout, _change_password, _disable, _disable_and_enable, _remove, _reuse_a_spent_refresh_token]
)
async def test_S28_S38_every_token_of_a_session_ends_with_it_at_once(doors: Doors, end: Callable[..., Any]) -> None:
    await doors.open_account()
    grant = await doors.login(rotates=True)
    renewed = await doors.refresh(grant.refresh_token) if end is _change_password else grant
    assert await doors.authenticate(renewed.access_token)
    await end(doors, grant)
    for access_token in (grant.access_token, renewed.access_token):
        with pytest.raises(NotAuthenticated, match="has ended"):
            await doors.authenticate(access_token)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(renewed.refresh_token)


async def test_S38_a_logout_leaves_the_other_sessions_of_the_user(doors: Doors) -> None:
    await doors.open_account()
    first, second = await doors.login(), await doors.login()
    await _logout(doors, first)
    assert await doors.authenticate(second.access_token)


async def test_S38_a_login_whose_password_is_changed_meanwhile_begins_no_living_session(doors: Doors) -> None:
    class ChangedMeanwhile(CountedPasswords):
        async def check(self, password: str, against: str | None) -> PasswordCheck:
            result = await super().check(password, against)
            await ChangePassword(doors.world.store, doors.passwords)("ann@example.com", "another good password")
            return result

    await doors.open_account()
    login = evolve(doors.signing_in, passwords=ChangedMeanwhile())
    grant = await login("ann@example.com", GOOD, origin="192.0.2.1")
    with pytest.raises(NotAuthenticated):
        await doors.authenticate(grant.access_token)
    with pytest.raises(NotAuthenticated):
        await doors.refresh(grant.refresh_token)


async def test_two_access_tokens_of_one_instant_differ(doors: Doors) -> None:
    await doors.open_account()
    grant = await doors.login()
    renewed = [await doors.refresh(grant.refresh_token) for _ in range(3)]
    assert len({grant.access_token, *(one_more.access_token for one_more in renewed)}) == 4


async def test_an_access_token_is_not_valid_for_longer_than_its_session(doors: Doors) -> None:
    await doors.open_account()
    grant = await doors.login()
    assert grant.lifetime == LIFETIMES.access
    doors.world.pass_time(days=6, hours=23, minutes=45)
    renewed = await doors.refresh(grant.refresh_token)
    assert renewed.lifetime == timedelta(minutes=15)
    doors.world.pass_time(minutes=15)
    with pytest.raises(NotAuthenticated):
        await doors.authenticate(renewed.access_token)


async def test_a_token_that_names_the_session_of_another_user_is_refused(doors: Doors) -> None:
    await doors.open_account()
    ben = await doors.open_account("ben@example.com")
    grant = await doors.login()
    session = doors.tokens.read(grant.access_token, at=doors.world.now()).session
    foreign = doors.tokens.issue(ben.id, session, at=doors.world.now(), lifetime=timedelta(hours=1))
    with pytest.raises(NotAuthenticated):
        await doors.authenticate(foreign)


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", "." * 50, "\x00", "a" * 10_000])
async def test_garbage_refreshes_nothing(doors: Doors, token: str) -> None:
    await doors.open_account()
    with pytest.raises(NotAuthenticated):
        await doors.refresh(token or " ")


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
