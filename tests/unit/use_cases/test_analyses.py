"""Looking up: what the owner may see, and nobody else."""

from collections.abc import Callable
from typing import Any

import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, NotFound, NotReady
from tradecore.model.track_record import HistoryQuery
from tradecore.model.users import Caller
from tradecore.use_cases.analyses import GetAnalysisResult, GetAnalysisStatus, GetHistory
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.run import ClaimJob, RunJob

Brief = Callable[..., AnalysisBrief]


async def finish(world: Any) -> None:
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, world.tasks)(claim)


async def test_the_time_left_shrinks_and_ends(world: Any, brief: Brief, ann: Caller) -> None:
    async with world.store.unit_of_work() as uow:
        for _ in range(50):
            await uow.measurements.add_run_time(world.desk.router.default_engine, brief().shape, 100.0)
    ticket = await world.launch()(brief(), by=ann)
    status = GetAnalysisStatus(world.store, world.now)
    assert (await status(ticket.analysis, by=ann)).seconds_left == pytest.approx(100, abs=2)
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    world.pass_time(seconds=60)
    assert (await status(ticket.analysis, by=ann)).seconds_left == pytest.approx(40, abs=2)
    world.pass_time(seconds=600)
    overdue = (await status(ticket.analysis, by=ann)).seconds_left
    assert overdue
    assert overdue > 0
    await RunJob(world.store, world.now, world.tasks)(claim)
    standing = await status(ticket.analysis, by=ann)
    assert (standing.seconds_left, standing.analysis.state) == (None, AnalysisState.COMPLETED)


async def test_a_result_is_there_once_completed_and_only_then(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    analysis_result = GetAnalysisResult(world.store)
    with pytest.raises(NotReady, match="queued"):
        await analysis_result(ticket.analysis, by=ann)
    await finish(world)
    assert (await analysis_result(ticket.analysis, by=ann)).id == ticket.analysis


async def test_a_failed_analysis_says_why_it_has_no_result(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    await CancelAnalysis(world.store, world.now, world.tasks)(ticket.analysis, by=ann)
    with pytest.raises(NotReady, match="cancelled"):
        await GetAnalysisResult(world.store)(ticket.analysis, by=ann)


async def test_S42_S43_another_user_sees_nothing(world: Any, brief: Brief, ann: Caller, ben: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    await finish(world)
    for id in (ticket.analysis, "unknown"):
        for look in (GetAnalysisStatus(world.store, world.now), GetAnalysisResult(world.store)):
            with pytest.raises(NotFound):
                await look(id, by=ben)
    history = GetHistory(world.store, world.now)
    for asked_for in (ann.user, ben.user):
        seen = await history(HistoryQuery(asked_for, since=world.now()), by=ben)
        assert (seen.rows, seen.tally.total) == ((), 0)
    assert (await history(HistoryQuery(ann.user, since=world.now()), by=ann)).tally.total == 1


@pytest.mark.parametrize(("page", "page_size"), [(0, 50), (-1, 50), (1, 0), (1, 201)])
async def test_pages_out_of_range_are_refused(world: Any, ann: Caller, page: int, page_size: int) -> None:
    with pytest.raises(Invalid):
        query = HistoryQuery(ann.user, world.now(), page=page, page_size=page_size)
        await GetHistory(world.store, world.now)(query, by=ann)
