"""The contract of `tradecore.ports.store_analyses.Comparisons`, and of the records of engines."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.comparisons import ComparedEngine, Comparison
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AnalysisId, ComparisonId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan, PlannedStep
from tradecore.model.steps import Action, Analyst, Collected, Decision
from tradecore.model.track_record import CalibrationQuery, EngineTally, Exit, HistoryQuery, Score, TradeOutcome
from tradecore.ports.store import Store

_ANN, _BEN = UserId("ann"), UserId("ben")
_AT = datetime(2024, 10, 10, 14, tzinfo=UTC)
_BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "any-model")
_QUERY = CalibrationQuery(_ANN, _AT - timedelta(days=1))


class ComparisonStoreSuite:
    """What the repositories promise. Give `store`, which is empty."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a Store.")

    async def test_a_comparison_is_its_owners_and_keeps_its_first_snapshot(self, store: Store) -> None:
        stored = await _put(store, _comparison("c"))
        snapshots = [Collected((), digit * 64, ("sample",)) for digit in "12"]
        async with store.unit_of_work() as uow:
            second = await uow.comparisons.put(stored.with_evidence(snapshots[0]))
        async with store.snapshot() as uow:
            assert await uow.comparisons.get(stored.id, owner=_ANN) == second
            with pytest.raises(NotFound):
                await uow.comparisons.get(stored.id, owner=_BEN)
            with pytest.raises(NotFound):
                await uow.comparisons.get(ComparisonId("unknown"))
        assert second.evidence == snapshots[0]
        assert second.with_evidence(snapshots[1]).entity == second
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.comparisons.put(stored.with_evidence(snapshots[1]))

    async def test_comparisons_are_listed_the_newest_first(self, store: Store) -> None:
        for hours, name in enumerate("abc"):
            await _put(store, _comparison(name, hours=hours))
        await _put(store, _comparison("d", user=_BEN))
        async with store.snapshot() as uow:
            comparisons, total = await uow.comparisons.list(_ANN, 2, 1)
        assert ([comparison.id for comparison in comparisons], total) == (["b", "a"], 3)

    async def test_the_record_of_each_engine_and_label_counts_what_is_hidden_and_no_score_in_sample(
        self, store: Store
    ) -> None:
        await _complete(store, "1", "desk", "desk openai:a", 6, Decimal("0.5"), 2.0)
        await _complete(store, "2", "desk", "desk openai:a", 8, None, -1.0, hidden=True)
        await _complete(store, "3", "desk", "desk openai:b", 8, Decimal(0), None)
        await _complete(store, "4", "rules", "rule-based desk 2", 5, Decimal(0), 3.0, in_sample=True)
        await _complete(store, "5", "rules", "rule-based desk 2", 5, Decimal(0), 3.0, user=_BEN)
        async with store.snapshot() as uow:
            records = await uow.scores.engine_tallies(_QUERY)
            calibrations = await uow.scores.calibrations(_QUERY)
            history = await uow.analyses.history(HistoryQuery(_ANN, _QUERY.since, engine="desk"))
        assert [(record.engine, record.label, record.analyses, record.scored) for record in records] == [
            ("desk", "desk openai:a", 2, 2),
            ("desk", "desk openai:b", 1, 0),
            ("rules", "rule-based desk 2", 1, 0),
        ]
        first, second, _ = records
        assert (first.wins, first.average_return, first.cost_per_analysis) == (1, 0.5, 0.5)
        assert first.brier == pytest.approx((0.4**2 + 0.8**2) / 2)
        whole = EngineTally("desk") + first + second
        assert (whole.analyses, whole.scored, whole.cost_per_analysis) == (3, 2, 0.25)
        assert [(row.engine, row.label, row.whole.scored) for row in calibrations] == [("desk", "desk openai:a", 2)]
        assert (history.tally.total, history.tally.scored, history.hidden) == (3, 2, 1)
        assert {row.id for row in history.rows} == {"1", "3"}


def _comparison(id: str, *, user: UserId = _ANN, hours: int = 0) -> Comparison:
    engines = (ComparedEngine("rules", AnalysisId(f"{id}-1")), ComparedEngine("desk", AnalysisId(f"{id}-2")))
    return Comparison(ComparisonId(id), user, _BRIEF, engines, _AT + timedelta(hours=hours), Decimal("1.5"))


async def _put(store: Store, comparison: Comparison) -> Comparison:
    async with store.unit_of_work() as uow:
        return await uow.comparisons.put(Change(comparison))


async def _complete(
    store: Store,
    id: str,
    engine: str,
    label: str,
    confidence: int,
    cost: Decimal | None,
    returned: float | None,
    *,
    hidden: bool = False,
    in_sample: bool = False,
    user: UserId = _ANN,
) -> None:
    """Store a completed analysis of an engine, with a score where it has a return."""
    decision = Decision(
        Action.BUY, Decimal(confidence), Decimal(1), Decimal(100), Decimal(90), Decimal(120), "It rises."
    )
    begun = Analysis.begin(
        AnalysisId(id), user, evolve(_BRIEF, engine=engine), engine=label, plan=Plan((), (PlannedStep("d"),)), at=_AT
    ).entity
    completed = begun.start(at=_AT).entity.complete(decision, at=_AT, in_sample=in_sample, cost=cost).entity
    if returned is not None:
        completed = completed.score(Decimal(str(returned))).entity
    if hidden:
        completed = completed.hide().entity
    async with store.unit_of_work() as uow:
        await uow.analyses.put(Change(completed))
        if returned is not None:
            outcome = TradeOutcome(
                entered_on=date(2024, 10, 11),
                entry=Decimal(100),
                exited_on=date(2024, 11, 8),
                exit=Decimal(102),
                reason=Exit.HORIZON,
                return_percent=Decimal(str(returned)),
                fees=Decimal("0.2"),
                benchmark=None,
                source="sample",
            )
            await uow.scores.add(Score(AnalysisId(id), outcome, _AT, 4))
