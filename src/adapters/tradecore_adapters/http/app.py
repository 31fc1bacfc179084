"""The Litestar application: rooms of routes behind one front."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from tradecore.core import Tradecore
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.limits import Limiter
from tradecore_adapters.http.analyze.details import Details
from tradecore_adapters.http.analyze.digests import Digests
from tradecore_adapters.http.api.accounts import Accounts
from tradecore_adapters.http.api.analyses import Analyses
from tradecore_adapters.http.api.envelope import Envelopes
from tradecore_adapters.http.api.events import Events, Follow
from tradecore_adapters.http.api.past import Past
from tradecore_adapters.http.api.portfolio import Money
from tradecore_adapters.http.bearer import Bearer, KeyGuard
from tradecore_adapters.http.documentation import Documentation
from tradecore_adapters.http.front import Front
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.probes import Probes
from tradecore_adapters.http.shapes import Realm

# A revoked key is noticed within this time.
_KEYS_REMEMBERED = timedelta(seconds=3)


def create_app(
    core: Tradecore,
    options: HttpOptions,
    *,
    limiter: Limiter,
    now: Now,
    new_id: NewId,
    ready: Callable[[], Awaitable[None]],
    events: Follow,
) -> Litestar:
    """The whole HTTP door. `ready` returns when requests can be served, and raises Unavailable when not.

    `events` streams what happens to an analysis.
    """
    rooms: tuple[Any, ...] = (
        Analyses.of(core, options.body_limit),
        Past(core),
        Money(core),
        Accounts(core, options.body_limit),
        Events(events),
    )
    api = tuple(route for room in rooms for route in room.routes())
    routes = (*api, *Digests(core, options.body_limit).routes(), *Probes(options, ready).routes())
    if options.docs:
        routes = (*routes, *Documentation(routes, options.version).routes())
    app = Litestar(
        [route.for_litestar() for route in routes],
        openapi_config=None,
        logging_config=None,
    )
    open_paths = frozenset(route.path for route in api if route.open)
    front = Front(
        app.asgi_router,
        (
            Realm("/api", Envelopes(), Bearer(core.recognise), open_paths),
            Realm(
                "/analyze",
                Details(),
                Bearer(core.recognise_reader, _KEYS_REMEMBERED, KeyGuard(limiter)),
                frozenset(),
            ),
        ),
        options=options,
        limiter=limiter,
        now=now,
        new_id=new_id,
    )
    others = app.asgi_handler

    async def through_the_front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await front(scope, receive, send)
        else:
            await others(scope, receive, send)

    # Litestar runs middleware after its router; the front has to answer for the router's own refusals too.
    app.asgi_handler = through_the_front
    return app
