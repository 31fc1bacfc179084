"""The contract of spending over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import SpendingSuite


class TestSpending(SpendingSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
