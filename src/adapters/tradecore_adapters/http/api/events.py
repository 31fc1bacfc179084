"""The routes that stream the events of an analysis, or of the caller, as server-sent events."""

import re
from collections.abc import Awaitable, Callable

from attrs import frozen
from litestar.types import ASGIApp

from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore_adapters.http.api.analyses import ANALYSIS_ID, read_id
from tradecore_adapters.http.api.envelope import responses
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.routes import Parameter, ResponseSpec, Route

# Takes an analysis id, the `seq` of the last event received and the access token; returns an ASGI application that
# streams the later events.
OpenEventStream = Callable[[AnalysisId, int, str], Awaitable[ASGIApp]]
# Takes the position of the last event received, or None for new events only, and the access token; returns an ASGI
# application that streams the later events of the caller.
OpenUserEventStream = Callable[[int | None, str], Awaitable[ASGIApp]]

_POSITION = re.compile(r"[0-9]{1,15}")
_SEQ = re.compile(rb"[0-9]{1,9}")
_LAST_EVENT_ID = Parameter(
    "Last-Event-ID",
    "header",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "The `seq` of the last event that arrived: the stream goes on after it; by default from the first event",
)
_LAST_POSITION = Parameter(
    "Last-Event-ID",
    "header",
    {"type": "string", "pattern": "^[0-9]{1,15}$"},
    "The `position` of the last event that arrived; it takes the place of `since`",
)
_SINCE = Parameter(
    "since",
    "query",
    {"type": "string", "pattern": "^[0-9]{1,15}$"},
    "The stream goes on after this `position`, 0 for all stored events; by default new events only",
)


@frozen
class EventRoutes:
    """Follow one analysis, or everything of the caller, without a WebSocket."""

    open_stream: OpenEventStream
    open_user_stream: OpenUserEventStream

    async def stream(self, context: RequestContext) -> ASGIApp:
        """Stream events until the analysis ends. Raises Invalid for a malformed Last-Event-ID."""
        context.query_params(frozenset())
        return await self.open_stream(read_id(context), _since(context), _token(context))

    async def stream_user(self, context: RequestContext) -> ASGIApp:
        """Stream the events of the caller until the client disconnects. Raises Invalid for a malformed position."""
        since = context.query_params(frozenset({"since"})).get("since")
        last_event_id = context.headers.get(b"last-event-id")
        if last_event_id is not None:
            since = last_event_id.decode("latin-1")
        if since is not None and not _POSITION.fullmatch(since):
            field = "since" if last_event_id is None else "Last-Event-ID"
            raise Invalid.one(field, f"`{field}` is the `position` of an event, or 0 for all.")
        return await self.open_user_stream(None if since is None else int(since), _token(context))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        stream = ResponseSpec(
            "Events `analysis_progress`, `analysis_complete` and `analysis_error`, each with its `seq` as id.",
            str,
            media_type="text/event-stream",
        )
        user_stream = ResponseSpec(
            "Events, each with its `position` in the log as id.", str, media_type="text/event-stream"
        )
        no_content = ResponseSpec("The analysis has ended, and everything that happened was seen.")
        return (
            Route(
                "GET",
                "/api/analyze/{analysisId}/events",
                "followAnalysis",
                "Follow an analysis",
                self.stream,
                {**responses(None, 401, 404, 429), 200: stream, 204: no_content},
                description="Everything that happens to it, from the first event on; ends with the analysis.",
                tag="analysis",
                parameters=(ANALYSIS_ID, _LAST_EVENT_ID),
            ),
            Route(
                "GET",
                "/api/events",
                "followUser",
                "Follow everything of the caller",
                self.stream_user,
                {**responses(None, 401, 429), 200: user_stream},
                description="Events of all analyses, recommendations, orders, digests and alerts; it does not end.",
                tag="events",
                parameters=(_SINCE, _LAST_POSITION),
            ),
        )


def _token(context: RequestContext) -> str:
    """The access token. The middleware has checked it; a stream checks it again while it lasts."""
    _, _, token = context.headers[b"authorization"].decode("ascii").partition(" ")
    return token.strip()


def _since(context: RequestContext) -> int:
    last_event_id = context.headers.get(b"last-event-id", b"0")
    if not _SEQ.fullmatch(last_event_id):
        raise Invalid.one("Last-Event-ID", "The Last-Event-ID is the number of an event.")
    return int(last_event_id)
