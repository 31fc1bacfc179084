"""Server-sent events: the same events over plain HTTP, one analysis per request."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket.attendant import Attendant
from tradecore_adapters.websocket.conversation import Conversation
from tradecore_adapters.websocket.guests import Guest
from tradecore_adapters.websocket.messages import Frame
from tradecore_adapters.websocket.wire import Receive, Reply, Scope, Send

# Proxies that buffer answers would hold events back.
_HEADERS = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"))
_COMMENT = ":\n\n"


class SseDialect:
    """Events only: nobody is heard, and what is refused is refused before the stream begins."""

    def read(self, text: str) -> tuple[str, Any]:
        """There is no way to say anything on a stream."""
        raise TypeError("A stream of server-sent events hears nobody.")

    def dress(self, told: Frame) -> str:
        """With the number to resume from as its id."""
        return told.sse

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """A stream begins with its events."""
        return ()

    def refuse(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """A stream has no place for it."""
        return ()


class EventSource(Guest):
    """One client reading one analysis to its end. An ASGI application for one request."""

    def __init__(self, attendant: Attendant, heartbeat: float) -> None:
        """Nothing to read yet; `heartbeat` in seconds, so that dead connections and proxies are found out."""
        super().__init__()
        self._attendant = attendant
        self._heartbeat = heartbeat
        self._over = False
        self._ended = asyncio.Event()

    async def open(self, analysis: AnalysisId, since: int, token: str) -> "EventSource | Reply":
        """Ready to stream what comes after event `since`; an empty reply when nothing ever will.

        Raises NotFound for unknown ids and other people's, NotSignedIn, TooMany, Unavailable.
        """
        guests = self._attendant.guests
        guests.enter(self)
        try:
            caller = await guests.sign_in(self, token)
            seen = await self._attendant.hub.look(analysis, since, by=caller)
        except BaseException:
            guests.leave(self)
            raise
        if seen.analysis.ended and since >= seen.seq:
            guests.leave(self)
            return Reply(204)
        self.outgoing.follow(Conversation(SseDialect(), signed_in=True), seen.record, since, seen.start)
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the analysis ends or the client goes."""
        listening = asyncio.create_task(self._listen(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            while not self._over:
                text = self._drain()
                if text or not self.outgoing.following:
                    self._over = not self.outgoing.following
                    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat):
                        await self.outgoing.wait()
                        continue
                await send({"type": "http.response.body", "body": _COMMENT.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            listening.cancel()
            self._attendant.guests.leave(self)
            self._ended.set()

    def hang_up(self, code: int, reason: str) -> None:
        """End the stream; clients come back with the id of the last event they saw."""
        self._over = True
        self.outgoing.wake()

    async def gone(self) -> None:
        """Return once the stream has ended."""
        await self._ended.wait()

    def _drain(self) -> str:
        texts = []
        while (text := self.outgoing.take()) is not None:
            texts.append(text)
        return "".join(texts)

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.hang_up(1000, "")
