"""Following events over successive WebSocket connections: messages, new events, reconnect delays. No I/O."""

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

import msgspec

from tradecore.model.errors import NotAuthenticated, Unavailable
from tradecore_adapters.client.calls import refusal
from tradecore_adapters.client.models import AnalysisEvent, AnalysisStep, Completed, Failed, Progress, UserEvent
from tradecore_adapters.typed_json import convert

E = TypeVar("E")

# The first and the longest delay between two connections, in seconds.
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0
# The close code of a server that does not accept the access token.
_UNAUTHORIZED = 4401

_ANALYSIS_EVENTS: dict[str, type[AnalysisEvent | AnalysisStep]] = {
    "analysis_progress": Progress,
    "analysis_step": AnalysisStep,
    "analysis_complete": Completed,
    "analysis_error": Failed,
}


def websocket_url(server: str) -> str:
    """The raw WebSocket endpoint of a server that is given as `https://host:port`."""
    return "ws" + server.removeprefix("http").rstrip("/") + "/ws"


class EventFollower(ABC, Generic[E]):
    """Every event of one subscription after the last one received, each once and in order."""

    def __init__(self, reconnect_timeout: float) -> None:
        """`reconnect_timeout`: how long to try to reconnect, in seconds."""
        self.ended = False
        self._reconnect_timeout = reconnect_timeout
        self._delay = _FIRST_DELAY
        self._disconnected_at: float | None = None

    def opening(self, token: str) -> tuple[str, ...]:
        """The messages to send on a new connection. The token is in a message, because proxies log URLs."""
        return (_message("authenticate", {"token": token}), _message(*self.subscription()))

    def receive(self, text: str | bytes) -> E | None:
        """The event of a message, or None if it has none or an earlier one. Raises the refusal of an error message."""
        message = msgspec.json.decode(text)
        name, data = message["event"], message["data"]
        self._disconnected_at, self._delay = None, _FIRST_DELAY
        if "code" in data:
            raise refusal(data["code"], data["error"], resource_id=data.get("analysisId", ""))
        return self.read(name, data)

    def reconnect_delay(self, now: float, code: int | None, reason: str) -> float:
        """The seconds to wait before the next connection.

        `now` is a monotonic time in seconds; `code` and `reason` are those of the close frame. Raises
        NotAuthenticated if the server did not accept the token, and Unavailable after the reconnect timeout.
        """
        if code == _UNAUTHORIZED:
            raise NotAuthenticated(reason)
        if self._disconnected_at is None:
            self._disconnected_at = now
        if now - self._disconnected_at > self._reconnect_timeout:
            raise Unavailable(f"The server has been out of reach for {self._reconnect_timeout:g} seconds.")
        delay, self._delay = self._delay, min(2 * self._delay, _LONGEST_DELAY)
        return delay

    @abstractmethod
    def subscription(self) -> tuple[str, dict[str, Any]]:
        """The name and the data of the message that subscribes to the events after the last one received."""

    @abstractmethod
    def read(self, name: str, data: dict[str, Any]) -> E | None:
        """The event of a message; None for a message without a new event."""


class AnalysisFollower(EventFollower[AnalysisEvent | AnalysisStep]):
    """The events of an analysis after number `since`, to its end; with `steps`, what its agents write too."""

    def __init__(self, analysis: str, since: int, reconnect_timeout: float, *, steps: bool = False) -> None:
        """`since` counts the steps too where they are wanted; `reconnect_timeout` in seconds."""
        super().__init__(reconnect_timeout)
        self._analysis = analysis
        self._last = since
        self._steps = steps

    def subscription(self) -> tuple[str, dict[str, Any]]:
        """`subscribe_analysis`."""
        return "subscribe_analysis", {"analysisId": self._analysis, "since": self._last, "steps": self._steps}

    def read(self, name: str, data: dict[str, Any]) -> AnalysisEvent | AnalysisStep | None:
        """The event of the analysis; its last one ends the following."""
        if name not in _ANALYSIS_EVENTS:
            return None
        event = convert(data, _ANALYSIS_EVENTS[name])
        if event.seq <= self._last:
            return None
        self._last = event.seq
        self.ended = isinstance(event, Completed | Failed)
        return event


class UserFollower(EventFollower[UserEvent]):
    """The events of the user after position `since`, or from now on, without end; with `steps`, the steps too."""

    def __init__(self, since: int | None, reconnect_timeout: float, *, steps: bool = False) -> None:
        """`reconnect_timeout` in seconds."""
        super().__init__(reconnect_timeout)
        self._last = since
        self._steps = steps
        # The newest step of each running analysis: after a reconnection, steps may come again.
        self._newest_steps: dict[str, int] = {}

    def subscription(self) -> tuple[str, dict[str, Any]]:
        """`subscribe_user`."""
        since = {} if self._last is None else {"since": self._last}
        return "subscribe_user", {**since, "steps": self._steps}

    def read(self, name: str, data: dict[str, Any]) -> UserEvent | None:
        """The event; the reply to the subscription says after which position events come."""
        if name == "user_subscribed" and self._last is None:
            self._last = data["position"]
        if "seq" not in data or self._is_repeated(name, data):
            return None
        event = convert({**data, "name": name, "fields": data}, UserEvent)
        self._last = max(event.position, self._last or 0)
        return event

    def _is_repeated(self, name: str, data: dict[str, Any]) -> bool:
        if name == "analysis_step":
            newest = self._newest_steps.get(data["analysisId"], 0)
            self._newest_steps[data["analysisId"]] = max(newest, data["seq"])
            return bool(data["seq"] <= newest)
        if name in ("analysis_complete", "analysis_error"):
            self._newest_steps.pop(data["analysisId"], None)
        return bool(data["position"] <= (self._last or 0))


def _message(event: str, data: dict[str, Any]) -> str:
    return msgspec.json.encode({"event": event, "data": data}).decode()
