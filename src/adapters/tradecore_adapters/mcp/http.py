"""The protocol over HTTP at `/mcp`, stateless, for users with an access token or a personal token."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tradecore.model.errors import NotAuthenticated, Refusal, Unavailable
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore_adapters.access_log import access_record, request_id
from tradecore_adapters.cors import CorsPolicy, Header, is_preflight
from tradecore_adapters.mcp.bodies import MAX_BODY_BYTES, RefusedBody, read_body
from tradecore_adapters.origins import AllowedOrigins

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from tradecore_adapters.client import AsyncClient

App = Callable[[Any, Any, Any], Awaitable[None]]

PATH = "/mcp"
# Where clients learn which identity provider issues tokens (RFC 9728).
METADATA_PATH = "/.well-known/oauth-protected-resource/mcp"
# Response headers that clients in browsers read, beside those that every script sees.
_EXPOSED = b"mcp-protocol-version, mcp-session-id, retry-after, www-authenticate, x-request-id"
_SCOPES = ("read", "launch", "trade")
_CALLER = "tradecore.caller"
_BEARER = "tradecore.bearer"


class McpEndpoint:
    """An ASGI application that serves the protocol and its metadata, and passes everything else on.

    What runs the protocol is started by its first request and ends with the application.
    """

    def __init__(
        self,
        app: App,
        authenticate: Callable[[str], Awaitable[Caller]],
        *,
        version: str,
        new_id: NewId,
        now: Now,
        origins: AllowedOrigins,
        is_secure: Callable[[Any], bool],
        issuers: Sequence[str] = (),
        hosts: Sequence[str] = (),
        root_path: str = "",
    ) -> None:
        """Requests act through `app` for the user of their token; `authenticate` raises NotAuthenticated for others.

        Pages of `origins` may send requests, `is_secure` says of a scope whether its client used TLS, `issuers` are
        identity providers whose tokens are accepted, `hosts` the names of this server (none: any), and `root_path` is
        the prefix of its public address.
        """
        self._app = app
        self._authenticate = authenticate
        self._version = version
        self._new_id = new_id
        self._now = now
        self._origins = origins
        self._cors = CorsPolicy(origins, _EXPOSED)
        self._is_secure = is_secure
        self._issuers = issuers
        self._hosts = frozenset(host.lower() for host in hosts)
        self._root_path = root_path
        self._manager: StreamableHTTPSessionManager | None = None
        self._running: asyncio.Task[None] | None = None
        self._begun, self._stop = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, connection or lifespan."""
        path = scope.get("path", "").removeprefix(self._root_path).rstrip("/")
        if scope["type"] == "lifespan":
            await self._app(scope, lambda: self._until_shutdown(receive), send)
        elif scope["type"] != "http" or path not in (PATH, METADATA_PATH):
            await self._app(scope, receive, send)
        else:
            record, headers = access_record(scope), dict(scope["headers"])
            record.id, record.route = request_id(headers, self._new_id), path
            added = [(b"x-request-id", record.id.encode()), (b"vary", b"origin"), *self._cors.headers(headers)]
            await self._route(path, scope, receive, _with_headers(added, send))

    async def _route(self, path: str, scope: Any, receive: Any, send: Any) -> None:
        raw = dict(scope["headers"])
        headers = {name: value.decode("latin-1") for name, value in raw.items()}
        host, origin = headers.get(b"host", "localhost").lower(), headers.get(b"origin")
        root = f"{'https' if self._is_secure(scope) else 'http'}://{host}{self._root_path}"
        if self._hosts and not self._hosts & {host, host.rpartition(":")[0]}:
            await _refuse(send, 421, "misdirected", "This server does not answer to that host name.")
        elif origin is not None and not self._origins.allows(origin, host):
            await _refuse(send, 403, "not_allowed", "Pages of this origin may not use this server.")
        elif is_preflight(scope["method"], raw):
            await send({"type": "http.response.start", "status": 204, "headers": self._cors.preflight(raw)})
            await send({"type": "http.response.body"})
        elif path == METADATA_PATH:
            await _answer(send, 200, self._metadata(root))
        elif caller := await self._caller(token := _token(headers), root, send):
            access_record(scope).user = caller.user
            if scope["method"] != "POST":
                # Nothing is sent but answers, so that a stream of its own would stay silent.
                await _refuse(send, 405, "method_not_allowed", "Send messages with POST.", (b"allow", b"POST"))
                return
            try:
                receive = await read_body(raw, receive)
            except RefusedBody as refused:
                close = ((b"connection", b"close"),) if refused.close else ()
                await _refuse(send, refused.status, refused.error, refused.description, *close)
                return
            manager = await self._open()
            # A path with a slash at its end means the same.
            await manager.handle_request({**scope, "path": PATH, _CALLER: caller, _BEARER: token}, receive, send)

    async def _until_shutdown(self, receive: Any) -> Any:
        """The next message of the lifespan; open requests end with a shutdown."""
        message = await receive()
        if message["type"] == "lifespan.shutdown" and self._running:
            self._stop.set()
            await self._running
        return message

    async def _caller(self, token: str, root: str, send: Any) -> Caller | None:
        """The caller whose token a request has; None where the request is refused and answered."""
        try:
            return await self._authenticate(token)
        except NotAuthenticated as refusal:
            challenge = f'Bearer resource_metadata="{root}{METADATA_PATH}"'.encode("latin-1")
            await _refuse(send, 401, "invalid_token", str(refusal), (b"www-authenticate", challenge))
        except Unavailable as refusal:
            await _refuse(send, 503, "unavailable", str(refusal), (b"retry-after", b"1"))
        except Refusal as refusal:
            await _refuse(send, 403, "not_allowed", str(refusal))
        return None

    async def _open(self) -> "StreamableHTTPSessionManager":
        if self._manager is None:
            # Most servers never get such a request, and the library takes 30 MB and a second to load.
            await asyncio.to_thread(import_module, "tradecore_adapters.mcp.server")
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

            from tradecore_adapters.mcp.server import build_server

        if self._manager is None:
            self._manager = StreamableHTTPSessionManager(
                build_server(self._client, _scopes_of, self._version, lambda: self._now().date()),
                stateless=True,
                max_request_body_size=MAX_BODY_BYTES,
            )
            self._running = asyncio.create_task(self._run(self._manager), name="mcp")
        await self._begun.wait()
        return self._manager

    async def _run(self, manager: "StreamableHTTPSessionManager") -> None:
        async with manager.run():
            self._begun.set()
            await self._stop.wait()

    @asynccontextmanager
    async def _client(self, context: Any) -> AsyncIterator["AsyncClient"]:
        import httpx2

        from tradecore_adapters.client import AsyncClient

        transport = httpx2.ASGITransport(app=self._app)
        # The host of the request is text of its sender, which may be no host at all; only its check needs it.
        host, token = min(self._hosts, default="localhost"), context.request.scope[_BEARER]
        async with AsyncClient(f"http://{host}", token=token, transport=transport) as client:
            yield client

    def _metadata(self, root: str) -> Mapping[str, object]:
        # An empty list is left out, as RFC 9728 demands.
        servers = {"authorization_servers": list(self._issuers)} if self._issuers else {}
        return {
            "resource": f"{root}{PATH}",
            **servers,
            "scopes_supported": list(_SCOPES),
            "bearer_methods_supported": ["header"],
        }


async def _scopes_of(context: Any) -> Collection[str]:
    caller: Caller = context.request.scope[_CALLER]
    return caller.scopes


def _token(headers: Mapping[bytes, str]) -> str:
    """The token of a request; none is empty, so that a request without one is refused like one with an unknown one."""
    kind, _, token = headers.get(b"authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _with_headers(headers: Sequence[Header], send: Any) -> Any:
    """What sends a response with these headers among its own."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending


async def _refuse(send: Any, status: int, error: str, description: str, *headers: tuple[bytes, bytes]) -> None:
    await _answer(send, status, {"error": error, "error_description": description}, *headers)


async def _answer(send: Any, status: int, body: Mapping[str, object], *headers: tuple[bytes, bytes]) -> None:
    content = json.dumps(body).encode()
    usual = (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(content)),
        (b"cache-control", b"no-store"),
    )
    await send({"type": "http.response.start", "status": status, "headers": [*usual, *headers]})
    await send({"type": "http.response.body", "body": content})
