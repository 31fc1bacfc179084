"""Routes of the documentation: the OpenAPI document, and a page that renders it without external assets."""

from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files

from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.openapi import document
from tradecore_adapters.http.responses import BytesResponse, Header, json_bytes
from tradecore_adapters.http.routes import ResponseSpec, Route

_POLICY: Header = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
_PAGES = {
    "/docs": ("docs.html", b"text/html; charset=utf-8"),
    "/docs/docs.js": ("docs.js", b"text/javascript; charset=utf-8"),
    "/docs/docs.css": ("docs.css", b"text/css; charset=utf-8"),
}


class DocumentationRoutes:
    """`/openapi.json` and `/docs`."""

    def __init__(self, described: Sequence[Route], version: str) -> None:
        """Of these routes."""
        self._described = described
        self._version = version

    @cached_property
    def _document(self) -> bytes:
        return json_bytes(document(self._described, self._version))

    async def openapi(self, context: RequestContext) -> BytesResponse:
        """The document."""
        return BytesResponse(200, self._document)

    async def page(self, context: RequestContext) -> BytesResponse:
        """One of the page's files."""
        name, media = _PAGES[context.path]
        return BytesResponse(200, files(__package__).joinpath("pages", name).read_bytes(), (_POLICY,), media)

    def routes(self) -> tuple[Route, ...]:
        """Not part of what they document."""
        anything = {200: ResponseSpec("OK.")}
        return (
            Route(
                "GET", "/openapi.json", "openapi", "OpenAPI 3.1", self.openapi, anything, open=True, documented=False
            ),
            *(
                Route("GET", path, name, "Documentation", self.page, anything, open=True, documented=False)
                for path, (name, _) in _PAGES.items()
            ),
        )
