"""What goes over the wire: the one place where facts and refusals become event names and payloads."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from tradecore.model import errors
from tradecore.model.analyses import (
    AgentBegan,
    AgentFinished,
    AgentState,
    Analysis,
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisState,
)
from tradecore.model.change import Event, Fact
from tradecore.model.errors import Refusal
from tradecore.model.steps import Agent

PROGRESS = "analysis_progress"
COMPLETE = "analysis_complete"
ERROR = "analysis_error"
# What a raw WebSocket is answered with where Socket.IO acknowledges.
SUBSCRIBED = "analysis_subscribed"
UNSUBSCRIBED = "analysis_unsubscribed"
AUTHENTICATED = "authenticated"

_STATES: Mapping[AnalysisState, str] = {
    AnalysisState.QUEUED: "queued",
    AnalysisState.RUNNING: "running",
    AnalysisState.COMPLETED: "completed",
    AnalysisState.FAILED: "error",
    AnalysisState.CANCELLED: "error",
}

# For programs; the same words as in errors below /api.
CODES: Mapping[type[Refusal], str] = {
    errors.Invalid: "invalid_input",
    errors.NotSignedIn: "not_signed_in",
    errors.NotAllowed: "not_allowed",
    errors.NotFound: "not_found",
    errors.NotReady: "not_ready",
    errors.IllegalMove: "illegal_move",
    errors.KeyReused: "idempotency_key_reused",
    errors.StillRunning: "request_in_progress",
    errors.OverBudget: "over_budget",
    errors.QueueFull: "queue_full",
    errors.TooMany: "too_many_requests",
    errors.Overspent: "spending_limit_reached",
    errors.Stale: "changed_meanwhile",
    errors.Unavailable: "unavailable",
}

_encoder = msgspec.json.Encoder()


class Frame:
    """One event of an analysis, encoded once however many listen; each way of framing it likewise, when first asked."""

    def __init__(self, analysis: str, event: Event) -> None:
        """Encode what happened. Raises TypeError for facts that no client is told."""
        self.seq = event.seq
        self.terminal = isinstance(event.fact, AnalysisCompleted | AnalysisFailed)
        self.name, body = _told(event.fact)
        self.data = json_text({"analysisId": analysis, **body, "timestamp": utc(event.fact.at), "seq": event.seq})

    @cached_property
    def raw(self) -> str:
        """As a text frame of the raw WebSocket."""
        return frame(self.name, self.data)

    @cached_property
    def sse(self) -> str:
        """As a server-sent event; its id is where a client resumes."""
        return f"id: {self.seq}\nevent: {self.name}\ndata: {self.data}\n\n"

    @cached_property
    def socketio(self) -> str:
        """As the arguments of a Socket.IO event."""
        return f'["{self.name}",{self.data}]'


def json_text(value: object) -> str:
    """Compact JSON."""
    return _encoder.encode(value).decode()


def frame(name: str, data: str) -> str:
    """A text frame of the raw WebSocket, with `data` as JSON."""
    return f'{{"event":"{name}","data":{data}}}'


def utc(at: datetime) -> str:
    """A time as it is shown: UTC, whole seconds, with `Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def snapshot(analysis: Analysis, seq: int) -> dict[str, Any]:
    """How an analysis stands after its event `seq`; what happens later carries higher numbers."""
    body: dict[str, Any] = {
        "analysisId": analysis.id,
        "status": _STATES[analysis.state],
        "progress": analysis.percent,
        "agent": analysis.current_agent or "",
        "completedAgents": [each.agent for each in analysis.agents if each.state is AgentState.COMPLETED],
        "seq": seq,
    }
    if analysis.decision:
        body["decision"] = {"action": analysis.decision.action, "confidence": float(analysis.decision.confidence)}
    if analysis.error:
        body["error"] = analysis.error
    return body


def code_of(refusal: Refusal) -> str:
    """The word for programs; of a kind that came later, its nearest ancestor's."""
    return next((CODES[kind] for kind in type(refusal).__mro__ if kind in CODES), "refused")


def refused(refusal: Refusal, analysis: str, *, at: datetime) -> dict[str, Any]:
    """The body of an `analysis_error` that says no; unlike one that ends an analysis, it has a `code` and no `seq`."""
    return {
        "analysisId": analysis,
        "error": str(refusal),
        "agent": "",
        "timestamp": utc(at),
        "code": code_of(refusal),
    }


def _told(fact: Fact) -> tuple[str, dict[str, Any]]:
    match fact:
        case AgentBegan():
            return PROGRESS, _progress(fact.agent, "running", fact.percent, fact.message)
        case AgentFinished():
            return PROGRESS, _progress(fact.agent, "completed", fact.percent, fact.message)
        case AnalysisCompleted():
            decision = {"action": fact.action, "confidence": float(fact.confidence)}
            return COMPLETE, {"status": "completed", "decision": decision}
        case AnalysisFailed():
            return ERROR, {"error": fact.error, "agent": fact.agent or ""}
    raise TypeError(f"A {type(fact).__name__} is nothing that clients are told.")


def _progress(agent: Agent, status: str, percent: int, message: str) -> dict[str, Any]:
    return {"agent": agent, "status": status, "progress": percent, "message": message}
