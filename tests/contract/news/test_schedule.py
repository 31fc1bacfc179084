"""Waits, however they are asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.news import FetchState, RawItem
from tradecore_adapters.news.schedule import (
    FetchPolicy,
    after_failure,
    after_success,
    observed,
    retry_after,
    usual_wait,
)

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "cache-control", "expires", "date"]),
    st.text(max_size=20)
    | st.sampled_from(
        ["max-age=5", "max-age=x", "-1", "60", "Sat, 28 Mar 2026 13:00:00 GMT", "²", "Fri, 31 Dec 9999 23:59:59 -2300"]
    ),
)


def published(*seconds_ago: int) -> tuple[datetime, ...]:
    return tuple(NOON - timedelta(seconds=ago) for ago in seconds_ago)


def entries(*seconds_ago: int | None) -> list[RawItem]:
    """Entries of a source, those of the seconds before noon with their dates and those of None without."""
    return [
        RawItem(source="A", title="t", guid=str(at), published_at=None if ago is None else published(ago)[0])
        for at, ago in enumerate(seconds_ago)
    ]


# On a machine that is busy, drawing the first texts takes a while.
@given(HEADERS, st.integers(0, 400), st.floats(0, 1), st.lists(st.integers(0, 10**6), max_size=8))
def test_the_next_visit_is_never_too_soon_and_never_given_up(
    headers: dict[str, str], failures: int, chance: float, seconds_ago: list[int]
) -> None:
    policy = FetchPolicy()
    latest = NOON + policy.longest * (1 + policy.jitter)
    known = FetchState(failures=failures, published=published(*sorted(seconds_ago)))
    least = policy.shortest if len(seconds_ago) > 2 else policy.interval
    for state in (
        after_success(known, NOON, policy, headers, None, chance),
        after_failure(known, NOON, policy, "gone", chance, headers),
    ):
        assert state.next_check is not None
        assert NOON + least <= state.next_check <= latest


def test_a_wait_is_read_in_seconds_and_as_a_date() -> None:
    assert retry_after({"retry-after": "120"}, NOON) == timedelta(minutes=2)
    assert retry_after({"retry-after": "Sat, 28 Mar 2026 12:05:00 GMT"}, NOON) == timedelta(minutes=5)
    assert retry_after({"retry-after": "Sat, 28 Mar 2026 11:00:00 GMT"}, NOON) == timedelta(0)
    assert retry_after({}, NOON) is None


@pytest.mark.parametrize(
    ("seconds_ago", "wait"),
    [
        ((60, 200, 480), timedelta(seconds=160)),  # the mean of what was published, and of the silence since
        ((1, 2, 3), timedelta(minutes=1)),
        ((3600, 3660, 3720), timedelta(minutes=15)),
        ((7200, 14400, 86400), timedelta(minutes=15)),
        ((10, 20), timedelta(minutes=15)),  # too few to know
    ],
)
def test_a_source_is_visited_as_often_as_it_publishes(seconds_ago: tuple[int, ...], wait: timedelta) -> None:
    state = observed(FetchState(), entries(*seconds_ago), NOON)
    assert usual_wait(state, NOON, FetchPolicy()) == wait
    assert usual_wait(state, NOON, FetchPolicy(interval=timedelta(seconds=5))) == timedelta(seconds=5)


def test_a_busy_source_that_falls_silent_or_fails_is_left_alone_longer_and_longer() -> None:
    policy = FetchPolicy()
    busy = observed(FetchState(), entries(*range(0, 480, 60)), NOON)
    waits = [usual_wait(busy, NOON + timedelta(minutes=minutes), policy) for minutes in (0, 17, 57, 600)]
    assert waits == [policy.shortest, timedelta(minutes=3), timedelta(minutes=8), policy.interval]
    failed = [after_failure(evolve(busy, failures=times), NOON, policy, "away", 0.0).next_check for times in range(3)]
    assert failed == [NOON + timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    asked = after_success(busy, NOON, policy, {"cache-control": "max-age=600"}, timedelta(minutes=3), 0.0)
    assert asked.next_check == NOON + timedelta(minutes=10)


def test_entries_without_dates_are_published_when_a_visit_first_sees_them() -> None:
    state = observed(FetchState(), entries(None), NOON)
    assert state.published == ()
    for minute in range(1, 4):
        now = NOON + timedelta(minutes=minute)
        state = observed(observed(state, entries(*[None] * (minute + 1)), now), entries(*[None] * (minute + 1)), now)
    assert state.published == published(-180, -120, -60)
    assert usual_wait(state, now, FetchPolicy()) == FetchPolicy().shortest


def test_a_publisher_that_dates_the_same_entries_anew_publishes_nothing() -> None:
    state = observed(FetchState(), entries(0, 30, 90, 400), NOON)
    anew = [evolve(entry, published_at=NOON + timedelta(hours=1)) for entry in reversed(entries(0, 30, 90, 400))]
    assert observed(state, anew, NOON + timedelta(hours=1)) == state
    ahead = observed(state, entries(-7200, 0, 30, 90, 400), NOON)
    assert ahead.published == state.published  # a date in the future says nothing
