"""Comparisons of engines, and the records of engines, in every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import ComparisonStoreSuite


class TestComparisons(ComparisonStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
