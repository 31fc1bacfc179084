"""The conversation without any socket, fuzzed: whatever is heard, it does something sensible and keeps its limits."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tradecore.model.analyses import AgentBegan, AnalysisCompleted
from tradecore.model.change import Event
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, TopicKind, topic_of
from tradecore.model.steps import Action, Agent
from tradecore_adapters.websocket import packets
from tradecore_adapters.websocket.conversation import (
    MAX_FOLLOWED,
    MAX_MESSAGES,
    Authenticate,
    CloseConnection,
    Conversation,
    MalformedMessage,
    RawCodec,
    SendText,
    Subscribe,
    Unsubscribe,
)
from tradecore_adapters.websocket.messages import Frame
from tradecore_adapters.websocket.outgoing import Outgoing, ReplayBuffer
from tradecore_adapters.websocket.packets import SocketIoCodec

START = datetime(2024, 10, 10, 14, 0, tzinfo=UTC)
CODECS = [RawCodec(), SocketIoCodec("/"), SocketIoCodec("/ws")]
NAMES = st.sampled_from(["authenticate", "subscribe_analysis", "unsubscribe_analysis", "nonsense", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
DATA = JSON | st.fixed_dictionaries(
    {}, optional={"analysisId": JSON | st.just("a"), "since": JSON, "token": JSON | st.just("t")}
)
TEXTS = (
    st.text(max_size=200)
    | JSON.map(json.dumps)
    | st.builds(lambda name, data: json.dumps({"event": name, "data": data}), NAMES, DATA)
    | st.builds(lambda name, data: json.dumps([name, data]), NAMES, DATA)
)


@given(text=TEXTS, ack=st.none() | st.integers(0, 9), signed_in=st.booleans(), which=st.sampled_from([0, 1, 2]))
@example(text="[" * 5000, ack=None, signed_in=True, which=0)
@example(text='{"event":"subscribe_analysis","data":{"analysisId":"\\ud800"}}', ack=None, signed_in=True, which=0)
def test_s52_whatever_is_heard_is_understood_refused_or_ends_it(
    text: str, ack: int | None, signed_in: bool, which: int
) -> None:
    conversation = Conversation(CODECS[which], signed_in=signed_in)
    for effect in conversation.receive(text, at=START, ack=ack):
        assert isinstance(effect, SendText | Authenticate | Subscribe | Unsubscribe | CloseConnection)
        if not signed_in:
            assert isinstance(effect, Authenticate | CloseConnection)
        if isinstance(effect, Subscribe):
            assert 0 < len(effect.analysis) <= 64
            assert effect.since is None or effect.since >= 0
        if isinstance(effect, CloseConnection):
            assert effect.code in (4400, 4401)


@given(st.text(max_size=100) | st.from_regex(r"[0-6](/ws,|/,)?[0-9]{0,3}.{0,40}", fullmatch=True))
def test_s52_a_socketio_packet_is_read_or_garbled(text: str) -> None:
    try:
        packet = packets.parse(text)
    except MalformedMessage:
        return
    assert packet.kind in "01234"
    assert packet.namespace.startswith("/")


@given(
    st.sampled_from([packets.EVENT, packets.ACK, packets.CONNECT]),
    st.sampled_from(["/", "/ws", "/a-b"]),
    st.none() | st.integers(0, 10**6),
)
def test_a_socketio_packet_that_was_written_is_read_again(kind: str, namespace: str, ack: int | None) -> None:
    text = packets.write(kind, namespace, '["x",{"a":1}]', ack)
    assert packets.parse(text[1:]) == packets.Packet(kind, namespace, ack, '["x",{"a":1}]')


@pytest.mark.parametrize("codec", CODECS)
def test_s53_at_most_100_messages_are_read_in_any_10_seconds(codec: Any) -> None:
    conversation = Conversation(codec, signed_in=True)
    message = '{"event":"authenticate","data":{"token":"t"}}'
    if not isinstance(codec, RawCodec):
        message = '["authenticate",{"token":"t"}]'

    def read_at(second: float) -> bool:
        effects = conversation.receive(message, at=START + timedelta(seconds=second))
        return effects == [Authenticate("t", None)]

    assert all(read_at(n / 20) for n in range(MAX_MESSAGES))
    assert not read_at(9.9)
    assert read_at(10.06), "two have left the stretch, and the one that was refused counts"
    assert not read_at(10.07)


def event(seq: int, last: bool = False) -> Event:
    topic = topic_of(TopicKind.ANALYSIS, AnalysisId("a"))
    if last:
        return Event(seq, AnalysisCompleted(topic, START, Action.HOLD, 5))  # type: ignore[arg-type]
    return Event(seq, AgentBegan(topic, START, Agent.TRADER, 50, "…"))


class Listening(RuleBasedStateMachine):
    """Three clients on one buffer, subscribing, leaving and reading as they like: each sees what follows its cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.buffer = ReplayBuffer(AnalysisId("a"), lambda _: None)
        self.clients = [Outgoing(lambda: self.now, lambda: None) for _ in range(3)]
        self.talks = [Conversation(RawCodec(), signed_in=True) for _ in range(3)]
        self.expected: list[int | None] = [None] * 3
        self.ended = False

    @precondition(lambda self: not self.ended)
    @rule(last=st.booleans())
    def happen(self, last: bool) -> None:
        self.buffer.add(Frame.of_analysis("a", event(len(self.buffer.frames) + 1, last)))
        self.ended = last

    @rule(n=st.integers(0, 2), since=st.none() | st.integers(0, 30))
    def follow(self, n: int, since: int | None) -> None:
        seq = len(self.buffer.frames)
        start = min(since if since is not None else 0 if self.ended else seq, seq)
        keeps = self.expected[n] is not None and since is None
        self.clients[n].subscribe(self.talks[n], self.buffer, since, start)
        if not keeps:
            self.expected[n] = start

    @rule(n=st.integers(0, 2))
    def leave(self, n: int) -> None:
        self.clients[n].unsubscribe(self.talks[n], AnalysisId("a"))
        self.expected[n] = None

    @rule(n=st.integers(0, 2))
    def read(self, n: int) -> None:
        text = self.clients[n].take()
        at = self.expected[n]
        if text is None:
            assert at is None or at == len(self.buffer.frames)
            return
        assert at is not None
        assert json.loads(text)["data"]["seq"] == at + 1
        over = self.ended and at + 1 == len(self.buffer.frames)
        self.expected[n] = None if over else at + 1

    @invariant()
    def followed_as_expected(self) -> None:
        for client, at in zip(self.clients, self.expected, strict=True):
            assert client.following is (at is not None)


TestListening = Listening.TestCase


def test_who_is_not_signed_in_is_sent_away_and_who_is_stays() -> None:
    refusal = NotFound("analysis", "a")
    assert isinstance(Conversation(RawCodec(), signed_in=False).refuse(refusal, "a", at=START)[0], CloseConnection)
    assert isinstance(Conversation(RawCodec(), signed_in=True).refuse(refusal, "a", at=START)[0], SendText)


def test_s54_a_conversation_follows_at_most_100_analyses_and_may_exchange_one() -> None:
    conversation = Conversation(RawCodec(), signed_in=True)
    conversation.followed |= {AnalysisId(f"a{n}") for n in range(MAX_FOLLOWED)}

    def ask(event: str, id: str, second: int) -> list[Any]:
        text = json.dumps({"event": event, "data": {"analysisId": id}})
        return conversation.receive(text, at=START + timedelta(seconds=second))

    assert isinstance(ask("subscribe_analysis", "one more", 1)[0], SendText)
    assert ask("subscribe_analysis", "a7", 2) == [Subscribe(AnalysisId("a7"), None, None)]
    assert ask("unsubscribe_analysis", "a7", 3)[0] == Unsubscribe(AnalysisId("a7"))
    assert ask("subscribe_analysis", "one more", 4) == [Subscribe(AnalysisId("one more"), None, None)]
