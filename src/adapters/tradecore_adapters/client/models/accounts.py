"""Responses about accounts, sign-ins and personal tokens."""

from datetime import datetime

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """An access token, its lifetime in seconds, and the refresh token if there is a new one."""

    token: str
    expires_in: int
    refresh_token: str | None = None


class BegunLogin(msgspec.Struct, frozen=True, rename="camel"):
    """A sign-in that continues at `authorization_url` and is finished with `login`, within `expires_in` seconds."""

    authorization_url: str
    state: str
    login: str
    expires_in: int


class AccountUser(msgspec.Struct, frozen=True, rename="camel"):
    """A user, and what the token in use may do."""

    id: str
    email: str
    name: str
    scopes: tuple[str, ...]


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """Whose token it is."""

    user: AccountUser


class ChangedPassword(msgspec.Struct, frozen=True, rename="camel"):
    """That the password was changed."""

    changed: bool


class PersonalToken(msgspec.Struct, frozen=True, rename="camel"):
    """A personal token without its text; `last_used_at` is exact to the minute."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class CreatedToken(msgspec.Struct, frozen=True, rename="camel"):
    """A new personal token; `token` is its text, which is shown this once."""

    id: str
    name: str
    scopes: tuple[str, ...]
    token: str
    created_at: datetime
    expires_at: datetime | None = None


class ManagedUser(msgspec.Struct, frozen=True, rename="camel"):
    """An account as its administrators see it."""

    id: str
    email: str
    name: str
    scopes: tuple[str, ...]
    disabled: bool
    created_at: datetime


class PersonalTokens(msgspec.Struct, frozen=True, rename="camel"):
    """A page of personal tokens, newest first."""

    tokens: tuple[PersonalToken, ...]
    pagination: Pagination


class Users(msgspec.Struct, frozen=True, rename="camel"):
    """A page of accounts, by e-mail address."""

    users: tuple[ManagedUser, ...]
    pagination: Pagination


class LoggedOut(msgspec.Struct, frozen=True, rename="camel"):
    """That a session was ended."""

    signed_out: bool
