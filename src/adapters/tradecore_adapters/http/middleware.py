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
from tradecore_adapters.access_log import AccessRecord, access_record, request_id
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
        self._hosts = frozenset(host.encode() for host in options.hosts)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        context = self._context(scope)
        access = access_record(scope)  # type: ignore[arg-type]  # ASGI lets a scope carry keys of its application
        access.id = context.id
        scope[SCOPE_KEY] = context  # type: ignore[literal-required]  # ASGI lets a scope carry keys of its application
        context.response_headers = self._response_headers(context)
        if scope["method"] == "HEAD":
            # A copy: the server reads the method of its own scope to know that no body follows.
            scope = {**scope, "method": "GET"}
            send = _without_body(send)
        else:
            send = compressed(send, context.headers.get(b"accept-encoding", b""))
        exchange = _Exchange(receive, send, self._deadline_seconds, self._body_seconds)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                access.route = scope.get("path_template")
                message["headers"] = self._completed_headers(scope, context, message["headers"])
            await exchange.send(message)

        try:
            if is_preflight(scope["method"], context.headers):
                response = BytesResponse(204, headers=self._cors.preflight(context.headers))
            else:
                await self._admit(scope, context, access)
                async with asyncio.timeout(self._deadline_seconds) as exchange.deadline:
                    await self._app(scope, exchange.receive, send_with_headers)
                return
        except Exception as error:  # every other error becomes a 500 in the group's error format
            if exchange.started:
                raise
            exchange.deadline = None
            if isinstance(error, TimeoutError):
                error = self._late(error, receiving_body=exchange.receiving_body)
            response = self._errors.response_to(error, context)
        await response(scope, receive, send_with_headers)

    async def _admit(self, scope: HTTPScope, context: RequestContext, access: AccessRecord) -> None:
        """Check the head of a request; authenticate and count those of a group, but for OPTIONS.

        Raises the refusal of a request that is not let in.
        """
        self._check_request_head(scope, context)
        group = self._errors.group_of(context.path)
        if group is not None and scope["method"] != "OPTIONS":
            await group.authenticate(context)
            access.user = context.authenticated.user if context.authenticated else None
            if self._rate is not None:
                await self._limit_rate(context, self._rate)

    def _completed_headers(self, scope: HTTPScope, context: RequestContext, headers: Any) -> list[Header]:
        """The headers of a response with those that every response has, and `Allow` for OPTIONS."""
        if scope["method"] == "OPTIONS" and (methods := self._methods.get(scope.get("path_template") or "")):
            headers = [*((name, value) for name, value in headers if name != b"allow"), (b"allow", methods)]
        present = {name for name, _ in headers}
        return [*headers, *(header for header in context.response_headers if header[0] not in present)]

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


class _Exchange:
    """Receives a request and sends its response, and moves the deadline of the request as they go on.

    `deadline` is None until the request is given to the application. `started` says whether its response has begun,
    `receiving_body` whether the application waits for its body.
    """

    def __init__(self, receive: Receive, send: Send, request_seconds: float | None, body_seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._request_seconds = request_seconds
        self._loop = asyncio.get_running_loop()
        self._body_due = self._loop.time() + body_seconds
        self._body_complete = False
        self.deadline: asyncio.Timeout | None = None
        self.started = False
        self.receiving_body = False

    async def send(self, message: Message) -> None:
        """Send a message of the response. One that has begun has no deadline."""
        if message["type"] == "http.response.start":
            self.started = True
            if self.deadline is not None:
                self.deadline.reschedule(None)
        await self._send(message)

    async def receive(self) -> Any:
        """The next message of the request.

        A slow client does not use up the time that its request has, which begins again after its body.
        """
        if self._body_complete or self.deadline is None:
            return await self._receive()
        self.receiving_body = True
        self.deadline.reschedule(self._body_due)
        message = await self._receive()
        self.receiving_body, self._body_complete = False, not message.get("more_body", False)
        in_time = self._request_seconds if not self.started else None
        self.deadline.reschedule(self._loop.time() + in_time if in_time else None)
        return message


def _without_body(send: Send) -> Send:
    """`send` for HEAD: the response ends where its body would begin, also that of a stream."""
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head
