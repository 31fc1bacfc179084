"""Alerts in every store: by user, newest first, each once."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.alerts import Alert, AlertKind, AlertRaised, Severity
from tradecore.model.change import Change, Event
from tradecore.model.errors import Stale
from tradecore.model.ids import AlertId, Topic, UserId
from tradecore.model.recommendations import RecommendationExpired
from tradecore.ports.store import Store

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")


def alert(id: str, user: UserId = ANN, minutes: int = 0) -> Change[Alert]:
    topic = Topic(f"recommendation:{id}")
    event = Event(1, RecommendationExpired(topic, AT + timedelta(minutes=minutes)))
    return Alert.raise_for(event, user, AlertKind.RECOMMENDATION_EXPIRED, Severity.INFO, "It has expired.", topic)


async def put(store: Store, *changes: Change[Alert]) -> list[Alert]:
    async with store.unit_of_work() as uow:
        return [await uow.alerts.put(change) for change in changes]


async def test_alerts_are_listed_by_user_newest_first_and_counted(store: Store) -> None:
    older, newer, foreign = await put(store, alert("a"), alert("b", minutes=1), alert("c", BEN))
    async with store.snapshot() as uow:
        assert await uow.alerts.of(ANN, limit=10) == (newer, older)
        assert await uow.alerts.of(ANN, limit=1, offset=1) == (older,)
        assert [await uow.alerts.count(user) for user in (ANN, BEN, UserId("nobody"))] == [2, 1, 0]
        assert await uow.alerts.find(foreign.id) == await uow.alerts.find(foreign.id, owner=BEN) == foreign
        assert await uow.alerts.find(foreign.id, owner=ANN) is None
        assert await uow.alerts.find(AlertId("none")) is None


async def test_an_alert_is_an_event_of_its_user_and_raised_once(store: Store) -> None:
    [raised] = await put(store, alert("a"))
    with pytest.raises(Stale):
        await put(store, alert("a"))
    async with store.unit_of_work() as uow:
        [event] = await uow.events.sequence(10)
    assert isinstance(event.fact, AlertRaised)
    assert (event.user, event.fact.topic, event.fact.message) == (ANN, f"alert:{raised.id}", "It has expired.")


async def test_an_acknowledgement_is_stored(store: Store) -> None:
    [raised] = await put(store, alert("a"))
    [seen] = await put(store, raised.acknowledge(at=AT))
    assert (seen.acknowledged_at, seen.acknowledge(at=AT + timedelta(days=1)).entity) == (AT, seen)
    async with store.snapshot() as uow:
        assert await uow.alerts.of(ANN, limit=10) == (seen,)


async def test_the_oldest_alerts_are_deleted_first(store: Store) -> None:
    await put(store, *(alert(id, minutes=n) for n, id in enumerate("abc")))
    async with store.unit_of_work() as uow:
        assert await uow.alerts.delete_before(AT, 10) == 0
        assert await uow.alerts.delete_before(AT + timedelta(minutes=2), 1) == 1
        assert [each.subject for each in await uow.alerts.of(ANN, limit=10)] == ["recommendation:c", "recommendation:b"]
        assert await uow.alerts.delete_before(AT + timedelta(minutes=2), 10) == 1
        assert await uow.alerts.count(ANN) == 1
