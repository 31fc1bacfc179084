"""The contract of schedules over every store, and many servers over one store."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from scheduling import ANALYSES, DAILY, MORNING, START, Scheduling, at
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.ids import UserId
from tradecore.model.schedule_runs import RunState
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore.testing import ScheduleStoreSuite
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.schedules import DeleteSchedule
from tradecore_adapters.market.sample import SampleMarket

ANN, BEN = Caller(UserId("ann")), Caller(UserId("ben"))


class TestSchedules(ScheduleStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


@pytest.fixture
def scheduling(store: Store) -> Scheduling:
    market = SampleMarket()
    world: Any = SimpleNamespace(
        store=store, time=START, market=market, new_id=lambda: str(uuid4()), engines=Engines((Desk(Sources(market)),))
    )
    world.now = lambda: world.time
    return Scheduling(world)


async def test_of_many_servers_each_time_is_fired_and_launched_by_one(scheduling: Scheduling) -> None:
    chosen = [evolve(choice, name=f"{n}") for n, choice in enumerate((DAILY, MORNING, DAILY))]
    made = [(await scheduling.create(choice, by=by), by) for choice in chosen for by in (ANN, BEN)]
    scheduling.world.time = at(8)
    assert sum(await asyncio.gather(*(scheduling.fire() for _ in range(4)))) == len(made)
    assert sum(await asyncio.gather(*(scheduling.launch_runs() for _ in range(4)))) == len(made)
    runs = [await scheduling.run_of(schedule, by=by) for schedule, by in made]
    assert {run.state for run in runs} == {RunState.COMPLETED}
    ids = [entry.id for run in runs for entry in run.launched]
    assert len(set(ids)) == len(ids) == 4 * len(ANALYSES.assets) + 2


async def test_a_schedule_that_is_deleted_while_it_fires_and_launches_blocks_nobody(scheduling: Scheduling) -> None:
    made = [await scheduling.create(DAILY, by=ANN) for _ in range(6)]
    scheduling.world.time = at(8)
    delete = DeleteSchedule(scheduling.world.store)
    await asyncio.gather(scheduling.fire(), scheduling.fire(), *(delete(schedule.id, by=ANN) for schedule in made[:2]))
    await asyncio.gather(
        scheduling.launch_runs(), scheduling.launch_runs(), *(delete(schedule.id, by=ANN) for schedule in made[2:4])
    )
    assert [(await scheduling.run_of(schedule, by=ANN)).state for schedule in made[4:]] == [RunState.COMPLETED] * 2
