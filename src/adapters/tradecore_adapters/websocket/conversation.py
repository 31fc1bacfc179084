"""The protocol with one client, independent of the transport and without I/O: messages in, effects out."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.errors import Busy, Invalid, NotAuthenticated, RateLimited, Refusal, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket import messages
from tradecore_adapters.websocket.messages import Frame

# Close codes. RFC 6455 reserves 4000 to 4999 for applications; the others are registered.
NOT_AUTHENTICATED = 4401
MALFORMED = 4400
TRY_LATER = 1013
GOING_AWAY = 1001
FLOODING = 1008

MAX_FOLLOWED = 100
# At most so many messages within any window of so many seconds; a client that sends twice as many is disconnected.
MAX_MESSAGES = 100
MESSAGE_WINDOW = 10.0

_MAX_ID_LENGTH = 64
_MAX_TOKEN_LENGTH = 4096
# Larger integers are not exact in JavaScript.
_MAX_SAFE_INTEGER = 2**53


@frozen
class SendText:
    """Send a text to the client."""

    text: str


@frozen
class Authenticate:
    """Authenticate an access token, then continue with `authenticated` or `refuse`."""

    token: str
    ack: int | None = None


@frozen
class Subscribe:
    """Read an analysis, continue with `subscribed` or `refuse`, then send its events after `since`.

    Without `since`, send the events after the state that was read, or all of them where the analysis has ended. With
    `steps`, send the steps of its agents too; `since` counts them then.
    """

    analysis: AnalysisId
    since: int | None
    ack: int | None = None
    steps: bool = False


@frozen
class SubscribeUser:
    """Continue with `user_subscribed` or `refuse`, then send the events of the user after position `since`.

    Without `since`, send the events from now on. With `steps`, send the steps of agents too.
    """

    since: int | None
    ack: int | None = None
    steps: bool = False


@frozen
class Unsubscribe:
    """Send no more events of an analysis, or of the user for None."""

    analysis: AnalysisId | None


@frozen
class CloseConnection:
    """Close the connection with a code and a reason."""

    code: int
    reason: str


Effect = SendText | Authenticate | Subscribe | SubscribeUser | Unsubscribe | CloseConnection


class MalformedMessage(Exception):
    """A text from a client is not a message."""


class Codec(Protocol):
    """The message format of a transport."""

    def decode(self, text: str) -> tuple[str, Any]:
        """The name and the data of a client's message. Raises MalformedMessage."""
        ...

    def encode(self, frame: Frame) -> str:
        """The text of an event."""
        ...

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """The texts that confirm a message."""
        ...

    def refuse(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """The texts that refuse a message, by an event named `name`."""
        ...


class RawCodec:
    """Text frames `{"event": name, "data": {...}}` in both directions."""

    def decode(self, text: str) -> tuple[str, Any]:
        """The `event` and `data` of a JSON object. Raises MalformedMessage."""
        value = decode_json(text)
        if not isinstance(value, dict) or not isinstance(value.get("event"), str):
            raise MalformedMessage('A message is a JSON object: {"event": name, "data": {...}}.')
        return value["event"], value.get("data")

    def encode(self, frame: Frame) -> str:
        """The raw text of the frame, encoded once for all clients."""
        return frame.raw

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """One event named `name`."""
        return (messages.frame(name, messages.json_text(body)),)

    def refuse(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """One event named `name`."""
        return (messages.frame(name, messages.json_text(body)),)


def decode_json(text: str) -> Any:
    """The value of a JSON text. Raises MalformedMessage."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedMessage("A message is JSON text in UTF-8.") from error


class Conversation:
    """The protocol state of one client: whether it is signed in, and which analyses it follows."""

    def __init__(self, codec: Codec, *, signed_in: bool) -> None:
        """`signed_in` is true where the transport authenticated the client before its first message."""
        self._codec = codec
        self._signed_in = signed_in
        self._received_at: deque[float] = deque()
        self.followed: set[AnalysisId] = set()

    def receive(self, text: str, *, at: datetime, ack: int | None = None) -> list[Effect]:
        """The effects of a message received at `at`; `ack` is the acknowledgement id its reply carries."""
        if excess := self._count(at.timestamp()):
            if len(self._received_at) > 2 * MAX_MESSAGES:
                return [CloseConnection(FLOODING, excess)]
            return self.refuse(RateLimited(excess), "", ack, at=at)
        try:
            name, data = self._codec.decode(text)
        except MalformedMessage as error:
            return [CloseConnection(MALFORMED, str(error))]
        try:
            return self._dispatch(name, data if isinstance(data, dict) else {}, ack)
        except Refusal as refusal:
            return self.refuse(refusal, _analysis_in(data), ack, at=at)

    def authenticated(self, ack: int | None = None) -> list[Effect]:
        """The effects of a valid access token."""
        self._signed_in = True
        return [SendText(text) for text in self._codec.accept(messages.AUTHENTICATED, {}, ack)]

    def subscribed(self, analysis: Analysis, seq: int, ack: int | None = None) -> list[Effect]:
        """Follow an analysis from now on; the effects send its state after its event `seq`."""
        self.followed.add(analysis.id)
        body = messages.snapshot(analysis, seq)
        return [SendText(text) for text in self._codec.accept(messages.SUBSCRIBED, body, ack)]

    def user_subscribed(self, position: int, ack: int | None = None) -> list[Effect]:
        """Follow the user from now on; the effects send the position after which events come."""
        return [SendText(text) for text in self._codec.accept(messages.USER_SUBSCRIBED, {"position": position}, ack)]

    def refuse(self, refusal: Refusal, analysis: str, ack: int | None = None, *, at: datetime) -> list[Effect]:
        """The effects of a refusal; a client that is not signed in is disconnected."""
        if not self._signed_in:
            return [
                CloseConnection(
                    TRY_LATER if isinstance(refusal, Busy | Unavailable) else NOT_AUTHENTICATED, str(refusal)
                )
            ]
        return [SendText(text) for text in self._codec.refuse(*messages.refused(refusal, analysis, at=at), ack)]

    def encode_event(self, frame: Frame, analysis: AnalysisId | None) -> str:
        """The text of an event; one that ends a followed analysis ends the subscription too."""
        if frame.terminal and analysis is not None:
            self.followed.discard(analysis)
        return self._codec.encode(frame)

    def _dispatch(self, name: str, data: dict[str, Any], ack: int | None) -> list[Effect]:
        if name == "authenticate":
            return [Authenticate(_token(data), ack)]
        if not self._signed_in:
            raise NotAuthenticated("Sign in first: send `authenticate` with your access token.")
        if name == "subscribe_analysis":
            return [self._subscribe(_analysis(data), _since(data), _steps(data), ack)]
        if name == "subscribe_user":
            return [SubscribeUser(_since(data), ack, _steps(data))]
        if name == "unsubscribe_user":
            texts = self._codec.accept(messages.USER_UNSUBSCRIBED, {}, ack)
            return [Unsubscribe(None), *(SendText(text) for text in texts)]
        if name == "unsubscribe_analysis":
            id = _analysis(data)
            self.followed.discard(id)
            replies = self._codec.accept(messages.UNSUBSCRIBED, {"analysisId": id}, ack)
            return [Unsubscribe(id), *(SendText(text) for text in replies)]
        raise Invalid(
            f"There is no event {name[:_MAX_ID_LENGTH]!r}; "
            "send authenticate, or subscribe or unsubscribe with _analysis or _user."
        )

    def _subscribe(self, id: AnalysisId, since: int | None, steps: bool, ack: int | None) -> Subscribe:
        if id not in self.followed and len(self.followed) >= MAX_FOLLOWED:
            raise RateLimited(f"One connection follows at most {MAX_FOLLOWED} analyses; unsubscribe from one first.")
        return Subscribe(id, since, ack, steps)

    def _count(self, now: float) -> str:
        """Count a message; the error message where there are too many, else an empty text."""
        received_at = self._received_at
        while received_at and received_at[0] <= now - MESSAGE_WINDOW:
            received_at.popleft()
        received_at.append(now)
        if len(received_at) <= MAX_MESSAGES:
            return ""
        return f"More than {MAX_MESSAGES} messages in {MESSAGE_WINDOW:.0f} seconds; this one was not read."


def _token(data: dict[str, Any]) -> str:
    token = data.get("token")
    if not isinstance(token, str) or len(token) > _MAX_TOKEN_LENGTH:
        raise NotAuthenticated("`authenticate` carries a `token`: the access token that signing in returned.")
    return token


def _analysis(data: dict[str, Any]) -> AnalysisId:
    """The analysis id of a message, in lower case as in the paths of the HTTP API."""
    id = data.get("analysisId")
    if not isinstance(id, str) or not 0 < len(id) <= _MAX_ID_LENGTH:
        raise Invalid.one("analysisId", "The analysisId is the text that the launch was answered with.")
    return AnalysisId(id.lower())


def _since(data: dict[str, Any]) -> int | None:
    since = data.get("since")
    if since is None:
        return None
    if type(since) is not int or not 0 <= since <= _MAX_SAFE_INTEGER:
        raise Invalid.one("since", "`since` is the number of the last event that arrived, or 0 for all.")
    return since


def _steps(data: dict[str, Any]) -> bool:
    steps = data.get("steps", False)
    if not isinstance(steps, bool):
        raise Invalid.one("steps", "`steps` is true for the steps of agents too, or false.")
    return steps


def _analysis_in(data: Any) -> str:
    """The analysis id in the data of a message, valid or not; an empty text where there is none."""
    id = data.get("analysisId") if isinstance(data, dict) else None
    return id[:_MAX_ID_LENGTH] if isinstance(id, str) else ""
