"""The protocol over HTTP at `/mcp`, stateless, for users with an access token or a personal token."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tradecore.model.errors import NotAuthenticated, Refusal, Unavailable

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from tradecore_adapters.client import AsyncClient

App = Callable[[Any, Any, Any], Awaitable[None]]

PATH = "/mcp"
# Where clients learn which identity provider issues tokens (RFC 9728).
METADATA_PATH = "/.well-known/oauth-protected-resource/mcp"
_MAX_BODY_BYTES = 64 * 1024
_SCOPES = ("read", "launch", "trade")


class McpEndpoint:
    """An ASGI application that serves the protocol and its metadata, and passes everything else on.

    What runs the protocol is started by its first request and ends with the application.
    """

    def __init__(
        self,
        app: App,
        authenticate: Callable[[str], Awaitable[object]],
        *,
        version: str,
        issuers: Sequence[str] = (),
        hosts: Sequence[str] = (),
        root_path: str = "",
    ) -> None:
        """Requests act through `app` for the user of their token; `authenticate` raises NotAuthenticated for others.

        `issuers` are identity providers whose tokens are accepted, `hosts` the names of this server (none: any), and
        `root_path` is the prefix of its public address.
        """
        self._app = app
        self._authenticate = authenticate
        self._version = version
        self._issuers = issuers
        self._hosts = hosts
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
        elif path == METADATA_PATH:
            await _answer(send, 200, self._metadata(_root(scope, self._root_path)))
        else:
            await self._serve(scope, receive, send)

    async def _until_shutdown(self, receive: Any) -> Any:
        """The next message of the lifespan; open requests end with a shutdown."""
        message = await receive()
        if message["type"] == "lifespan.shutdown" and self._running:
            self._stop.set()
            await self._running
        return message

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, token = header.partition(" ")
        try:
            # No token is empty, so that one is refused like any other that is not known.
            await self._authenticate(token.strip() if kind.lower() == "bearer" else "")
        except NotAuthenticated as refusal:
            root = _root(scope, self._root_path)
            challenge = f'Bearer resource_metadata="{root}{METADATA_PATH}"'
            await _answer(send, 401, {"error": "invalid_token", "error_description": str(refusal)}, challenge)
            return
        except Unavailable as refusal:
            await _answer(send, 503, {"error": "unavailable", "error_description": str(refusal)})
            return
        except Refusal as refusal:
            await _answer(send, 403, {"error": "not_allowed", "error_description": str(refusal)})
            return
        manager = await self._open()
        # A path with a slash at its end means the same.
        await manager.handle_request({**scope, "path": PATH}, receive, send)

    async def _open(self) -> "StreamableHTTPSessionManager":
        if self._manager is None:
            # Most servers never get such a request, and the library takes 30 MB and a second to load.
            await asyncio.to_thread(import_module, "tradecore_adapters.mcp.server")
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
            from mcp.server.transport_security import TransportSecuritySettings

            from tradecore_adapters.mcp.server import build_server

        if self._manager is None:
            self._manager = StreamableHTTPSessionManager(
                build_server(self._client, self._version),
                stateless=True,
                security_settings=TransportSecuritySettings(
                    enable_dns_rebinding_protection=bool(self._hosts),
                    allowed_hosts=[*self._hosts, *(f"{host}:*" for host in self._hosts)],
                ),
                max_request_body_size=_MAX_BODY_BYTES,
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

        headers = context.request.headers
        _, _, token = headers["authorization"].partition(" ")
        transport = httpx2.ASGITransport(app=self._app)
        async with AsyncClient(f"http://{headers['host']}", token=token.strip(), transport=transport) as client:
            yield client

    def _metadata(self, root: str) -> Mapping[str, object]:
        return {
            "resource": f"{root}{PATH}",
            "authorization_servers": list(self._issuers),
            "scopes_supported": list(_SCOPES),
            "bearer_methods_supported": ["header"],
        }


def _root(scope: Any, root_path: str) -> str:
    host = dict(scope["headers"]).get(b"host", b"localhost").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{root_path}"


async def _answer(send: Any, status: int, body: Mapping[str, object], challenge: str | None = None) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if challenge:
        headers.append((b"www-authenticate", challenge.encode("latin-1")))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
