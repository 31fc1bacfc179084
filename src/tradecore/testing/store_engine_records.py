"""The contract of the records of engines of a store: subclass `EngineRecordStoreSuite` and give a store."""

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.edge import Edge, Observation
from tradecore.model.engine_records import EngineRecord, LiveDecision, LiveOutcome
from tradecore.model.ids import AnalysisId
from tradecore.model.intervals import Interval
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Action, Decision
from tradecore.ports.store_analyses import AnalysisRepositories
from tradecore.ports.store_transactions import Transactions

DAY = date(2024, 10, 10)
NVDA, BTC = Asset(Symbol("NVDA"), AssetType.EQUITY), Asset(Symbol("BTC-USD"), AssetType.CRYPTO)
DECISION = Decision(Action.BUY, Decimal("7.3"), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "because")
OUTCOME = LiveOutcome(date(2024, 10, 24), True, 4)


def live(analysis: str, asset: Asset = NVDA, as_of: date = DAY, engine: str = "rules 2") -> LiveDecision:
    """A live decision without an outcome."""
    return LiveDecision.of(engine, asset, as_of, AnalysisId(analysis), DECISION)


class EngineRecordStoreSuite:
    """What every store of the records of engines promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[AnalysisRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_the_first_live_decision_of_an_engine_on_an_asset_and_a_day_counts(
        self, store: Transactions[AnalysisRepositories]
    ) -> None:
        later = live("d", as_of=date(2024, 10, 11))
        async with store.unit_of_work() as uow:
            for decision in (later, live("a"), live("b"), live("c", BTC), live("e", engine="another")):
                await uow.engine_records.add(decision)
        async with store.snapshot() as uow:
            assert await uow.engine_records.engines() == ("another", "rules 2")
            assert await uow.engine_records.decisions("rules 2") == (live("c", BTC), live("a"), later)
            assert await uow.engine_records.decisions("nobody") == ()

    async def test_a_live_decision_gets_its_outcome_by_its_analysis(
        self, store: Transactions[AnalysisRepositories]
    ) -> None:
        async with store.unit_of_work() as uow:
            await uow.engine_records.add(live("a"))
            await uow.engine_records.set_outcome(AnalysisId("a"), OUTCOME)
            await uow.engine_records.set_outcome(AnalysisId("not live"), OUTCOME)
        async with store.snapshot() as uow:
            assert await uow.engine_records.decisions("rules 2") == (evolve(live("a"), outcome=OUTCOME),)

    async def test_a_record_takes_the_place_of_an_earlier_one(self, store: Transactions[AnalysisRepositories]) -> None:
        edge = Edge(2, 1, 1, 1, 4, hit_rate=100.0, skill=Interval(1.5, -2.25, 5.25))
        observation = Observation(Symbol("NVDA"), DAY, OUTCOME.ends, 7.3, True, 0.4375)
        record = EngineRecord("rules 2", "a test", DAY, False, edge, (observation,))
        async with store.unit_of_work() as uow:
            await uow.engine_records.put(evolve(record, sample="an earlier one"))
            await uow.engine_records.put(record)
        async with store.snapshot() as uow:
            assert await uow.engine_records.get("rules 2") == record
            assert await uow.engine_records.get("another") is None
