"""The contract of the user part over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import UserStoreSuite


class TestUsers(UserStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
