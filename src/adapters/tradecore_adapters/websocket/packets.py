"""Socket.IO on the wire: Engine.IO protocol 4 around Socket.IO protocol 5, as text. No I/O.

Sources: the two protocol documents of the Socket.IO project, github.com/socketio/engine.io-protocol and
github.com/socketio/socket.io-protocol.
"""

import re
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from tradecore_adapters.websocket.conversation import Garbled, parse
from tradecore_adapters.websocket.messages import ERROR, Frame, json_text

# Engine.IO packets are one digit and their data.
OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0", "1", "2", "3", "4", "5", "6"
PROBE = "probe"
# Between the packets of one long poll.
SEPARATOR = "\x1e"

# Socket.IO packets travel in Engine.IO messages. 5 and 6 are binary, which nothing documented uses.
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = "0", "1", "2", "3", "4"

_PACKET = re.compile(r"([0-4])(?:(/[^,?]{0,64})(?:\?[^,]{0,4096})?(?:,|$))?([0-9]{1,15})?(.*)", re.DOTALL)


@frozen
class Packet:
    """A Socket.IO packet; `payload` is JSON that has not been read yet."""

    kind: str
    namespace: str
    ack: int | None
    payload: str


def read(text: str) -> Packet:
    """A Socket.IO packet. Raises Garbled."""
    found = _PACKET.fullmatch(text)
    if found is None:
        raise Garbled("This is no Socket.IO packet of protocol 5, or a binary one.")
    kind, namespace, ack, payload = found.groups()
    return Packet(kind, namespace or "/", int(ack) if ack else None, payload)


def write(kind: str, namespace: str, payload: str = "", ack: int | None = None) -> str:
    """A Socket.IO packet in its Engine.IO message; `payload` is JSON."""
    return f"{MESSAGE}{kind}{_prefix(namespace)}{'' if ack is None else ack}{payload}"


def _prefix(namespace: str) -> str:
    return "" if namespace == "/" else f"{namespace},"


class SocketIoDialect:
    """Events and acknowledgements of one namespace."""

    def __init__(self, namespace: str) -> None:
        """`/` or another that begins with a slash."""
        self._namespace = namespace
        self._head = f"{MESSAGE}{EVENT}{_prefix(namespace)}"

    def read(self, text: str) -> tuple[str, Any]:
        """The arguments of an event: its name, and the first thing that was said with it."""
        value = parse(text)
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            raise Garbled("An event is a JSON array that begins with its name.")
        return value[0], value[1] if len(value) > 1 else None

    def dress(self, told: Frame) -> str:
        """The event, encoded once for all."""
        return self._head + told.socketio

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """An acknowledgement, where one was asked for."""
        return self._acknowledge({"success": True, "data": body}, ack)

    def refuse(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """The documented event, and an acknowledgement where one was asked for."""
        error = {"code": body["code"], "message": body["error"]}
        event = write(EVENT, self._namespace, f'["{ERROR}",{json_text(body)}]')
        return (event, *self._acknowledge({"success": False, "error": error}, ack))

    def _acknowledge(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        if ack is None:
            return ()
        return (write(ACK, self._namespace, f"[{json_text(body)}]", ack),)
