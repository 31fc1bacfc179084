"""Sessions: log in with a password or an identity provider, refresh an access token, log out."""

import structlog
from litestar import Controller, post
from litestar.params import JSONBody

from tradecore.model.errors import IllegalMove, Invalid, NotAllowed, NotAuthenticated
from tradecore.use_cases.sessions import AccessGrant
from tradecore_adapters.http.api import account_schemas, schemas
from tradecore_adapters.http.api.account_requests import (
    BeginProviderLoginRequest,
    FinishProviderLoginRequest,
    ResetPasswordRequest,
)
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.requests import LoginRequest, RefreshRequest
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.session_cookie import SessionCookie, session_cookie

audit = structlog.get_logger("tradecore.audit")


class SessionController(Controller):
    """Exchanges passwords and refresh tokens for access tokens."""

    path = "/api/auth"
    tags = ("accounts",)
    opt = {"public": True}  # noqa: RUF012  # as Litestar declares it

    @post(
        "/login",
        status_code=200,
        operation_id="login",
        summary="Sign in",
        response_description="Signed in.",
        responses=errors_of(401, 403, 413, 415, 429, public=True),
    )
    async def login(
        self, request: JsonRequest, core: Core, data: JSONBody[LoginRequest]
    ) -> Succeeded[schemas.LoginData]:
        """Exchange a password for tokens. Raises NotAuthenticated, RateLimited, and NotAllowed as `session_cookie`."""
        context = request.context
        cookie = session_cookie(context) if data.cookie else None
        try:
            tokens = await core.login(
                data.email, data.password, origin=context.address, rotates=data.rotate_refresh_token
            )
        except NotAuthenticated:
            audit.warning("login_failed", request=context.id, address=context.address)
            raise
        audit.info("login", request=context.id, address=context.address, user=tokens.user.id)
        return succeed(context, _granted(tokens, context, cookie))

    @post(
        "/oidc/begin",
        status_code=200,
        operation_id="beginProviderLogin",
        summary="Begin a sign-in with the identity provider",
        description=(
            "Send the browser to `authorizationUrl`. The provider returns it to `redirectUri` with `code` and `state`, "
            "which finish the sign-in together with `login`; keep `login` in that browser until then. 409 without an "
            "identity provider."
        ),
        response_description="Begun.",
        responses=errors_of(409, 413, 415, public=True),
    )
    async def begin_provider_login(
        self, request: JsonRequest, core: Core, data: JSONBody[BeginProviderLoginRequest]
    ) -> Succeeded[account_schemas.BegunLoginData]:
        """Begin a sign-in. Raises IllegalMove, Invalid, Unavailable as BeginProviderLogin does."""
        begun = await core.begin_provider_login(data.redirect_uri)
        expires_in = int(begun.lifetime.total_seconds())
        return succeed(request.context, account_schemas.BegunLoginData(begun.url, begun.state, begun.login, expires_in))

    @post(
        "/oidc/finish",
        status_code=200,
        operation_id="finishProviderLogin",
        summary="Finish a sign-in with the identity provider",
        description=(
            "The first sign-in of somebody creates an account. 409 where an account has the address already, unless "
            "the installation links accounts by address."
        ),
        response_description="Signed in.",
        responses=errors_of(401, 403, 409, 413, 415, public=True),
    )
    async def finish_provider_login(
        self, request: JsonRequest, core: Core, data: JSONBody[FinishProviderLoginRequest]
    ) -> Succeeded[schemas.LoginData]:
        """Finish a sign-in. Raises NotAuthenticated, NotAllowed, IllegalMove as FinishProviderLogin does."""
        context = request.context
        cookie = session_cookie(context) if data.cookie else None
        try:
            tokens = await core.finish_provider_login(
                data.code, data.state, data.login, rotates=data.rotate_refresh_token
            )
        except (NotAuthenticated, NotAllowed, IllegalMove) as refusal:
            # The cause, which is not told to the caller, is what its operator looks for.
            reason = str(refusal.__cause__ or refusal)
            audit.warning("login_failed", request=context.id, address=context.address, reason=reason)
            raise
        audit.info("login", request=context.id, address=context.address, user=tokens.user.id, provider=True)
        return succeed(context, _granted(tokens, context, cookie))

    @post(
        "/refresh",
        status_code=200,
        operation_id="refresh",
        summary="Get another access token",
        description="The refresh token stays valid, unless the sign-in set `rotateRefreshToken`.",
        response_description="A new access token.",
        responses=errors_of(401, 403, 409, 413, 415, 429, public=True),
    )
    async def refresh(
        self, request: JsonRequest, core: Core, data: JSONBody[RefreshRequest]
    ) -> Succeeded[schemas.RefreshData]:
        """Exchange a refresh token for another access token. Raises NotAuthenticated, NotAllowed."""
        context = request.context
        cookie, token = _kept(context, data)
        try:
            tokens = await core.refresh_session(token)
        except NotAuthenticated:
            audit.warning("refresh_refused", request=context.id, address=context.address)
            raise
        audit.info("refresh", request=context.id, address=context.address, user=tokens.user.id)
        refreshed = schemas.RefreshData(tokens.access_token, int(tokens.lifetime.total_seconds()))
        if tokens.refresh_token:
            refreshed.refresh_token = _hand_out(tokens, tokens.refresh_token, context, cookie)
        return succeed(context, refreshed)

    @post(
        "/reset",
        status_code=200,
        operation_id="resetPassword",
        summary="Set another password with a reset token",
        description=(
            "An operator prints the token with `tradecore users reset`; it is valid once and for an hour. Ends all "
            "sessions of the user; personal tokens stay."
        ),
        response_description="Changed.",
        responses=errors_of(401, 409, 413, 415, public=True),
    )
    async def reset(
        self, request: JsonRequest, core: Core, data: JSONBody[ResetPasswordRequest]
    ) -> Succeeded[account_schemas.ChangedPasswordData]:
        """Set another password. Raises Invalid, NotAuthenticated, Stale as ResetPassword does."""
        context = request.context
        try:
            user = await core.reset_password(data.token, data.new, origin=context.address)
        except (Invalid, NotAuthenticated):
            audit.warning("password_reset_refused", request=context.id, address=context.address)
            raise
        audit.info("password_reset", request=context.id, address=context.address, user=user.id)
        return succeed(context, account_schemas.ChangedPasswordData(True))

    @post(
        "/logout",
        status_code=200,
        operation_id="logout",
        summary="Sign out",
        description="Ends the session: its refresh token is refused at once, its access tokens within 3 seconds.",
        response_description="Signed out.",
        responses=errors_of(403, 413, 415, 429, public=True),
    )
    async def logout(
        self, request: JsonRequest, core: Core, data: JSONBody[RefreshRequest]
    ) -> Succeeded[schemas.LogoutData]:
        """End a sign-in, if the token belongs to one. Raises NotAuthenticated, NotAllowed where a cookie is missing."""
        context = request.context
        cookie, token = _kept(context, data)
        await core.logout(token)
        if cookie is not None:
            context.response_headers.append(cookie.delete())
        audit.info("logout", request=context.id, address=context.address)
        return succeed(context, schemas.LogoutData(True))


def _kept(context: RequestContext, data: RefreshRequest) -> tuple[SessionCookie | None, str]:
    """The refresh token of a request, and the cookie that it came in. Raises NotAuthenticated, NotAllowed."""
    if data.refresh_token is not None:
        return None, data.refresh_token
    cookie = session_cookie(context)
    if cookie is None:
        raise NotAuthenticated("There is no cookie over plain HTTP from another machine; sign in.")
    return cookie, cookie.read(context)


def _granted(tokens: AccessGrant, context: RequestContext, cookie: SessionCookie | None) -> schemas.LoginData:
    assert tokens.refresh_token, "a sign-in returns a refresh token"
    user = schemas.UserData(tokens.user.id, tokens.user.email, tokens.user.name)
    refresh_token = _hand_out(tokens, tokens.refresh_token, context, cookie)
    return schemas.LoginData(tokens.access_token, refresh_token, int(tokens.lifetime.total_seconds()), user)


def _hand_out(tokens: AccessGrant, token: str, context: RequestContext, cookie: SessionCookie | None) -> str:
    """The refresh token for the body of a response; empty if the cookie keeps it."""
    if cookie is None:
        return token
    context.response_headers.append(cookie.store(token, until=tokens.session_expires_at, now=context.now))
    return ""
