"""The contract of analyses over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import AnalysisStoreSuite


class TestAnalyses(AnalysisStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
