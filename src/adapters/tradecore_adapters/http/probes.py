"""Routes for operators and load balancers: name, liveness and readiness."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import define, field
from litestar import Controller, get
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, Struct

from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.error_codes import DESCRIPTIONS, ErrorCode
from tradecore_adapters.http.console import accepts_html, console_page
from tradecore_adapters.http.dependencies import Dependency
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import BytesResponse, json_bytes

# The store is checked at most this often, whatever the rate of probes.
_CHECK_INTERVAL = timedelta(seconds=1)


class Welcome(Struct):
    """The response at the root."""

    message: str


@define
class Readiness:
    """Checks whether requests can be served, at most once a second."""

    check: Callable[[], Awaitable[None]]
    checked_at: datetime | None = field(default=None, init=False)

    async def __call__(self, now: datetime) -> None:
        """Raises Unavailable if requests cannot be served."""
        if self.checked_at is None or not timedelta() <= now - self.checked_at < _CHECK_INTERVAL:
            await self.check()
            self.checked_at = now


def health_of(options: HttpOptions) -> schemas.HealthData:
    """What /health shows: what the process runs, unless the options keep that private."""
    if not options.details:
        return schemas.HealthData("ok")
    return schemas.HealthData(
        "ok",
        version=options.version,
        engine=options.engine or UNSET,
        data=options.data or UNSET,
        go_live=options.go_live or UNSET,
        identity_provider=options.identity_provider or UNSET,
    )


class ProbeController(Controller):
    """`/`, `/health` and `/ready`, and what a WebSocket client gets that cannot open one."""

    path = "/"
    tags = ("operation",)
    opt = {"public": True}  # noqa: RUF012  # as Litestar declares it

    @get(
        operation_id="root",
        summary="Get the name of the API",
        description="Browsers get the console.",
        responses={200: ResponseSpec(Welcome, description="The name of the API.", generate_examples=False)},
    )
    async def root(self, request: JsonRequest) -> BytesResponse:
        """The name of the API, or the console."""
        context = request.context
        if not accepts_html(context.headers):
            return BytesResponse(200, json_bytes(Welcome("TradingAgents API v1.0")))
        return console_page(context.headers, context.root_path)

    @get("/ws", include_in_schema=False)
    async def not_upgraded(self) -> None:
        """Raises HttpError: requests for a WebSocket do not come here, so this is none, or a proxy made it one."""
        message = DESCRIPTIONS[ErrorCode.UPGRADE_REQUIRED].example
        raise HttpError(HttpErrorKind.NOT_UPGRADED, message, ((b"upgrade", b"websocket"),))

    @get(
        "/health",
        operation_id="health",
        summary="Check that the process responds",
        response_description="The process responds. Nothing else is checked.",
        responses=errors_of(),
    )
    async def health(
        self, request: JsonRequest, health: Dependency[schemas.HealthData]
    ) -> Succeeded[schemas.HealthData]:
        """Liveness: the process responds. Nothing else is checked."""
        return succeed(request.context, health)

    @get(
        "/ready",
        operation_id="ready",
        summary="Check that requests can be served",
        response_description="The store accepts reads and writes.",
        responses=errors_of(),
    )
    async def ready(self, request: JsonRequest, readiness: Dependency[Readiness]) -> Succeeded[schemas.HealthData]:
        """Readiness: the store responds. Raises Unavailable otherwise."""
        await readiness(request.context.now)
        return succeed(request.context, schemas.HealthData("ok"))
