"""Store port, users: people, their sessions and tokens, and API keys."""

from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import KeyId, SessionId, TokenId, UserId
from tradecore.model.users import ApiKey, LinkedIdentity, PersonalToken, Session, User


class Users(Protocol):
    """Users, their sessions and personal tokens, and API keys."""

    async def get(self, id: UserId) -> User:
        """Raises NotFound."""
        ...

    async def by_email(self, email: str) -> User | None:
        """The user with this address, in the form of `tradecore.model.users.normalize_email`; None without one."""
        ...

    async def put(self, change: Change[User]) -> User:
        """Store a user. Raises IllegalMove if another user has the address, Stale if it was written since."""
        ...

    async def page(self, *, offset: int, limit: int) -> tuple[User, ...]:
        """Up to `limit` users by e-mail address, without the first `offset`."""
        ...

    async def count(self) -> int:
        """The number of users."""
        ...

    async def remove(self, id: UserId) -> None:
        """Delete a user with sessions, tokens, linked identities, broker account, interests; no effect without it."""
        ...

    async def by_identity(self, issuer: str, subject: str) -> User | None:
        """The user that is linked to a user at an identity provider; None without one."""
        ...

    async def link(self, identity: LinkedIdentity) -> None:
        """Link a user to a user at an identity provider. Raises Stale where that one is linked already."""
        ...

    async def session(self, id: SessionId) -> Session:
        """Raises NotFound."""
        ...

    async def session_and_user(self, id: SessionId) -> tuple[Session, User]:
        """A session and its user, read together and not locked. Raises NotFound."""
        ...

    async def put_session(self, change: Change[Session]) -> Session:
        """Store a session. Raises Stale if it was written since it was read."""
        ...

    async def delete_sessions(self, before: datetime, limit: int) -> int:
        """Delete the oldest sessions that expired before a time, up to `limit`, and return their number."""
        ...

    async def token(self, id: TokenId) -> PersonalToken:
        """Raises NotFound."""
        ...

    async def token_and_user(self, id: TokenId) -> tuple[PersonalToken, User]:
        """A personal token and its user, read together and not locked. Raises NotFound."""
        ...

    async def tokens(self, user: UserId) -> tuple[PersonalToken, ...]:
        """The personal tokens of a user, newest first."""
        ...

    async def put_token(self, change: Change[PersonalToken]) -> PersonalToken:
        """Store a personal token. Raises Stale if it was written or deleted since it was read."""
        ...

    async def delete_token(self, id: TokenId) -> None:
        """Delete a personal token; no effect without it."""
        ...

    async def key(self, id: KeyId) -> ApiKey:
        """Raises NotFound."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""
        ...

    async def put_key(self, change: Change[ApiKey]) -> ApiKey:
        """Store a key. Raises Stale if it was written since it was read."""
        ...


class UserRepositories(Protocol):
    """Users, sessions, personal tokens and API keys."""

    @property
    def users(self) -> Users: ...
