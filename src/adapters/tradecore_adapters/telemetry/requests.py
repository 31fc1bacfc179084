"""Counts and traces the requests of a server."""

from collections.abc import Callable
from typing import Any

from tradecore_adapters.access_log import AccessRecord, App, Scope, access_record
from tradecore_adapters.telemetry.metrics import HTTP_REQUESTS, HTTP_SECONDS
from tradecore_adapters.telemetry.traces import Attributes, SpanKind, span

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_NO_ROUTE = "none"
# What goes on for as long as the client listens.
_STREAMS = ("/events", "/socket.io")
_SERVER_ERROR = 500


def count_request(scope: Scope, record: AccessRecord) -> None:
    """Count a request that ended; an observer for `with_observers`."""
    method, route, status = _method(scope), record.route or _NO_ROUTE, str(record.status or "none")
    HTTP_REQUESTS.add(method, route, status)
    if scope["type"] == "http" and not route.endswith(_STREAMS):
        HTTP_SECONDS.observe(method, route, seconds=record.seconds)


def with_traces(app: App, from_proxy: Callable[[Any], bool]) -> App:
    """The ASGI application, with a span for each request, around one with observers.

    A `traceparent` is continued where it comes from a trusted proxy, as `from_proxy` tells: others could fill the
    traces of an installation.
    """

    async def traced(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        method, record = _method(scope), access_record(scope)
        parent = dict(scope["headers"]).get(b"traceparent") if from_proxy(scope) else None
        attributes: Attributes = {"http.request.method": method}
        with span(method, SpanKind.SERVER, attributes, parent.decode("latin-1") if parent else None) as current:
            await app(scope, receive, send)
            if record.route:
                current.name(f"{method} {record.route}")
                current.set("http.route", record.route)
            if record.status:
                current.set("http.response.status_code", record.status)
            if record.status is None or record.status >= _SERVER_ERROR:
                current.fail(str(record.status or "none"))
        return None

    return traced


def _method(scope: Scope) -> str:
    """The method, of which clients may write any word."""
    if scope["type"] != "http":
        return "WEBSOCKET"
    method: str = scope["method"]
    return method if method in _METHODS else "OTHER"
