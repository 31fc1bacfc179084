"""Routes of sign-ins: login, refresh, logout."""

import structlog
from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.errors import NotSignedIn
from tradecore_adapters.http.answers import Answer
from tradecore_adapters.http.api import wire
from tradecore_adapters.http.api.envelope import promises, succeed
from tradecore_adapters.http.api.reading import LoginRequest, RefreshRequest, read_body
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.routes import Route

audit = structlog.get_logger("tradecore.audit")


@frozen
class Accounts:
    """Tokens for passwords, and for other tokens."""

    core: Tradecore
    body_limit: int

    async def login(self, asked: Asked) -> Answer:
        """Exchange a password for tokens."""
        body = await read_body(asked, LoginRequest, self.body_limit)
        try:
            made = await self.core.sign_in(
                body.email, body.password, origin=asked.address, rotates=body.rotate_refresh_token
            )
        except NotSignedIn:
            audit.warning("login_failed", request=asked.id, address=asked.address)
            raise
        audit.info("login", request=asked.id, address=asked.address, user=made.user.id)
        user = wire.UserData(made.user.id, made.user.email, made.user.name)
        assert made.refresh_token, "a sign-in hands out a refresh token"
        expires_in = int(made.lifetime.total_seconds())
        return succeed(asked, wire.LoginData(made.access_token, made.refresh_token, expires_in, user))

    async def refresh(self, asked: Asked) -> Answer:
        """Exchange a refresh token for another access token."""
        body = await read_body(asked, RefreshRequest, self.body_limit)
        try:
            made = await self.core.refresh_session(body.refresh_token)
        except NotSignedIn:
            audit.warning("refresh_refused", request=asked.id, address=asked.address)
            raise
        audit.info("refresh", request=asked.id, address=asked.address, user=made.user.id)
        answer = wire.RefreshData(made.access_token, int(made.lifetime.total_seconds()))
        if made.refresh_token:
            answer.refresh_token = made.refresh_token
        return succeed(asked, answer)

    async def logout(self, asked: Asked) -> Answer:
        """End a sign-in."""
        body = await read_body(asked, RefreshRequest, self.body_limit)
        await self.core.sign_out(body.refresh_token)
        audit.info("logout", request=asked.id, address=asked.address)
        return succeed(asked, wire.LogoutData(True))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "POST",
                "/api/auth/login",
                "login",
                "Sign in",
                self.login,
                promises(wire.LoginData, 401, 413, 415, 429),
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
                promises(wire.RefreshData, 401, 409, 413, 415, 429),
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
                promises(wire.LogoutData, 413, 415, 429),
                description="The refresh token is worth nothing afterwards; access tokens run out by themselves.",
                tag="accounts",
                body=RefreshRequest,
                example={"refreshToken": "refresh_token_here"},
                open=True,
            ),
        )
