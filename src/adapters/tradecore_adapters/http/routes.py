"""Routes: the handler of each, and everything that the OpenAPI document says about it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from attrs import frozen
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope
from pydantic import BaseModel

from tradecore_adapters.http.context import SCOPE_KEY, RequestContext

# The names of the security schemes in the OpenAPI document.
ACCESS_TOKEN, API_KEY = "accessToken", "apiKey"

# A handler returns an ASGI application: a `BytesResponse`, or an application that streams.
RouteEndpoint = Callable[[RequestContext], Awaitable[ASGIApp]]


@frozen
class Parameter:
    """A parameter outside of the body. `place` is path, query or header, `schema` a JSON schema."""

    name: str
    place: str
    schema: Mapping[str, Any]
    description: str = ""
    required: bool = False


IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "Sending the same request again with the same key gets the first answer again",
)


@frozen
class ResponseSpec:
    """A response as documented: the msgspec type of its body, or None, and descriptions of its headers."""

    description: str
    content: Any = None
    headers: Mapping[str, str] = {}
    media_type: str = "application/json"


@frozen
class Route:
    """A route. `path` is written as in OpenAPI, `/things/{id}`; an `open` route needs no authentication.

    `credential` names the security scheme of a route that is not open.
    """

    method: str
    path: str
    name: str
    summary: str
    endpoint: RouteEndpoint
    responses: Mapping[int, ResponseSpec]
    description: str = ""
    tag: str = ""
    body: type[BaseModel] | None = None
    example: Any = None
    parameters: Sequence[Parameter] = ()
    open: bool = False
    credential: str = ACCESS_TOKEN
    documented: bool = True

    def for_litestar(self) -> HTTPRouteHandler:
        """The Litestar handler, which passes the request context on."""
        endpoint = self.endpoint

        async def handle(scope: Scope) -> ASGIApp:
            context: RequestContext = scope[SCOPE_KEY]  # type: ignore[literal-required]  # set by the middleware
            return await endpoint(context)

        return HTTPRouteHandler(
            self.path.replace("}", ":str}"),
            http_method=self.method,  # type: ignore[arg-type]  # upper-case names of methods
            name=self.name,
            status_code=200,
            include_in_schema=False,
        )(handle)
