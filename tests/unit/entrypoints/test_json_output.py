"""The JSON of results and events is what the server sends, for programs that embed tradecore."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tradecore.model.change import Event
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.recommendations import RecommendationRejected
from tradecore_app import open_tradecore, to_json

DOCUMENT = Path(__file__).parents[2] / "contract/golden/trading/openapi.json"


def demand(schema: str, value: Any) -> None:
    components = json.loads(DOCUMENT.read_text())["body"]["components"]
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": components}).validate(value)


async def test_a_result_and_its_events_have_the_documented_shapes() -> None:
    async with open_tradecore(store="memory:") as desk:
        ticket = await desk.launch("NVDA", "2024-10-10", analysts=("technical",))
        events = [json.loads(to_json(event)) async for event in desk.follow(ticket.analysis)]
        result = json.loads(to_json(await desk.result(ticket.analysis)))
    demand("ResultData", result)
    assert result["id"] == ticket.analysis
    assert [event["data"]["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["event"] for event in events} == {"analysis_progress", "analysis_complete"}
    assert {event["data"]["analysisId"] for event in events} == {ticket.analysis}
    last = events[-1]["data"]
    assert last["decision"] == {name: result["decision"][name] for name in ("action", "confidence")}


def test_an_event_of_another_kind_is_that_of_the_stream_of_a_user() -> None:
    at = datetime(2024, 10, 10, 15, 42, tzinfo=UTC)
    fact = RecommendationRejected(topic_of(TopicKind.RECOMMENDATION, "b1"), at, "by the owner")
    message = json.loads(to_json(Event(2, fact, position=7)))
    assert message["event"] == "recommendation_rejected"
    assert message["data"] == {
        "recommendationId": "b1", "reason": "by the owner", "timestamp": "2024-10-10T15:42:00Z",
        "seq": 2, "position": 7,
    }  # fmt: skip


def test_other_values_are_refused_by_their_kind() -> None:
    with pytest.raises(TypeError, match="not dict"):
        to_json({})  # type: ignore[arg-type]
