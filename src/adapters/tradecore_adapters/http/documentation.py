"""`/docs`: Swagger UI with files of its own, so that it needs no network; and `/openapi.json`."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from attrs import frozen
from litestar import MediaType, Request, Router, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.params import FromPath

from tradecore_adapters.http.openapi import DocumentConfig, document_config
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.responses import BytesResponse, json_bytes

# The style sheet of Swagger UI has its icons as data.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {
    "docs.js": b"text/javascript; charset=utf-8",
    "docs.css": b"text/css; charset=utf-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "swagger-ui.css": b"text/css; charset=utf-8",
}


class SwaggerUi(OpenAPIRenderPlugin):
    """The page of Swagger UI, with its files beside it, under any path prefix."""

    def __init__(self, root_path: str) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)
        self._root_path = root_path

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page; its script loads the document."""
        return _file("docs.html").replace(b"{root}", self._root_path.encode())

    def receive_router(self, router: Router) -> None:
        """Add the route of the files."""
        router.register(_asset)


@frozen
class Documentation:
    """What an application needs to document itself."""

    config: DocumentConfig
    route_handlers: Sequence[HTTPRouteHandler]


def documentation(options: HttpOptions) -> Documentation:
    """The configuration of OpenAPI and of its page, and the route of the document."""
    router = Router(
        "/docs",
        route_handlers=[],
        include_in_schema=False,
        response_headers=[ResponseHeader("content-security-policy", value=_POLICY)],
    )
    config = document_config(
        options.version, options.root_path, render_plugins=[SwaggerUi(options.root_path)], openapi_router=router
    )

    encoded: bytes | None = None

    @get("/openapi.json", include_in_schema=False)
    async def document(request: Request[Any, Any, Any]) -> BytesResponse:
        nonlocal encoded
        if encoded is None:
            encoded = json_bytes(request.app.openapi_schema.to_schema())
        return BytesResponse(200, encoded)

    return Documentation(config, (document,))


@get("/assets/{name:str}", include_in_schema=False)
async def _asset(name: FromPath[str]) -> BytesResponse:
    if name not in _FILES:
        raise NotFoundException
    return BytesResponse(200, _file(name), ((b"cache-control", b"max-age=86400"),), _FILES[name])


def _file(name: str) -> bytes:
    return files(__package__).joinpath("pages", name).read_bytes()
