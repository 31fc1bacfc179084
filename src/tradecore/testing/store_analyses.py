"""The contract of the analyses of a store: subclass `AnalysisStoreSuite` and give a store."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_lists import AnalysisQuery
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import Action, Analyst, Assessed, Collected, Decision, Liquidity, Reported, Volatility
from tradecore.model.track_record import History, HistoryQuery, SortBy
from tradecore.ports.store_analyses import AnalysisRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
A, B = AnalysisId("a"), AnalysisId("b")
BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS, Analyst.TECHNICAL), 2, "gpt-4o-mini", "openai"
)
PLAN = Plan(
    (PlannedAgent("news_analyst", "News analysis"),),
    (PlannedStep("collect"), PlannedStep("report:news", "news_analyst")),
)
AnalysisStore = Transactions[AnalysisRepositories]

_ZERO = Decimal(0)
_user_numbers = count(1)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_TENTHS = st.integers(-50, 50).map(lambda number: Decimal(number) / 10)
# Symbol, hour of the launch, confidence, return, whether it is of the user who asks, and whether it is completed.
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["NVDA", "BTC-USD"]),
        st.integers(0, 130),
        st.integers(0, 100).map(lambda number: Decimal(number) / 10),
        st.none() | _TENTHS,
        st.booleans(),
        st.booleans(),
    ),
    max_size=14,
)
_QUERIES = st.builds(
    HistoryQuery,
    user=st.just(ANN),
    since=st.integers(0, 130).map(lambda hours: _START + timedelta(hours=hours)),
    symbol=st.none() | st.just(Symbol("NVDA")),
    asset_type=st.none() | st.sampled_from(AssetType),
    sort_by=st.sampled_from(SortBy),
    descending=st.booleans(),
    page=st.integers(1, 3),
    page_size=st.integers(1, 6),
)


def queued(id: AnalysisId = A, user: UserId = ANN) -> Change[Analysis]:
    """A new analysis."""
    return Analysis.begin(id, user, BRIEF, engine="rules", plan=PLAN, at=AT)


def result_of(analysis: Analysis) -> AnalysisResult:
    """A result without reports."""
    return AnalysisResult(
        id=analysis.id,
        user=analysis.user,
        brief=analysis.brief,
        engine=analysis.engine,
        decision=Decision(Action.HOLD, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, "because"),
        reports=(),
        rounds=(),
        verdict="Hold.",
        risk=Assessed(Volatility.LOW, None, _ZERO, Liquidity.HIGH, _ZERO, ()),
        evidence=(),
        sources=("prices of a test",),
        started_at=AT,
        completed_at=AT,
    )


def analyses_of(rows: Sequence[Any], user: UserId) -> list[Analysis]:
    """The analyses that a test has drawn."""
    analyses = []
    for number, (symbol, hour, confidence, returned, own, completed) in enumerate(rows):
        asset_type = AssetType.CRYPTO if "-" in symbol else AssetType.EQUITY
        brief = AnalysisBrief(Symbol(symbol), asset_type, date(2024, 10, 1 + hour % 7), (Analyst.NEWS,), 1, "m")
        at = _START + timedelta(hours=hour)
        owner = user if own else UserId(f"not {user}")
        id = AnalysisId(f"{user} {number}")
        analysis = Analysis.begin(id, owner, brief, engine="rules", plan=Plan(), at=at).entity
        if completed:
            decision = Decision(Action.BUY, confidence, _ZERO, _ZERO, _ZERO, _ZERO, "because")
            # Some decisions are scored and others followed; some analyses are hidden.
            scored = number % 3 != 0
            analysis = evolve(
                analysis.start(at=at).entity.complete(decision, at=at).entity,
                actual_return=returned if scored else None,
                return_so_far=None if scored else returned,
                hidden=number % 5 == 1,
            )
        analyses.append(analysis)
    return analyses


def check_history(history: History, analyses: Sequence[Analysis], query: HistoryQuery) -> None:
    """Compare a page with the same in plain Python."""
    covered = [
        analysis
        for analysis in analyses
        if analysis.decision
        and analysis.user == query.user
        and analysis.created_at >= query.since
        and query.symbol in (None, analysis.brief.symbol)
        and query.asset_type in (None, analysis.brief.asset_type)
    ]

    def key(analysis: Analysis) -> Any:
        assert analysis.decision
        return {
            SortBy.DATE: (analysis.brief.as_of, analysis.created_at),
            SortBy.CONFIDENCE: analysis.decision.confidence,
            SortBy.RETURN: analysis.shown_return if analysis.shown_return is not None else _ZERO,
        }[query.sort_by]

    visible = [analysis for analysis in covered if not analysis.hidden]
    ordered = sorted(visible, key=lambda analysis: (key(analysis), analysis.id), reverse=query.descending)
    if query.sort_by is SortBy.RETURN:
        ordered.sort(key=lambda analysis: analysis.shown_return is None)
    first = (query.page - 1) * query.page_size
    assert [row.id for row in history.rows] == [row.id for row in ordered[first : first + query.page_size]]
    returns = [analysis.shown_return for analysis in covered if analysis.shown_return is not None]
    by_id = {analysis.id: analysis for analysis in visible}
    assert all(row.shown_return == by_id[row.id].shown_return for row in history.rows)
    assert all(row.horizon_return == by_id[row.id].actual_return for row in history.rows)
    assert history.hidden == len(covered) - len(visible)
    tally = history.tally
    assert (tally.total, tally.scored) == (len(covered), len(returns))
    assert tally.wins == sum(returned > 0 for returned in returns)
    assert tally.returns == pytest.approx(float(sum(returns)))
    assert tally.squares == pytest.approx(float(sum(returned * returned for returned in returns)))


class AnalysisStoreSuite:
    """What every store of analyses, their steps, results and run times promises. Give `store`."""

    @pytest.fixture
    def store(self) -> AnalysisStore:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_an_analysis_comes_back_as_it_was_put_digit_by_digit(self, store: AnalysisStore) -> None:
        exact = evolve(queued().entity, actual_return=Decimal("0.1000000000000000000001"))
        async with store.unit_of_work() as uow:
            stored = await uow.analyses.put(Change(exact))
        assert stored == evolve(exact, version=1)
        async with store.snapshot() as uow:
            assert await uow.analyses.get(A) == await uow.analyses.get(A, owner=ANN) == stored

    async def test_what_is_unknown_or_of_another_user_is_not_found(self, store: AnalysisStore) -> None:
        async with store.unit_of_work() as uow:
            analysis = await uow.analyses.put(queued())
            await uow.analyses.add_result(result_of(analysis))
            await uow.analyses.put(queued(B, BEN))
        async with store.snapshot() as uow:
            for missing in (
                uow.analyses.get(AnalysisId("c")),
                uow.analyses.get(A, owner=BEN),
                uow.analyses.result(A, owner=BEN),
                uow.analyses.result(B, owner=BEN),
            ):
                with pytest.raises(NotFound):
                    await missing

    async def test_the_slower_of_two_writers_is_stale(self, store: AnalysisStore) -> None:
        async with store.unit_of_work() as uow:
            analysis = await uow.analyses.put(queued())
            await uow.analyses.put(analysis.start(at=AT))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.analyses.put(analysis.start(at=AT))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.analyses.put(queued())

    async def test_steps_come_back_in_the_order_of_storing_and_each_is_stored_once(self, store: AnalysisStore) -> None:
        collected, report = Collected((), "0" * 64, ("sample",)), Reported(Analyst.NEWS, _ZERO, (), (), "# News")
        async with store.unit_of_work() as uow:
            await uow.analyses.put(queued())
            await uow.analyses.add_step(A, report, at=AT)
            await uow.analyses.add_step(A, collected, at=AT + timedelta(microseconds=1))
        async with store.snapshot() as uow:
            assert await uow.analyses.steps(A) == (report, collected)
            assert await uow.analyses.steps(B) == ()
            stored = await uow.analyses.stored_steps(A)
            assert [(record.step, record.at) for record in stored] == [
                (report, AT), (collected, AT + timedelta(microseconds=1)),
            ]  # fmt: skip
            assert await uow.analyses.stored_steps(A, 1) == stored[1:]
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.analyses.add_step(A, report, at=AT)

    async def test_a_result_comes_back_and_is_stored_once(self, store: AnalysisStore) -> None:
        async with store.unit_of_work() as uow:
            result = result_of(await uow.analyses.put(queued()))
            await uow.analyses.add_result(result)
        async with store.snapshot() as uow:
            assert await uow.analyses.result(A, owner=ANN) == result
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.analyses.add_result(evolve(result, verdict="Sell."))

    async def test_analyses_are_listed_newest_first_by_state_symbol_and_engine_without_hidden_ones(
        self, store: AnalysisStore
    ) -> None:
        async with store.unit_of_work() as uow:
            for n, (id, engine) in enumerate((("a", "rules"), ("b", "desk"), ("c", "rules"), ("d", None))):
                at = AT + timedelta(seconds=n)
                begun = evolve(queued(AnalysisId(id)).entity, brief=evolve(BRIEF, engine=engine), created_at=at)
                change = begun.fail("The model is out of reach.", at=at) if id in "cd" else Change(begun)
                stored = await uow.analyses.put(change)
                if id == "d":
                    await uow.analyses.put(stored.hide())

        async def listed(**query: Any) -> tuple[list[str], int]:
            async with store.snapshot() as uow:
                page = await uow.analyses.list(AnalysisQuery(ANN, **query))
            return [analysis.id for analysis in page.analyses], page.total

        assert await listed() == (["c", "b", "a"], 3)
        assert await listed(page_size=2, page=2) == (["a"], 3)
        assert await listed(engine="rules") == (["c", "a"], 2)
        assert await listed(states=frozenset({AnalysisState.FAILED, AnalysisState.QUEUED}), engine="desk") == (["b"], 1)
        assert await listed(symbol=Symbol("AAPL")) == ([], 0)
        async with store.snapshot() as uow:
            assert (await uow.analyses.get(AnalysisId("d"))).hidden
            assert (await uow.analyses.list(AnalysisQuery(BEN))).total == 0

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=_ROWS, queries=st.lists(_QUERIES, min_size=3, max_size=6))
    async def test_pages_and_tallies_of_the_history_agree_with_plain_python(
        self, store: AnalysisStore, rows: list[Any], queries: list[HistoryQuery]
    ) -> None:
        # All examples share one store, so each has a user of its own.
        user = UserId(f"user {next(_user_numbers)}")
        analyses = analyses_of(rows, user)
        async with store.unit_of_work() as uow:
            for analysis in analyses:
                # First as it was before its return was known, or was another one.
                earlier = None if analysis.shown_return is None else -analysis.shown_return / 2
                before = evolve(analysis, actual_return=None, return_so_far=earlier, hidden=False)
                stored = await uow.analyses.put(Change(before))
                await uow.analyses.put(Change(evolve(analysis, version=stored.version)))
        async with store.snapshot() as uow:
            for query in (evolve(query, user=user) for query in queries):
                check_history(await uow.analyses.history(query), analyses, query)

    async def test_run_times_are_averaged_and_older_ones_fade(self, store: AnalysisStore) -> None:
        async with store.unit_of_work() as uow:
            for seconds in (1.0, 3.0):
                await uow.measurements.add_run_time("rules", "4x3", seconds)
        async with store.snapshot() as uow:
            times = await uow.measurements.run_times("rules", "4x3")
            assert (times.count, times.mean) == (2, 2.0)
            assert (await uow.measurements.run_times("rules", "4x1")).count == 0
        async with store.unit_of_work() as uow:
            for _ in range(200):
                await uow.measurements.add_run_time("rules", "4x3", 10.0)
        async with store.snapshot() as uow:
            assert 9.8 < (await uow.measurements.run_times("rules", "4x3")).mean <= 10.0
