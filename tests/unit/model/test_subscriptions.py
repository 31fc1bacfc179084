"""Subscriptions: what is known of a source."""

from datetime import UTC, datetime, timedelta

from attrs import evolve

from tradecore.model.subscriptions import FeedSubscription

AT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


def test_a_new_source_is_due_at_once_and_not_known_to_fail() -> None:
    new = FeedSubscription.begin("Wire", "https://wire.example/feed", at=AT)
    assert new.state.next_check is None
    assert new.health.reachable
    assert (new.health.name, new.health.url) == ("Wire", "https://wire.example/feed")


def test_a_visit_is_remembered() -> None:
    new = FeedSubscription.begin("Wire", None, at=AT)
    failed = new.fetched(evolve(new.state, failures=3, last_error="it answered 500")).entity
    assert not failed.health.reachable
    assert (failed.health.failures, failed.health.last_error) == (3, "it answered 500")
    assert (failed.id, failed.added_at) == (new.id, new.added_at)


def test_what_is_wrong_is_the_failure_else_the_complaint_and_the_silence() -> None:
    source = FeedSubscription.begin("Wire", None, at=AT)
    assert source.problem(AT) is None
    silent = source.fetched(evolve(source.state, warning="it is odd", newest_item_at=AT - timedelta(days=31))).entity
    assert silent.problem(AT) == "it is odd; nothing new since 2026-02-25"
    assert silent.problem(AT - timedelta(days=1)) == "it is odd"
    failing = silent.fetched(evolve(silent.state, failures=2, last_error="it answered 500")).entity
    assert failing.problem(AT) == "it answered 500"
