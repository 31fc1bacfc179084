"""The server process: everything assembled, the doors opened, one port."""

import asyncio
import contextlib
import gc
import json
import signal
from collections.abc import Iterator
from ipaddress import ip_address
from socket import socket

import rich_click as click
import uvicorn
from litestar.types import ASGIApp

from tradecore import __version__
from tradecore.model.errors import IllegalMove, Invalid, Unavailable
from tradecore_adapters import ambient
from tradecore_adapters.http.app import create_app
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.websocket.app import Live
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import running
from tradecore_app.logs import configure_logs
from tradecore_app.models import who_thinks
from tradecore_app.settings import Settings
from tradecore_app.sockets import websocket_settings

DEMO = "demo@example.com"
# How long requests under way may take to end after SIGTERM, in seconds.
_DRAIN = 15
# How long an idle connection is kept, in seconds: for longer than clients pause between polls, and than proxies keep
# theirs, so that none is closed while a request is on its way.
_KEEP_ALIVE = 75


async def serve_http(settings: Settings, *, host: str, port: int, worker: bool, demo: bool) -> None:
    """Serve until told to stop. Raises Unavailable when it would be unsafe or is impossible to start."""
    if not _loopback(host) and settings.secret is None and not demo:
        raise Unavailable(
            f"Listening on {host} makes the server public: set TRADECORE_SECRET to 32 or more random characters first."
        )
    configure_logs()
    async with assemble(settings) as assembled, running(assembled, worker=worker):
        live = open_live(assembled)
        app = open_door(assembled, live)
        password = await _demo_account(assembled) if demo else None
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,  # it would hold query strings, and with them tokens
            server_header=False,
            **websocket_settings(),
            proxy_headers=False,  # believed by the app itself, from trusted proxies only
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_DRAIN,
            lifespan="on",
        )
        await _Server(config, assembled, live, password).serve()


def open_live(assembled: Assembled) -> Live:
    """The live door over everything assembled, as the settings want it."""
    core, settings = assembled.core, assembled.settings
    options = LiveOptions(origins=settings.cors_origins)
    return Live(core.watch_analysis, core.recognise, options, now=ambient.now, new_id=ambient.new_id)


def open_door(assembled: Assembled, live: Live) -> ASGIApp:
    """The live door and the HTTP door behind it, over everything assembled, as the settings want it."""
    settings = assembled.settings
    try:
        options = HttpOptions(
            cors_origins=settings.cors_origins,
            requests_per_minute=settings.rate_per_minute,
            trusted_proxies=settings.trusted_proxies,
            version=__version__,
            engine=assembled.desk.router.name,
        )
    except ValueError as error:
        raise Invalid(f"TRADECORE_CORS_ORIGINS or TRADECORE_TRUSTED_PROXIES: {error}") from error
    app = create_app(
        assembled.core,
        options,
        limiter=assembled.limiter,
        now=ambient.now,
        new_id=ambient.new_id,
        ready=assembled.store.check,
        events=live.events,
    )
    return live.before(app)


async def _demo_account(assembled: Assembled) -> str:
    """A demo account with a password that nobody has seen yet."""
    password = ambient.new_secret()[:24]
    try:
        await assembled.core.add_user(DEMO, password, name="Demo")
    except IllegalMove:
        await assembled.core.change_password(DEMO, password)
    return password


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, assembled: Assembled, live: Live, demo_password: str | None) -> None:
        super().__init__(config)
        self._assembled = assembled
        self._live = live
        self._demo_password = demo_password

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM; uvicorn's own way raises them again afterwards, before jobs are given back."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for each in signals:
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in signals:
                loop.remove_signal_handler(each)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Those who are connected are told first; requests under way are then waited for."""
        await self._live.close()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as refused:
            # As uvicorn ends a process whose address it cannot have; what the system says of it is in the log by then.
            taken = f"Nothing can listen on {self.config.host}:{self.config.port}"
            raise Unavailable(f"{taken}; end what listens there, or choose another --port.") from refused
        if not self.started:
            return
        # What is loaded by now stays; to look through it for garbage takes 80 ms, in which nobody is served.
        gc.collect()
        gc.freeze()
        [*_, listener] = [each for server in self.servers for each in server.sockets]
        port = listener.getsockname()[1]
        host = "localhost" if _loopback(self.config.host) else self.config.host
        root = f"http://{host}:{port}"
        click.echo(f"tradecore {__version__} listens on {root}  (documentation: {root}/docs)")
        router = self._assembled.desk.router
        click.echo(f"Who thinks: {who_thinks(router, self._assembled.settings)}.")
        if self._demo_password:
            click.echo(f"Demo account: {DEMO}  password: {self._demo_password}")
            click.echo(f"Try it:\n{_line_to_try(root, self._demo_password, paid=bool(router.providers))}")


def _line_to_try(root: str, password: str, *, paid: bool) -> str:
    """One line for a shell: sign in, launch the documented example, read how it stands.

    Where models are paid, the rules think: a line that is pasted to see something costs nothing.
    """
    who = ("rules", "rules") if paid else ("openai", "gpt-4o-mini")
    sign_in = json.dumps({"email": DEMO, "password": password})
    brief = json.dumps(
        {
            "symbol": "NVDA",
            "assetType": "equity",
            "date": "2024-10-10",
            "analysts": ["technical", "sentiment", "news", "fundamentals"],
            "config": {"researchDepth": 3, "llmModel": who[1], "llmProvider": who[0]},
        }
    )
    as_json = "-H 'Content-Type: application/json'"
    return (
        f'T=$(curl -s {root}/api/auth/login {as_json} -d \'{sign_in}\' | sed \'s/.*"token":"\\([^"]*\\)".*/\\1/\') && '
        f"A=$(curl -s {root}/api/analyze -H \"Authorization: Bearer $T\" {as_json} -d '{brief}' "
        f'| sed \'s/.*"analysisId":"\\([^"]*\\)".*/\\1/\') && sleep 2 && '
        f'curl -s {root}/api/analyze/$A/results -H "Authorization: Bearer $T"'
    )
