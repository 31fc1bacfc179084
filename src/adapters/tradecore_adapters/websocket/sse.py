"""Server-sent events: the events of one analysis, or of a user, over plain HTTP."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket.asgi import HttpResponse, Receive, Scope, Send
from tradecore_adapters.websocket.connections import LiveConnection
from tradecore_adapters.websocket.conversation import Conversation
from tradecore_adapters.websocket.messages import Frame
from tradecore_adapters.websocket.session_runner import SessionRunner

# Proxies that buffer responses would delay events.
_HEADERS = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"))
_COMMENT = ":\n\n"


class SseCodec:
    """Encodes events. A stream carries no client messages, and requests are refused before it begins."""

    def decode(self, text: str) -> tuple[str, Any]:
        """Raises TypeError: a stream of server-sent events receives nothing."""
        raise TypeError("A stream of server-sent events receives no messages.")

    def encode(self, frame: Frame) -> str:
        """The event, with its `seq` as the id from which a client resumes."""
        return frame.sse

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """Nothing: a stream consists of events only."""
        return ()

    def refuse(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """Nothing: a stream consists of events only."""
        return ()


class EventSource(LiveConnection):
    """One client that reads one analysis to its end, or its user; an ASGI application for one request."""

    def __init__(self, runner: SessionRunner, heartbeat: float) -> None:
        """`heartbeat` is the time in seconds after which a silent stream sends a comment to detect dead connections."""
        super().__init__()
        self._runner = runner
        self._heartbeat = heartbeat
        self._closing = False
        self._last_comment = ""
        self._closed = asyncio.Event()

    async def open(self, analysis: AnalysisId, since: int, token: str, *, steps: bool) -> "EventSource | HttpResponse":
        """Prepare the stream of events after `since`; a 204 response where the analysis has ended with that event.

        With `steps`, the steps of its agents come too, and `since` counts them.
        Raises NotAuthenticated, NotFound for unknown analyses and those of other users, Invalid for a `since` whose
        successors are no longer stored, RateLimited, and Unavailable.
        """
        connections = self._runner.connections
        connections.add(self)
        try:
            caller = await connections.authenticate(self, token)
            snapshot = await self._runner.hub.open(analysis, since, by=caller, steps=steps)
        except BaseException:
            connections.remove(self)
            raise
        if snapshot.analysis.ended and since >= snapshot.seq:
            connections.remove(self)
            return HttpResponse(204)
        self.outgoing.subscribe(Conversation(SseCodec(), signed_in=True), snapshot.buffer, since, snapshot.start)
        return self

    async def open_user(self, since: int | None, token: str, *, steps: bool) -> "EventSource":
        """Prepare the stream of all events of the user after position `since`, or from now on; with `steps` too.

        Raises NotAuthenticated, Invalid for a `since` whose successors are no longer stored, RateLimited, and
        Unavailable.
        """
        connections = self._runner.connections
        connections.add(self)
        try:
            caller = await connections.authenticate(self, token)
            start = await self._runner.hub.user_start(since, by=caller)
        except BaseException:
            connections.remove(self)
            raise
        self._runner.follow_user(self, Conversation(SseCodec(), signed_in=True), start, steps=steps)
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the analysis ends or the client disconnects."""
        listener = asyncio.create_task(self._wait_for_disconnect(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            while not self._closing:
                text = self._drain()
                if text or not self.outgoing.following:
                    self._closing = not self.outgoing.following
                    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat):
                        await self.outgoing.wait()
                        continue
                await send({"type": "http.response.body", "body": _COMMENT.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": self._last_comment.encode(), "more_body": False})
        finally:
            listener.cancel()
            self._runner.connections.remove(self)
            self._closed.set()

    def close(self, code: int, reason: str) -> None:
        """End the stream with a comment that says why; clients resume after the last event that they received."""
        if reason and not self._closing:
            self._last_comment = f": {reason}\n\n"
        self._closing = True
        self.outgoing.wake()

    async def wait_closed(self) -> None:
        """Return once the stream has ended."""
        await self._closed.wait()

    def _drain(self) -> str:
        texts = []
        while (text := self.outgoing.take()) is not None:
            texts.append(text)
        return "".join(texts)

    async def _wait_for_disconnect(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.close(1000, "")
