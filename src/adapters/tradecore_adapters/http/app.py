"""The Litestar application: the routes of every resource behind one middleware."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from tradecore.core import Tradecore
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter
from tradecore.use_cases.throttle import ApiKeyThrottle
from tradecore_adapters.http.analyze.digests import DigestRoutes
from tradecore_adapters.http.analyze.error_details import DetailErrors
from tradecore_adapters.http.api.accounts import AccountRoutes
from tradecore_adapters.http.api.alerts import AlertRoutes
from tradecore_adapters.http.api.analyses import AnalysisRoutes
from tradecore_adapters.http.api.envelope import EnvelopeErrors
from tradecore_adapters.http.api.events import EventRoutes, OpenEventStream, OpenUserEventStream
from tradecore_adapters.http.api.history import HistoryRoutes
from tradecore_adapters.http.api.portfolio import PortfolioRoutes
from tradecore_adapters.http.bearer_auth import ApiKeyGuard, BearerAuth
from tradecore_adapters.http.documentation import DocumentationRoutes
from tradecore_adapters.http.middleware import RequestMiddleware
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.probes import ProbeRoutes
from tradecore_adapters.http.route_groups import RouteGroup

# A revoked key is noticed within this time.
_API_KEY_CACHE_TTL = timedelta(seconds=3)


def create_app(
    core: Tradecore,
    options: HttpOptions,
    *,
    limiter: Limiter,
    now: Now,
    new_id: NewId,
    ready: Callable[[], Awaitable[None]],
    events: OpenEventStream,
    user_events: OpenUserEventStream,
) -> Litestar:
    """The HTTP API as a Litestar application.

    `ready` returns if requests can be served and raises Unavailable otherwise; `events` opens the stream of events of
    an analysis, `user_events` that of all events of a user.
    """
    api_resources: tuple[Any, ...] = (
        AnalysisRoutes.of(core, options.body_limit),
        HistoryRoutes(core),
        PortfolioRoutes(core),
        AccountRoutes(core, options.body_limit),
        EventRoutes(events, user_events),
        AlertRoutes(core),
    )
    api_routes = tuple(route for resource in api_resources for route in resource.routes())
    routes = (*api_routes, *DigestRoutes(core, options.body_limit).routes(), *ProbeRoutes(options, ready).routes())
    if options.docs:
        routes = (*routes, *DocumentationRoutes(routes, options.version).routes())
    app = Litestar(
        [route.for_litestar() for route in routes],
        openapi_config=None,
        logging_config=None,
    )
    open_paths = frozenset(route.path for route in api_routes if route.open)
    middleware = RequestMiddleware(
        app.asgi_router,
        (
            RouteGroup("/api", EnvelopeErrors(), BearerAuth(core.authenticate), open_paths),
            RouteGroup(
                "/analyze",
                DetailErrors(),
                BearerAuth(core.authenticate_api_key, _API_KEY_CACHE_TTL, ApiKeyGuard(ApiKeyThrottle(limiter))),
                frozenset(),
            ),
        ),
        options=options,
        limiter=limiter,
        now=now,
        new_id=new_id,
    )
    litestar_handler = app.asgi_handler

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await middleware(scope, receive, send)
        else:
            await litestar_handler(scope, receive, send)

    # Litestar runs middleware behind its router; this one also answers for unknown routes and methods.
    app.asgi_handler = handle
    return app
