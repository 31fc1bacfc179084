"""The route that streams the events of an analysis as server-sent events."""

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

_SEQ = re.compile(rb"[0-9]{1,9}")
_LAST_EVENT_ID = Parameter(
    "Last-Event-ID",
    "header",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "The `seq` of the last event that arrived: the stream goes on after it; by default from the first event",
)


@frozen
class EventRoutes:
    """Follow one analysis without a WebSocket."""

    open_stream: OpenEventStream

    async def stream(self, context: RequestContext) -> ASGIApp:
        """Stream events until the analysis ends. Raises Invalid for a malformed Last-Event-ID."""
        context.query_params(frozenset())
        # The middleware has checked the token; the stream checks it again while it lasts.
        _, _, token = context.headers[b"authorization"].decode("ascii").partition(" ")
        return await self.open_stream(read_id(context), _since(context), token.strip())

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        stream = ResponseSpec(
            "Events `analysis_progress`, `analysis_complete` and `analysis_error`, each with its `seq` as id.",
            str,
            media_type="text/event-stream",
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
        )


def _since(context: RequestContext) -> int:
    last_event_id = context.headers.get(b"last-event-id", b"0")
    if not _SEQ.fullmatch(last_event_id):
        raise Invalid.one("Last-Event-ID", "The Last-Event-ID is the number of an event.")
    return int(last_event_id)
