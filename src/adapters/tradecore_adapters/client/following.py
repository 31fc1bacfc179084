"""Following one analysis over connections that come and go: what to say on each, where to go on. No I/O."""

from typing import Any

import msgspec

from tradecore.model.errors import NotSignedIn, Unavailable
from tradecore_adapters.client.calls import refusal
from tradecore_adapters.client.shapes import Completed, Failed, Happening, Progress

# How long the first and the longest pause between two connections are, in seconds.
_FIRST, _LONGEST = 0.1, 2.0
NOT_SIGNED_IN = 4401

_KINDS: dict[str, type[Happening]] = {
    "analysis_progress": Progress,
    "analysis_complete": Completed,
    "analysis_error": Failed,
}


def address(server: str) -> str:
    """Where a server's raw WebSocket is; `server` as https://host:port."""
    return "ws" + server.removeprefix("http").rstrip("/") + "/ws"


class Following:
    """Every event of an analysis after `since`, each once."""

    def __init__(self, analysis: str, since: int, patience: float) -> None:
        """`patience`: for how many seconds without any connection to go on trying."""
        self.analysis = analysis
        self.last = since
        self.over = False
        self._patience = patience
        self._pause = _FIRST
        self._lost_at: float | None = None

    def opening(self, token: str) -> tuple[str, ...]:
        """What to say on a new connection; the token goes in a frame, which no proxy logs."""
        follow = {"analysisId": self.analysis, "since": self.last}
        return (_frame("authenticate", {"token": token}), _frame("subscribe_analysis", follow))

    def hear(self, text: str | bytes) -> Happening | None:
        """The event in a frame, if it is a new one. Raises the refusal that it may be."""
        said = msgspec.json.decode(text)
        name, data = said["event"], said["data"]
        self._lost_at, self._pause = None, _FIRST
        if name not in _KINDS:
            return None
        if "code" in data:
            raise refusal(data["code"], data["error"], about=self.analysis)
        event = msgspec.convert(data, _KINDS[name])
        if event.seq <= self.last:
            return None
        self.last = event.seq
        self.over = not isinstance(event, Progress)
        return event

    def lost(self, now: float, code: int | None, reason: str) -> float:
        """For how many seconds to wait before the next connection. Raises NotSignedIn, or Unavailable out of patience.

        `now` counts seconds and never goes back; `code` and `reason` are what the server closed with.
        """
        if code == NOT_SIGNED_IN:
            raise NotSignedIn(reason)
        if self._lost_at is None:
            self._lost_at = now
        if now - self._lost_at > self._patience:
            raise Unavailable(f"The server has been out of reach for {self._patience:g} seconds.")
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST)
        return pause


def _frame(event: str, data: dict[str, Any]) -> str:
    return msgspec.json.encode({"event": event, "data": data}).decode()
