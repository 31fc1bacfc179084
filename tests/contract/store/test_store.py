"""The contract of every store, and what it stores of particular use cases."""

from datetime import UTC, datetime

import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.ports.store import Store
from tradecore.testing import StoreSuite
from tradecore.use_cases.launch import Ticket

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN = UserId("ann")


class TestStore(StoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


async def test_the_ticket_of_a_launch_is_stored_with_its_idempotency_key(store: Store) -> None:
    ticket = Ticket(AnalysisId("a"), AnalysisState.QUEUED, 3, 1)
    receipt = IdempotencyReceipt(ANN, "launch", IdempotencyKey("key", "f" * 64), ticket, AT)
    async with store.unit_of_work() as uow:
        await uow.receipts.add(receipt)
    async with store.snapshot() as uow:
        assert await uow.receipts.find(ANN, "launch", "key") == receipt
