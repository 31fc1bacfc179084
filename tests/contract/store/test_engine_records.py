"""The contract of the records of engines over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import EngineRecordStoreSuite


class TestEngineRecords(EngineRecordStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
