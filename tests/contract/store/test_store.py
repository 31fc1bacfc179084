"""The contract of every store, and what it stores of particular use cases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.steps import Analyst
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


async def test_what_was_analysed_since_a_time_is_listed_once_and_the_newest_first(store: Store) -> None:
    for hours, symbol, user in ((0, "OLD", "ann"), (5, "NVDA", "ann"), (7, "AMD", "ben"), (9, "NVDA", "ben")):
        brief = AnalysisBrief(Symbol(symbol), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "rules")
        begun = Analysis.begin(
            AnalysisId(f"{symbol}-{hours}"),
            UserId(user),
            brief,
            engine="rules",
            plan=plan_desk(brief, by_model=False),
            at=AT + timedelta(hours=hours),
        )
        async with store.unit_of_work() as uow:
            await uow.analyses.put(begun)
    async with store.snapshot() as uow:
        found = await uow.analyses.analysed_since(AT + timedelta(hours=1), 10)
        assert [asset.symbol for asset in found] == ["NVDA", "AMD"]
        assert len(await uow.analyses.analysed_since(AT, 1)) == 1
