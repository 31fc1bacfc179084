"""The contract of the job part over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import JobStoreSuite


class TestJobs(JobStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
