"""Notices: quiet hours through the changes of clocks, what fits into a message, and how attempts follow each other."""

from datetime import UTC, datetime, time, timedelta

import pytest
from attrs import evolve

from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import NoticeChannelId, UserId
from tradecore.model.notices import (
    GIVE_UP_AFTER,
    INTERVAL,
    LEASE,
    MAX_TEXT_LENGTH,
    NOTICE_KINDS,
    WAITS,
    Notice,
    NoticeChannel,
    NoticeOutcome,
    NoticeResult,
    NoticeState,
    QuietHours,
    message_text,
)
from tradecore_adapters.cron.cronsim import CronSimTimes

CLOCKS = CronSimTimes()
AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BERLIN = QuietHours(time(22), time(7), "Europe/Berlin")
CHANNEL = NoticeChannel(
    id=NoticeChannelId("c"),
    user=UserId("ann"),
    name="Chat",
    service="Chat",
    max_length=100,
    url="encrypted",
    kinds=("digest_ready",),
    created_at=AT,
)
REFUSED = NoticeOutcome(NoticeResult.REFUSED, "No.")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # the time zone is no positional argument


def notice(position: int = 1, text: str = "A digest is ready.") -> Notice:
    return Notice.of(CHANNEL, position, "digest_ready", text, at=AT).entity


@pytest.mark.parametrize(
    ("at", "end"),
    [
        (utc(2026, 1, 10, 20, 59), None),
        (utc(2026, 1, 10, 21), utc(2026, 1, 11, 6)),
        (utc(2026, 1, 11, 5, 59), utc(2026, 1, 11, 6)),
        (utc(2026, 1, 11, 6), None),
        # The night in which clocks go forward: seven in the morning is five in London.
        (utc(2026, 3, 28, 23), utc(2026, 3, 29, 5)),
        (utc(2026, 3, 29, 4, 59), utc(2026, 3, 29, 5)),
        (utc(2026, 3, 29, 5), None),
        # The night in which they go back.
        (utc(2026, 10, 24, 20), utc(2026, 10, 25, 6)),
        (utc(2026, 10, 25, 5, 59), utc(2026, 10, 25, 6)),
        (utc(2026, 10, 25, 6), None),
    ],
)
def test_quiet_hours_end_by_the_clocks_of_their_time_zone(at: datetime, end: datetime | None) -> None:
    assert BERLIN.end_of(at, CLOCKS) == end


def test_quiet_hours_within_a_day_and_at_times_that_clocks_skip_or_repeat() -> None:
    noon = QuietHours(time(12), time(13, 30), "UTC")
    assert [noon.end_of(utc(2026, 1, 1, *t), CLOCKS) for t in ((11, 59), (12, 0), (13, 30))] == [
        None,
        utc(2026, 1, 1, 13, 30),
        None,
    ]
    # 02:30 is skipped, and counts as half past three; the first of two counts.
    skipped = QuietHours(time(1), time(2, 30), "Europe/Berlin")
    assert skipped.end_of(utc(2026, 3, 29, 0, 30), CLOCKS) == utc(2026, 3, 29, 1, 30)
    assert skipped.end_of(utc(2026, 10, 25, 0), CLOCKS) == utc(2026, 10, 25, 0, 30)
    assert skipped.end_of(utc(2026, 10, 25, 1, 15), CLOCKS) is None


def test_quiet_hours_are_some_hours_in_a_zone_that_there_is() -> None:
    with pytest.raises(Invalid):
        QuietHours(time(7), time(7), "UTC")
    with pytest.raises(Invalid, match="There is no time zone"):
        QuietHours(time(7), time(8), "Europe/Atlantis").end_of(AT, CLOCKS)


def test_what_happens_together_waits_a_moment_and_messages_are_a_minute_apart() -> None:
    first = CHANNEL.expect(CLOCKS, at=AT)
    assert first.next_send == AT + timedelta(seconds=5)
    assert first.expect(CLOCKS, at=AT + timedelta(seconds=3)) == first
    sent = first.take(at=AT).finish(NoticeResult.SENT, CLOCKS, waiting=False, at=AT + timedelta(seconds=6))
    assert (sent.next_send, sent.sending_until) == (None, None)
    assert sent.expect(CLOCKS, at=AT + timedelta(seconds=20)).next_send == AT + timedelta(seconds=6) + INTERVAL


def test_attempts_wait_longer_with_each_failure_and_not_into_quiet_hours() -> None:
    channel, waits = CHANNEL, []
    for _ in range(len(WAITS) + 2):
        channel = channel.take(at=AT)
        assert (channel.next_send, channel.sending_until) == (AT + LEASE, AT + LEASE)
        channel = channel.finish(NoticeResult.REFUSED, CLOCKS, waiting=True, at=AT)
        assert channel.next_send is not None
        waits.append(channel.next_send - AT)
    assert waits == [*WAITS, WAITS[-1], WAITS[-1]]
    assert channel.failing_since == AT
    assert channel.finish(NoticeResult.SENT, CLOCKS, waiting=False, at=AT).failing_since is None
    late = utc(2026, 1, 10, 20, 59)
    quiet = evolve(CHANNEL, quiet_hours=BERLIN).finish(NoticeResult.REFUSED, CLOCKS, waiting=True, at=late)
    assert quiet.next_send == utc(2026, 1, 10, 20, 59, 30)
    quiet = quiet.finish(NoticeResult.REFUSED, CLOCKS, waiting=True, at=late)
    assert quiet.next_send == utc(2026, 1, 11, 6)


def test_a_notice_is_tried_for_a_day_and_one_of_unknown_outcome_once() -> None:
    taken = notice().take().entity
    assert taken.finish(REFUSED, at=AT).entity.state is NoticeState.WAITING
    assert taken.finish(REFUSED, at=AT + GIVE_UP_AFTER).entity.state is NoticeState.FAILED
    unknown = taken.finish(NoticeOutcome(NoticeResult.UNKNOWN, "Who knows."), at=AT).entity
    assert (unknown.state, unknown.error) == (NoticeState.UNKNOWN, "Who knows.")
    with pytest.raises(IllegalMove):
        unknown.take()


def test_a_message_has_what_fits_and_at_least_one_notice() -> None:
    notices = [notice(position, f"This is number {position}.") for position in range(10)]
    assert [n.text for n in CHANNEL.fits(notices)] == [n.text for n in notices[:5]]
    assert len(message_text(CHANNEL.fits(notices))) <= CHANNEL.max_length
    assert len(evolve(CHANNEL, max_length=5).fits(notices)) == 1
    assert message_text(notices[:1]) == "This is number 0."
    assert message_text(notices[:2]) == "- This is number 0.\n- This is number 1."


def test_a_notice_has_one_id_per_event_and_a_text_of_bounded_length() -> None:
    assert [notice(9).id, notice(9).id] == ["c:000000000000009"] * 2
    assert sorted([notice(10).id, notice(9).id]) == [notice(9).id, notice(10).id]
    assert len(notice(text="x" * 10_000).text) == MAX_TEXT_LENGTH


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb"])
def test_a_channel_has_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(Invalid):
        CHANNEL.change(name=name)


def test_kinds_are_distinct() -> None:
    assert len(set(NOTICE_KINDS)) == len(NOTICE_KINDS)
