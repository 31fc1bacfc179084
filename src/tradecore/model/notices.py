"""Notices: short messages about what concerns a user, sent through a chat, mail or push service of theirs."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from attrs import evolve, field, frozen

from tradecore.model.alerts import AlertKind
from tradecore.model.change import Change
from tradecore.model.errors import Invalid
from tradecore.model.ids import NoticeChannelId, NoticeId, UserId
from tradecore.model.transitions import Moves, move

# How long a process may take to send until what it has not recorded counts as unknown.
LEASE = timedelta(minutes=2)
# What happens together is sent together: a message waits a moment for more, and comes a minute after the one before.
GATHERING, INTERVAL = timedelta(seconds=5), timedelta(minutes=1)
# The waits after the first, second, ... failed attempt in a row; the last one repeats.
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
# A notice that could not be sent for so long is given up.
GIVE_UP_AFTER = timedelta(days=1)
MAX_NAME_LENGTH = 100
MAX_TEXT_LENGTH = 500
ANALYSIS_COMPLETE, ORDER_FILLED, ORDER_CANCELLED = "analysis_complete", "order_filled", "order_cancelled"
NOTICE_KINDS: tuple[str, ...] = (ANALYSIS_COMPLETE, ORDER_FILLED, ORDER_CANCELLED, *AlertKind)
"""The kinds of notices: those of alerts, and what is no alert but may be news."""


class Clocks(Protocol):
    """What the clocks of a time zone show, as CronTimes tells it."""

    def local_day(self, time_zone: str, at: datetime) -> date: ...
    def instant(self, time_zone: str, day: date, clock: time) -> datetime: ...


@frozen
class QuietHours:
    """Hours of each day in which nothing is sent, in a time zone of the IANA database; they may go past midnight.

    Raises Invalid for hours that begin and end at the same time.
    """

    begin: time
    end: time
    time_zone: str

    def __attrs_post_init__(self) -> None:
        if self.begin == self.end:
            raise Invalid.one("quiet_hours", "Quiet hours begin and end at different times.")

    def end_of(self, at: datetime, clocks: Clocks) -> datetime | None:
        """When the quiet hours that a time is within end, in UTC; None outside of them. Raises Invalid."""
        today = clocks.local_day(self.time_zone, at)
        for day in (today - timedelta(days=1), today):
            last_day = day if self.begin < self.end else day + timedelta(days=1)
            end = clocks.instant(self.time_zone, last_day, self.end)
            if clocks.instant(self.time_zone, day, self.begin) <= at < end:
                return end
        return None


class NoticeResult(StrEnum):
    """What came of a message. UNKNOWN is one that may have arrived, and REFUSED one that has not."""

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@frozen
class NoticeOutcome:
    """What came of a message, and why it was not sent, as a sentence for its user."""

    result: NoticeResult
    error: str = ""


class NoticeState(StrEnum):
    """The states of a notice. UNKNOWN may have arrived; neither it nor FAILED is sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


MOVES: Moves[NoticeState] = {
    NoticeState.WAITING: frozenset({NoticeState.SENDING}),
    NoticeState.SENDING: frozenset({NoticeState.WAITING, NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN}),
    NoticeState.SENT: frozenset(),
    NoticeState.FAILED: frozenset(),
    NoticeState.UNKNOWN: frozenset(),
}


@frozen(kw_only=True)
class Notice:
    """One thing that a channel sends, as a sentence. Times are aware UTC; `error` is that of the last attempt."""

    id: NoticeId
    channel: NoticeChannelId
    user: UserId
    kind: str
    text: str
    created_at: datetime
    state: NoticeState = NoticeState.WAITING
    sent_at: datetime | None = None
    error: str = ""
    version: int = 0

    @classmethod
    def of(cls, channel: "NoticeChannel", position: int, kind: str, text: str, *, at: datetime) -> Change["Notice"]:
        """The notice of the event at a position of the log, which always has the same id; ids sort by position."""
        id = NoticeId(f"{channel.id}:{position:015}")
        text = text if len(text) <= MAX_TEXT_LENGTH else f"{text[: MAX_TEXT_LENGTH - 1]}…"
        return Change(cls(id=id, channel=channel.id, user=channel.user, kind=kind, text=text, created_at=at))

    def take(self) -> Change["Notice"]:
        """Begin to send it."""
        return Change(move(self, MOVES, NoticeState.SENDING))

    def finish(self, outcome: NoticeOutcome, *, at: datetime) -> Change["Notice"]:
        """Record an attempt. One that was refused is sent again, for a day; one of unknown outcome is not."""
        match outcome.result:
            case NoticeResult.SENT:
                return Change(move(self, MOVES, NoticeState.SENT, sent_at=at, error=""))
            case NoticeResult.UNKNOWN:
                return Change(move(self, MOVES, NoticeState.UNKNOWN, error=outcome.error))
        given_up = at - self.created_at >= GIVE_UP_AFTER
        return Change(move(self, MOVES, NoticeState.FAILED if given_up else NoticeState.WAITING, error=outcome.error))


@frozen(kw_only=True)
class NoticeChannel:
    """A service through which `user` gets notices of some kinds. Times are aware UTC.

    - `url`: of the service, with its secrets; encrypted. `service`: its name; `max_length`: of a message there.
    - `next_send`: when what waits is sent, or counts as unknown while a process sends it; None where nothing waits.
    - `sending_until`: until when a process may be sending. `sent_at`: the newest message that was sent.
    - `failures`: failed attempts since the last success, of which the first was at `failing_since`.

    Raises Invalid for a name that is not possible.
    """

    id: NoticeChannelId
    user: UserId
    name: str
    service: str
    max_length: int
    url: str = field(repr=False)
    kinds: tuple[str, ...]
    created_at: datetime
    quiet_hours: QuietHours | None = None
    enabled: bool = True
    next_send: datetime | None = None
    sending_until: datetime | None = None
    sent_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME_LENGTH or not self.name.isprintable():
            raise Invalid.one("name", f"The name of a channel has 1 to {MAX_NAME_LENGTH} printable characters.")

    def wants(self, kind: str) -> bool:
        """Whether notices of this kind are stored for it."""
        return self.enabled and kind in self.kinds

    def expect(self, clocks: Clocks, *, at: datetime) -> "NoticeChannel":
        """With something to send, once what happens at the same time has come too and no quiet hours are on."""
        if self.next_send is not None:
            return self
        earliest = at + GATHERING
        if self.sent_at is not None:
            earliest = max(earliest, self.sent_at + INTERVAL)
        return evolve(self, next_send=self._outside_quiet_hours(earliest, clocks))

    def postpone(self, until: datetime | None) -> "NoticeChannel":
        """Held by no process, and due at another time; None where nothing waits."""
        return evolve(self, next_send=until, sending_until=None)

    def take(self, *, at: datetime) -> "NoticeChannel":
        """Held by one process, which sends for LEASE at most."""
        return evolve(self, next_send=at + LEASE, sending_until=at + LEASE)

    def finish(self, result: NoticeResult, clocks: Clocks, *, waiting: bool, at: datetime) -> "NoticeChannel":
        """After an attempt; `waiting` is whether there is more to send."""
        if result is NoticeResult.SENT:
            changed = evolve(self, sending_until=None, sent_at=at, failures=0, failing_since=None)
            following = at + INTERVAL
        else:
            changed = evolve(
                self, sending_until=None, failures=self.failures + 1, failing_since=self.failing_since or at
            )
            following = at + WAITS[min(self.failures, len(WAITS) - 1)]
        return evolve(changed, next_send=self._outside_quiet_hours(following, clocks) if waiting else None)

    def fits(self, notices: Sequence[Notice]) -> Sequence[Notice]:
        """The first of these notices, at least one, whose texts fit into one message."""
        for count in range(len(notices), 1, -1):
            if len(message_text(notices[:count])) <= self.max_length:
                return notices[:count]
        return notices[:1]

    def change(
        self, *, name: str | None = None, kinds: Collection[str] | None = None, enabled: bool | None = None
    ) -> "NoticeChannel":
        """With another name, other kinds, or switched on or off; None leaves something as it is."""
        changed = self if enabled is None else evolve(self, enabled=enabled, failures=0, failing_since=None)
        return evolve(
            changed,
            name=changed.name if name is None else name,
            kinds=changed.kinds if kinds is None else tuple(kinds),
        )

    def send_soon(self, clocks: Clocks, *, at: datetime) -> "NoticeChannel":
        """Itself with what waits due now, or when its quiet hours end, unless a process is sending."""
        if self.next_send is None or self.sending_until is not None:
            return self
        return evolve(self, next_send=self._outside_quiet_hours(at, clocks))

    def _outside_quiet_hours(self, at: datetime, clocks: Clocks) -> datetime:
        end = None if self.quiet_hours is None else self.quiet_hours.end_of(at, clocks)
        return at if end is None else end


def message_text(notices: Sequence[Notice]) -> str:
    """What is sent for some notices: the text of a single one, a list of several."""
    if len(notices) == 1:
        return notices[0].text
    return "\n".join(f"- {notice.text}" for notice in notices)
