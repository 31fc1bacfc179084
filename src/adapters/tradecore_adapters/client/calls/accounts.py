"""Requests about accounts, sign-ins and personal tokens."""

from collections.abc import Sequence
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def login(email: str, password: str) -> Call[models.Tokens]:
    """Exchange a password for tokens."""
    return Call(models.Tokens, "POST", "/api/auth/login", {"email": email, "password": password})


def begin_provider_login(redirect_uri: str) -> Call[models.BegunLogin]:
    """Begin a sign-in with the identity provider, which returns to `redirect_uri`. Raises IllegalMove without one."""
    return Call(models.BegunLogin, "POST", "/api/auth/oidc/begin", {"redirectUri": redirect_uri})


def finish_provider_login(code: str, state: str, login: str) -> Call[models.Tokens]:
    """Exchange what the identity provider returned, and the `login` of the beginning, for tokens."""
    return Call(models.Tokens, "POST", "/api/auth/oidc/finish", {"code": code, "state": state, "login": login})


def refresh(token: str) -> Call[models.Tokens]:
    """Exchange a refresh token for another access token."""
    return Call(models.Tokens, "POST", "/api/auth/refresh", {"refreshToken": token})


def logout(refresh_token: str) -> Call[models.LoggedOut]:
    """End the session that a refresh token belongs to; no effect without one."""
    return Call(models.LoggedOut, "POST", "/api/auth/logout", {"refreshToken": refresh_token})


def account() -> Call[models.Account]:
    """The account of the caller, and the scopes of the token in use."""
    return Call(models.Account, "GET", "/api/auth/me")


def export_account() -> Call[bytes]:
    """Everything of the account, as lines of JSON in UTF-8; the last line is of the kind `manifest`."""
    return Call(bytes, "GET", "/api/auth/me/export")


def change_password(current: str, new: str) -> Call[models.ChangedPassword]:
    """Change the password; all other sessions end. Raises Invalid for a wrong current or an unusable new one."""
    return Call(models.ChangedPassword, "POST", "/api/auth/password", {"current": current, "new": new})


def reset_password(token: str, new: str) -> Call[models.ChangedPassword]:
    """Set another password with the token of a reset; all sessions end. Raises Invalid for an unusable password."""
    return Call(models.ChangedPassword, "POST", "/api/auth/reset", {"token": token, "new": new})


def create_token(name: str, scopes: Sequence[str], *, expires_in_days: int | None = None) -> Call[models.CreatedToken]:
    """Create a personal token with some of `read`, `launch`, `trade` and `admin`; its text is in `token`, this once.

    Without `expires_in_days` it does not expire. Raises NotAllowed for scopes that the caller does not have.
    """
    body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    if expires_in_days is not None:
        body["expiresInDays"] = expires_in_days
    return Call(models.CreatedToken, "POST", "/api/tokens", body)


def tokens(*, limit: int = 50, page: int = 1) -> Call[models.PersonalTokens]:
    """A page of the caller's personal tokens, newest first; `limit` is the size of a page."""
    return Call(models.PersonalTokens, "GET", "/api/tokens", query={"limit": str(limit), "page": str(page)})


def delete_token(id: str) -> Call[None]:
    """Delete a personal token of the caller. Raises NotFound."""
    return Call(type(None), "DELETE", f"/api/tokens/{segment(id)}", resource_id=id, resource="personal token")


def users(*, limit: int = 50, page: int = 1) -> Call[models.Users]:
    """A page of all accounts by e-mail address, for administrators; `limit` is the size of a page."""
    return Call(models.Users, "GET", "/api/users", query={"limit": str(limit), "page": str(page)})


def create_user(
    email: str, password: str, *, name: str | None = None, scopes: Sequence[str] | None = None
) -> Call[models.ManagedUser]:
    """Create an account, for administrators. Raises IllegalMove where another account has the address."""
    body = {"email": email, "password": password, "name": name, "scopes": list(scopes) if scopes else None}
    return Call(models.ManagedUser, "POST", "/api/users", {key: value for key, value in body.items() if value})


def update_user(
    id: str,
    *,
    name: str | None = None,
    scopes: Sequence[str] | None = None,
    disabled: bool | None = None,
    password: str | None = None,
) -> Call[models.ManagedUser]:
    """Change an account, for administrators; what is None stays as it is. Raises NotFound, Invalid, IllegalMove."""
    changes = {"name": name, "scopes": None if scopes is None else list(scopes), "disabled": disabled}
    body = {key: value for key, value in {**changes, "password": password}.items() if value is not None}
    return Call(models.ManagedUser, "PATCH", f"/api/users/{segment(id)}", body, resource_id=id, resource="user")


def remove_user(id: str) -> Call[None]:
    """Remove an account, for administrators. Raises NotFound, IllegalMove for the caller's own."""
    return Call(type(None), "DELETE", f"/api/users/{segment(id)}", resource_id=id, resource="user")
