"""The front of the door: everything that holds for every request, before and after its route."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from tradecore.model.errors import NotSignedIn, Refusal, TooMany
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter, Rate
from tradecore_adapters.http.answers import Answer, Header
from tradecore_adapters.http.asked import KEY, Asked
from tradecore_adapters.http.browsers import GUARDS, STAY_SECURE, Origins
from tradecore_adapters.http.declined import Declined, Reason
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.peers import Peers
from tradecore_adapters.http.shapes import Realm, Shape

_MOST_HEADERS = 100
_HEADER_BYTES = 32 * 1024
_PATH_BYTES = 8 * 1024
_ID = re.compile(rb"[A-Za-z0-9._\-]{1,64}")
_SLASHES = re.compile(r"/{2,}")
# Two of these would let the door and a proxy before it read different requests.
_ONCE = frozenset((b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key", b"origin"))
_MINUTE = timedelta(minutes=1)

audit = structlog.get_logger("tradecore.audit")
log = structlog.get_logger("tradecore.http")


class Front:
    """Wraps the router: request ids, origins, security headers, admission, rates, and an answer for every exception."""

    def __init__(
        self,
        router: ASGIApp,
        realms: Sequence[Realm],
        *,
        options: HttpOptions,
        limiter: Limiter,
        now: Now,
        new_id: NewId,
    ) -> None:
        """The first realm is also in charge of paths that belong to none."""
        self._router = router
        self._realms = tuple(realms)
        self._limiter = limiter
        self._rate = Rate(options.requests_per_minute, _MINUTE) if options.requests_per_minute else None
        self._policy = (b"ratelimit-policy", b'"user";q=%d;w=60' % options.requests_per_minute)
        self._now = now
        self._new_id = new_id
        self._origins = Origins.of(options.cors_origins)
        self._peers = Peers(options.trusted_proxies)
        self._hosts = frozenset(host.lower().encode() for host in options.hosts)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        asked = self._read(scope, receive)
        scope[KEY] = asked  # type: ignore[literal-required]  # a scope may carry keys of its application
        realm = next((realm for realm in self._realms if realm.holds(asked.path)), None)
        added = self._headers(asked)
        started = ended = False
        bodyless = scope["method"] == "HEAD"
        if bodyless:
            scope["method"] = "GET"

        async def tell(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                headers: Any = message["headers"]
                present = {name for name, _ in headers}
                message["headers"] = [*headers, *(header for header in added if header[0] not in present)]
            elif bodyless and message["type"] == "http.response.body":
                # The answer to a HEAD ends where its body would begin, also that of a stream.
                if ended:
                    return
                ended = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked.headers:
                answer = self._origins.preflight(asked.headers.get(b"origin"))
            else:
                self._demand_sane(scope, asked)
                if realm is not None and scope["method"] != "OPTIONS":
                    await realm.admit(asked)
                    if self._rate is not None:
                        added.append(self._policy)
                        await self._count(asked, self._rate)
                await self._router(scope, receive, tell)
                return
        except Exception as error:  # the last resort of every route
            if started:
                raise
            answer = self._excuse((realm or self._realms[0]).shape, error, asked)
        await answer(scope, receive, tell)

    def _read(self, scope: HTTPScope, receive: Receive) -> Asked:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        sent = headers.get(b"x-request-id", b"")
        path = scope["path"]
        if "//" in path or path.endswith("/"):
            # As the router will read it, so that no spelling of a path slips past its realm.
            path = _SLASHES.sub("/", path).rstrip("/") or "/"
        return Asked(
            scope=scope,
            receive=receive,
            path=path,
            headers=headers,
            address=self._peers.address(scope, headers),
            secure=self._peers.secure(scope, headers),
            id=sent.decode("ascii") if _ID.fullmatch(sent) else self._new_id(),
            now=self._now(),
        )

    def _headers(self, asked: Asked) -> list[Header]:
        added: list[Header] = [*GUARDS, (b"x-request-id", asked.id.encode())]
        if origin := asked.headers.get(b"origin"):
            added.extend(self._origins.headers(origin))
        if asked.secure:
            added.append(STAY_SECURE)
        return added

    def _demand_sane(self, scope: HTTPScope, asked: Asked) -> None:
        headers: Any = scope["headers"]
        if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _HEADER_BYTES:
            raise Declined(Reason.HEADERS_TOO_LARGE, "The request's headers are too many or too large.", _CLOSE)
        if len(scope["path"]) + len(scope["query_string"]) > _PATH_BYTES:
            raise Declined(Reason.PATH_TOO_LONG, "The path and query are too long.", _CLOSE)
        if len(headers) != len(asked.headers):
            names = [name for name, _ in headers if name in _ONCE]
            if len(names) != len(set(names)):
                raise Declined(Reason.MALFORMED, "A header that may be given once is given more than once.")
        if self._hosts:
            host = asked.headers.get(b"host", b"").lower()
            if host not in self._hosts and host.rpartition(b":")[0] not in self._hosts:
                raise Declined(Reason.MALFORMED, "This server does not answer to that host name.")

    async def _count(self, asked: Asked, rate: Rate) -> None:
        key = f"http:{asked.known.user}" if asked.known else f"http:@{asked.address}"
        if wait := await self._limiter.hit(key, rate):
            raise TooMany(f"More than {rate.count} requests in a minute; try again later.", retry_after=int(wait) + 1)

    def _excuse(self, shape: Shape, error: Exception, asked: Asked) -> Answer:
        if isinstance(error, Refusal):
            if isinstance(error, TooMany):
                audit.warning("limit_hit", **_who(asked), reason=str(error))
            if error.__cause__ is not None and not isinstance(error, NotSignedIn):
                log.warning("refused", **_who(asked), path=asked.path, error=type(error).__name__, exc_info=error)
            return shape.refused(error, asked)
        if isinstance(error, HTTPException):
            error = _of_the_framework(error)
        if not isinstance(error, Declined):
            log.error("request_failed", **_who(asked), path=asked.path, exc_info=error)
            error = Declined(Reason.BROKEN, "Something went wrong on our side; the log has the details under this id.")
        return shape.declined(error, asked)


_CLOSE = ((b"connection", b"close"),)


def _who(asked: Asked) -> dict[str, str | None]:
    return {"request": asked.id, "address": asked.address, "user": asked.known.user if asked.known else None}


def _of_the_framework(error: HTTPException) -> Exception:
    """What Litestar's own refusals mean here; the router has no others."""
    if error.status_code == Reason.NO_ROUTE.value:
        return Declined(Reason.NO_ROUTE, "There is no such route.")
    if error.status_code == Reason.WRONG_METHOD.value:
        allowed = {name.strip() for name in (error.headers or {}).get("allow", "").split(",")}
        if "GET" in allowed:
            allowed.add("HEAD")
        allow = ", ".join(sorted(allowed)).encode()
        return Declined(Reason.WRONG_METHOD, "This route does not know that method.", ((b"allow", allow),))
    if error.status_code == Reason.MALFORMED.value:
        return Declined(Reason.MALFORMED, "The request is malformed.")
    return error
