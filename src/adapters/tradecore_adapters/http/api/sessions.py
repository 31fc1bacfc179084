"""Sessions: log in, refresh an access token, log out."""

import structlog
from litestar import Controller, post
from litestar.params import JSONBody

from tradecore.model.errors import NotAuthenticated
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.requests import LoginRequest, RefreshRequest
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.requests import JsonRequest

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
        responses=errors_of(401, 413, 415, 429, public=True),
    )
    async def login(
        self, request: JsonRequest, core: Core, data: JSONBody[LoginRequest]
    ) -> Succeeded[schemas.LoginData]:
        """Exchange a password for tokens. Raises NotAuthenticated, RateLimited."""
        context = request.context
        try:
            tokens = await core.login(
                data.email, data.password, origin=context.address, rotates=data.rotate_refresh_token
            )
        except NotAuthenticated:
            audit.warning("login_failed", request=context.id, address=context.address)
            raise
        audit.info("login", request=context.id, address=context.address, user=tokens.user.id)
        user = schemas.UserData(tokens.user.id, tokens.user.email, tokens.user.name)
        assert tokens.refresh_token, "a sign-in returns a refresh token"
        expires_in = int(tokens.lifetime.total_seconds())
        return succeed(context, schemas.LoginData(tokens.access_token, tokens.refresh_token, expires_in, user))

    @post(
        "/refresh",
        status_code=200,
        operation_id="refresh",
        summary="Get another access token",
        description="The refresh token stays valid, unless the sign-in set `rotateRefreshToken`.",
        response_description="A new access token.",
        responses=errors_of(401, 409, 413, 415, 429, public=True),
    )
    async def refresh(
        self, request: JsonRequest, core: Core, data: JSONBody[RefreshRequest]
    ) -> Succeeded[schemas.RefreshData]:
        """Exchange a refresh token for another access token. Raises NotAuthenticated."""
        context = request.context
        try:
            tokens = await core.refresh_session(data.refresh_token)
        except NotAuthenticated:
            audit.warning("refresh_refused", request=context.id, address=context.address)
            raise
        audit.info("refresh", request=context.id, address=context.address, user=tokens.user.id)
        refreshed = schemas.RefreshData(tokens.access_token, int(tokens.lifetime.total_seconds()))
        if tokens.refresh_token:
            refreshed.refresh_token = tokens.refresh_token
        return succeed(context, refreshed)

    @post(
        "/logout",
        status_code=200,
        operation_id="logout",
        summary="Sign out",
        description="Ends the session: its refresh token is refused at once, its access tokens within 3 seconds.",
        response_description="Signed out.",
        responses=errors_of(413, 415, 429, public=True),
    )
    async def logout(
        self, request: JsonRequest, core: Core, data: JSONBody[RefreshRequest]
    ) -> Succeeded[schemas.LogoutData]:
        """End a sign-in, if the token belongs to one."""
        await core.logout(data.refresh_token)
        audit.info("logout", request=request.context.id, address=request.context.address)
        return succeed(request.context, schemas.LogoutData(True))
