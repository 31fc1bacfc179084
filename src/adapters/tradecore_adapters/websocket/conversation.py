"""The conversation with one client, whatever carries it: what it may say, and what is to be done about it. No I/O."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.errors import Busy, Invalid, NotSignedIn, Refusal, TooMany, Unavailable
from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket import messages
from tradecore_adapters.websocket.messages import Frame

# Close codes. The first two are ours (RFC 6455 leaves 4000 to 4999 to applications), the others are registered.
NOT_SIGNED_IN = 4401
MALFORMED = 4400
TRY_LATER = 1013
GOING_AWAY = 1001
FLOODING = 1008

MOST_FOLLOWED = 100
# Messages in any stretch of so many seconds; whoever sends twice as many is not listening to refusals.
MOST_MESSAGES = 100
STRETCH = 10.0

_LONGEST_ID = 64
_LONGEST_TOKEN = 4096
# Where a number is exact for every client.
_LARGEST = 2**53


@frozen
class Say:
    """Send this text."""

    text: str


@frozen
class SignIn:
    """Find out who this token speaks for; then `welcome` or `refuse`."""

    token: str
    ack: int | None = None


@frozen
class Follow:
    """Find out how this analysis stands, `show` it, then tell what comes after `since` (None: after how it stands)."""

    analysis: AnalysisId
    since: int | None
    ack: int | None = None


@frozen
class Leave:
    """Tell no more about this analysis."""

    analysis: AnalysisId


@frozen
class HangUp:
    """End the connection."""

    code: int
    reason: str


Act = Say | SignIn | Follow | Leave | HangUp


class Garbled(Exception):
    """What was heard is no message at all."""


class Dialect(Protocol):
    """How messages are written: by raw WebSockets, or by Socket.IO."""

    def read(self, text: str) -> tuple[str, Any]:
        """The name and data of a message. Raises Garbled."""
        ...

    def dress(self, told: Frame) -> str:
        """An event as this client gets it."""
        ...

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """The answer to a message that was granted."""
        ...

    def refuse(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """The answer to a message that was not: an `analysis_error`, which the documented client listens to."""
        ...


class RawDialect:
    """Text frames `{"event": name, "data": {...}}` in both directions."""

    def read(self, text: str) -> tuple[str, Any]:
        """A JSON object with an `event`."""
        value = parse(text)
        if not isinstance(value, dict) or not isinstance(value.get("event"), str):
            raise Garbled('A message is a JSON object: {"event": name, "data": {...}}.')
        return value["event"], value.get("data")

    def dress(self, told: Frame) -> str:
        """The frame, encoded once for all."""
        return told.raw

    def accept(self, name: str, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """An event of its own."""
        return (messages.frame(name, messages.json_text(body)),)

    def refuse(self, body: dict[str, Any], ack: int | None) -> Sequence[str]:
        """An event."""
        return (messages.frame(messages.ERROR, messages.json_text(body)),)


def parse(text: str) -> Any:
    """A JSON value. Raises Garbled."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Garbled("A message is JSON text in UTF-8.") from error


class Conversation:
    """One client's part: signs in, follows analyses, hears what happens to them."""

    def __init__(self, dialect: Dialect, *, signed_in: bool) -> None:
        """`signed_in`: whether the client has said who it is before it said anything else."""
        self._dialect = dialect
        self._signed_in = signed_in
        self._heard: deque[float] = deque()
        self.followed: set[AnalysisId] = set()

    def hear(self, text: str, *, at: datetime, ack: int | None = None) -> list[Act]:
        """What is to be done about a message; `ack` is what its sender wants the answer to carry."""
        if too_many := self._count(at.timestamp()):
            if len(self._heard) > 2 * MOST_MESSAGES:
                return [HangUp(FLOODING, too_many)]
            return self.refuse(TooMany(too_many), "", ack, at=at)
        try:
            name, data = self._dialect.read(text)
        except Garbled as error:
            return [HangUp(MALFORMED, str(error))]
        try:
            return self._understand(name, data if isinstance(data, dict) else {}, ack)
        except Refusal as refusal:
            return self.refuse(refusal, _mentioned(data), ack, at=at)

    def welcome(self, ack: int | None = None) -> list[Act]:
        """The token holds."""
        self._signed_in = True
        return [Say(text) for text in self._dialect.accept(messages.AUTHENTICATED, {}, ack)]

    def show(self, analysis: Analysis, seq: int, ack: int | None = None) -> list[Act]:
        """The analysis is the client's own, and stands like this; from now on it is followed."""
        self.followed.add(analysis.id)
        body = messages.snapshot(analysis, seq)
        return [Say(text) for text in self._dialect.accept(messages.SUBSCRIBED, body, ack)]

    def refuse(self, refusal: Refusal, analysis: str, ack: int | None = None, *, at: datetime) -> list[Act]:
        """What was asked is not to be; whoever is not known by now has to go."""
        if not self._signed_in:
            return [HangUp(TRY_LATER if isinstance(refusal, Busy | Unavailable) else NOT_SIGNED_IN, str(refusal))]
        return [Say(text) for text in self._dialect.refuse(messages.refused(refusal, analysis, at=at), ack)]

    def tell(self, told: Frame, analysis: AnalysisId) -> str:
        """What to send of an event of a followed analysis; with the one that ends it, it is followed no more."""
        if told.terminal:
            self.followed.discard(analysis)
        return self._dialect.dress(told)

    def _understand(self, name: str, data: dict[str, Any], ack: int | None) -> list[Act]:
        if name == "authenticate":
            return [SignIn(_token(data), ack)]
        if not self._signed_in:
            raise NotSignedIn("Sign in first: send `authenticate` with your access token.")
        if name == "subscribe_analysis":
            return [self._follow(_analysis(data), _since(data), ack)]
        if name == "unsubscribe_analysis":
            id = _analysis(data)
            self.followed.discard(id)
            said = self._dialect.accept(messages.UNSUBSCRIBED, {"analysisId": id}, ack)
            return [Leave(id), *(Say(text) for text in said)]
        raise Invalid(
            f"There is no event {name[:_LONGEST_ID]!r}; send authenticate, subscribe_analysis or unsubscribe_analysis."
        )

    def _follow(self, id: AnalysisId, since: int | None, ack: int | None) -> Follow:
        if id not in self.followed and len(self.followed) >= MOST_FOLLOWED:
            raise TooMany(f"One connection follows at most {MOST_FOLLOWED} analyses; unsubscribe from one first.")
        return Follow(id, since, ack)

    def _count(self, now: float) -> str:
        heard = self._heard
        while heard and heard[0] <= now - STRETCH:
            heard.popleft()
        heard.append(now)
        if len(heard) <= MOST_MESSAGES:
            return ""
        return f"More than {MOST_MESSAGES} messages in {STRETCH:.0f} seconds; this one was not read."


def _token(data: dict[str, Any]) -> str:
    token = data.get("token")
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        raise NotSignedIn("`authenticate` carries a `token`: the access token that signing in returned.")
    return token


def _analysis(data: dict[str, Any]) -> AnalysisId:
    id = data.get("analysisId")
    if not isinstance(id, str) or not 0 < len(id) <= _LONGEST_ID:
        raise Invalid.one("analysisId", "The analysisId is the text that the launch was answered with.")
    return AnalysisId(id)


def _since(data: dict[str, Any]) -> int | None:
    since = data.get("since")
    if since is None:
        return None
    if type(since) is not int or not 0 <= since <= _LARGEST:
        raise Invalid.one("since", "`since` is the `seq` of the last event that arrived, or 0 for all.")
    return since


def _mentioned(data: Any) -> str:
    id = data.get("analysisId") if isinstance(data, dict) else None
    return id[:_LONGEST_ID] if isinstance(id, str) else ""
