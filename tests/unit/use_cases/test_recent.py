"""Values that stay good for a while."""

from datetime import UTC, datetime, timedelta

from tradecore.use_cases.recent import Recent

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_value_is_kept_for_its_lifetime_and_not_longer() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))
    assert recent.get("a", NOW) is None
    recent.put("a", 1, NOW)
    assert recent.get("a", NOW + timedelta(seconds=4.9)) == 1
    assert recent.get("b", NOW) is None
    assert recent.get("a", NOW + timedelta(seconds=5)) is None


def test_a_clock_that_was_set_back_ends_the_lifetime() -> None:
    recent: Recent[str, int] = Recent(timedelta(seconds=5))
    recent.put("a", 1, NOW)
    assert recent.get("a", NOW - timedelta(hours=1)) is None


def test_no_more_values_are_kept_than_allowed() -> None:
    recent: Recent[int, int] = Recent(timedelta(seconds=5), max_values=2)
    for n in range(3):
        recent.put(n, n, NOW)
    assert [recent.get(n, NOW) for n in range(3)] == [None, None, 2]
