"""Results and events as the documented JSON, for programs that embed tradecore."""

from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.change import Event
from tradecore.model.ids import AnalysisId, TopicKind
from tradecore_adapters.http.api import serializers
from tradecore_adapters.http.responses import json_bytes
from tradecore_adapters.websocket.messages import Frame, frame, json_text
from tradecore_adapters.websocket.user_events import user_event


def to_json(value: AnalysisResult | Event) -> str:
    """The JSON text that the server sends for a result or an event.

    A result is `data` of `GET /api/analyze/{id}/results`; an event is `{"event": name, "data": {...}}`, as on a raw
    WebSocket. Raises TypeError for another value, and for kinds of events that are not sent to clients.
    """
    if isinstance(value, AnalysisResult):
        return json_bytes(serializers.result(value)).decode()
    if not isinstance(value, Event):
        raise TypeError(f"to_json takes a result of an analysis or an event, not {type(value).__name__}.")
    kind, _, id = value.fact.topic.partition(":")
    if kind == TopicKind.ANALYSIS:
        return Frame.of_analysis(AnalysisId(id), value).raw
    named = user_event(value)
    if named is None:
        raise TypeError(f"Events of the kind {type(value.fact).__name__} are not sent to clients.")
    name, payload = named
    return frame(name, json_text(payload))
