"""Identity ports: password hashing, access tokens, an identity provider, and all of them together."""

from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from tradecore.model.ids import SessionId, UserId
from tradecore.model.users import Scope


@frozen
class PasswordCheck:
    """The result of a password check; `outdated` means that the hash is weaker than a new one."""

    matches: bool
    outdated: bool = False


class Passwords(Protocol):
    """Password hashes of a memory-hard function. A check takes the same time with and without a hash."""

    async def hash(self, password: str) -> str:
        """A salted hash that includes its parameters. Does not block the event loop."""
        ...

    async def check(self, password: str, against: str | None) -> PasswordCheck:
        """Compare with a hash; None, for an unknown user, never matches. Does not block the event loop."""
        ...


@frozen
class TokenClaims:
    """The claims of a valid access token: who, in which session, and until when."""

    user: UserId
    session: SessionId
    expires_at: datetime


class AccessTokens(Protocol):
    """Issues and reads signed access tokens."""

    def issue(self, user: UserId, session: SessionId, *, at: datetime, lifetime: timedelta) -> str:
        """A token for a session of a user, valid from `at` for `lifetime`; no two tokens are the same text."""
        ...

    def read(self, token: str, *, at: datetime) -> TokenClaims:
        """The claims of a token that is valid at `at`. Raises NotAuthenticated for any other text."""
        ...


@frozen
class BegunLogin:
    """A sign-in with an identity provider that has begun.

    - `url`: where to send the browser.
    - `state`: what the provider returns with the code.
    - `login`: what the sign-in is finished with. It stays in the browser that began it, so that nobody can finish a
      sign-in of their own in the browser of another.
    - `lifetime`: how long the sign-in may take.
    """

    url: str
    state: str
    login: str = field(repr=False)
    lifetime: timedelta


@frozen
class ProviderUser:
    """What an identity provider says about a user; `subject` is the user's id there."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str
    groups: tuple[str, ...]


@frozen
class ProviderToken:
    """The claims of a valid access token of an identity provider."""

    issuer: str
    subject: str
    scopes: tuple[Scope, ...]
    expires_at: datetime


class IdentityProvider(Protocol):
    """A service that users sign in with elsewhere."""

    async def begin(self, redirect_uri: str, *, at: datetime) -> BegunLogin:
        """Begin a sign-in that returns to `redirect_uri`. Raises Invalid for one that is not allowed, Unavailable."""
        ...

    async def finish(self, code: str, state: str, login: str, *, at: datetime) -> ProviderUser:
        """Exchange the code that the provider returned with `state` for its user; `login` is that of the beginning.

        Raises NotAuthenticated for anything that does not belong together or that the provider does not confirm,
        Unavailable.
        """
        ...

    def issued(self, token: str) -> bool:
        """Whether a text claims to be an access token of the provider for this installation. Verifies nothing."""
        ...

    async def read(self, token: str, *, at: datetime) -> ProviderToken:
        """The claims of an access token that is valid at `at`. Raises NotAuthenticated for any other, Unavailable."""
        ...


@frozen
class Identity:
    """How an installation knows its users: password hashes, access tokens, and an identity provider if there is one."""

    passwords: Passwords
    tokens: AccessTokens
    provider: IdentityProvider | None = None
