"""Administrators are told once of a source that refuses to be read for good."""

from typing import Any

import pytest
from attrs import evolve

from tradecore.model.alerts import AlertKind
from tradecore.model.change import Change
from tradecore.model.ids import UserId
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.model.users import Caller, Scope, User
from tradecore.use_cases.alerts import ListAlerts
from tradecore.use_cases.source_watch import WatchSources

ADDRESS = "https://wire.example/feed.xml?key=secret"


@pytest.fixture(autouse=True)
async def accounts(world: Any) -> None:
    """Two administrators, one of them disabled, and a user."""
    async with world.store.unit_of_work() as uow:
        for name, scopes, disabled in (
            ("root", (Scope.ADMIN,), False),
            ("gone", (Scope.ADMIN,), True),
            ("ann", (Scope.READ, Scope.LAUNCH), False),
        ):
            user = User(UserId(name), f"{name}@example.com", name, "", world.time, scopes=scopes, disabled=disabled)
            await uow.users.put(Change(user))


async def answered(world: Any, *, refusals: int) -> None:
    """The state of the source after so many refusals in a row; 0 for a fetch that worked."""
    async with world.store.unit_of_work() as uow:
        known = {source.id: source for source in await uow.subscriptions.all()}
        source = known.get(SourceName("Wire")) or FeedSubscription.begin("Wire", ADDRESS, at=world.time)
        error = "it answered with status 410" if refusals else None
        success = source.state.last_success if refusals else world.time
        state = evolve(source.state, refusals=refusals, failures=refusals, last_error=error, last_success=success)
        await uow.subscriptions.put(source.fetched(state))


async def told(world: Any, user: str) -> list[tuple[AlertKind, str]]:
    alerts = (await ListAlerts(world.store)(by=Caller(UserId(user)))).alerts
    return [(alert.kind, alert.message) for alert in alerts]


async def test_each_administrator_is_told_once_what_to_do(world: Any) -> None:
    watch = WatchSources(world.store, world.now)
    await answered(world, refusals=2)
    assert await watch() == 0
    await answered(world, refusals=3)
    assert await watch() == 1
    await answered(world, refusals=4)
    assert await watch() == 0
    [(kind, message)] = await told(world, "root")
    assert kind is AlertKind.SOURCE_REFUSED
    assert "Wire refuses to be read: it answered with status 410. Remove it, or add it again" in message
    assert "secret" not in message
    assert await told(world, "ann") == await told(world, "gone") == []


async def test_it_is_told_again_after_the_source_was_read_in_between(world: Any) -> None:
    watch = WatchSources(world.store, world.now)
    for _ in range(2):
        await answered(world, refusals=3)
        assert await watch() == 1
        world.pass_time(days=1)
        await answered(world, refusals=0)
        assert await watch() == 0
