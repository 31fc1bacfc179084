"""The server process: the HTTP API and the live connections on one port."""

import asyncio
import contextlib
import errno
import gc
import signal
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import rich_click as click
import uvicorn
from attrs import frozen
from litestar.types import ASGIApp

from tradecore import __version__
from tradecore.model.errors import IllegalMove, Invalid, Unavailable
from tradecore_adapters import ambient
from tradecore_adapters.access_log import Observer, access_log, with_observers
from tradecore_adapters.http.app import create_app
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.proxies import TrustedProxies
from tradecore_adapters.mcp.http import McpEndpoint
from tradecore_adapters.origins import AllowedOrigins
from tradecore_adapters.telemetry.requests import count_request, with_traces
from tradecore_adapters.websocket.app import Live
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import running
from tradecore_app.first_screen import FirstScreen, go_live_command, source_label
from tradecore_app.heap import return_freed_memory
from tradecore_app.http_protocol import BoundedHttpProtocol
from tradecore_app.https_only import HttpsOnly
from tradecore_app.logs import configure_logs
from tradecore_app.metrics import StoreGauges, metrics_endpoint
from tradecore_app.model_router import default_label, without_found_keys
from tradecore_app.production import require_production_server
from tradecore_app.sandbox import Sandbox
from tradecore_app.sdk_imports import import_sdks
from tradecore_app.secrets import kept_secret
from tradecore_app.settings import Settings
from tradecore_app.sockets import websocket_settings
from tradecore_app.traces import traces_to_collector
from tradecore_app.warm_up import warm_up

DEMO_EMAIL = "demo@example.com"
# How long running requests may take to end after SIGTERM, in seconds.
_SHUTDOWN_TIMEOUT = 15
# Idle connections are kept for this many seconds: longer than clients pause between polls and than proxies keep their
# connections, so that none is closed while a request is on its way.
_KEEP_ALIVE = 75


@frozen
class TlsFiles:
    """The files of a certificate with its chain and of its key, in PEM."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """Raises Invalid for files that cannot be read, or do not belong together."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except (OSError, ValueError) as error:
            raise Invalid(
                f"--tls-cert {self.certificate} and --tls-key {self.key} are no certificate and its key in PEM."
            ) from error


async def serve_http(
    settings: Settings, *, host: str, port: int, worker: bool, demo: bool, tls: TlsFiles | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, over TLS with `tls`.

    Raises Unavailable on a public address without a secret, or one in use; Invalid for unusable files of a certificate,
    and for what production refuses.
    """
    require_production_server(settings, demo=demo, tls=tls is not None)
    if tls is not None:
        tls.check()
    if not _is_loopback(host) and settings.accounts.secret is None and not demo:
        raise Unavailable(
            f"Listening on {host} makes the server public: set TRADECORE_SECRET to 32 or more random characters first."
        )
    configure_logs()
    settings, unused_keys = without_found_keys(settings) if demo else (settings, ())
    # Processes that run jobs by themselves know no scenarios.
    own_worker = worker and not settings.jobs.dramatiq
    sandbox = Sandbox(settings.analyses.demo_pace) if demo and own_worker else None
    async with traces_to_collector(settings.telemetry), assemble(settings, sandbox=sandbox) as assembled:
        if settings.http.production:
            await _refuse_demo_account(assembled)
        password = await _open_demo_account(assembled) if demo else None
        account = (DEMO_EMAIL, password) if password else None
        screen = FirstScreen(assembled, account, sandbox, unused_keys)
        await _serve(assembled, host=host, port=port, worker=worker, local_pages=demo, screen=screen, tls=tls)


async def _serve(
    assembled: Assembled,
    *,
    host: str,
    port: int,
    worker: bool,
    local_pages: bool,
    screen: FirstScreen,
    tls: TlsFiles | None,
) -> None:
    settings = assembled.settings
    gauges = StoreGauges(assembled.core, assembled.store, assembled.now)
    async with running(assembled, worker=worker), metrics_endpoint(settings.telemetry.metrics, gauges):
        origins = allowed_origins(settings, local=local_pages)
        live = build_live(assembled, origins)
        warm = asyncio.Event()

        async def ready() -> None:
            await warm.wait()
            await assembled.store.check()

        app = build_app(assembled, live, origins, ready)
        observers: list[Observer] = [count_request] if settings.telemetry.metrics else []
        if settings.http.access_log:
            observers.append(access_log(TrustedProxies(http_options(assembled).trusted_proxies).client_address))
        if observers or settings.telemetry.traces:
            app = with_observers(app, observers)
        if settings.telemetry.traces:
            app = with_traces(app, TrustedProxies(http_options(assembled).trusted_proxies).sent)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            http=BoundedHttpProtocol,
            access_log=False,  # that of uvicorn holds query strings, which may hold tokens
            server_header=False,
            **websocket_settings(),
            proxy_headers=False,  # the app reads them itself, from trusted proxies only
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT,
            lifespan="on",
            ssl_certfile=None if tls is None else tls.certificate,
            ssl_keyfile=None if tls is None else tls.key,
        )

        async def work() -> None:
            """What begins once the server listens, beside the requests."""
            try:
                await warm_up(assembled)
            finally:
                warm.set()
            if worker:
                await import_sdks(assembled.router, settings.models)

        await _Server(config, live, screen, work).serve()


def build_live(assembled: Assembled, origins: AllowedOrigins | None = None) -> Live:
    """The live connections of an assembled application, for pages of these origins, by default of the settings."""
    core, options = assembled.core, LiveOptions(origins or allowed_origins(assembled.settings))
    return Live(
        core.watch_analysis, core.watch_user, core.authenticate, options, now=assembled.now, new_id=ambient.new_id
    )


def build_app(
    assembled: Assembled,
    live: Live,
    origins: AllowedOrigins | None = None,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> ASGIApp:
    """The ASGI application: live connections, then the HTTP API.

    Pages of `origins` may use it, by default those of the settings. It is ready when `ready` returns, by default when
    the store can be used.
    """
    options = http_options(assembled, origins)
    app = create_app(
        assembled.core,
        options,
        limiter=assembled.limiter,
        now=assembled.now,
        new_id=ambient.new_id,
        ready=ready or assembled.store.check,
        events=live.events,
        user_events=live.user_events,
    )
    proxies = TrustedProxies(options.trusted_proxies)
    served = with_mcp(live.wrap(app), assembled, options.cors_origins, proxies)
    if assembled.settings.http.production:
        return HttpsOnly(served, proxies, ambient.now)
    return served


def with_mcp(app: ASGIApp, assembled: Assembled, origins: AllowedOrigins, proxies: TrustedProxies) -> ASGIApp:
    """The application with the Model Context Protocol at `/mcp` where its extra is installed."""
    if find_spec("mcp") is None:
        return app
    settings = assembled.settings
    return McpEndpoint(
        app,
        assembled.core.authenticate,
        version=__version__,
        new_id=ambient.new_id,
        now=assembled.now,
        origins=origins,
        is_secure=lambda scope: proxies.is_secure(scope, dict(scope["headers"])),
        issuers=[settings.oidc.issuer] if settings.oidc.issuer else [],
        hosts=settings.http.hosts,
        root_path=settings.http.root_path,
    )


def http_options(assembled: Assembled, origins: AllowedOrigins | None = None) -> HttpOptions:
    """The options of the HTTP API, from the settings."""
    settings = assembled.settings
    return HttpOptions(
        cors_origins=origins or allowed_origins(settings),
        requests_per_minute=settings.http.rate_per_minute,
        trusted_proxies=settings.http.trusted_proxies,
        hosts=settings.http.hosts,
        root_path=settings.http.root_path,
        request_seconds=settings.http.request_seconds,
        version=__version__,
        engine=default_label(assembled.engines, assembled.router),
        data=source_label(settings.market),
        go_live=go_live_command(settings.market),
        identity_provider=urlsplit(settings.oidc.issuer or "").hostname or "",
    )


def allowed_origins(settings: Settings, *, local: bool = False) -> AllowedOrigins:
    """The origins whose pages may call the API; `local` adds localhost on any port."""
    return AllowedOrigins(settings.http.allowed_origins, local=local)


async def _refuse_demo_account(assembled: Assembled) -> None:
    async with assembled.store.read() as uow:
        account = await uow.users.by_email(DEMO_EMAIL)
    if account is not None and not account.disabled:
        raise Invalid(
            f"TRADECORE_ENV=production refuses the demo account; remove it with `tradecore users remove {DEMO_EMAIL}`."
        )


async def _open_demo_account(assembled: Assembled) -> str:
    """The password of the demo account, which is kept in the data folder and stays the same between starts.

    Raises Unavailable where the folder cannot be used.
    """
    password = kept_secret(assembled.settings.store.folder, "demo.password")
    core = assembled.core
    try:
        await core.create_user(DEMO_EMAIL, password, name="Demo")
    except IllegalMove:
        async with assembled.store.read() as uow:
            account = await uow.users.by_email(DEMO_EMAIL)
        # Changing it without need would end the sessions of the account.
        if account and not (await core.change_password.passwords.check(password, account.password_hash)).matches:
            await core.change_password(DEMO_EMAIL, password)
    return password


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_LISTEN_REMEDIES = {
    errno.EADDRINUSE: "end what listens there, or choose another --port.",
    errno.EACCES: "ports below 1024 need rights of their own; choose another --port.",
}
_NO_SUCH_ADDRESS = (
    "this machine has no such address. --host is an address or a name alone, such as 127.0.0.1, ::1 or 0.0.0.0."
)


class _Server(uvicorn.Server):
    """Prints its address once it listens, and stops without raising the signals again."""

    def __init__(
        self, config: uvicorn.Config, live: Live, screen: FirstScreen, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """`work` begins once the server listens, beside the requests."""
        super().__init__(config)
        self._work = work
        self._live = live
        self._screen = screen

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM, of which further ones do not end the process before its jobs are released.

        Uvicorn itself would raise them again at the end of this context.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Close the live connections, then wait for running requests."""
        self._working.cancel()
        await self._live.close()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            # Uvicorn exits like this where the system refuses its address, and has logged the reason.
            code = getattr(error.__context__, "errno", 0)
            problem = f"Nothing can listen on {self.config.host}:{self.config.port}"
            raise Unavailable(f"{problem}; {_LISTEN_REMEDIES.get(code, _NO_SUCH_ADDRESS)}") from error
        if not self.started:
            return
        # Everything loaded by now stays. A collection that visits it takes 80 ms, in which no request is served.
        gc.collect()
        gc.freeze()
        return_freed_memory()
        [*_, listener] = [bound for server in self.servers for bound in server.sockets]
        port = listener.getsockname()[1]
        host = "localhost" if _is_loopback(self.config.host) else self.config.host
        root = f"{'https' if self.config.is_ssl else 'http'}://{host}:{port}"
        click.echo(self._screen.text(root, __version__))
        self._working = asyncio.create_task(self._work(), name="after the start")
