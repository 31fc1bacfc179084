"""The contract of the alerts of a store: subclass `AlertStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change, Event
from tradecore.model.errors import Stale
from tradecore.model.ids import AlertId, Topic, UserId
from tradecore.model.recommendations import RecommendationExpired
from tradecore.ports.store_alerts import AlertRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")


def alert(id: str, user: UserId = ANN, minutes: int = 0) -> Change[Alert]:
    """A new alert about the recommendation with this id."""
    topic = Topic(f"recommendation:{id}")
    event = Event(1, RecommendationExpired(topic, AT + timedelta(minutes=minutes)))
    return Alert.raise_for(event, user, AlertKind.RECOMMENDATION_EXPIRED, Severity.INFO, "It has expired.", topic)


async def put(store: Transactions[AlertRepositories], *changes: Change[Alert]) -> list[Alert]:
    """Store alerts in one unit of work."""
    async with store.unit_of_work() as uow:
        return [await uow.alerts.put(change) for change in changes]


class AlertStoreSuite:
    """What every store of alerts promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[AlertRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_alerts_are_listed_by_user_newest_first_and_counted(
        self, store: Transactions[AlertRepositories]
    ) -> None:
        older, newer, foreign = await put(store, alert("a"), alert("b", minutes=1), alert("c", BEN))
        async with store.snapshot() as uow:
            assert await uow.alerts.of(ANN, limit=10) == (newer, older)
            assert await uow.alerts.of(ANN, limit=1, offset=1) == (older,)
            assert [await uow.alerts.count(user) for user in (ANN, BEN, UserId("nobody"))] == [2, 1, 0]
            assert await uow.alerts.find(foreign.id) == await uow.alerts.find(foreign.id, owner=BEN) == foreign
            assert await uow.alerts.find(foreign.id, owner=ANN) is None
            assert await uow.alerts.find(AlertId("none")) is None

    async def test_an_alert_is_stored_once(self, store: Transactions[AlertRepositories]) -> None:
        [raised] = await put(store, alert("a"))
        with pytest.raises(Stale):
            await put(store, alert("a"))
        async with store.snapshot() as uow:
            assert await uow.alerts.of(ANN, limit=10) == (raised,)

    async def test_an_acknowledgement_is_stored(self, store: Transactions[AlertRepositories]) -> None:
        [raised] = await put(store, alert("a"))
        [acknowledged] = await put(store, raised.acknowledge(at=AT))
        assert acknowledged.acknowledged_at == AT
        async with store.snapshot() as uow:
            assert await uow.alerts.of(ANN, limit=10) == (acknowledged,)

    async def test_the_oldest_alerts_are_deleted_first(self, store: Transactions[AlertRepositories]) -> None:
        await put(store, *(alert(id, minutes=n) for n, id in enumerate("abc")))
        async with store.unit_of_work() as uow:
            assert await uow.alerts.delete_before(AT, 10) == 0
            assert await uow.alerts.delete_before(AT + timedelta(minutes=2), 1) == 1
            subjects = [stored.subject for stored in await uow.alerts.of(ANN, limit=10)]
            assert subjects == ["recommendation:c", "recommendation:b"]
            assert await uow.alerts.delete_before(AT + timedelta(minutes=2), 10) == 1
            assert await uow.alerts.count(ANN) == 1
