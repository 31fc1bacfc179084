"""The contract of schedules over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import ScheduleStoreSuite


class TestSchedules(ScheduleStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
