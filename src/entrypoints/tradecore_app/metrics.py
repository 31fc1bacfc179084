"""Serves the metrics of a process to Prometheus, on a port of their own."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from attrs import field, frozen

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.jobs import ENDED, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore_adapters.telemetry.exposition import CONTENT_TYPE, exposition
from tradecore_adapters.telemetry.metrics import (
    DEAD_LETTERS,
    JOBS,
    JOBS_ENDED,
    LISTENER_LAG,
    METRICS,
    OLDEST_QUEUED,
    STORE_UP,
)

_ADDRESS = re.compile(r"\[?([^\]]+)\]?:([0-9]+)")
# A scrape answers within this time, with what the process itself knows where the store does not answer.
_STORE_TIMEOUT = 2.0
_PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]


@frozen
class StoreGauges:
    """Reads what the store knows about queues and listeners. Scrapes that come together share one reading."""

    core: Tradecore
    store: Store
    now: Now
    lock: asyncio.Lock = field(factory=asyncio.Lock)

    async def read(self) -> None:
        """Set the gauges. Where the store cannot be read, they have no values, and `tradecore_store_up` is 0."""
        async with self.lock:
            try:
                async with asyncio.timeout(_STORE_TIMEOUT):
                    await self._read()
            except (Unavailable, TimeoutError):
                for gauge in (JOBS, JOBS_ENDED, OLDEST_QUEUED, LISTENER_LAG, DEAD_LETTERS):
                    gauge.replace({})
                STORE_UP.replace({(): 0})
            else:
                STORE_UP.replace({(): 1})

    async def _read(self) -> None:
        async with self.store.snapshot() as uow:
            backlog = await uow.jobs.backlog()
            ended = await uow.jobs.ended()
            head = await uow.events.head()
            cursors = [await uow.listeners.get(run.listener.name) for run in self.core.run_listeners]
        now = self.now()
        JOBS.replace({(queue.kind, state): count for queue in backlog for state, count in queue.counts.items()})
        JOBS_ENDED.replace({(kind, state): ended.get((kind, state), 0) for kind in Kind for state in ENDED})
        OLDEST_QUEUED.replace(
            {(queue.kind,): max(0.0, (now - queue.oldest).total_seconds()) if queue.oldest else 0 for queue in backlog}
        )
        LISTENER_LAG.replace({(cursor.name,): max(0, head - cursor.position) for cursor in cursors})
        DEAD_LETTERS.replace({(cursor.name,): cursor.dead for cursor in cursors})


@contextlib.asynccontextmanager
async def metrics_endpoint(address: str, gauges: StoreGauges | None = None) -> AsyncIterator[None]:
    """Serve `/metrics` at `HOST:PORT` until the context ends; nothing for an empty address.

    Without `gauges`, the metrics are those of the process alone. Raises Unavailable where nothing can listen there,
    Invalid for an address with a port that does not exist.
    """
    if not address:
        yield
        return
    server = _server(address, gauges)
    serving = asyncio.create_task(server.serve(), name="metrics")
    try:
        await _started(server, serving, address)
        yield
    finally:
        server.should_exit = True
        await asyncio.wait({serving})


async def _started(server: Any, serving: "asyncio.Task[None]", address: str) -> None:
    while not server.started:
        if serving.done():
            raise Unavailable(
                f"TRADECORE_METRICS: nothing can listen on {address}; each process needs a port of its own."
            )
        await asyncio.sleep(0.01)


def _server(address: str, gauges: StoreGauges | None) -> Any:
    # Loaded where metrics are served: a worker needs no HTTP server otherwise.
    import uvicorn

    from tradecore_app.http_protocol import BoundedHttpProtocol

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Signals are for the process."""
            yield

        async def startup(self, sockets: Any = None) -> None:
            """Raises nothing: a server that could not bind its address has not started."""
            with contextlib.suppress(SystemExit):
                await super().startup(sockets)
            if not self.started:
                self.should_exit = True

    parts = _ADDRESS.fullmatch(address)
    if parts is None or int(parts[2]) > 65535:
        raise Invalid.one("metrics", f"TRADECORE_METRICS: {address!r} is not HOST:PORT, such as 127.0.0.1:9464.")
    return Server(
        uvicorn.Config(
            metrics_app(gauges),
            host=parts[1],
            port=int(parts[2]),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=BoundedHttpProtocol,
            ws="none",
            lifespan="off",
            limit_concurrency=16,
            timeout_graceful_shutdown=1,
        )
    )


def metrics_app(gauges: StoreGauges | None = None) -> Any:
    """The ASGI application with `GET /metrics`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        status, headers, body = 404, _PLAIN, b"The metrics are at /metrics.\n"
        if scope["path"] == "/metrics":
            if scope["method"] in ("GET", "HEAD"):
                if gauges is not None:
                    await gauges.read()
                status, headers = 200, [(b"content-type", CONTENT_TYPE.encode()), (b"cache-control", b"no-store")]
                body = exposition(METRICS).encode()
            else:
                status, headers, body = 405, [*_PLAIN, (b"allow", b"GET, HEAD")], b"Use GET.\n"
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app
