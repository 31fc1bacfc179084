"""The contract of alerts over every store, and their events."""

import pytest

from tradecore.model.alerts import AlertRaised
from tradecore.ports.store import Store
from tradecore.testing import AlertStoreSuite
from tradecore.testing.store_alerts import ANN, alert, put


class TestAlerts(AlertStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


async def test_an_alert_is_an_event_of_its_user(store: Store) -> None:
    [raised] = await put(store, alert("a"))
    async with store.unit_of_work() as uow:
        [event] = await uow.events.sequence(10)
    assert isinstance(event.fact, AlertRaised)
    assert (event.user, event.fact.topic, event.fact.message) == (ANN, f"alert:{raised.id}", "It has expired.")
