"""The contract of notices over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import NoticeStoreSuite


class TestNotices(NoticeStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
