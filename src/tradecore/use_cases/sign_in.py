"""Signing in: a password for tokens, a refresh token for another access token, and who a token speaks for."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from weakref import WeakValueDictionary

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotFound, NotSignedIn, Stale, TooMany
from tradecore.model.ids import SessionId
from tradecore.model.users import PASSWORD_LENGTHS, Caller, Session, User, email, fingerprint
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.identity import AccessTokens, Passwords
from tradecore.ports.limits import Limiter, Rate
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

# Wrong passwords for one account from one address; another address is another bucket, so nobody can lock a user out.
TRIES = Rate(5, timedelta(minutes=15))
# Wrong passwords from one address over all accounts: somebody is going through a list.
TRIES_OF_ADDRESS = Rate(100, timedelta(minutes=15))

_WRONG = "The e-mail address or the password is wrong."
_SPENT = "This refresh token is not valid any more; sign in again."


@frozen
class Lifetimes:
    """How long tokens hold: access tokens, and refresh tokens from the sign-in on, however often used."""

    access: timedelta
    refresh: timedelta


@frozen
class SignedIn:
    """What a sign-in or refresh hands out. `refresh_token` is None where the old one goes on working."""

    user: User
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    lifetime: timedelta


@frozen(eq=False)
class SignIn:
    """Exchange a password for tokens."""

    store: Store
    passwords: Passwords
    tokens: AccessTokens
    limiter: Limiter
    now: Now
    new_id: NewId
    new_secret: NewSecret
    lifetimes: Lifetimes
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(factory=WeakValueDictionary, init=False)

    async def __call__(self, address: str, password: str, *, origin: str, rotates: bool = False) -> SignedIn:
        """`origin` is where the request comes from. Raises NotSignedIn, the same for unknown users and wrong passwords;
        TooMany after too many wrong ones from one origin; Invalid for what cannot be an e-mail address or password.
        """
        account = email(address)
        if not 1 <= len(password) < PASSWORD_LENGTHS.stop:
            raise Invalid.one("password", f"A password has at most {PASSWORD_LENGTHS.stop - 1} characters.")
        # One after the other: of many at once, all would be let through before the first is counted.
        async with self._turns.setdefault(f"{account}:{origin}", asyncio.Lock()):
            user, outdated = await self._checked(account, password, origin)
        if outdated:
            with suppress(Stale):  # then somebody else has changed the account, which is more than this
                await self._rehash(user, password)
        return await self._begin_session(user, rotates=rotates)

    async def _checked(self, account: str, password: str, origin: str) -> tuple[User, bool]:
        """Whose password it is, and whether it should be hashed anew."""
        buckets = ((f"sign-in:{account}:{origin}", TRIES), (f"sign-in::{origin}", TRIES_OF_ADDRESS))
        for key, rate in buckets:
            if wait := await self.limiter.full(key, rate):
                raise TooMany("Too many wrong passwords; try again later.", retry_after=int(wait) + 1)
        async with self.store.snapshot() as uow:
            user = await uow.users.by_email(account)
        checked = await self.passwords.check(password, user.password_hash if user else None)
        if user is None or user.disabled or not checked.matches:
            for key, rate in buckets:
                await self.limiter.hit(key, rate)
            raise NotSignedIn(_WRONG)
        return user, checked.outdated

    async def _rehash(self, user: User, password: str) -> None:
        renewed = evolve(user, password_hash=await self.passwords.hash(password))
        async with self.store.unit_of_work() as uow:
            await uow.users.put(Change(renewed))

    async def _begin_session(self, user: User, *, rotates: bool) -> SignedIn:
        now, id, secret = self.now(), SessionId(self.new_id()), self.new_secret()
        session = Session(
            id=id,
            user=user.id,
            current=fingerprint(secret),
            rotates=rotates,
            created_at=now,
            expires_at=now + self.lifetimes.refresh,
        )
        async with self.store.unit_of_work() as uow:
            await uow.users.put_session(Change(session))
        access = self.tokens.issue(user.id, at=now, lifetime=self.lifetimes.access)
        return SignedIn(user, access, f"{id}.{secret}", self.lifetimes.access)


@frozen
class RefreshSession:
    """Exchange a refresh token for another access token."""

    store: Store
    tokens: AccessTokens
    now: Now
    new_secret: NewSecret
    lifetimes: Lifetimes

    @retry_on_conflict
    async def __call__(self, refresh_token: str) -> SignedIn:
        """Raises NotSignedIn for anything but a living token; a replaced one that comes back ends its whole family."""
        id, _, secret = refresh_token.partition(".")
        now, successor = self.now(), None
        async with self.store.unit_of_work() as uow:
            try:
                session = await uow.users.session(SessionId(id))
                user = await uow.users.get(session.user)
            except NotFound as error:
                raise NotSignedIn(_SPENT) from error
            if session.betrayed_by(secret, now):
                await uow.users.put_session(session.revoke(at=now))
                alive = False
            else:
                alive = session.alive(user, now) and session.recognises(secret)
                if alive and session.rotates:
                    successor = self.new_secret()
                    await uow.users.put_session(session.rotate(successor, at=now))
        if not alive:
            raise NotSignedIn(_SPENT)
        access = self.tokens.issue(user.id, at=now, lifetime=self.lifetimes.access)
        return SignedIn(user, access, f"{id}.{successor}" if successor else None, self.lifetimes.access)


@frozen
class SignOut:
    """End a sign-in; its refresh tokens are worth nothing from now on."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, refresh_token: str) -> None:
        """Without effect for tokens that are not valid: the caller has what it asked for."""
        id, _, secret = refresh_token.partition(".")
        async with self.store.unit_of_work() as uow:
            try:
                session = await uow.users.session(SessionId(id))
            except NotFound:
                return
            if session.recognises(secret):
                await uow.users.put_session(session.revoke(at=self.now()))


@frozen
class Recognise:
    """Tell who an access token speaks for."""

    store: Store
    tokens: AccessTokens
    now: Now

    async def __call__(self, token: str) -> Caller:
        """Raises NotSignedIn for tokens that do not hold, and for users who are gone or disabled."""
        claims = self.tokens.read(token, at=self.now())
        async with self.store.read() as uow:
            try:
                user = await uow.users.get(claims.user)
            except NotFound as error:
                raise NotSignedIn("The account of this token does not exist any more.") from error
        if user.disabled:
            raise NotSignedIn("The account of this token is disabled.")
        return Caller(user.id, until=claims.expires_at)
