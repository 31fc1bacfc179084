"""Routes of the documentation: the OpenAPI document, and a page that shows it without any network."""

from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files

from tradecore_adapters.http.answers import Answer, Header, json_bytes
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.openapi import document
from tradecore_adapters.http.routes import Promise, Route

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


class Documentation:
    """`/openapi.json` and `/docs`."""

    def __init__(self, described: Sequence[Route], version: str) -> None:
        """Of these routes."""
        self._described = described
        self._version = version

    @cached_property
    def _document(self) -> bytes:
        return json_bytes(document(self._described, self._version))

    async def openapi(self, asked: Asked) -> Answer:
        """The document."""
        return Answer(200, self._document)

    async def page(self, asked: Asked) -> Answer:
        """One of the page's files."""
        name, media = _PAGES[asked.path]
        return Answer(200, files(__package__).joinpath("pages", name).read_bytes(), (_POLICY,), media)

    def routes(self) -> tuple[Route, ...]:
        """Not part of what they document."""
        anything = {200: Promise("As asked.")}
        return (
            Route(
                "GET", "/openapi.json", "openapi", "OpenAPI 3.1", self.openapi, anything, open=True, documented=False
            ),
            *(
                Route("GET", path, name, "Documentation", self.page, anything, open=True, documented=False)
                for path, (name, _) in _PAGES.items()
            ),
        )
