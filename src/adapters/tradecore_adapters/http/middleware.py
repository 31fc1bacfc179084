"""The ASGI layer in front of Litestar: what has to hold for every HTTP request, whether or not it has a route.

Litestar runs its middleware, guards and CORS headers behind its router. This layer does what cannot wait for that:

- 401 and 429 come before anything else is said about a request, also for paths and methods that do not exist;
- responses to unknown routes carry the same security and CORS headers and the same request id as all others;
- responses above a kilobyte are compressed for clients that accept it;
- headers and URLs are bounded, and those that a proxy could read differently are refused;
- a body arrives within a time of its own, and a request ends within a deadline after it, unless its response has
  begun: a stream goes on;
- HEAD is answered for every GET route, with the length of the response and without its body;
- OPTIONS lists all methods of a path. Litestar's own answer knows those of the handler that was registered first.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from tradecore.model.errors import RateLimited, Unavailable
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter, Rate
from tradecore_adapters.access_log import access_record, request_id
from tradecore_adapters.cors import CorsPolicy, is_preflight
from tradecore_adapters.http.browser_security import SECURITY_HEADERS, STRICT_TRANSPORT_SECURITY
from tradecore_adapters.http.compression import compressed
from tradecore_adapters.http.context import SCOPE_KEY, RequestContext
from tradecore_adapters.http.error_responses import ErrorResponses
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.proxies import TrustedProxies, rate_limited_as
from tradecore_adapters.http.responses import BytesResponse, Header

_MAX_HEADERS = 100
_MAX_HEADER_BYTES = 32 * 1024
_MAX_URL_BYTES = 8 * 1024
_SLASHES = re.compile(r"/{2,}")
# With two of one of these, this server and a proxy before it could read different requests.
_SINGLE_HEADERS = frozenset(
    (b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key", b"origin")
)
_MINUTE = timedelta(minutes=1)
_CLOSE = ((b"connection", b"close"),)


class RequestMiddleware:
    """Wraps the application: request ids, CORS, security headers, authentication, rate limits, compression, bounds.

    `methods` are the values of `Allow` by path template.
    """

    def __init__(
        self,
        app: ASGIApp,
        errors: ErrorResponses,
        methods: Mapping[str, bytes],
        *,
        options: HttpOptions,
        limiter: Limiter,
        now: Now,
        new_id: NewId,
    ) -> None:
        self._app = app
        self._errors = errors
        self._methods = methods
        self._limiter = limiter
        self._rate = Rate(options.requests_per_minute, _MINUTE) if options.requests_per_minute else None
        self._rate_policy = (b"ratelimit-policy", b'"user";q=%d;w=60' % options.requests_per_minute)
        self._deadline_seconds = options.request_seconds or None
        self._body_seconds = options.body_seconds
        self._root_path = options.root_path
        self._now = now
        self._new_id = new_id
        self._cors = CorsPolicy(options.cors_origins)
        self._proxies = TrustedProxies(options.trusted_proxies)
        self._hosts = frozenset(host.lower().encode() for host in options.hosts)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        context = self._context(scope)
        access = access_record(scope)  # type: ignore[arg-type]  # ASGI lets a scope carry keys of its application
        access.id = context.id
        scope[SCOPE_KEY] = context  # type: ignore[literal-required]  # ASGI lets a scope carry keys of its application
        group = self._errors.group_of(context.path)
        context.response_headers = self._response_headers(context)
        loop = asyncio.get_running_loop()
        body_due = loop.time() + self._body_seconds
        started = ended = receiving_body = body_complete = False
        deadline: asyncio.Timeout | None = None
        head_request = scope["method"] == "HEAD"
        if head_request:
            # A copy: the server reads the method of its own scope to know that no body follows.
            scope = {**scope, "method": "GET"}
        else:
            send = compressed(send, context.headers.get(b"accept-encoding", b""))

        async def send_with_headers(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                access.route = scope.get("path_template")
                if deadline is not None:
                    deadline.reschedule(None)
                headers: Any = message["headers"]
                if scope["method"] == "OPTIONS" and (methods := self._methods.get(access.route or "")):
                    headers = [*((name, value) for name, value in headers if name != b"allow"), (b"allow", methods)]
                present = {name for name, _ in headers}
                added = (header for header in context.response_headers if header[0] not in present)
                message["headers"] = [*headers, *added]
            elif head_request and message["type"] == "http.response.body":
                # The response to a HEAD request ends where its body would begin, also that of a stream.
                if ended:
                    return
                ended = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        async def receive_in_time() -> Any:
            nonlocal receiving_body, body_complete
            if body_complete or deadline is None:
                return await receive()
            # A slow client does not use up the time that its request has, which begins again after its body.
            receiving_body = True
            deadline.reschedule(body_due)
            message = await receive()
            receiving_body, body_complete = False, not message.get("more_body", False)
            in_time = self._deadline_seconds if not started else None
            deadline.reschedule(loop.time() + in_time if in_time else None)
            return message

        try:
            if is_preflight(scope["method"], context.headers):
                response = BytesResponse(204, headers=self._cors.preflight(context.headers))
            else:
                self._check_request_head(scope, context)
                if group is not None and scope["method"] != "OPTIONS":
                    await group.authenticate(context)
                    access.user = context.authenticated.user if context.authenticated else None
                    if self._rate is not None:
                        await self._limit_rate(context, self._rate)
                async with asyncio.timeout(self._deadline_seconds) as deadline:
                    await self._app(scope, receive_in_time, send_with_headers)
                return
        except TimeoutError as error:
            if started:
                raise
            deadline = None
            response = self._errors.response_to(self._late(error, receiving_body=receiving_body), context)
        except Exception as error:  # every other error becomes a 500 in the group's error format
            if started:
                raise
            deadline = None
            response = self._errors.response_to(error, context)
        await response(scope, receive, send_with_headers)

    def _late(self, cause: TimeoutError, *, receiving_body: bool) -> Exception:
        late: Exception = Unavailable("The request took too long and was ended; try again.")
        if receiving_body:
            message = f"The body did not arrive within {self._body_seconds:g} seconds."
            late = HttpError(HttpErrorKind.BODY_TOO_SLOW, message, _CLOSE)
        late.__cause__ = cause
        return late

    def _context(self, scope: HTTPScope) -> RequestContext:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        path = scope["path"]
        if "//" in path or path.endswith("/"):
            # The router normalizes paths the same way, so no spelling of a path avoids its group's authentication.
            path = _SLASHES.sub("/", path).rstrip("/") or "/"
        return RequestContext(
            scope=scope,
            path=path,
            headers=headers,
            address=self._proxies.client_address(scope),
            secure=self._proxies.is_secure(scope, headers),
            id=request_id(headers, self._new_id),
            now=self._now(),
            root_path=self._root_path,
            deadline_seconds=self._deadline_seconds,
        )

    def _response_headers(self, context: RequestContext) -> list[Header]:
        headers: list[Header] = [*SECURITY_HEADERS, (b"x-request-id", context.id.encode())]
        headers.extend(self._cors.headers(context.headers))
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
        key = f"http:{caller.user}" if caller else f"http:@{rate_limited_as(context.address)}"
        quota = await self._limiter.hit(key, rate)
        left = b'"user";r=%d;t=%d' % (quota.remaining, ceil(quota.reset))
        context.response_headers += (self._rate_policy, (b"ratelimit", left))
        if quota.wait:
            raise RateLimited(
                f"More than {rate.count} requests in a minute; try again later.", retry_after=int(quota.wait) + 1
            )
