"""The scope that each route needs, checked by a guard of Litestar."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from tradecore.model.users import Scope
from tradecore_adapters.http.context import SCOPE_KEY, RequestContext

SCOPE = "scope"
"""The key under which a handler, or its controller, declares its scope: `opt={SCOPE: Scope.LAUNCH}`."""

QUERY_TOKEN = "query_token"  # noqa: S105  # the name of an option
"""The key under which a handler declares that it takes a token with the scope `feed` in the query."""


def scope_of(handler: BaseRouteHandler) -> Scope:
    """The scope that a handler declares; without one, GET needs `read`, and what changes something `trade`."""
    declared = handler.opt.get(SCOPE)
    if declared is not None:
        return Scope(declared)
    reads = isinstance(handler, HTTPRouteHandler) and handler.http_methods <= {"GET", "HEAD", "OPTIONS"}
    return Scope.READ if reads else Scope.TRADE


async def require_scope(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard. Raises NotAllowed for a caller without the scope of the handler; a route without a caller is public."""
    context: RequestContext = connection.scope[SCOPE_KEY]  # type: ignore[literal-required]  # set by the middleware
    if context.authenticated is not None:
        context.authenticated.require(scope_of(handler))
