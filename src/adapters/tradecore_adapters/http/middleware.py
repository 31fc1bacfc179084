"""The ASGI layer in front of the router: everything that applies to every HTTP request."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from tradecore.model.errors import NotAuthenticated, RateLimited, Refusal
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter, Rate
from tradecore_adapters.http.browser_security import SECURITY_HEADERS, STRICT_TRANSPORT_SECURITY, CorsPolicy
from tradecore_adapters.http.context import SCOPE_KEY, RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.proxies import TrustedProxies
from tradecore_adapters.http.responses import BytesResponse, Header
from tradecore_adapters.http.route_groups import ErrorFormat, RouteGroup

_MAX_HEADERS = 100
_MAX_HEADER_BYTES = 32 * 1024
_MAX_URL_BYTES = 8 * 1024
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._\-]{1,64}")
_SLASHES = re.compile(r"/{2,}")
# With two of one of these, this server and a proxy before it could read different requests.
_SINGLE_HEADERS = frozenset(
    (b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key", b"origin")
)
_MINUTE = timedelta(minutes=1)
_CLOSE = ((b"connection", b"close"),)

audit = structlog.get_logger("tradecore.audit")
log = structlog.get_logger("tradecore.http")


class RequestMiddleware:
    """Wraps the router: request ids, CORS, security headers, authentication, rate limits and error responses.

    It runs before the router, because it also writes the responses to unknown routes and methods, and because a
    request without a valid token must get a 401 whatever its path, parameters and body are.
    """

    def __init__(
        self,
        router: ASGIApp,
        groups: Sequence[RouteGroup],
        *,
        options: HttpOptions,
        limiter: Limiter,
        now: Now,
        new_id: NewId,
    ) -> None:
        """The error format of the first group is also used for paths outside of every group."""
        self._router = router
        self._groups = tuple(groups)
        self._limiter = limiter
        self._rate = Rate(options.requests_per_minute, _MINUTE) if options.requests_per_minute else None
        self._rate_policy = (b"ratelimit-policy", b'"user";q=%d;w=60' % options.requests_per_minute)
        self._now = now
        self._new_id = new_id
        self._cors = CorsPolicy.of(options.cors_origins)
        self._proxies = TrustedProxies(options.trusted_proxies)
        self._hosts = frozenset(host.lower().encode() for host in options.hosts)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        context = self._context(scope, receive)
        scope[SCOPE_KEY] = context  # type: ignore[literal-required]  # ASGI lets a scope carry keys of its application
        group = next((group for group in self._groups if group.matches(context.path)), None)
        added_headers = self._response_headers(context)
        started = ended = False
        head_request = scope["method"] == "HEAD"
        if head_request:
            scope["method"] = "GET"

        async def send_with_headers(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                headers: Any = message["headers"]
                present = {name for name, _ in headers}
                message["headers"] = [*headers, *(header for header in added_headers if header[0] not in present)]
            elif head_request and message["type"] == "http.response.body":
                # The response to a HEAD request ends where its body would begin, also that of a stream.
                if ended:
                    return
                ended = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in context.headers:
                response = self._cors.preflight(context.headers.get(b"origin"))
            else:
                self._check_request_head(scope, context)
                if group is not None and scope["method"] != "OPTIONS":
                    await group.authenticate(context)
                    if self._rate is not None:
                        added_headers.append(self._rate_policy)
                        await self._limit_rate(context, self._rate)
                await self._router(scope, receive, send_with_headers)
                return
        except Exception as error:  # every other error becomes a 500 in the group's error format
            if started:
                raise
            response = self._error_response((group or self._groups[0]).error_format, error, context)
        await response(scope, receive, send_with_headers)

    def _context(self, scope: HTTPScope, receive: Receive) -> RequestContext:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"")
        path = scope["path"]
        if "//" in path or path.endswith("/"):
            # The router normalizes paths the same way, so no spelling of a path avoids its group's authentication.
            path = _SLASHES.sub("/", path).rstrip("/") or "/"
        return RequestContext(
            scope=scope,
            receive=receive,
            path=path,
            headers=headers,
            address=self._proxies.client_address(scope, headers),
            secure=self._proxies.is_secure(scope, headers),
            id=request_id.decode("ascii") if _REQUEST_ID.fullmatch(request_id) else self._new_id(),
            now=self._now(),
        )

    def _response_headers(self, context: RequestContext) -> list[Header]:
        headers: list[Header] = [*SECURITY_HEADERS, (b"x-request-id", context.id.encode())]
        if origin := context.headers.get(b"origin"):
            headers.extend(self._cors.headers(origin))
        if context.secure:
            headers.append(STRICT_TRANSPORT_SECURITY)
        return headers

    def _check_request_head(self, scope: HTTPScope, context: RequestContext) -> None:
        headers: Any = scope["headers"]
        header_bytes = sum(len(name) + len(value) for name, value in headers)
        if len(headers) > _MAX_HEADERS or header_bytes > _MAX_HEADER_BYTES:
            message = "The request's headers are too many or too large."
            raise HttpError(HttpErrorKind.HEADERS_TOO_LARGE, message, _CLOSE)
        if len(scope["path"]) + len(scope["query_string"]) > _MAX_URL_BYTES:
            raise HttpError(HttpErrorKind.PATH_TOO_LONG, "The path and query are too long.", _CLOSE)
        if len(headers) != len(context.headers):
            names = [name for name, _ in headers if name in _SINGLE_HEADERS]
            if len(names) != len(set(names)):
                message = "A header that may be given once is given more than once."
                raise HttpError(HttpErrorKind.MALFORMED, message)
        if self._hosts:
            host = context.headers.get(b"host", b"").lower()
            if host not in self._hosts and host.rpartition(b":")[0] not in self._hosts:
                raise HttpError(HttpErrorKind.MALFORMED, "This server does not answer to that host name.")

    async def _limit_rate(self, context: RequestContext, rate: Rate) -> None:
        caller = context.authenticated
        key = f"http:{caller.user}" if caller else f"http:@{context.address}"
        if wait := await self._limiter.hit(key, rate):
            raise RateLimited(
                f"More than {rate.count} requests in a minute; try again later.", retry_after=int(wait) + 1
            )

    def _error_response(self, error_format: ErrorFormat, error: Exception, context: RequestContext) -> BytesResponse:
        if isinstance(error, Refusal):
            if isinstance(error, RateLimited):
                audit.warning("limit_hit", **_log_fields(context), reason=str(error))
            if error.__cause__ is not None and not isinstance(error, NotAuthenticated):
                name = type(error).__name__
                log.warning("refused", **_log_fields(context), path=context.path, error=name, exc_info=error)
            return error_format.refusal_response(error, context)
        if isinstance(error, HTTPException):
            error = _from_litestar(error)
        if not isinstance(error, HttpError):
            log.error("request_failed", **_log_fields(context), path=context.path, exc_info=error)
            message = "Something went wrong on our side; the log has the details under this id."
            error = HttpError(HttpErrorKind.INTERNAL, message)
        return error_format.http_error_response(error, context)


def _log_fields(context: RequestContext) -> dict[str, str | None]:
    caller = context.authenticated
    return {"request": context.id, "address": context.address, "user": caller.user if caller else None}


def _from_litestar(error: HTTPException) -> Exception:
    """The same error in our terms; an exception of Litestar with another status is a fault of ours and kept."""
    if error.status_code == HttpErrorKind.NO_ROUTE.value:
        return HttpError(HttpErrorKind.NO_ROUTE, "There is no such route.")
    if error.status_code == HttpErrorKind.WRONG_METHOD.value:
        allowed = {name.strip() for name in (error.headers or {}).get("allow", "").split(",")}
        if "GET" in allowed:
            allowed.add("HEAD")
        allow = ", ".join(sorted(allowed)).encode()
        return HttpError(HttpErrorKind.WRONG_METHOD, "This route does not know that method.", ((b"allow", allow),))
    if error.status_code == HttpErrorKind.MALFORMED.value:
        return HttpError(HttpErrorKind.MALFORMED, "The request is malformed.")
    return error
