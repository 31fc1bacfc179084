"""The steps of an analysis: what its owner reads while it runs and afterwards."""

from typing import Any

import pytest

from tradecore.model.errors import NotFound
from tradecore.model.users import Caller
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.steps import ListSteps


async def test_the_steps_of_an_analysis_are_there_once_it_has_run(world: Any, brief: Any, ann: Caller) -> None:
    ticket = await world.launch()(brief(depth=2), by=ann)
    list_steps = ListSteps(world.store)
    assert await list_steps(ticket.analysis, by=ann) == ()
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, world.tasks)(claim)
    steps = await list_steps(ticket.analysis, by=ann)
    assert [(step.kind, step.round) for step in steps] == [
        ("report", None), ("bull", 1), ("bear", 1), ("judge", 1), ("bull", 2), ("bear", 2), ("judge", 2),
        ("plan", None), ("risk", None), ("decision", None),
    ]  # fmt: skip
    assert all(step.text for step in steps)
    assert all(step.grounded for step in steps)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.seq for step in steps] == sorted({step.seq for step in steps})


async def test_the_steps_of_another_user_are_not_found(world: Any, brief: Any, ann: Caller, ben: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    with pytest.raises(NotFound):
        await ListSteps(world.store)(ticket.analysis, by=ben)
