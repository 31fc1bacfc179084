"""Routes of sign-ins: login, refresh, logout."""

import structlog
from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.errors import NotAuthenticated
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import responses, succeed
from tradecore_adapters.http.api.requests import LoginRequest, RefreshRequest, read_body
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse
from tradecore_adapters.http.routes import Route

audit = structlog.get_logger("tradecore.audit")


@frozen
class AccountRoutes:
    """Exchange passwords and refresh tokens for access tokens."""

    core: Tradecore
    body_limit: int

    async def login(self, context: RequestContext) -> BytesResponse:
        """Exchange a password for tokens."""
        body = await read_body(context, LoginRequest, self.body_limit)
        try:
            tokens = await self.core.login(
                body.email, body.password, origin=context.address, rotates=body.rotate_refresh_token
            )
        except NotAuthenticated:
            audit.warning("login_failed", request=context.id, address=context.address)
            raise
        audit.info("login", request=context.id, address=context.address, user=tokens.user.id)
        user = schemas.UserData(tokens.user.id, tokens.user.email, tokens.user.name)
        assert tokens.refresh_token, "a sign-in returns a refresh token"
        expires_in = int(tokens.lifetime.total_seconds())
        return succeed(context, schemas.LoginData(tokens.access_token, tokens.refresh_token, expires_in, user))

    async def refresh(self, context: RequestContext) -> BytesResponse:
        """Exchange a refresh token for another access token."""
        body = await read_body(context, RefreshRequest, self.body_limit)
        try:
            tokens = await self.core.refresh_session(body.refresh_token)
        except NotAuthenticated:
            audit.warning("refresh_refused", request=context.id, address=context.address)
            raise
        audit.info("refresh", request=context.id, address=context.address, user=tokens.user.id)
        data = schemas.RefreshData(tokens.access_token, int(tokens.lifetime.total_seconds()))
        if tokens.refresh_token:
            data.refresh_token = tokens.refresh_token
        return succeed(context, data)

    async def logout(self, context: RequestContext) -> BytesResponse:
        """End a sign-in."""
        body = await read_body(context, RefreshRequest, self.body_limit)
        await self.core.logout(body.refresh_token)
        audit.info("logout", request=context.id, address=context.address)
        return succeed(context, schemas.LogoutData(True))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "POST",
                "/api/auth/login",
                "login",
                "Sign in",
                self.login,
                responses(schemas.LoginData, 401, 413, 415, 429),
                tag="accounts",
                body=LoginRequest,
                example={"email": "user@example.com", "password": "securepassword123"},
                open=True,
            ),
            Route(
                "POST",
                "/api/auth/refresh",
                "refresh",
                "Get another access token",
                self.refresh,
                responses(schemas.RefreshData, 401, 409, 413, 415, 429),
                description="The refresh token goes on working, unless the sign-in asked for rotation.",
                tag="accounts",
                body=RefreshRequest,
                example={"refreshToken": "refresh_token_here"},
                open=True,
            ),
            Route(
                "POST",
                "/api/auth/logout",
                "logout",
                "Sign out",
                self.logout,
                responses(schemas.LogoutData, 413, 415, 429),
                description="The refresh token is worth nothing afterwards; access tokens run out by themselves.",
                tag="accounts",
                body=RefreshRequest,
                example={"refreshToken": "refresh_token_here"},
                open=True,
            ),
        )
