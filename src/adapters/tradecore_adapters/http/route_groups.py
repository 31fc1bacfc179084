"""Route groups: a path prefix with its authentication and its error format."""

from collections.abc import Mapping, Set
from typing import Protocol

from attrs import frozen

from tradecore.model.errors import Busy, Refusal
from tradecore_adapters.http.bearer_auth import BearerAuth
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.http_errors import HttpError
from tradecore_adapters.http.responses import BytesResponse, Header

# The Retry-After of an unavailable dependency, in seconds.
_RETRY_AFTER = 5

HEADERS_OF: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "`Bearer`"},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
"""The headers of error responses by status, with their descriptions; the same in every error format."""


def headers_of(status: int, refusal: Refusal) -> tuple[Header, ...]:
    """The values of the headers in `HEADERS_OF` for this refusal."""
    if status == 401:
        return ((b"www-authenticate", b"Bearer"),)
    if status in (429, 503):
        wait = max(1, refusal.retry_after) if isinstance(refusal, Busy) else _RETRY_AFTER
        return ((b"retry-after", b"%d" % wait),)
    return ()


class ErrorFormat(Protocol):
    """How the errors of a route group are written."""

    def refusal_response(self, refusal: Refusal, context: RequestContext) -> BytesResponse:
        """The response to a refusal of the core."""
        ...

    def http_error_response(self, error: HttpError, context: RequestContext) -> BytesResponse:
        """The response to an error of the HTTP protocol."""
        ...


@frozen
class RouteGroup:
    """All paths at and below `prefix`.

    `public_paths` are the exact paths that need no authentication, `feed_paths` those that take a token in the query.
    """

    prefix: str
    error_format: ErrorFormat
    bearer_auth: BearerAuth
    public_paths: Set[str]
    feed_paths: Set[str] = frozenset()

    def matches(self, path: str) -> bool:
        """Whether a path is in this group."""
        return path.startswith(self.prefix) and path[len(self.prefix) :][:1] in ("", "/")

    async def authenticate(self, context: RequestContext) -> None:
        """Set the caller of the context, except on public paths. Raises NotAuthenticated, NotAllowed, RateLimited."""
        if context.path in self.feed_paths and b"authorization" not in context.headers:
            context.authenticated = await self.bearer_auth.by_query(context)
        elif context.path not in self.public_paths:
            context.authenticated = await self.bearer_auth(context)
