"""Alerts: each is stored once, listed to its user only, acknowledged once and forgotten after its time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tradecore.model.alerts import Alert, AlertKind, Severity
from tradecore.model.change import Change
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.ids import TopicKind, UserId, topic_of
from tradecore.model.users import Caller
from tradecore.use_cases.alerts import AcknowledgeAlert, ListAlerts, raise_new
from tradecore.use_cases.retention import DeleteExpired, delete_alerts


def alert(world: Any, cause: str, user: str = "ann") -> Change[Alert]:
    topic = topic_of(TopicKind.SOURCE, "1")
    return Alert.raise_once(
        cause, UserId(user), AlertKind.SOURCE_REFUSED, Severity.WARNING, f"About {cause}.", topic, at=world.time
    )


async def test_an_alert_that_was_raised_before_is_not_raised_again(world: Any, ann: Caller) -> None:
    first, second = alert(world, "first"), alert(world, "second")
    assert await raise_new(world.store, [first]) == 1
    assert await raise_new(world.store, [first, second]) == 1
    assert await raise_new(world.store, [second, first]) == 0
    assert await raise_new(world.store, []) == 0
    assert (await ListAlerts(world.store)(by=ann)).total == 2


async def test_of_tasks_that_raise_one_alert_at_once_one_does(world: Any, ann: Caller) -> None:
    counts = await asyncio.gather(*(raise_new(world.store, [alert(world, "same")]) for _ in range(5)))
    assert sum(counts) == 1
    assert (await ListAlerts(world.store)(by=ann)).total == 1


async def test_alerts_are_listed_in_pages_to_their_user_only_and_acknowledged_once(
    world: Any, ann: Caller, ben: Caller
) -> None:
    changes = []
    for number in range(3):
        changes.append(alert(world, str(number)))
        await raise_new(world.store, changes[-1:])
        world.pass_time(minutes=1)
    oldest, middle, newest = (change.entity for change in changes)
    listing, acknowledge = ListAlerts(world.store), AcknowledgeAlert(world.store, world.now)
    first, second = await listing(by=ann, page_size=2), await listing(by=ann, page=2, page_size=2)
    assert [alert.id for alert in first.alerts] == [newest.id, middle.id]
    assert ([alert.id for alert in second.alerts], second.total) == ([oldest.id], 3)
    assert (await listing(by=ben)).total == 0
    for wrong in ({"page": 0}, {"page_size": 0}, {"page_size": 201}):
        with pytest.raises(Invalid):
            await listing(by=ann, **wrong)
    seen = await acknowledge(oldest.id, by=ann)
    assert seen.acknowledged_at == world.time
    world.pass_time(minutes=1)
    assert await acknowledge(oldest.id, by=ann) == seen
    for id, by in ((oldest.id, ben), ("none", ann)):
        with pytest.raises(NotFound):
            await acknowledge(id, by=by)
    assert (await listing(by=ann)).alerts[-1] == seen


async def test_alerts_are_forgotten_after_their_time(world: Any, ann: Caller) -> None:
    await raise_new(world.store, [alert(world, "old")])
    forget = DeleteExpired(world.store, world.now, delete_alerts, timedelta(days=90))
    world.pass_time(days=90)
    assert await forget() == 0
    world.pass_time(seconds=1)
    assert await forget() == 1
    assert (await ListAlerts(world.store)(by=ann)).total == 0
