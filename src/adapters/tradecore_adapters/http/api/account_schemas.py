"""The response schemas of accounts and personal tokens."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from tradecore.model.users import PersonalToken, Scope, User
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.responses import utc

ScopeName = Literal["read", "launch", "trade", "admin", "feed"]


class AccountUserData(Struct, rename="camel"):
    """A user, and what the credential of the request may do."""

    id: str
    email: str
    name: str
    scopes: list[ScopeName]


class AccountData(Struct, rename="camel"):
    """Whose credential the request carries."""

    user: AccountUserData


class ChangedPasswordData(Struct, rename="camel"):
    """That the password was changed."""

    changed: Literal[True]


class BegunLoginData(Struct, rename="camel"):
    """Send the browser to `authorizationUrl`, and finish with `login` within `expiresIn` seconds."""

    authorization_url: str
    state: str
    login: str
    expires_in: int


class ManagedUserData(Struct, rename="camel"):
    """An account as its administrators see it."""

    id: str
    email: str
    name: str
    scopes: list[ScopeName]
    disabled: bool
    created_at: Timestamp


class UsersData(Struct, rename="camel"):
    """A page of accounts, by e-mail address."""

    users: list[ManagedUserData]
    pagination: PaginationData


class TokenData(Struct, rename="camel"):
    """A personal token without its text; `lastUsedAt` is exact to the minute."""

    id: str
    name: str
    scopes: list[ScopeName]
    created_at: Timestamp
    expires_at: Timestamp | UnsetType = UNSET
    last_used_at: Timestamp | UnsetType = UNSET


class CreatedTokenData(Struct, rename="camel"):
    """A new personal token; `token` is its text, which is shown this once."""

    id: str
    name: str
    scopes: list[ScopeName]
    token: str
    created_at: Timestamp
    expires_at: Timestamp | UnsetType = UNSET


class TokensData(Struct, rename="camel"):
    """A page of the caller's personal tokens, newest first."""

    tokens: list[TokenData]
    pagination: PaginationData


def scope_names(scopes: tuple[Scope, ...]) -> list[ScopeName]:
    """The scopes as they are sent."""
    return [scope.value for scope in scopes]


def managed_user(user: User) -> ManagedUserData:
    """An account as its administrators see it."""
    return ManagedUserData(
        user.id, user.email, user.name, scope_names(user.scopes), user.disabled, utc(user.created_at)
    )


def token(token: PersonalToken) -> TokenData:
    """A personal token without its text."""
    return TokenData(
        token.id,
        token.name,
        scope_names(token.scopes),
        utc(token.created_at),
        utc(token.expires_at) if token.expires_at else UNSET,
        utc(token.last_used_at) if token.last_used_at else UNSET,
    )


def created_token(token: PersonalToken, text: str) -> CreatedTokenData:
    """A new personal token with its text."""
    expires_at = utc(token.expires_at) if token.expires_at else UNSET
    return CreatedTokenData(token.id, token.name, scope_names(token.scopes), text, utc(token.created_at), expires_at)
