"""The contract of webhooks over every store."""

import pytest

from tradecore.ports.store import Store
from tradecore.testing import WebhookStoreSuite


class TestWebhooks(WebhookStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store
