"""Following one analysis over successive WebSocket connections: messages, new events, reconnect delays. No I/O."""

from typing import Any

import msgspec

from tradecore.model.errors import NotAuthenticated, Unavailable
from tradecore_adapters.client.calls import refusal
from tradecore_adapters.client.models import AnalysisEvent, Completed, Failed, Progress

# The first and the longest delay between two connections, in seconds.
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 2.0
# The close code of a server that does not accept the access token.
_UNAUTHORIZED = 4401

_EVENTS: dict[str, type[AnalysisEvent]] = {
    "analysis_progress": Progress,
    "analysis_complete": Completed,
    "analysis_error": Failed,
}


def websocket_url(server: str) -> str:
    """The raw WebSocket endpoint of a server that is given as `https://host:port`."""
    return "ws" + server.removeprefix("http").rstrip("/") + "/ws"


class EventFollower:
    """Every event of an analysis after `since`, each once and in order."""

    def __init__(self, analysis: str, since: int, reconnect_timeout: float) -> None:
        """`reconnect_timeout`: how long to try to reconnect, in seconds."""
        self.analysis = analysis
        self.last = since
        self.ended = False
        self._reconnect_timeout = reconnect_timeout
        self._delay = _FIRST_DELAY
        self._disconnected_at: float | None = None

    def opening(self, token: str) -> tuple[str, ...]:
        """The messages to send on a new connection. The token is in a message, because proxies log URLs."""
        subscription = {"analysisId": self.analysis, "since": self.last}
        return (_message("authenticate", {"token": token}), _message("subscribe_analysis", subscription))

    def receive(self, text: str | bytes) -> AnalysisEvent | None:
        """The event of a message, or None if it has none or an earlier one. Raises the refusal of an error message."""
        message = msgspec.json.decode(text)
        name, data = message["event"], message["data"]
        self._disconnected_at, self._delay = None, _FIRST_DELAY
        if name not in _EVENTS:
            return None
        if "code" in data:
            raise refusal(data["code"], data["error"], resource_id=self.analysis)
        event = msgspec.convert(data, _EVENTS[name])
        if event.seq <= self.last:
            return None
        self.last = event.seq
        self.ended = not isinstance(event, Progress)
        return event

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


def _message(event: str, data: dict[str, Any]) -> str:
    return msgspec.json.encode({"event": event, "data": data}).decode()
