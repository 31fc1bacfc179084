"""Routes: what each one does and what it promises, in one place, so that the documentation cannot drift."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from attrs import frozen
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope
from pydantic import BaseModel

from tradecore_adapters.http.asked import KEY, Asked

# What a route asks for as a bearer token, by the names that the documentation gives them.
ACCESS_TOKEN, API_KEY = "accessToken", "apiKey"

# Most acts come to an `Answer`; one that streams is an application of its own.
Act = Callable[[Asked], Awaitable[ASGIApp]]


@frozen
class Parameter:
    """Something asked outside the body; `schema` is its JSON schema. `place`: path, query or header."""

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
class Promise:
    """An answer that a route may give: the msgspec type of its body, if it has one; what its headers mean."""

    description: str
    content: Any = None
    headers: Mapping[str, str] = {}
    media: str = "application/json"


@frozen
class Route:
    """One route. `path` is written as in OpenAPI, `/things/{id}`; `open` ones let in whom nobody knows.

    `credential` is what the others ask for: an access token or an API key.
    """

    method: str
    path: str
    name: str
    summary: str
    act: Act
    promises: Mapping[int, Promise]
    description: str = ""
    tag: str = ""
    body: type[BaseModel] | None = None
    example: Any = None
    parameters: Sequence[Parameter] = ()
    open: bool = False
    credential: str = ACCESS_TOKEN
    documented: bool = True

    def for_litestar(self) -> HTTPRouteHandler:
        """The same for Litestar, which hands over the request untouched."""
        act = self.act

        async def handle(scope: Scope) -> ASGIApp:
            asked: Asked = scope[KEY]  # type: ignore[literal-required]  # put there by the front
            return await act(asked)

        return HTTPRouteHandler(
            self.path.replace("}", ":str}"),
            http_method=self.method,  # type: ignore[arg-type]  # upper-case names of methods
            name=self.name,
            status_code=200,
            include_in_schema=False,
        )(handle)
