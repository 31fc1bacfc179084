"""The events of an analysis, or of the caller, as server-sent events."""

import re
from typing import Annotated, Protocol

from attrs import frozen
from litestar import Controller, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, QueryParameter
from litestar.types import ASGIApp

from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId
from tradecore_adapters.http.api.analyses import AnalysisIdPath, read_id
from tradecore_adapters.http.api.envelope import errors_of
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.dependencies import Dependency
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.security import ACCESS_TOKEN


class OpenEventStream(Protocol):
    """Opens a stream of the events of an analysis."""

    async def __call__(self, analysis: AnalysisId, since: int, token: str, *, steps: bool) -> ASGIApp:
        """An ASGI application that streams the events after number `since`, with the `steps` of agents among them."""
        ...


class OpenUserEventStream(Protocol):
    """Opens a stream of all events of the caller."""

    async def __call__(self, since: int | None, token: str, *, steps: bool) -> ASGIApp:
        """An ASGI application that streams the events after position `since`, or new ones only for None.

        With `steps`, the steps of agents are among them.
        """
        ...


_POSITION = re.compile(r"[0-9]{1,15}", re.ASCII)
_SEQ = re.compile(r"[0-9]{1,9}", re.ASCII)
_LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID",
        description="The `seq` of the last event received; it takes precedence over `since`.",
        schema_extra={"pattern": "^[0-9]{1,9}$"},
    ),
]
_SinceSeq = Annotated[
    str | None,
    QueryParameter(
        name="since",
        description="The stream continues after this `seq`; by default it begins with the first event.",
        schema_extra={"pattern": "^[0-9]{1,9}$"},
    ),
]
_Steps = Annotated[
    bool,
    QueryParameter(
        description="With `1`, what each agent wrote comes as `analysis_step`, and `seq` counts these events too."
    ),
]
_LastPosition = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID",
        description="The `position` of the last event received; it takes precedence over `since`.",
        schema_extra={"pattern": "^[0-9]{1,15}$"},
    ),
]
_UserSteps = Annotated[
    bool, QueryParameter(name="steps", description="With `1`, what each agent wrote comes as `analysis_step`.")
]
_Since = Annotated[
    str | None,
    QueryParameter(
        description="The stream continues after this `position`, 0 for all stored events; by default only new events.",
        schema_extra={"pattern": "^[0-9]{1,15}$"},
    ),
]

_ANALYSIS_EVENT = (
    'id: 3\nevent: analysis_progress\ndata: {"analysisId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890",'
    '"agent":"sentiment_analyst","status":"running","progress":20,"message":"Sentiment analysis started",'
    '"timestamp":"2024-10-10T14:26:45Z","seq":3}\n\n'
)
_USER_EVENT = (
    'id: 1207\nevent: recommendation_issued\ndata: {"recommendationId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890",'
    '"action":"BUY","expiresAt":"2024-10-10T20:28:30Z","timestamp":"2024-10-10T14:28:30Z","seq":1,"position":1207}\n\n'
)


@frozen
class EventStreams:
    """Opens streams of events."""

    open: OpenEventStream
    open_for_user: OpenUserEventStream


class EventController(Controller):
    """Follow one analysis, or everything of the caller, without a WebSocket."""

    path = "/api"
    security = (ACCESS_TOKEN,)

    @get(
        "/analyze/{analysisId:str}/events",
        before_request=require_strict_query,
        tags=("analysis",),
        operation_id="followAnalysis",
        summary="Stream the events of an analysis",
        description="Server-sent events from the first one on; the stream ends with the analysis.",
        responses={
            200: ResponseSpec(
                str,
                description="Events `analysis_progress`, `analysis_complete` and `analysis_error`, and `analysis_step` "
                "where requested, each with its `seq` as id.",
                media_type="text/event-stream",
                examples=[Example(value=_ANALYSIS_EVENT)],
                generate_examples=False,
            ),
            204: ResponseSpec(None, description="The analysis has ended, and the client has all of its events."),
            **errors_of(401, 404, 429),
        },
    )
    async def stream(
        self,
        request: JsonRequest,
        event_streams: Dependency[EventStreams],
        analysis_id: AnalysisIdPath,
        since: _SinceSeq = None,
        steps: _Steps = False,
        last_event_id: _LastEventId = None,
    ) -> ASGIApp:
        """Stream events until the analysis ends. Raises NotFound, and Invalid for a malformed number."""
        field, seq = ("Last-Event-ID", last_event_id) if last_event_id else ("since", since)
        if seq is not None and not _SEQ.fullmatch(seq):
            raise Invalid.one(field, f"`{field}` is the `seq` of an event, or 0 for all.")
        return await event_streams.open(read_id(analysis_id), int(seq or 0), _token(request.context), steps=steps)

    @get(
        "/events",
        before_request=require_strict_query,
        tags=("events",),
        operation_id="followUser",
        summary="Stream all events of the caller",
        description="Events of all analyses, recommendations, orders, digests and alerts; the stream does not end.",
        responses={
            200: ResponseSpec(
                str,
                description="Events, each with its `position` in the log as id.",
                media_type="text/event-stream",
                examples=[Example(value=_USER_EVENT)],
                generate_examples=False,
            ),
            **errors_of(401, 429),
        },
    )
    async def stream_user(
        self,
        request: JsonRequest,
        event_streams: Dependency[EventStreams],
        since: _Since = None,
        steps: _UserSteps = False,
        last_event_id: _LastPosition = None,
    ) -> ASGIApp:
        """Stream the events of the caller until the client disconnects. Raises Invalid for a malformed position."""
        field, position = ("Last-Event-ID", last_event_id) if last_event_id else ("since", since)
        if position is not None and not _POSITION.fullmatch(position):
            raise Invalid.one(field, f"`{field}` is the `position` of an event, or 0 for all.")
        start = None if position is None else int(position)
        return await event_streams.open_for_user(start, _token(request.context), steps=steps)


def _token(context: RequestContext) -> str:
    """The access token. The middleware has checked it; a stream checks it again while it lasts."""
    _, _, token = context.headers[b"authorization"].decode("ascii").partition(" ")
    return token.strip()
