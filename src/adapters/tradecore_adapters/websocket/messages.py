"""Event names and payloads of the live endpoints, made from stored events and refusals."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from tradecore.model import errors
from tradecore.model.agent_steps import AgentStep
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
from tradecore.model.ids import AnalysisId
from tradecore_adapters.caller_text import caller_text

PROGRESS = "analysis_progress"
STEP = "analysis_step"
COMPLETE = "analysis_complete"
ERROR = "analysis_error"
# A refused message that is not about an analysis.
REFUSED = "error"
# Replies on a raw WebSocket; Socket.IO sends acknowledgements instead.
SUBSCRIBED = "analysis_subscribed"
UNSUBSCRIBED = "analysis_unsubscribed"
USER_SUBSCRIBED = "user_subscribed"
USER_UNSUBSCRIBED = "user_unsubscribed"
AUTHENTICATED = "authenticated"

_STATES: Mapping[AnalysisState, str] = {
    AnalysisState.QUEUED: "queued",
    AnalysisState.RUNNING: "running",
    AnalysisState.COMPLETED: "completed",
    AnalysisState.FAILED: "error",
    AnalysisState.CANCELLED: "error",
}

# Error codes, the same as those of the HTTP API below /api.
CODES: Mapping[type[Refusal], str] = {
    errors.Invalid: "invalid_input",
    errors.NotAuthenticated: "not_signed_in",
    errors.NotAllowed: "not_allowed",
    errors.NotFound: "not_found",
    errors.NotReady: "not_ready",
    errors.IllegalMove: "illegal_move",
    errors.NeedsConfirmation: "confirmation_needed",
    errors.KeyReused: "idempotency_key_reused",
    errors.StillRunning: "request_in_progress",
    errors.OverBudget: "over_budget",
    errors.QueueFull: "queue_full",
    errors.RateLimited: "too_many_requests",
    errors.Overspent: "spending_limit_reached",
    errors.Stale: "changed_meanwhile",
    errors.Unavailable: "unavailable",
}

_encoder = msgspec.json.Encoder()


class Frame:
    """One event, encoded once per transport for any number of clients.

    `id` is the number from which a client resumes; a `terminal` event ends its subscription.
    """

    def __init__(self, id: int, name: str, data: str, *, terminal: bool = False) -> None:
        """`data` is the payload as JSON."""
        self.id = id
        self.name = name
        self.data = data
        self.terminal = terminal

    @classmethod
    def of_analysis(cls, analysis: AnalysisId, event: Event) -> "Frame":
        """An event of an analysis. Raises TypeError for kinds of events that are not sent to clients."""
        name, body = analysis_payload(event.fact)
        data = {"analysisId": analysis, **body, "timestamp": utc(event.fact.at), "seq": event.seq}
        terminal = isinstance(event.fact, AnalysisCompleted | AnalysisFailed)
        return cls(event.seq, name, json_text(data), terminal=terminal)

    @classmethod
    def of_step(cls, analysis: AnalysisId, step: AgentStep) -> "Frame":
        """A step of an agent."""
        return cls(step.seq, STEP, json_text(step_payload(analysis, step)))

    @cached_property
    def raw(self) -> str:
        """The text frame of the raw WebSocket."""
        return frame(self.name, self.data)

    @cached_property
    def sse(self) -> str:
        """The server-sent event; clients resume from its id."""
        return f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n"

    @cached_property
    def socketio(self) -> str:
        """The arguments of the Socket.IO event."""
        return f'["{self.name}",{self.data}]'


def json_text(value: object) -> str:
    """A value as compact JSON."""
    return _encoder.encode(value).decode()


def frame(name: str, data: str) -> str:
    """A text frame of the raw WebSocket; `data` is JSON."""
    return f'{{"event":"{name}","data":{data}}}'


def utc(at: datetime) -> str:
    """A time in ISO 8601: UTC, whole seconds, with `Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def snapshot(analysis: Analysis, seq: int) -> dict[str, Any]:
    """The state of an analysis after its event `seq`; later events have higher numbers."""
    body: dict[str, Any] = {
        "analysisId": analysis.id,
        "status": _STATES[analysis.state],
        "progress": analysis.percent,
        "agent": analysis.current_agent or "",
        "completedAgents": [run.agent for run in analysis.agents if run.state is AgentState.COMPLETED],
        "seq": seq,
    }
    if analysis.decision:
        body["decision"] = {"action": analysis.decision.action, "confidence": float(analysis.decision.confidence)}
    if analysis.error:
        body["error"] = caller_text(analysis.error)
    return body


def code_of(refusal: Refusal) -> str:
    """The error code of a refusal, which is that of its nearest listed base class."""
    return next((CODES[kind] for kind in type(refusal).__mro__ if kind in CODES), "refused")


def refused(refusal: Refusal, analysis: str, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """The name and the payload of the event that refuses a message.

    It is an `analysis_error` for a message about an analysis, since the documented client listens to it; unlike one
    that ends an analysis, it has no `seq`. For any other message it is an `error`.
    """
    error, timestamp, code = caller_text(str(refusal)), utc(at), code_of(refusal)
    if not analysis:
        return REFUSED, {"error": error, "timestamp": timestamp, "code": code}
    return ERROR, {"analysisId": analysis, "error": error, "agent": "", "timestamp": timestamp, "code": code}


def analysis_payload(fact: Fact) -> tuple[str, dict[str, Any]]:
    """The name of an event of an analysis and its own fields. Raises TypeError for other kinds of events."""
    match fact:
        case AgentBegan():
            body = _progress(fact.agent, "running", fact.percent, fact.message)
            return PROGRESS, body if fact.round is None else {**body, "round": fact.round}
        case AgentFinished():
            return PROGRESS, _progress(fact.agent, "completed", fact.percent, fact.message)
        case AnalysisCompleted():
            decision = {"action": fact.action, "confidence": float(fact.confidence)}
            return COMPLETE, {"status": "completed", "decision": decision}
        case AnalysisFailed():
            return ERROR, {"error": caller_text(fact.error), "agent": fact.agent or ""}
    raise TypeError(f"Events of the kind {type(fact).__name__} are not sent to clients.")


def step_payload(analysis: AnalysisId, step: AgentStep) -> dict[str, Any]:
    """The payload of a step."""
    return {
        "analysisId": analysis,
        "agent": step.agent,
        "kind": step.kind,
        **({} if step.round is None else {"round": step.round}),
        "text": step.text,
        "evidence": step.evidence,
        "grounded": step.grounded,
        "timestamp": utc(step.at),
        "seq": step.seq,
    }


def _progress(agent: str, status: str, percent: int, message: str) -> dict[str, Any]:
    return {"agent": agent, "status": status, "progress": percent, "message": message}
