"""Waits, however they are asked for."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.news import FetchState
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success, retry_after

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "cache-control", "expires", "date"]),
    st.text(max_size=20)
    | st.sampled_from(
        ["max-age=5", "max-age=x", "-1", "60", "Sat, 28 Mar 2026 13:00:00 GMT", "²", "Fri, 31 Dec 9999 23:59:59 -2300"]
    ),
)


# On a machine that is busy, drawing the first texts takes a while.
@given(HEADERS, st.integers(0, 400), st.floats(0, 1))
def test_the_next_visit_is_never_too_soon_and_never_given_up(
    headers: dict[str, str], failures: int, chance: float
) -> None:
    policy = FetchPolicy()
    latest = NOON + policy.longest * (1 + policy.jitter)
    for state in (
        after_success(FetchState(failures=failures), NOON, policy, headers, None, chance),
        after_failure(FetchState(failures=failures), NOON, policy, "gone", chance, headers),
    ):
        assert state.next_check is not None
        assert NOON + policy.interval <= state.next_check <= latest


def test_a_wait_is_read_in_seconds_and_as_a_date() -> None:
    assert retry_after({"retry-after": "120"}, NOON) == timedelta(minutes=2)
    assert retry_after({"retry-after": "Sat, 28 Mar 2026 12:05:00 GMT"}, NOON) == timedelta(minutes=5)
    assert retry_after({"retry-after": "Sat, 28 Mar 2026 11:00:00 GMT"}, NOON) == timedelta(0)
    assert retry_after({}, NOON) is None
