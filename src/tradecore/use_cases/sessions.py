"""Sessions: login, token refresh, logout, and authentication by access token."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from attrs import evolve, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotAuthenticated, NotFound, Stale
from tradecore.model.ids import SessionId
from tradecore.model.users import PASSWORD_LENGTHS, Caller, Session, User, fingerprint, normalize_email
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.identity import AccessTokens, IdentityProvider, Passwords
from tradecore.ports.store import Store
from tradecore.use_cases.active_session import SESSION_ENDED
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.throttle import PasswordThrottle
from tradecore.use_cases.tokens import TOKEN_PREFIX, AuthenticateToken

_LOGIN_REFUSED = "The e-mail address or the password is wrong."
_REFRESH_REFUSED = "This refresh token is not valid any more; sign in again."


@frozen
class TokenLifetimes:
    """The lifetimes of access tokens, and of refresh tokens counted from the login."""

    access: timedelta
    refresh: timedelta


@frozen
class AccessGrant:
    """The tokens from a login or refresh. `refresh_token` is None when the old one stays valid.

    `lifetime` is that of the access token; no token of the session is valid after `session_expires_at`.
    """

    user: User
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    lifetime: timedelta
    session_expires_at: datetime


@frozen(eq=False)
class Login:
    """Log in with a password."""

    store: Store
    passwords: Passwords
    tokens: AccessTokens
    throttle: PasswordThrottle
    now: Now
    new_id: NewId
    new_secret: NewSecret
    lifetimes: TokenLifetimes
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(factory=WeakValueDictionary, init=False)

    async def __call__(self, address: str, password: str, *, origin: str, rotates: bool = False) -> AccessGrant:
        """The tokens of a new session. `origin` is the network address of the request.

        Raises NotAuthenticated, alike for unknown users and wrong passwords, RateLimited after too many wrong
        passwords, and Invalid for text that cannot be an e-mail address or a password.
        """
        account = normalize_email(address)
        user, outdated = await self.verify(account, password, origin=origin)
        if outdated:
            with suppress(Stale):  # another request has changed the account; it is rehashed at the next login
                await self._rehash(user, password)
        return await self.begin_session(user, rotates=rotates)

    async def verify(self, account: str, password: str, *, origin: str) -> tuple[User, bool]:
        """The enabled user with a normalized address and a password, and whether the password's hash is outdated.

        Raises NotAuthenticated, RateLimited and Invalid as a login does.
        """
        if not 1 <= len(password) < PASSWORD_LENGTHS.stop:
            raise Invalid.one("password", f"A password has at most {PASSWORD_LENGTHS.stop - 1} characters.")
        # One at a time: concurrent attempts would all pass the throttle before the first failure is counted.
        async with self._locks.setdefault(f"{account}:{origin}", asyncio.Lock()):
            user, outdated = await self._check_password(account, password, origin)
            await self.throttle.record_success(account, origin)
        return user, outdated

    async def _check_password(self, account: str, password: str, origin: str) -> tuple[User, bool]:
        await self.throttle.check(account, origin)
        async with self.store.read() as uow:
            user = await uow.users.by_email(account)
        check = await self.passwords.check(password, user.password_hash if user else None)
        if user is None or user.disabled or not check.matches:
            await self.throttle.record_failure(account, origin)
            raise NotAuthenticated(_LOGIN_REFUSED)
        return user, check.outdated

    async def _rehash(self, user: User, password: str) -> None:
        renewed = evolve(user, password_hash=await self.passwords.hash(password))
        async with self.store.unit_of_work() as uow:
            await uow.users.put(Change(renewed))

    async def begin_session(self, user: User, *, rotates: bool) -> AccessGrant:
        """The tokens of a new session of a user whose identity was verified."""
        now, id, secret = self.now(), SessionId(self.new_id()), self.new_secret()
        session = Session(
            id=id,
            user=user.id,
            current=fingerprint(secret),
            rotates=rotates,
            created_at=now,
            expires_at=now + self.lifetimes.refresh,
            # A password change or disabling since the password was checked ends this session as well.
            generation=user.session_generation,
        )
        async with self.store.unit_of_work() as uow:
            await uow.users.put_session(Change(session))
        return _grant(self.tokens, user, session, f"{id}.{secret}", self.lifetimes, at=now)


@frozen
class RefreshSession:
    """Get another access token for a refresh token."""

    store: Store
    tokens: AccessTokens
    now: Now
    new_secret: NewSecret
    lifetimes: TokenLifetimes

    @retry_on_conflict
    async def __call__(self, refresh_token: str) -> AccessGrant:
        """The new tokens. Raises NotAuthenticated for an invalid token; a replaced one also ends the session."""
        id, _, secret = refresh_token.partition(".")
        now, successor = self.now(), None
        async with self.store.unit_of_work() as uow:
            try:
                session = await uow.users.session(SessionId(id))
                user = await uow.users.get(session.user)
            except NotFound as error:
                raise NotAuthenticated(_REFRESH_REFUSED) from error
            if session.is_reused(secret, now):
                await uow.users.put_session(session.revoke(at=now))
                alive = False
            else:
                alive = session.is_active(user, now) and session.is_current(secret)
                if alive and session.rotates:
                    successor = self.new_secret()
                    await uow.users.put_session(session.rotate(successor, at=now))
        if not alive:
            raise NotAuthenticated(_REFRESH_REFUSED)
        refreshed = f"{id}.{successor}" if successor else None
        return _grant(self.tokens, user, session, refreshed, self.lifetimes, at=now)


def _grant(
    tokens: AccessTokens,
    user: User,
    session: Session,
    refresh_token: str | None,
    lifetimes: TokenLifetimes,
    *,
    at: datetime,
) -> AccessGrant:
    """The tokens of a session at a time; an access token is not valid for longer than its session."""
    lifetime = min(lifetimes.access, session.expires_at - at)
    access_token = tokens.issue(user.id, session.id, at=at, lifetime=lifetime)
    return AccessGrant(user, access_token, refresh_token, lifetime, session.expires_at)


@frozen
class Logout:
    """Log out: end the session of a refresh token."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, refresh_token: str) -> None:
        """No effect for a token that is not valid."""
        id, _, secret = refresh_token.partition(".")
        async with self.store.unit_of_work() as uow:
            try:
                session = await uow.users.session(SessionId(id))
            except NotFound:
                return
            if session.is_current(secret):
                await uow.users.put_session(session.revoke(at=self.now()))


@frozen
class Authenticate:
    """Authenticate a user by access token, personal token, or access token of the identity provider."""

    store: Store
    tokens: AccessTokens
    now: Now
    personal: AuthenticateToken
    provider: IdentityProvider | None = None

    async def __call__(self, token: str) -> Caller:
        """The caller. Raises NotAuthenticated for invalid tokens and for those whose session has ended."""
        if token.startswith(TOKEN_PREFIX):
            return await self.personal(token)
        if self.provider is not None and self.provider.issued(token):
            return await self._by_provider(self.provider, token)
        now = self.now()
        claims = self.tokens.read(token, at=now)
        async with self.store.read() as uow:
            try:
                session, user = await uow.users.session_and_user(claims.session)
            except NotFound as error:
                raise NotAuthenticated(SESSION_ENDED) from error
        if user.id != claims.user or not session.is_active(user, now):
            raise NotAuthenticated(SESSION_ENDED)
        return Caller(user.id, claims.expires_at, user.scopes, session.id)

    async def _by_provider(self, provider: IdentityProvider, token: str) -> Caller:
        claims = await provider.read(token, at=self.now())
        async with self.store.read() as uow:
            user = await uow.users.by_identity(claims.issuer, claims.subject)
        if user is None or user.disabled:
            raise NotAuthenticated("No account here belongs to this access token; sign in with the provider once.")
        return Caller(user.id, claims.expires_at, tuple(scope for scope in claims.scopes if scope in user.scopes))
