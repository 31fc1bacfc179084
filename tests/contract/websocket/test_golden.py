"""The documented payloads, field for field, with `seq` added; `--golden` writes the files anew."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import AgentBegan, AgentFinished, Analysis, AnalysisCompleted, AnalysisFailed
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event, Fact
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Agent, Analyst, Decision
from tradecore_adapters.http.api.error_codes import REFUSALS
from tradecore_adapters.websocket import messages
from tradecore_adapters.websocket.messages import Frame
from tradecore_adapters.websocket.packets import SocketIoCodec

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
ID = AnalysisId("a1b2c3d4-e5f6-7890-abcd-ef1234567890")
TOPIC = topic_of(TopicKind.ANALYSIS, ID)


def at(minute: int, second: int) -> datetime:
    return datetime(2024, 10, 10, 14, minute, second, 123456, tzinfo=UTC)


EVENTS: dict[str, tuple[int, Fact]] = {
    "progress_running": (
        3,
        AgentBegan(TOPIC, at(24, 2), Agent.SENTIMENT, 25, "Sentiment analysis started"),
    ),
    "progress": (4, AgentFinished(TOPIC, at(25, 30), Agent.SENTIMENT, 50, "Sentiment analysis completed")),
    "complete": (19, AnalysisCompleted(TOPIC, at(28, 30), Action.BUY, Decimal("8.50"))),
    "error": (5, AnalysisFailed(TOPIC, at(27, 0), "API rate limit exceeded", Agent.NEWS)),
    "error_without_agent": (1, AnalysisFailed(TOPIC, at(27, 0), "cancelled by the user", None)),
}


def same(name: str, said: object, golden: bool) -> bool:
    """Whether it is what the file holds, in the same order."""
    path = GOLDEN / f"{name}.json"
    text = json.dumps(said, indent=2) + "\n"
    if golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path.read_text() == text


@pytest.mark.parametrize("name", EVENTS)
def test_every_transport_tells_the_documented_payload(name: str, golden: bool) -> None:
    seq, fact = EVENTS[name]
    frame = Frame.of_analysis(ID, Event(seq, fact))
    raw = json.loads(frame.raw)
    assert same(name, raw, golden)
    assert json.loads(SocketIoCodec("/").encode(frame).removeprefix("42")) == [raw["event"], raw["data"]]
    assert json.loads(SocketIoCodec("/ws").encode(frame).removeprefix("42/ws,")) == [raw["event"], raw["data"]]
    assert frame.sse == f"id: {seq}\nevent: {raw['event']}\ndata: {frame.data}\n\n"
    assert frame.terminal is (not name.startswith("progress"))


def test_the_answer_to_a_subscription_is_how_the_analysis_stands(golden: bool) -> None:
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 3, "rules")
    queued = Analysis.begin(
        ID, UserId("user123"), brief, engine="rules", plan=plan_desk(brief, by_model=False), at=at(23, 45)
    ).entity
    running = evolve(queued.start(at=at(23, 50)).entity, done=3).step_began("report:sentiment", at=at(24, 2)).entity
    decision = Decision(Action.BUY, Decimal("8.5"), Decimal(5), Decimal(875), Decimal(850), Decimal(920), "Because")
    said: dict[str, Any] = {
        "queued": messages.snapshot(queued, 0),
        "running": messages.snapshot(running, 3),
        "completed": messages.snapshot(running.complete(decision, at=at(28, 30)).entity, 19),
        "failed": messages.snapshot(running.fail("API rate limit exceeded", at=at(27, 0)).entity, 5),
        "cancelled": messages.snapshot(running.fail("cancelled", at=at(27, 0), cancelled=True).entity, 5),
    }
    assert same("subscribed", said, golden)


def test_a_refusal_is_the_documented_error_with_a_code(golden: bool) -> None:
    name, body = messages.refused(NotFound("analysis", "x"), "x", at=at(27, 0))
    assert name == "analysis_error"
    assert same("refused", body, golden)


def test_a_refusal_that_is_about_no_analysis_is_an_event_of_its_own() -> None:
    name, body = messages.refused(NotFound("analysis", "x"), "", at=at(27, 0))
    assert (name, body) == (
        "error", {"error": "There is no analysis 'x'.", "timestamp": "2024-10-10T14:27:00Z", "code": "not_found"},
    )  # fmt: skip


def test_codes_are_the_same_words_as_below_api_for_every_refusal() -> None:
    assert messages.CODES == REFUSALS
