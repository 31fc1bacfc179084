"""Identity ports: password hashing, access tokens, and the two together."""

from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from tradecore.model.ids import SessionId, UserId


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
class Identity:
    """How an installation knows its users: password hashes and access tokens."""

    passwords: Passwords
    tokens: AccessTokens
