"""The Litestar application: a controller per resource, behind one ASGI layer."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import OnAppInitHandler, Receive, Scope, Send

from tradecore.core import Tradecore
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter
from tradecore.use_cases.throttle import ApiKeyThrottle
from tradecore_adapters.http.analyze.digests import DigestController
from tradecore_adapters.http.analyze.error_details import DetailErrors
from tradecore_adapters.http.api.accounts import AccountController
from tradecore_adapters.http.api.alerts import AlertController
from tradecore_adapters.http.api.analyses import AnalysisController, EncodedResults
from tradecore_adapters.http.api.analysis_lists import AnalysisListController
from tradecore_adapters.http.api.backtests import BacktestController
from tradecore_adapters.http.api.comparisons import ComparisonController
from tradecore_adapters.http.api.digests import DigestFeedController, DigestListController
from tradecore_adapters.http.api.engines import EngineController
from tradecore_adapters.http.api.envelope import EnvelopeErrors
from tradecore_adapters.http.api.events import EventController, EventStreams, OpenEventStream, OpenUserEventStream
from tradecore_adapters.http.api.history import HistoryController
from tradecore_adapters.http.api.interests import InterestController
from tradecore_adapters.http.api.markets import MarketController
from tradecore_adapters.http.api.models import ModelController
from tradecore_adapters.http.api.notice_channels import NoticeChannelController
from tradecore_adapters.http.api.orders import OrderController
from tradecore_adapters.http.api.portfolio import PortfolioController
from tradecore_adapters.http.api.price_alerts import PriceAlertController
from tradecore_adapters.http.api.requests import DayText, SymbolText, read_day_text, read_symbol_text
from tradecore_adapters.http.api.schedules import ScheduleController
from tradecore_adapters.http.api.sessions import SessionController
from tradecore_adapters.http.api.sources import SourceController
from tradecore_adapters.http.api.tokens import TokenController
from tradecore_adapters.http.api.users import UserController
from tradecore_adapters.http.api.watchlists import WatchlistController
from tradecore_adapters.http.api.webhooks import WebhookController
from tradecore_adapters.http.bearer_auth import ApiKeyGuard, BearerAuth
from tradecore_adapters.http.console import ConsoleController
from tradecore_adapters.http.dependencies import provide
from tradecore_adapters.http.documentation import documentation
from tradecore_adapters.http.error_responses import EXCEPTION_HANDLERS, ErrorResponses
from tradecore_adapters.http.middleware import RequestMiddleware
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.probes import ProbeController, Readiness, health_of
from tradecore_adapters.http.requests import JsonBodies, JsonRequest
from tradecore_adapters.http.responses import JsonResponse
from tradecore_adapters.http.route_groups import RouteGroup
from tradecore_adapters.http.scopes import QUERY_TOKEN, require_scope

# A revoked key is noticed within this time.
_API_KEY_CACHE_TTL = timedelta(seconds=3)
_CONTROLLERS = (
    AnalysisController,
    AnalysisListController,
    HistoryController,
    PortfolioController,
    SessionController,
    AccountController,
    TokenController,
    UserController,
    EventController,
    AlertController,
    PriceAlertController,
    WebhookController,
    NoticeChannelController,
    WatchlistController,
    ScheduleController,
    OrderController,
    EngineController,
    MarketController,
    ModelController,
    BacktestController,
    ComparisonController,
    SourceController,
    InterestController,
    DigestListController,
    DigestFeedController,
    DigestController,
    ProbeController,
    ConsoleController,
)
_DEPENDENCIES = ("core", "encoded_results", "event_streams", "health", "readiness")


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
    on_app_init: Sequence[OnAppInitHandler] = (),
) -> Litestar:
    """The HTTP API as a Litestar application.

    `ready` returns if requests can be served and raises Unavailable otherwise; `events` opens the stream of events of
    an analysis, `user_events` that of all events of a user. Functions in `on_app_init` may add controllers, plugins and
    middleware of Litestar. Handlers can take `core` as a dependency; `request.user` is the caller, who has the scope of
    the handler (see `scopes`), and a handler with `opt={"public": True}` has none.
    """
    app = HttpApplication(options, on_app_init)
    app.connect(
        core, options, limiter=limiter, now=now, new_id=new_id, ready=ready, events=events, user_events=user_events
    )
    return app


class HttpApplication(Litestar):
    """The routes of the API; their requests work with what `connect` puts into the state of the application."""

    def __init__(self, options: HttpOptions, on_app_init: Sequence[OnAppInitHandler] = ()) -> None:
        """Register the routes, which takes a tenth of a second."""
        documented = documentation(options) if options.docs else None
        super().__init__(
            [*_CONTROLLERS, *(documented.route_handlers if documented else ())],
            dependencies={name: provide(self, name) for name in _DEPENDENCIES},
            exception_handlers=EXCEPTION_HANDLERS,
            guards=[require_scope],
            logging_config=None,
            on_app_init=on_app_init,
            openapi_config=documented.config if documented else None,
            plugins=[JsonBodies()],
            request_class=JsonRequest,
            request_max_body_size=options.body_limit,
            response_class=JsonResponse,
            type_decoders=[
                (lambda kind: kind is SymbolText, read_symbol_text),
                (lambda kind: kind is DayText, read_day_text),
            ],
        )
        if documented:
            documented.config.app = self
        self._router = self.asgi_handler

    def connect(
        self,
        core: Tradecore,
        options: HttpOptions,
        *,
        limiter: Limiter,
        now: Now,
        new_id: NewId,
        ready: Callable[[], Awaitable[None]],
        events: OpenEventStream,
        user_events: OpenUserEventStream,
    ) -> None:
        """Serve `core`, in place of what was served before; nothing is kept of earlier requests. See `create_app`.

        What `options` say about routes (`docs`, `version`, `root_path`, `body_limit`) stays as it was registered.
        """
        public_paths, feed_paths = set(self._paths_with("public")), set(self._paths_with(QUERY_TOKEN))
        api_keys = BearerAuth(core.authenticate_api_key, _API_KEY_CACHE_TTL, ApiKeyGuard(ApiKeyThrottle(limiter)))
        errors = ErrorResponses(
            (
                RouteGroup("/api", EnvelopeErrors(), BearerAuth(core.authenticate), public_paths, feed_paths),
                RouteGroup("/analyze", DetailErrors(), api_keys, public_paths),
            )
        )
        self.state.update(
            {
                "core": core,
                "encoded_results": EncodedResults(core),
                "errors": errors,
                "event_streams": EventStreams(events, user_events),
                "health": health_of(options),
                "readiness": Readiness(ready),
            }
        )
        methods = {route.path_format: _allowed(route) for route in self.routes if isinstance(route, HTTPRoute)}
        router = self._router
        middleware = RequestMiddleware(
            router, errors, methods, options=options, limiter=limiter, now=now, new_id=new_id
        )

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                await middleware(scope, receive, send)
            else:
                await router(scope, receive, send)

        self.asgi_handler = handle

    def _paths_with(self, option: str) -> Iterator[str]:
        for route in self.routes:
            if isinstance(route, HTTPRoute) and any(handler.opt.get(option) for handler in route.route_handlers):
                yield route.path


def _allowed(route: HTTPRoute) -> bytes:
    """The methods of a route, of which HEAD is one wherever GET is."""
    methods = {method for handler in route.route_handlers for method in handler.http_methods}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()))).encode()
