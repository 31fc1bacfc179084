"""The contract of scores and backtests over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import BacktestStoreSuite, ScoreStoreSuite


class TestScores(ScoreStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


class TestBacktests(BacktestStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
