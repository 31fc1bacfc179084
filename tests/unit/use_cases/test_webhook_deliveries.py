"""Deliveries: each event once under one id, whatever dies in between; failures wait, end, and can be repeated."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, evolve, field, fields

from tradecore.model.alerts import AlertKind
from tradecore.model.change import Change, Event
from tradecore.model.digests import Digest, DigestCompleted, DigestId, DigestResult
from tradecore.model.errors import Invalid, NotFound, Unavailable
from tradecore.model.ids import Topic, UserId
from tradecore.model.news import DigestBrief, DigestCounts
from tradecore.model.users import Caller, User
from tradecore.model.webhooks import LEASE, PROGRESS, WAITS, DeliveryState, Webhook, WebhookAnswer, WebhookDelivery
from tradecore.ports.webhooks import WebhookMessage
from tradecore.use_cases.webhook_deliveries import DeliverWebhooks, ListDeliveries, RetryDelivery, StoreDeliveries
from tradecore.use_cases.webhooks import CreateWebhook, UpdateWebhook, WebhookRules

# How far the clock of receivers is ahead of that of the server, which shows a day that an operator has chosen.
AHEAD = timedelta(days=400)
RULES = WebhookRules(("digest_ready", "alert"), https_only=True)


async def accept(url: str, message: WebhookMessage) -> WebhookAnswer:
    return WebhookAnswer(200)


@define
class Sender:
    """Records what is sent, and answers as `receiver` does."""

    receiver: Callable[[str, WebhookMessage], Awaitable[WebhookAnswer]] = accept
    sent: list[tuple[str, WebhookMessage]] = field(factory=list)

    async def send(self, url: str, message: WebhookMessage) -> WebhookAnswer:
        self.sent.append((url, message))
        return await self.receiver(url, message)


def same(text: str, owner: str) -> str:
    return text


def describe(event: Event, report: str | None) -> tuple[str, str]:
    return "digest_ready", f'{{"position":{event.position}}}'


def digest_ready(world: Any, position: int, user: str = "ann") -> Event:
    return Event(1, DigestCompleted(Topic(f"digest:{position}"), world.time, 3), position, UserId(user))


async def webhook(world: Any, by: Caller, *kinds: str) -> Webhook:
    create = CreateWebhook(world.store, world.now, world.new_id, world.new_id, same, RULES)
    return (await create("https://example.com/hooks", kinds or ("digest_ready",), by=by)).webhook


async def store(world: Any, *events: Event) -> None:
    await StoreDeliveries(world.store, world.now, describe, (DigestCompleted,)).handle(events)


def deliver(world: Any, sender: Sender) -> DeliverWebhooks:
    return DeliverWebhooks(world.store, world.now, sender, same, receivers_now=lambda: world.time + AHEAD)


async def deliveries(world: Any, target: Webhook, by: Caller, **options: Any) -> tuple[WebhookDelivery, ...]:
    return (await ListDeliveries(world.store)(target.id, by=by, **options)).deliveries


async def alerts(world: Any, by: Caller) -> list[str]:
    async with world.store.read() as uow:
        found = await uow.alerts.of(by.user, limit=100)
    assert {alert.kind for alert in found} <= {AlertKind.WEBHOOK_FAILED}
    return [alert.message for alert in found]


async def test_an_event_is_stored_once_for_each_webhook_that_wants_it(world: Any, ann: Caller, ben: Caller) -> None:
    wanting, other, foreign = await webhook(world, ann), await webhook(world, ann, "alert"), await webhook(world, ben)
    events = digest_ready(world, 7), digest_ready(world, 8)
    await store(world, *events)
    await store(world, *events)
    assert sorted(d.body for d in await deliveries(world, wanting, ann)) == ['{"position":7}', '{"position":8}']
    assert await deliveries(world, other, ann) == await deliveries(world, foreign, ben) == ()


async def test_a_digest_comes_with_its_report_while_there_is_one(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    numbers = dict.fromkeys((count.name for count in fields(DigestCounts)), 0)
    result = DigestResult(id=DigestId("7"), markdown="# News", counts=DigestCounts(**numbers), considered={})
    brief = DigestBrief(user_id=UserId("me"), hours=1)
    async with world.store.unit_of_work() as uow:
        await uow.digests.put(Digest.begin(result.id, ann.user, brief, at=world.time))
        await uow.digests.add_result(result)
    listener = StoreDeliveries(world.store, world.now, lambda event, report: ("digest_ready", report or "-"), ())
    await listener.handle([digest_ready(world, 7), digest_ready(world, 8)])
    assert sorted(delivery.body for delivery in await deliveries(world, target, ann)) == ["# News", "-"]


async def test_a_delivery_is_posted_signed_and_done(world: Any, ann: Caller) -> None:
    target, sender = await webhook(world, ann), Sender()
    await store(world, digest_ready(world, 7))
    assert await deliver(world, sender)() == 1
    assert await deliver(world, sender)() == 0
    [(url, message)] = sender.sent
    [delivery] = await deliveries(world, target, ann)
    assert (url, message.body, message.secrets) == (target.url, '{"position":7}', (target.secret,))
    assert (delivery.id, delivery.state, delivery.attempts) == (message.id, DeliveryState.DELIVERED, 1)
    assert (delivery.attempted_at, message.at) == (world.time, world.time + AHEAD)


async def progress(world: Any, by: Caller, count: int) -> Webhook:
    """A webhook with deliveries of progress, due one after the other."""
    rules = WebhookRules((PROGRESS,), https_only=True)
    create = CreateWebhook(world.store, world.now, world.new_id, world.new_id, same, rules)
    target = (await create("https://example.com/hooks", [PROGRESS], by=by)).webhook
    async with world.store.unit_of_work() as uow:
        for number in range(count):
            at = world.time + timedelta(microseconds=number)
            await uow.webhooks.add_delivery(WebhookDelivery.of(target, number, PROGRESS, str(number), at=at))
    world.pass_time(seconds=1)
    return target


async def test_progress_is_posted_one_after_the_other_in_its_order(world: Any, ann: Caller) -> None:
    await progress(world, ann, 12)
    posting, seen = 0, []

    async def one_at_a_time(url: str, message: WebhookMessage) -> WebhookAnswer:
        nonlocal posting
        posting += 1
        assert posting == 1
        await asyncio.sleep(0)
        posting -= 1
        seen.append(int(message.body))
        return WebhookAnswer(200)

    assert await deliver(world, Sender(one_at_a_time))() == 12
    assert seen == list(range(12))


async def test_progress_after_one_that_failed_waits_and_comes_later(world: Any, ann: Caller) -> None:
    target, refusing, seen = await progress(world, ann, 3), [True], list[int]()

    async def refuse_once(url: str, message: WebhookMessage) -> WebhookAnswer:
        if refusing:
            refusing.pop()
            return WebhookAnswer(503)
        seen.append(int(message.body))
        return WebhookAnswer(200)

    await deliver(world, Sender(refuse_once))()
    found = sorted(await deliveries(world, target, ann), key=lambda delivery: delivery.body)
    assert [(delivery.state, delivery.attempts) for delivery in found] == [
        (DeliveryState.PENDING, 1), (DeliveryState.PENDING, 0), (DeliveryState.PENDING, 0),
    ]  # fmt: skip
    assert seen == []
    world.pass_time(seconds=WAITS[0].total_seconds() + 1)
    await deliver(world, Sender(refuse_once))()
    assert seen == [0, 1, 2]
    assert await deliveries(world, target, ann) == (), "what was delivered is not kept"


async def test_a_receiver_that_is_down_for_an_hour_gets_everything_then_under_the_first_ids(
    world: Any, ann: Caller
) -> None:
    target, start = await webhook(world, ann), world.time

    async def down_for_an_hour(url: str, message: WebhookMessage) -> WebhookAnswer:
        if world.time - start < timedelta(hours=1):
            raise Unavailable("The receiver cannot be reached: ConnectError.")
        return WebhookAnswer(204)

    sender = Sender(down_for_an_hour)
    await store(world, *(digest_ready(world, position) for position in range(5)))
    for _ in range(120):
        await deliver(world, sender)()
        world.pass_time(minutes=1)
    found = await deliveries(world, target, ann)
    assert {delivery.state for delivery in found} == {DeliveryState.DELIVERED}
    assert {message.id for _, message in sender.sent} == {delivery.id for delivery in found}
    assert len(sender.sent) == sum(delivery.attempts for delivery in found)
    assert max(delivery.attempts for delivery in found) < 8
    assert await alerts(world, ann) == []


async def test_after_a_day_it_is_a_dead_letter_with_one_alert_and_can_be_repeated(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    later = [False]

    async def answer(url: str, message: WebhookMessage) -> WebhookAnswer:
        return WebhookAnswer(200 if later[0] else 500)

    sender = Sender(answer)
    await store(world, digest_ready(world, 7), digest_ready(world, 8))
    for wait in (timedelta(), *WAITS):
        world.time += wait
        await deliver(world, sender)()
    assert len(sender.sent) == 2 * (len(WAITS) + 1)
    failed = await deliveries(world, target, ann, state=DeliveryState.FAILED)
    assert len(failed) == 2
    assert len(await alerts(world, ann)) == 1
    world.pass_time(days=1)
    assert await deliver(world, sender)() == 0

    later[0] = True
    again = await RetryDelivery(world.store, world.now)(failed[0].id, target.id, by=ann)
    assert (again.id, again.state) == (failed[0].id, DeliveryState.PENDING)
    await deliver(world, sender)()
    assert sender.sent[-1][1].id == failed[0].id
    assert [d.state for d in await deliveries(world, target, ann)].count(DeliveryState.DELIVERED) == 1


async def test_410_ends_the_webhook_and_enabling_it_goes_on(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    statuses = iter([410, 200, 200])

    async def answer(url: str, message: WebhookMessage) -> WebhookAnswer:
        return WebhookAnswer(next(statuses))

    sender = Sender(answer)
    await store(world, digest_ready(world, 7))
    await deliver(world, sender)()
    await store(world, digest_ready(world, 8))
    world.pass_time(days=2)
    assert await deliver(world, sender)() == 0
    [message] = await alerts(world, ann)
    assert "410" in message
    update = UpdateWebhook(world.store, world.now, world.new_id, same, RULES)
    assert (await update(target.id, by=ann, enabled=True)).webhook.failing_since is None
    await store(world, digest_ready(world, 9))
    await deliver(world, sender)()
    states = {delivery.body: delivery.state for delivery in await deliveries(world, target, ann)}
    assert states == {'{"position":7}': DeliveryState.FAILED, '{"position":9}': DeliveryState.DELIVERED}


async def test_what_a_dead_process_had_taken_another_one_posts_under_the_same_id(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    await store(world, digest_ready(world, 7))
    posted = asyncio.Event()

    async def dies(url: str, message: WebhookMessage) -> WebhookAnswer:
        posted.set()
        await asyncio.Event().wait()
        return WebhookAnswer(200)

    dying, other = Sender(dies), Sender()
    process = asyncio.create_task(deliver(world, dying)())
    await posted.wait()
    process.cancel()
    await asyncio.gather(process, return_exceptions=True)
    assert await deliver(world, other)() == 0
    world.time += LEASE
    assert await deliver(world, other)() == 1
    assert [message.id for _, message in other.sent] == [message.id for _, message in dying.sent]
    [delivery] = await deliveries(world, target, ann)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)


async def test_of_many_processes_one_posts_each_delivery(world: Any, ann: Caller) -> None:
    await webhook(world, ann)
    await store(world, *(digest_ready(world, position) for position in range(20)))
    sender = Sender()
    await asyncio.gather(*(deliver(world, sender)() for _ in range(5)))
    assert len({message.id for _, message in sender.sent}) == len(sender.sent) == 20


async def test_a_slow_answer_does_not_overwrite_what_happened_meanwhile(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    await store(world, digest_ready(world, 7))
    other = Sender()

    async def slow(url: str, message: WebhookMessage) -> WebhookAnswer:
        world.time += LEASE
        await deliver(world, other)()
        return WebhookAnswer(500)

    await deliver(world, Sender(slow))()
    [delivery] = await deliveries(world, target, ann)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)


async def test_a_mistake_in_one_delivery_keeps_no_other_one_waiting(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    await store(world, digest_ready(world, 7), digest_ready(world, 8))

    async def mistaken(url: str, message: WebhookMessage) -> WebhookAnswer:
        if "7" in message.body:
            raise ZeroDivisionError
        return WebhookAnswer(200)

    with pytest.raises(ZeroDivisionError):
        await deliver(world, Sender(mistaken))()
    found = {delivery.body[-2]: delivery for delivery in await deliveries(world, target, ann)}
    assert (found["8"].state, found["7"].state) == (DeliveryState.DELIVERED, DeliveryState.PENDING)
    assert found["7"].error == "The delivery could not be posted."
    assert found["7"].next_try == world.time + WAITS[0]


async def test_nothing_is_posted_for_a_disabled_user(world: Any, ann: Caller) -> None:
    user = User(ann.user, "ann@example.com", "Ann", "no hash", world.time)
    async with world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(user, disabled=True)))
    target, sender = await webhook(world, ann), Sender()
    await store(world, digest_ready(world, 7))
    await deliver(world, sender)()
    [delivery] = await deliveries(world, target, ann)
    assert (sender.sent, delivery.state, delivery.error) == ([], DeliveryState.PENDING, "The account is disabled.")


async def test_a_secret_that_cannot_be_decrypted_fails_the_attempt(world: Any, ann: Caller) -> None:
    target = await webhook(world, ann)
    await store(world, digest_ready(world, 7))

    def lost(text: str, owner: str) -> str:
        raise Unavailable("The secret of the installation has changed.")

    await DeliverWebhooks(world.store, world.now, Sender(), lost, world.now)()
    [delivery] = await deliveries(world, target, ann)
    assert delivery.error == "The secret of the installation has changed."


async def test_deliveries_belong_to_the_owner_of_the_webhook(world: Any, ann: Caller, ben: Caller) -> None:
    target, foreign = await webhook(world, ann), await webhook(world, ben)
    await store(world, digest_ready(world, 7))
    [delivery] = await deliveries(world, target, ann)
    with pytest.raises(NotFound):
        await deliveries(world, target, ben)
    for at in (target, foreign):
        with pytest.raises(NotFound):
            await RetryDelivery(world.store, world.now)(delivery.id, at.id, by=ben)
    for page in ({"page": 0}, {"page_size": 0}, {"page_size": 201}):
        with pytest.raises(Invalid):
            await deliveries(world, target, ann, **page)
