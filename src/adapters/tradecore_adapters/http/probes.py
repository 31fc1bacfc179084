"""Routes for operators and load balancers: name, liveness and readiness."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import define, field, frozen
from msgspec import UNSET, Struct

from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import responses, succeed
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.responses import BytesResponse, json_bytes
from tradecore_adapters.http.routes import ResponseSpec, Route

# The store is checked at most this often, whatever the rate of probes.
_CHECK_INTERVAL = timedelta(seconds=1)


class Welcome(Struct):
    """What stands at the root."""

    message: str


_WELCOME = json_bytes(Welcome("TradingAgents API v1.0"))


@define
class _LastCheck:
    at: datetime | None = None


@frozen
class ProbeRoutes:
    """`/`, `/health` and `/ready`."""

    options: HttpOptions
    ready: Callable[[], Awaitable[None]]
    last_check: _LastCheck = field(factory=_LastCheck)

    async def root(self, context: RequestContext) -> BytesResponse:
        """The name of the API."""
        return BytesResponse(200, _WELCOME)

    async def health(self, context: RequestContext) -> BytesResponse:
        """Liveness: the process responds. Nothing else is checked."""
        health = schemas.HealthData("ok")
        if self.options.details:
            health = schemas.HealthData("ok", self.options.version, self.options.engine or UNSET)
        return succeed(context, health)

    async def readiness(self, context: RequestContext) -> BytesResponse:
        """Readiness: the store responds. Raises Unavailable otherwise."""
        last = self.last_check.at
        if last is None or not timedelta() <= context.now - last < _CHECK_INTERVAL:
            await self.ready()
            self.last_check.at = context.now
        return succeed(context, schemas.HealthData("ok"))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "GET",
                "/",
                "root",
                "What this is",
                self.root,
                {200: ResponseSpec("A greeting.", Welcome)},
                tag="operation",
                open=True,
            ),
            Route(
                "GET",
                "/health",
                "health",
                "Whether the process answers",
                self.health,
                responses(schemas.HealthData),
                tag="operation",
                open=True,
            ),
            Route(
                "GET",
                "/ready",
                "ready",
                "Whether requests can be served",
                self.readiness,
                responses(schemas.HealthData),
                tag="operation",
                open=True,
            ),
        )
