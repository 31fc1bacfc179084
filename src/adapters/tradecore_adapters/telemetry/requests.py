"""Counts the requests of a server."""

from tradecore_adapters.access_log import AccessRecord, Scope
from tradecore_adapters.telemetry.metrics import HTTP_REQUESTS, HTTP_SECONDS

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_NO_ROUTE = "none"
# What goes on for as long as the client listens.
_STREAMS = ("/events", "/socket.io")


def count_request(scope: Scope, record: AccessRecord) -> None:
    """Count a request that ended; an observer for `with_observers`."""
    route, status = record.route or _NO_ROUTE, str(record.status or "none")
    if scope["type"] != "http":
        HTTP_REQUESTS.add("WEBSOCKET", route, status)
        return
    # Clients may write any word in place of a method.
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    HTTP_REQUESTS.add(method, route, status)
    if not route.endswith(_STREAMS):
        HTTP_SECONDS.observe(method, route, seconds=record.seconds)
