"""The packets of Engine.IO protocol 4 and Socket.IO protocol 5, as text. No I/O.

Sources: the two protocol documents of the Socket.IO project, github.com/socketio/engine.io-protocol and
github.com/socketio/socket.io-protocol.
"""

import re
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from tradecore_adapters.websocket.conversation import MalformedMessage, decode_json
from tradecore_adapters.websocket.messages import Frame, json_text

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
    """A Socket.IO packet; `payload` is undecoded JSON."""

    kind: str
    namespace: str
    ack: int | None
    payload: str


def parse(text: str) -> Packet:
    """Parse a Socket.IO packet. Raises MalformedMessage."""
    match = _PACKET.fullmatch(text)
    if match is None:
        raise MalformedMessage("This is no Socket.IO packet of protocol 5, or a binary one.")
    kind, namespace, ack, payload = match.groups()
    return Packet(kind, namespace or "/", int(ack) if ack else None, payload)


def write(kind: str, namespace: str, payload: str = "", ack: int | None = None) -> str:
    """A Socket.IO packet inside an Engine.IO message; `payload` is JSON."""
    return f"{MESSAGE}{kind}{_prefix(namespace)}{'' if ack is None else ack}{payload}"


def _prefix(namespace: str) -> str:
    return "" if namespace == "/" else f"{namespace},"


class SocketIoCodec:
    """The message format of one Socket.IO namespace."""

    def __init__(self, namespace: str) -> None:
        """`namespace` begins with a slash; `/` is the default namespace."""
        self._namespace = namespace
        self._head = f"{MESSAGE}{EVENT}{_prefix(namespace)}"

    def decode(self, text: str) -> tuple[str, Any]:
        """The name of an event and its first argument. Raises MalformedMessage."""
        value = decode_json(text)
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            raise MalformedMessage("An event is a JSON array that begins with its name.")
        return value[0], value[1] if len(value) > 1 else None

    def encode(self, frame: Frame) -> str:
        """The event, whose arguments are encoded once for all clients."""
        return self._head + frame.socketio

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """An acknowledgement, where the client requested one."""
        return self._acknowledge({"success": True, "data": body}, ack)

    def refuse(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """An event named `name`, and an acknowledgement where the client requested one."""
        error = {"code": body["code"], "message": body["error"]}
        event = write(EVENT, self._namespace, f'["{name}",{json_text(body)}]')
        return (event, *self._acknowledge({"success": False, "error": error}, ack))

    def _acknowledge(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        if ack is None:
            return ()
        return (write(ACK, self._namespace, f"[{json_text(body)}]", ack),)
