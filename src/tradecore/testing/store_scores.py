"""The contract of scores and backtests of a store: subclass `ScoreStoreSuite` and `BacktestStoreSuite`."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.backtest_runs import BacktestRequest
from tradecore.model.backtests import (
    Asset,
    Backtest,
    BacktestBrief,
    BacktestId,
    BacktestReport,
    EvaluatedTrial,
    Frequency,
    Trial,
)
from tradecore.model.edge import Edge
from tradecore.model.equity_curves import CurveKind, EquityCurve
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.track_record import BUCKETS, CalibrationQuery, Exit, HistoryQuery, Score, Tally, TradeOutcome
from tradecore.ports.store_analyses import AnalysisRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
A, B, C = AnalysisId("a"), AnalysisId("b"), AnalysisId("c")
DAY = timedelta(days=1)
AnalysisStore = Transactions[AnalysisRepositories]

BACKTEST = Backtest(
    BacktestId("b1"),
    BacktestBrief(
        (Asset(Symbol("NVDA"), AssetType.EQUITY),), date(2024, 1, 1), date(2024, 6, 30), Frequency.MONTH,
        (Analyst.NEWS,), 2, "rules",
    ),
    "rules",
    {Symbol("NVDA"): (date(2024, 1, 31), date(2024, 2, 29))},
    "0" * 64,
)  # fmt: skip


def decision(confidence: str = "7") -> Decision:
    """A decision to buy."""
    return Decision(Action.BUY, Decimal(confidence), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "because")


def outcome(returned: str = "1.5", benchmark: str | None = "0.5") -> TradeOutcome:
    """The outcome of a decision; returns in percent."""
    return TradeOutcome(
        entered_on=date(2024, 10, 11),
        entry=Decimal("100.000000000001"),
        exited_on=date(2024, 10, 17),
        exit=Decimal("101.7"),
        reason=Exit.HORIZON,
        return_percent=Decimal(returned),
        fees=Decimal("0.2"),
        benchmark=None if benchmark is None else Decimal(benchmark),
        source="bars of the test",
    )


async def complete(
    store: AnalysisStore,
    id: AnalysisId,
    *,
    user: UserId = ANN,
    confidence: str = "7",
    symbol: str = "NVDA",
    at: datetime = AT,
    in_sample: bool = False,
) -> Analysis:
    """Store a completed analysis whose scoring is due."""
    asset_type = AssetType.CRYPTO if "-" in symbol else AssetType.EQUITY
    brief = AnalysisBrief(Symbol(symbol), asset_type, date(2024, 10, 10), (Analyst.NEWS,), 1, "m")
    begun = Analysis.begin(id, user, brief, engine="rules", plan=Plan(), at=at).entity
    async with store.unit_of_work() as uow:
        analysis = await uow.analyses.put(
            begun.start(at=at).entity.complete(decision(confidence), at=at, in_sample=in_sample)
        )
        await uow.scores.schedule_scoring(id, due=at)
    return analysis


async def score(store: AnalysisStore, id: AnalysisId, returned: str = "1.5", benchmark: str | None = "0.5") -> Score:
    """Store the score of an analysis and its return."""
    scored = Score(id, outcome(returned, benchmark), AT + 7 * DAY)
    async with store.unit_of_work() as uow:
        analysis = await uow.analyses.get(id)
        await uow.analyses.put(analysis.score(scored.outcome.return_percent))
        await uow.scores.add(scored)
    return scored


async def due(store: AnalysisStore, at: datetime = AT, limit: int = 10) -> tuple[AnalysisId, ...]:
    """The analyses that are due to be scored."""
    async with store.snapshot() as uow:
        return await uow.scores.due(at, limit)


class ScoreStoreSuite:
    """What every store of scores promises. Give `store`."""

    @pytest.fixture
    def store(self) -> AnalysisStore:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_analyses_are_due_in_their_time_the_earliest_first(self, store: AnalysisStore) -> None:
        for id in (B, A, C):
            await complete(store, id)
        async with store.unit_of_work() as uow:
            await uow.scores.schedule_scoring(C, due=AT - DAY)
            await uow.scores.schedule_scoring(A, due=AT + DAY)
        assert await due(store) == (C, B)
        assert await due(store, limit=1) == (C,)
        assert await due(store, AT + DAY) == (C, B, A)

    async def test_a_scored_analysis_is_never_due_again(self, store: AnalysisStore) -> None:
        await complete(store, A)
        scored = await score(store, A)
        async with store.unit_of_work() as uow:
            await uow.scores.schedule_scoring(A, due=AT)
        assert await due(store, AT + 99 * DAY) == ()
        async with store.snapshot() as uow:
            assert await uow.scores.get(A) == scored
            assert (await uow.analyses.get(A)).actual_return == Decimal("1.5")

    async def test_a_decision_is_scored_once(self, store: AnalysisStore) -> None:
        await complete(store, A)
        scored = await score(store, A)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.scores.add(scored)
        with pytest.raises(IllegalMove):
            await score(store, A)

    async def test_there_is_no_score_without_its_analysis(self, store: AnalysisStore) -> None:
        async with store.snapshot() as uow:
            with pytest.raises(NotFound):
                await uow.scores.get(A)
        with pytest.raises(NotFound):
            async with store.unit_of_work() as uow:
                await uow.scores.add(Score(A, outcome(), AT))

    async def test_a_score_that_is_not_committed_is_still_due(self, store: AnalysisStore) -> None:
        await complete(store, A)
        with pytest.raises(ZeroDivisionError):
            async with store.unit_of_work() as uow:
                await uow.analyses.put((await uow.analyses.get(A)).score(Decimal(1)))
                await uow.scores.add(Score(A, outcome(), AT))
                raise ZeroDivisionError
        assert await due(store) == (A,)
        async with store.snapshot() as uow:
            assert (await uow.analyses.get(A)).actual_return is None

    async def test_a_decision_in_sample_is_scored_and_counts_for_no_record(self, store: AnalysisStore) -> None:
        await complete(store, A)
        await complete(store, B, in_sample=True)
        for id in (A, B):
            await score(store, id)
        query = CalibrationQuery(ANN, AT)
        async with store.snapshot() as uow:
            assert (await uow.scores.tally(query)).scored == 1
            assert (await uow.scores.calibration(query)).whole.scored == 1
            rows = (await uow.analyses.history(HistoryQuery(ANN, AT))).rows
        assert {row.id: row.in_sample for row in rows} == {A: False, B: True}

    async def test_calibration_agrees_with_the_same_in_plain_python(self, store: AnalysisStore) -> None:
        rows = [
            (ANN, "NVDA", "0", "1", None, 0),
            (ANN, "NVDA", "6.9", "-2", "1", 1),
            (ANN, "BTC-USD", "6.1", "3", "2", 2),
            (ANN, "NVDA", "9.5", "0", "-1", 3),
            (ANN, "NVDA", "10", "4", None, 4),
            (BEN, "NVDA", "6.5", "50", "1", 4),
        ]
        for number, (user, symbol, confidence, returned, benchmark, days) in enumerate(rows):
            id = AnalysisId(f"a{number}")
            await complete(store, id, user=user, confidence=confidence, symbol=symbol, at=AT + days * DAY)
            await score(store, id, returned, benchmark)
        for query in (
            CalibrationQuery(ANN, AT),
            CalibrationQuery(ANN, AT + 2 * DAY),
            CalibrationQuery(ANN, AT, symbol=Symbol("NVDA")),
            CalibrationQuery(ANN, AT, asset_type=AssetType.CRYPTO),
            CalibrationQuery(UserId("nobody"), AT),
        ):
            covered = defaultdict(list)
            for user, symbol, confidence, returned, benchmark, days in rows:
                wanted = query.symbol in (None, symbol) and (query.asset_type is None or "-" in symbol)
                if user == query.user and AT + days * DAY >= query.since and wanted:
                    covered[min(9, int(float(confidence)))].append((float(confidence), float(returned), benchmark))
            async with store.snapshot() as uow:
                calibration = await uow.scores.calibration(query)
            assert [bucket.low for bucket in calibration.buckets] == list(range(BUCKETS))
            for bucket in calibration.buckets:
                scores = covered[bucket.low]
                assert (bucket.scored, bucket.wins) == (len(scores), sum(returned > 0 for _, returned, _ in scores))
                assert bucket.confidence == pytest.approx(sum(confidence for confidence, _, _ in scores))
                assert bucket.returns == pytest.approx(sum(returned for _, returned, _ in scores))
                assert bucket.squares == pytest.approx(
                    sum((confidence / 10 - (returned > 0)) ** 2 for confidence, returned, _ in scores)
                )
                assert bucket.benchmarked == sum(benchmark is not None for _, _, benchmark in scores)
                assert bucket.benchmark == pytest.approx(sum(float(benchmark or 0) for _, _, benchmark in scores))


class BacktestStoreSuite:
    """What every store of backtests promises. Give `store`."""

    @pytest.fixture
    def store(self) -> AnalysisStore:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_a_backtest_has_each_decision_once_and_in_order(self, store: AnalysisStore) -> None:
        later = Trial(Symbol("NVDA"), date(2024, 2, 29), decision(), "e2")
        earlier = Trial(Symbol("NVDA"), date(2024, 1, 31), decision("3"), "e1")
        async with store.unit_of_work() as uow:
            await uow.backtests.begin(BACKTEST)
            await uow.backtests.begin(BACKTEST)
            for trial in (later, earlier, Trial(Symbol("NVDA"), date(2024, 1, 31), decision("9"), "e3")):
                await uow.backtests.add(BACKTEST.id, trial)
        async with store.snapshot() as uow:
            assert await uow.backtests.get(BACKTEST.id) == BACKTEST
            assert await uow.backtests.trials(BACKTEST.id) == (earlier, later)
            assert await uow.backtests.decided(BACKTEST.id) == {
                (trial.symbol, trial.as_of) for trial in (earlier, later)
            }

    async def test_an_unknown_backtest_is_not_found(self, store: AnalysisStore) -> None:
        async with store.snapshot() as uow:
            assert await uow.backtests.trials(BacktestId("b2")) == ()
            with pytest.raises(NotFound):
                await uow.backtests.get(BacktestId("b2"))

    async def test_variants_are_other_ways_of_deciding_on_a_common_symbol_and_day(self, store: AnalysisStore) -> None:
        def other(id: str, symbol: str = "NVDA", **brief: Any) -> Backtest:
            days = {Symbol(symbol): next(iter(BACKTEST.days.values()))}
            return evolve(BACKTEST, id=BacktestId(id), days=days, brief=evolve(BACKTEST.brief, **brief))

        later = BACKTEST.brief.last + DAY
        async with store.unit_of_work() as uow:
            assert await uow.backtests.variants(BACKTEST) == 1
            for backtest in (
                BACKTEST,
                other("same", first=BACKTEST.brief.first + DAY),
                other("deeper", depth=3),
                other("daily", frequency=Frequency.DAY),
                other("elsewhere", "IBM", depth=4),
                other("afterwards", depth=5, first=later, last=later),
            ):
                await uow.backtests.begin(backtest)
            assert await uow.backtests.variants(BACKTEST) == 3

    async def test_requests_are_listed_by_user_newest_first_and_the_last_one_counts(self, store: AnalysisStore) -> None:
        ben = UserId("ben")
        async with store.unit_of_work() as uow:
            for n in range(3):
                await uow.backtests.begin(evolve(BACKTEST, id=BacktestId(f"b{n}")))
                await uow.backtests.add_request(BacktestRequest(BacktestId(f"b{n}"), ANN, AT + n * DAY))
            await uow.backtests.add_request(BacktestRequest(BacktestId("b0"), ANN, AT + 9 * DAY))
            await uow.backtests.add_request(BacktestRequest(BacktestId("b1"), ben, AT))
        async with store.snapshot() as uow:
            requests, total = await uow.backtests.requests(ANN, 2, 0)
            assert ([request.backtest for request in requests], total) == (["b0", "b2"], 3)
            assert [request.backtest for request in (await uow.backtests.requests(ANN, 2, 2))[0]] == ["b1"]
            newest = BacktestRequest(BacktestId("b0"), ANN, AT + 9 * DAY)
            assert await uow.backtests.request(newest.backtest, ANN) == newest
            assert await uow.backtests.request(newest.backtest, ben) is None

    async def test_a_backtest_is_requested_until_its_last_user_has_cancelled_it(self, store: AnalysisStore) -> None:
        requests = [BacktestRequest(BACKTEST.id, user, AT) for user in (ANN, UserId("ben"))]
        async with store.unit_of_work() as uow:
            await uow.backtests.begin(BACKTEST)
            assert not await uow.backtests.is_requested(BACKTEST.id)
            for request in requests:
                await uow.backtests.add_request(request)
        wanted = []
        for request in requests:
            cancelled = evolve(request, cancelled_at=AT + DAY)
            async with store.unit_of_work() as uow:
                await uow.backtests.add_request(cancelled)
                wanted.append(await uow.backtests.is_requested(BACKTEST.id))
                assert await uow.backtests.request(BACKTEST.id, request.user) == cancelled
                assert (await uow.backtests.requests(request.user, 1, 0))[0] == (cancelled,)
        assert wanted == [True, False]
        async with store.unit_of_work() as uow:
            await uow.backtests.add_request(requests[0])
            assert await uow.backtests.is_requested(BACKTEST.id)

    async def test_a_report_takes_the_place_of_an_earlier_one(self, store: AnalysisStore) -> None:
        days = (date(2024, 1, 31), date(2024, 2, 29))
        curve = EquityCurve(days, (1.0, 1.25), trades=(25.0,), weights={Symbol("NVDA"): (0.0, 1.0)})
        trial = Trial(Symbol("NVDA"), days[0], decision("3"), "e1", in_sample=True)
        report = BacktestReport(
            backtest=BACKTEST,
            evaluated=(EvaluatedTrial(trial, outcome(), None),),
            by_symbol={Symbol("NVDA"): Tally(1)},
            whole=Tally(1),
            short=Tally(1),
            curves={CurveKind.SIZED: curve},
            by_curve={CurveKind.SIZED: curve.performance(curve, 252)},
            by_symbol_and_curve={Symbol("NVDA"): {CurveKind.SIZED: curve.performance(curve, 252)}},
            targets={Symbol("NVDA"): (0.0, 1.0)},
            edge=Edge(1, 1, 1, 1, 4, missing="There is only one."),
            days_per_year=252,
            sources=("a test",),
            horizon_weeks=4,
            fee=Decimal("0.1"),
        )
        async with store.unit_of_work() as uow:
            await uow.backtests.begin(BACKTEST)
            assert not await uow.backtests.has_report(BACKTEST.id)
            with pytest.raises(NotFound):
                await uow.backtests.report(BACKTEST.id)
            await uow.backtests.put_report(evolve(report, horizon_weeks=1))
            await uow.backtests.put_report(report)
        async with store.snapshot() as uow:
            assert await uow.backtests.has_report(BACKTEST.id)
            assert await uow.backtests.report(BACKTEST.id) == report
