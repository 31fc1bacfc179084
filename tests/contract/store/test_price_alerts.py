"""The contract of price alerts over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import PriceAlertStoreSuite


class TestPriceAlerts(PriceAlertStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
