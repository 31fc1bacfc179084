"""History: every filter, order and page agrees with the same done in plain Python."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from opening import open_adapter
from servers import SettingOf
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis, AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Decision
from tradecore.model.track_record import History, HistoryQuery, SortBy
from tradecore_app import registry

START = datetime(2026, 1, 1, tzinfo=UTC)
ANN = UserId("ann")

tenths = st.integers(-50, 50).map(lambda n: Decimal(n) / 10)
rows = st.lists(
    st.tuples(
        st.sampled_from(["NVDA", "BTC-USD"]),
        st.integers(0, 130),
        st.integers(0, 100).map(lambda n: Decimal(n) / 10),
        st.none() | tenths,
        st.sampled_from(["ann", "ben"]),
        st.booleans(),
    ),
    max_size=14,
)
queries = st.builds(
    HistoryQuery,
    user=st.just(ANN),
    since=st.integers(0, 130).map(lambda hours: START + timedelta(hours=hours)),
    symbol=st.none() | st.just(Symbol("NVDA")),
    asset_type=st.none() | st.sampled_from(AssetType),
    sort_by=st.sampled_from(SortBy),
    descending=st.booleans(),
    page=st.integers(1, 3),
    page_size=st.integers(1, 6),
)


def analyses(drawn: list[Any]) -> list[Analysis]:
    made = []
    for n, (ticker, hour, confidence, returned, user, completed) in enumerate(drawn):
        kind = AssetType.CRYPTO if "-" in ticker else AssetType.EQUITY
        brief = AnalysisBrief(Symbol(ticker), kind, date(2024, 10, 10), (Analyst.NEWS,), 1, "m")
        at = START + timedelta(hours=hour)
        analysis = Analysis.begin(
            AnalysisId(f"a{n}"), UserId(user), brief, engine="rules", plan=plan_desk(brief, by_model=False), at=at
        ).entity
        if completed:
            zero = Decimal(0)
            decision = Decision(Action.BUY, confidence, zero, zero, zero, zero, "because")
            analysis = analysis.start(at=at).entity.complete(decision, at=at).entity
            analysis = evolve(analysis, actual_return=returned)
        made.append(analysis)
    return made


def expected(made: list[Analysis], query: HistoryQuery) -> tuple[list[str], int, list[Decimal]]:
    mine = [
        each
        for each in made
        if each.decision
        and each.user == query.user
        and each.created_at >= query.since
        and query.symbol in (None, each.brief.symbol)
        and query.asset_type in (None, each.brief.asset_type)
    ]

    def place(each: Analysis) -> Any:
        assert each.decision
        return {
            SortBy.DATE: each.created_at,
            SortBy.CONFIDENCE: each.decision.confidence,
            SortBy.RETURN: each.actual_return if each.actual_return is not None else Decimal(0),
        }[query.sort_by]

    ordered = sorted(mine, key=lambda each: (place(each), each.id), reverse=query.descending)
    if query.sort_by is SortBy.RETURN:
        ordered.sort(key=lambda each: each.actual_return is None)
    first = (query.page - 1) * query.page_size
    returns = [each.actual_return for each in mine if each.actual_return is not None]
    return [each.id for each in ordered[first : first + query.page_size]], len(mine), returns


@pytest.mark.parametrize("row", sorted(registry.rows("store")))
@settings(max_examples=60, deadline=None)
@given(drawn=rows, asked=st.lists(queries, min_size=3, max_size=6))
def test_pages_and_tallies_are_those_of_plain_python(
    row: str, setting_of: SettingOf, drawn: list[Any], asked: list[HistoryQuery]
) -> None:
    made = analyses(drawn)

    async def look() -> list[History]:
        async with setting_of(row) as setting:
            with TemporaryDirectory() as folder:
                async with open_adapter("store", setting, data=Path(folder)) as store:
                    async with store.unit_of_work() as uow:
                        for each in made:
                            # First as it was before its return was known, or was known otherwise.
                            earlier = None if each.actual_return is None else -each.actual_return / 2
                            kept = await uow.analyses.put(Change(evolve(each, actual_return=earlier)))
                            await uow.analyses.put(Change(evolve(each, version=kept.version)))
                    async with store.snapshot() as uow:
                        return [await uow.analyses.history(query) for query in asked]

    for query, history in zip(asked, asyncio.run(look()), strict=True):
        ids, total, returns = expected(made, query)
        assert [each.id for each in history.rows] == ids
        tally = history.tally
        assert (tally.total, tally.scored) == (total, len(returns))
        assert tally.wins == sum(each > 0 for each in returns)
        assert tally.returns == pytest.approx(float(sum(returns)))
        assert tally.squares == pytest.approx(float(sum(each * each for each in returns)))
