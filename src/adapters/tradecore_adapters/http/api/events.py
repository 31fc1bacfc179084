"""The route that streams what happens to an analysis as server-sent events."""

import re
from collections.abc import Awaitable, Callable

from attrs import frozen
from litestar.types import ASGIApp

from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore_adapters.http.api.analyses import ANALYSIS_ID, read_id
from tradecore_adapters.http.api.envelope import promises
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.routes import Parameter, Promise, Route

# Given an analysis, the last event seen and the access token: an application that streams the events after that one.
Follow = Callable[[AnalysisId, int, str], Awaitable[ASGIApp]]

_SEQ = re.compile(rb"[0-9]{1,9}")
_LAST_EVENT_ID = Parameter(
    "Last-Event-ID",
    "header",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "The `seq` of the last event that arrived: the stream goes on after it; by default from the first event",
)


@frozen
class Events:
    """Following one analysis without a socket."""

    follow: Follow

    async def stream(self, asked: Asked) -> ASGIApp:
        """Stream until the analysis ends."""
        asked.query(frozenset())
        # The door has looked at the header already; while the stream lasts, its token is looked at again.
        _, _, token = asked.headers[b"authorization"].decode("ascii").partition(" ")
        return await self.follow(read_id(asked), _since(asked), token.strip())

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        stream = Promise(
            "Events `analysis_progress`, `analysis_complete` and `analysis_error`, each with its `seq` as id.",
            str,
            media="text/event-stream",
        )
        nothing = Promise("The analysis has ended, and everything that happened was seen.")
        return (
            Route(
                "GET",
                "/api/analyze/{analysisId}/events",
                "followAnalysis",
                "Follow an analysis",
                self.stream,
                {**promises(None, 401, 404, 429), 200: stream, 204: nothing},
                description="Everything that happens to it, from the first event on; ends with the analysis.",
                tag="analysis",
                parameters=(ANALYSIS_ID, _LAST_EVENT_ID),
            ),
        )


def _since(asked: Asked) -> int:
    sent = asked.headers.get(b"last-event-id", b"0")
    if not _SEQ.fullmatch(sent):
        raise Invalid.one("Last-Event-ID", "The Last-Event-ID is the number of an event.")
    return int(sent)
