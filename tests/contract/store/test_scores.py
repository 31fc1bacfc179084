"""Scores and backtests, asked of every store."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis, AnalysisBrief
from tradecore.model.backtests import Asset, Backtest, BacktestBrief, BacktestId, Frequency, Trial
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.track_record import BUCKETS, CalibrationQuery, Exit, Score, TradeOutcome
from tradecore.ports.store import Store

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
A, B, C = AnalysisId("a"), AnalysisId("b"), AnalysisId("c")
DAY = timedelta(days=1)


def decision(confidence: str = "7") -> Decision:
    return Decision(Action.BUY, Decimal(confidence), Decimal(5), Decimal(100), Decimal(90), Decimal(120), "because")


def outcome(returned: str = "1.5", benchmark: str | None = "0.5") -> TradeOutcome:
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


async def put(
    store: Store, id: AnalysisId, *, user: UserId = ANN, confidence: str = "7", ticker: str = "NVDA", at: datetime = AT
) -> Analysis:
    """A completed analysis that is owed a score."""
    kind = AssetType.CRYPTO if "-" in ticker else AssetType.EQUITY
    brief = AnalysisBrief(Symbol(ticker), kind, date(2024, 10, 10), (Analyst.NEWS,), 1, "m")
    begun = Analysis.begin(id, user, brief, engine="rules", plan=plan_desk(brief, by_model=False), at=at).entity
    async with store.unit_of_work() as uow:
        analysis = await uow.analyses.put(begun.start(at=at).entity.complete(decision(confidence), at=at))
        await uow.scores.schedule_scoring(id, due=at)
    return analysis


async def settle(store: Store, id: AnalysisId, returned: str = "1.5", benchmark: str | None = "0.5") -> Score:
    score = Score(id, outcome(returned, benchmark), AT + 7 * DAY)
    async with store.unit_of_work() as uow:
        analysis = await uow.analyses.get(id)
        await uow.analyses.put(analysis.score(score.outcome.return_percent))
        await uow.scores.add(score)
    return score


async def owed(store: Store, at: datetime = AT, limit: int = 10) -> tuple[AnalysisId, ...]:
    async with store.snapshot() as uow:
        return await uow.scores.due(at, limit)


async def test_what_is_owed_is_due_in_its_time_the_longest_overdue_first(store: Store) -> None:
    for id in (B, A, C):
        await put(store, id)
    async with store.unit_of_work() as uow:
        await uow.scores.schedule_scoring(C, due=AT - DAY)
        await uow.scores.schedule_scoring(A, due=AT + DAY)
    assert await owed(store) == (C, B)
    assert await owed(store, limit=1) == (C,)
    assert await owed(store, AT + DAY) == (C, B, A)


async def test_what_is_scored_is_owed_no_longer_whatever_is_said_later(store: Store) -> None:
    await put(store, A)
    score = await settle(store, A)
    async with store.unit_of_work() as uow:
        await uow.scores.schedule_scoring(A, due=AT)
    assert await owed(store, AT + 99 * DAY) == ()
    async with store.snapshot() as uow:
        assert await uow.scores.get(A) == score
        assert (await uow.analyses.get(A)).actual_return == Decimal("1.5")


async def test_a_decision_is_scored_once(store: Store) -> None:
    await put(store, A)
    score = await settle(store, A)
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.scores.add(score)
    with pytest.raises(IllegalMove):
        await settle(store, A)


async def test_there_is_no_score_without_its_analysis(store: Store) -> None:
    async with store.snapshot() as uow:
        with pytest.raises(NotFound):
            await uow.scores.get(A)
    with pytest.raises(NotFound):
        async with store.unit_of_work() as uow:
            await uow.scores.add(Score(A, outcome(), AT))


async def test_a_score_that_is_not_committed_is_still_owed(store: Store) -> None:
    await put(store, A)
    with pytest.raises(ZeroDivisionError):
        async with store.unit_of_work() as uow:
            await uow.analyses.put((await uow.analyses.get(A)).score(Decimal(1)))
            await uow.scores.add(Score(A, outcome(), AT))
            raise ZeroDivisionError
    assert await owed(store) == (A,)
    async with store.snapshot() as uow:
        assert (await uow.analyses.get(A)).actual_return is None


async def test_calibration_agrees_with_the_same_done_in_plain_python(store: Store) -> None:
    rows = [
        (ANN, "NVDA", "0", "1", None, 0),
        (ANN, "NVDA", "6.9", "-2", "1", 1),
        (ANN, "BTC-USD", "6.1", "3", "2", 2),
        (ANN, "NVDA", "9.5", "0", "-1", 3),
        (ANN, "NVDA", "10", "4", None, 4),
        (BEN, "NVDA", "6.5", "50", "1", 4),
    ]
    for n, (user, ticker, confidence, returned, market, days) in enumerate(rows):
        id = AnalysisId(f"a{n}")
        await put(store, id, user=user, confidence=confidence, ticker=ticker, at=AT + days * DAY)
        await settle(store, id, returned, market)
    for query in (
        CalibrationQuery(ANN, AT),
        CalibrationQuery(ANN, AT + 2 * DAY),
        CalibrationQuery(ANN, AT, symbol=Symbol("NVDA")),
        CalibrationQuery(ANN, AT, asset_type=AssetType.CRYPTO),
        CalibrationQuery(UserId("nobody"), AT),
    ):
        mine = defaultdict(list)
        for user, ticker, confidence, returned, market, days in rows:
            crypto = query.asset_type is AssetType.CRYPTO
            asked_for = query.symbol in (None, ticker) and crypto <= ("-" in ticker)
            if user == query.user and AT + days * DAY >= query.since and asked_for:
                mine[min(9, int(float(confidence)))].append((float(confidence), float(returned), market))
        async with store.snapshot() as uow:
            found = await uow.scores.calibration(query)
        assert [each.low for each in found.buckets] == list(range(BUCKETS))
        for each in found.buckets:
            these = mine[each.low]
            assert (each.scored, each.wins) == (len(these), sum(returned > 0 for _, returned, _ in these))
            assert each.confidence == pytest.approx(sum(confidence for confidence, _, _ in these))
            assert each.returns == pytest.approx(sum(returned for _, returned, _ in these))
            assert each.squares == pytest.approx(
                sum((confidence / 10 - (returned > 0)) ** 2 for confidence, returned, _ in these)
            )
            assert each.benchmarked == sum(market is not None for _, _, market in these)
            assert each.benchmark == pytest.approx(sum(float(market or 0) for _, _, market in these))


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


async def test_a_backtest_keeps_each_decision_once_and_in_order(store: Store) -> None:
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
        assert await uow.backtests.trials(BacktestId("b2")) == ()
        with pytest.raises(NotFound):
            await uow.backtests.get(BacktestId("b2"))
