"""The progress of analyses for webhooks: in order, once, bounded, and nothing where nobody wants it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tradecore.model.alerts import AlertKind, AlertRaised, Severity
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event
from tradecore.model.ids import Topic
from tradecore.model.users import Caller
from tradecore.model.webhooks import PROGRESS, STEP, Webhook, WebhookDelivery
from tradecore.use_cases.listeners import RunListener
from tradecore.use_cases.relay import RelayEvents
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.webhook_progress import MAX_PENDING, StoreProgress
from tradecore.use_cases.webhooks import CreateWebhook, UpdateWebhook, WebhookRules
from tradecore_app.webhooks import KIND_NAMES, describe_progress, describe_step

Brief = Callable[..., AnalysisBrief]
RULES = WebhookRules(KIND_NAMES, https_only=True)


def same(text: str, owner: str) -> str:
    return text


async def webhook(world: Any, by: Caller, *kinds: str) -> Webhook:
    create = CreateWebhook(world.store, world.now, world.new_id, world.new_id, same, RULES)
    return (await create("https://example.com/hooks", kinds, by=by)).webhook


async def analyse(world: Any, brief: Brief, by: Caller) -> None:
    """A whole analysis, with its events in the log."""
    await world.launch()(brief(), by=by)
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    await RunJob(world.store, world.now, world.tasks)(claim)
    await RelayEvents(world.store, ())()


def listener(world: Any) -> StoreProgress:
    return StoreProgress(world.store, world.now, describe_progress, describe_step)


async def listen(world: Any) -> int:
    """How many events the listener was called with."""
    progress, handled = listener(world), 0
    run_listener = RunListener(world.store, world.now, progress, progress.is_wanted)
    while count := await run_listener():
        handled += count
    return handled


async def stored(world: Any, target: Webhook) -> list[WebhookDelivery]:
    """The deliveries in the order in which they are due."""
    async with world.store.read() as uow:
        found = await uow.webhooks.deliveries(target.id, limit=200)
    return sorted(found, key=lambda delivery: delivery.next_try)


async def test_progress_and_steps_are_due_in_the_order_of_their_numbers(world: Any, brief: Brief, ann: Caller) -> None:
    both, steps = await webhook(world, ann, PROGRESS, STEP), await webhook(world, ann, STEP, "alert")
    await analyse(world, brief, ann)
    await listen(world)
    deliveries = await stored(world, both)
    bodies = [json.loads(delivery.body) for delivery in deliveries]
    assert {body["type"] for body in bodies} == {PROGRESS, STEP}
    assert [body["type"] for body in bodies] == [delivery.kind for delivery in deliveries]
    for kind in (PROGRESS, STEP):
        numbers = [body["data"]["seq"] for body in bodies if body["type"] == kind]
        assert numbers == sorted(set(numbers))
    positions = [body["data"]["position"] for body in bodies]
    assert positions == sorted(positions)
    finished = {
        body["data"]["agent"]: at for at, body in enumerate(bodies) if body["data"].get("status") == "completed"
    }
    for at, body in enumerate(bodies):
        if body["type"] == STEP:
            assert at < finished.get(body["data"]["agent"], len(bodies)), "a step comes before the end of its agent"
    assert {delivery.kind for delivery in await stored(world, steps)} == {STEP}
    assert len(await stored(world, steps)) == sum(body["type"] == STEP for body in bodies) > 3


async def test_events_that_come_again_are_stored_once(world: Any, brief: Brief, ann: Caller) -> None:
    target = await webhook(world, ann, PROGRESS, STEP)
    await analyse(world, brief, ann)
    await listen(world)
    before = await stored(world, target)
    progress = listener(world)
    async with world.store.read() as uow:
        events = await uow.events.read(0, 200, kinds=progress.kinds)
    await progress.handle(events)
    assert await stored(world, target) == before


async def test_where_no_webhook_wants_progress_the_listener_is_not_called(
    world: Any, brief: Brief, ann: Caller
) -> None:
    await webhook(world, ann, "alert", "analysis_complete")
    await analyse(world, brief, ann)
    assert await listen(world) == 0


async def test_a_webhook_gets_progress_from_its_choice_on(world: Any, brief: Brief, ann: Caller, ben: Caller) -> None:
    target, foreign = await webhook(world, ann, "alert"), await webhook(world, ben, PROGRESS)
    await analyse(world, brief, ann)
    world.pass_time(minutes=1)
    update = UpdateWebhook(world.store, world.now, world.new_id, same, RULES)
    await update(target.id, by=ann, kinds=[PROGRESS])
    await listen(world)
    assert await stored(world, target) == []
    await analyse(world, brief, ann)
    await listen(world)
    assert len(await stored(world, target)) > 5
    assert await stored(world, foreign) == []


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_webhook_with_too_much_pending_misses_progress(
    world: Any, brief: Brief, ann: Caller, enabled: bool
) -> None:
    target = await webhook(world, ann, PROGRESS)
    async with world.store.unit_of_work() as uow:
        for position in range(MAX_PENDING - 2):
            source = f"earlier {position}"
            await uow.webhooks.add_delivery(WebhookDelivery.of(target, source, "alert", "{}", at=world.time))
    if not enabled:
        update = UpdateWebhook(world.store, world.now, world.new_id, same, RULES)
        await update(target.id, by=ann, enabled=False)
    await analyse(world, brief, ann)
    await listen(world)
    async with world.store.read() as uow:
        assert await uow.webhooks.count_deliveries(target.id) == (MAX_PENDING if enabled else MAX_PENDING - 2)


def test_what_is_no_progress_is_not_described_as_such(world: Any) -> None:
    raised = AlertRaised(
        Topic("alert:a"), world.time, AlertKind.DIGEST_READY, Severity.INFO, "Ready.", Topic("digest:d")
    )
    with pytest.raises(TypeError):
        describe_progress(Event(1, raised, 1))
