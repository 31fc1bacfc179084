"""The console: a page for browsers, with files of its own, that uses the public API as any other client does."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import field, frozen
from litestar import Controller, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tradecore_adapters.http.compression import accepts_gzip, gzip
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import BytesResponse, Header, entity_tag, matches_tag

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_MEDIA_TYPES = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
    "txt": b"text/plain; charset=utf-8",
}
# The name of a file changes with its bytes.
_IMMUTABLE: Header = (b"cache-control", b"public, max-age=31536000, immutable")
_REVALIDATED: Header = (b"cache-control", b"no-cache")
_BEST_COMPRESSION = 9


@frozen
class _File:
    """A file, compressed once, and its entity tag."""

    body: bytes
    media_type: bytes
    compressed: bytes = field(init=False)
    tag: bytes = field(init=False)

    @compressed.default
    def _compress(self) -> bytes:
        return gzip(self.body, _BEST_COMPRESSION)

    @tag.default
    def _make_tag(self) -> bytes:
        return entity_tag(self.body)

    def response(self, headers: Mapping[bytes, bytes], *own: Header, status: int = 200) -> BytesResponse:
        """The file for a request with these headers: 304 if the browser has it, compressed if it takes that."""
        shared: tuple[Header, ...] = (*own, (b"etag", self.tag), (b"vary", b"accept, accept-encoding, origin"))
        if status == 200 and matches_tag(headers, self.tag):
            return BytesResponse(304, headers=shared)
        if accepts_gzip(headers.get(b"accept-encoding", b"")):
            return BytesResponse(status, self.compressed, (*shared, (b"content-encoding", b"gzip")), self.media_type)
        return BytesResponse(status, self.body, shared, self.media_type)


def accepts_html(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request is that of a browser for a page."""
    return b"text/html" in headers.get(b"accept", b"").lower()


def console_page(headers: Mapping[bytes, bytes], root_path: str, *, status: int = 200) -> BytesResponse:
    """The page for a request with these headers; its script decides by the path what to show."""
    return _page(root_path).response(headers, _REVALIDATED, (b"content-security-policy", _POLICY), status=status)


@cache
def _page(root_path: str) -> _File:
    return _File(_read("index.html").replace(b"{root}", root_path.encode()), _MEDIA_TYPES["html"])


@cache
def _asset(name: str) -> _File:
    return _File(_read(name), _MEDIA_TYPES[name.rpartition(".")[2]])


@cache
def _asset_names() -> frozenset[str]:
    return frozenset(file.name for file in files(__package__).joinpath("pages", "console").iterdir()) - {"index.html"}


def _read(name: str) -> bytes:
    return files(__package__).joinpath("pages", "console", name).read_bytes()


class ConsoleController(Controller):
    """The addresses of the console's screens, and its files."""

    path = "/"
    include_in_schema = False
    opt = {"public": True}  # noqa: RUF012  # as Litestar declares it

    @get(
        [
            "/sign-in",
            "/analyses/{id:str}",
            "/history",
            "/recommendations",
            "/portfolio",
            "/news",
            "/news/{id:str}",
            "/compare",
            "/compare/{id:str}",
            "/backtests",
            "/backtests/{id:str}",
            "/schedules",
            "/alerts",
            "/settings",
            "/settings/{section:str}",
        ]
    )
    async def screen(self, request: JsonRequest) -> BytesResponse:
        """The page, for browsers only. Raises NotFoundException for other clients: these addresses are no routes."""
        context = request.context
        if not accepts_html(context.headers):
            raise NotFoundException
        return console_page(context.headers, context.root_path)

    @get("/console/{name:str}")
    async def file(self, request: JsonRequest, name: FromPath[str]) -> BytesResponse:
        """A file of the page, which browsers keep. Raises NotFoundException for every other name."""
        if name not in _asset_names():
            raise NotFoundException
        return _asset(name).response(request.context.headers, _IMMUTABLE)
