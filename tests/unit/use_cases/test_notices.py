"""Notices: grouped, in nobody's night, each thing at most once, whatever dies in between."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from notice_services import SENT, Services
from tradecore.model.alerts import AlertKind, AlertRaised, Severity
from tradecore.model.analyses import AnalysisCompleted
from tradecore.model.change import Change, Event, Fact
from tradecore.model.errors import Invalid, NotFound, Unavailable
from tradecore.model.ids import OrderId, RecommendationId, Topic, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.notices import (
    GIVE_UP_AFTER,
    INTERVAL,
    LEASE,
    Notice,
    NoticeChannel,
    NoticeOutcome,
    NoticeResult,
    NoticeState,
    QuietHours,
)
from tradecore.model.orders import Order, OrderCancelled, OrderFilled
from tradecore.model.steps import Action
from tradecore.model.users import Caller, User
from tradecore.ports.notices import NoticeMessage
from tradecore.use_cases.notice_channels import CreateNoticeChannel, UpdateNoticeChannel
from tradecore.use_cases.notices import ListNotices, SendNotices, StoreNotices
from tradecore_adapters.cron.cronsim import CronSimTimes

CLOCKS = CronSimTimes()
DOWN = NoticeOutcome(NoticeResult.REFUSED, "The service cannot be reached.")


def same(text: str, owner: str) -> str:
    return text


def alert(world: Any, position: int, message: str = "", kind: AlertKind = AlertKind.DIGEST_READY) -> Event:
    topic, subject = Topic(f"alert:{position}"), Topic("digest:1")
    fact = AlertRaised(topic, world.time, kind, Severity.INFO, message or f"Alert {position}.", subject)
    return Event(1, fact, position, UserId("ann"))


async def channel(world: Any, by: Caller, *kinds: str, **fields: Any) -> NoticeChannel:
    create = CreateNoticeChannel(world.store, world.now, world.new_id, Services(), same, CLOCKS)
    return await create("chat://secret", kinds or ("digest_ready",), by=by, **fields)


async def store(world: Any, *events: Event) -> None:
    await StoreNotices(world.store, world.now, CLOCKS).handle(events)


def send(world: Any, services: Services) -> SendNotices:
    return SendNotices(world.store, world.now, CLOCKS, services, same)


async def notices(world: Any, target: NoticeChannel, by: Caller, **options: Any) -> tuple[Notice, ...]:
    return (await ListNotices(world.store)(target.id, by=by, **options)).notices


async def alerts(world: Any, by: Caller) -> list[str]:
    async with world.store.read() as uow:
        return [alert.message for alert in await uow.alerts.of(by.user, limit=100)]


async def test_an_event_is_stored_once_for_each_channel_that_wants_it(world: Any, ann: Caller, ben: Caller) -> None:
    wanting, foreign = await channel(world, ann), await channel(world, ben)
    other = await channel(world, ann, "job_failed")
    events = alert(world, 7), alert(world, 8)
    await store(world, *events)
    await store(world, *events)
    assert [notice.text for notice in await notices(world, wanting, ann)] == ["Alert 8.", "Alert 7."]
    assert await notices(world, other, ann) == await notices(world, foreign, ben) == ()


async def test_things_of_a_minute_come_in_one_message(world: Any, ann: Caller) -> None:
    target, services = await channel(world, ann), Services()
    await store(world, alert(world, 1))
    assert await send(world, services)() == 0
    world.pass_time(seconds=4)
    await store(world, alert(world, 2))
    world.pass_time(seconds=1)
    assert await send(world, services)() == 1
    for position in (3, 4):
        world.pass_time(seconds=20)
        await store(world, alert(world, position))
        assert await send(world, services)() == 0
    world.pass_time(seconds=20)
    assert await send(world, services)() == 1
    assert services.texts == ["- Alert 1.\n- Alert 2.", "- Alert 3.\n- Alert 4."]
    assert {notice.state for notice in await notices(world, target, ann)} == {NoticeState.SENT}
    world.pass_time(days=1)
    assert await send(world, services)() == 0


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
async def test_what_happens_in_quiet_hours_comes_in_one_message_when_they_end_also_when_clocks_change(
    world: Any, ann: Caller, evening: datetime, morning: datetime
) -> None:
    world.time = evening
    target = await channel(world, ann, quiet_hours=QuietHours(time(22), time(7), "Europe/Berlin"))
    services = Services()
    for hour in range(5):
        await store(world, alert(world, hour))
        await send(world, services)()
        world.pass_time(hours=1)
    world.time = morning - timedelta(seconds=1)
    assert await send(world, services)() == 0
    world.time = morning
    assert await send(world, services)() == 1
    assert services.texts == ["\n".join(f"- Alert {hour}." for hour in range(5))]
    assert len(await notices(world, target, ann, state=NoticeState.SENT)) == 5


async def test_quiet_hours_that_a_user_ends_release_what_waits_and_new_ones_hold_it(world: Any, ann: Caller) -> None:
    world.time = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    quiet = QuietHours(time(22), time(7), "UTC")
    target, services = await channel(world, ann), Services()
    update = UpdateNoticeChannel(world.store, world.now, CLOCKS)
    await store(world, alert(world, 1))
    await update(target.id, by=ann, quiet_hours=quiet)
    world.pass_time(minutes=1)
    assert await send(world, services)() == 0
    await update(target.id, by=ann, quiet_hours=None)
    assert await send(world, services)() == 1


async def test_a_service_that_is_down_for_an_hour_gets_everything_in_one_message_then(world: Any, ann: Caller) -> None:
    target, start = await channel(world, ann), world.time

    async def down_for_an_hour(message: NoticeMessage) -> NoticeOutcome:
        return DOWN if world.time - start < timedelta(hours=1) else SENT

    services, delivered = Services(down_for_an_hour), list[str]()
    for minute in range(120):
        if minute < 5:
            await store(world, alert(world, minute))
        count = len(services.sent)
        await send(world, services)()
        if world.time - start >= timedelta(hours=1):
            delivered += services.texts[count:]
        world.pass_time(minutes=1)
    assert delivered == ["\n".join(f"- Alert {position}." for position in range(5))]
    assert {notice.state for notice in await notices(world, target, ann)} == {NoticeState.SENT}
    assert len(services.sent) < 10
    assert await alerts(world, ann) == []


async def test_after_a_day_a_notice_is_given_up_with_one_alert(world: Any, ann: Caller) -> None:
    target = await channel(world, ann)

    async def down(message: NoticeMessage) -> NoticeOutcome:
        return DOWN

    await store(world, alert(world, 1), alert(world, 2))
    end = world.time + GIVE_UP_AFTER + timedelta(hours=2)
    while world.time < end:
        await send(world, Services(down))()
        world.pass_time(minutes=10)
    failed = await notices(world, target, ann)
    assert {(notice.state, notice.error) for notice in failed} == {(NoticeState.FAILED, DOWN.error)}
    [message] = await alerts(world, ann)
    assert message == "Notices through Chat may not have arrived; they are listed with the reasons."


async def test_a_channel_is_not_told_that_it_fails_itself(world: Any, ann: Caller) -> None:
    failing, other = await channel(world, ann, "notice_failed"), await channel(world, ann, "notice_failed")
    subject = topic_of(TopicKind.NOTICE_CHANNEL, failing.id)
    fact = AlertRaised(Topic("alert:1"), world.time, AlertKind.NOTICE_FAILED, Severity.WARNING, "It fails.", subject)
    await store(world, Event(1, fact, 1, ann.user))
    assert await notices(world, failing, ann) == ()
    assert len(await notices(world, other, ann)) == 1


async def test_what_a_dead_process_had_begun_to_send_is_unknown_and_not_sent_again(world: Any, ann: Caller) -> None:
    target = await channel(world, ann)
    await store(world, alert(world, 1))
    world.pass_time(minutes=1)
    begun = asyncio.Event()

    async def dies(message: NoticeMessage) -> NoticeOutcome:
        begun.set()
        await asyncio.Event().wait()
        return SENT

    process = asyncio.create_task(send(world, Services(dies))())
    await begun.wait()
    process.cancel()
    await asyncio.gather(process, return_exceptions=True)
    await store(world, alert(world, 2))
    other = Services()
    assert await send(world, other)() == 0
    world.time += LEASE
    assert await send(world, other)() == 1
    assert other.texts == ["Alert 2."]
    states = {notice.text: notice.state for notice in await notices(world, target, ann)}
    assert states == {"Alert 1.": NoticeState.UNKNOWN, "Alert 2.": NoticeState.SENT}
    assert len(await alerts(world, ann)) == 1


async def test_a_slow_process_does_not_record_over_the_one_that_took_its_place(world: Any, ann: Caller) -> None:
    target = await channel(world, ann)
    await store(world, alert(world, 1))
    world.pass_time(minutes=1)
    other = Services()

    async def slow(message: NoticeMessage) -> NoticeOutcome:
        world.time += LEASE
        await send(world, other)()
        return SENT

    await send(world, Services(slow))()
    [notice] = await notices(world, target, ann)
    assert (notice.state, other.sent) == (NoticeState.UNKNOWN, [])


async def test_of_many_processes_one_sends_each_message(world: Any, ann: Caller, ben: Caller) -> None:
    for by in (ann, ben):
        for _ in range(3):
            await channel(world, by)
    await store(world, alert(world, 1), evolve(alert(world, 2), user=ben.user))
    world.pass_time(minutes=1)
    services = Services()
    await asyncio.gather(*(send(world, services)() for _ in range(4)))
    assert sorted(services.texts) == ["Alert 1."] * 3 + ["Alert 2."] * 3


async def test_more_than_a_message_holds_comes_a_minute_later(world: Any, ann: Caller) -> None:
    await channel(world, ann)
    await store(world, *(alert(world, position, f"{position} " + "x" * 200) for position in range(3)))
    services = Services()
    world.pass_time(minutes=1)
    await send(world, services)()
    world.time += INTERVAL
    await send(world, services)()
    assert [text.count("x" * 200) for text in services.texts] == [2, 1]


async def test_without_the_library_what_waits_goes_on_waiting(world: Any, ann: Caller) -> None:
    target = await channel(world, ann)
    await store(world, alert(world, 1))
    world.pass_time(minutes=1)

    class Missing(Services):
        async def send(self, messages: Any) -> Any:
            raise Unavailable("This server cannot send notices.")

    await send(world, Missing())()
    [notice] = await notices(world, target, ann)
    assert (notice.state, notice.error) == (NoticeState.WAITING, "This server cannot send notices.")


async def test_nothing_is_sent_for_a_disabled_user_nor_through_a_disabled_channel(world: Any, ann: Caller) -> None:
    user = User(ann.user, "ann@example.com", "Ann", "no hash", world.time)
    async with world.store.unit_of_work() as uow:
        account = await uow.users.put(Change(evolve(user, disabled=True)))
    target, services = await channel(world, ann), Services()
    await store(world, alert(world, 1))
    world.pass_time(minutes=1)
    await send(world, services)()
    [notice] = await notices(world, target, ann)
    assert (services.sent, notice.state, notice.error) == ([], NoticeState.WAITING, "The account is disabled.")
    async with world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(account, disabled=False)))
    update = UpdateNoticeChannel(world.store, world.now, CLOCKS)
    await update(target.id, by=ann, enabled=False)
    world.pass_time(hours=2)
    await store(world, alert(world, 2))
    assert await send(world, services)() == 0
    await update(target.id, by=ann, enabled=True)
    await send(world, services)()
    assert services.texts == ["Alert 1."]


async def test_what_is_no_alert_has_a_text_of_its_own(world: Any, ann: Caller, brief: Any) -> None:
    target = await channel(world, ann, "analysis_complete", "order_filled", "order_cancelled")
    ticket = await world.launch()(brief(), by=ann)
    bought = Order(
        id=OrderId("bought"),
        user=ann.user,
        recommendation=RecommendationId("r"),
        asset=Asset(Symbol("NVDA"), AssetType.EQUITY),
        action=Action.BUY,
        quantity=Decimal(10),
        limit=Decimal(100),
        at=world.time,
    )
    exit_order = evolve(bought, id=OrderId("exit"), action=Action.SELL, purchase=bought.id)
    async with world.store.unit_of_work() as uow:
        for order in (bought, exit_order):
            await uow.orders.put(Change(order))
    facts: list[Fact] = [
        AnalysisCompleted(topic_of(TopicKind.ANALYSIS, ticket.analysis), world.time, Action.BUY, Decimal("0.7")),
        OrderFilled(bought.topic, world.time, Decimal("10.0"), Decimal("99.50")),
        OrderCancelled(bought.topic, world.time),
        OrderFilled(exit_order.topic, world.time, Decimal(10), Decimal(120)),
        OrderFilled(topic_of(TopicKind.ORDER, "deleted"), world.time, Decimal(10), Decimal(120)),
        AnalysisCompleted(topic_of(TopicKind.ANALYSIS, "deleted"), world.time, Action.BUY, Decimal("0.7")),
    ]
    await store(world, *(Event(1, fact, position, ann.user) for position, fact in enumerate(facts, 1)))
    assert [notice.text for notice in reversed(await notices(world, target, ann))] == [
        "The analysis of NVDA as of 2024-10-10 is complete: BUY.",
        "10 NVDA were bought at 99.5.",
        "The order to BUY NVDA was cancelled.",
    ]


async def test_notices_belong_to_the_owner_of_the_channel(world: Any, ann: Caller, ben: Caller) -> None:
    target = await channel(world, ann)
    with pytest.raises(NotFound):
        await notices(world, target, ben)
    for page in ({"page": 0}, {"page_size": 0}, {"page_size": 201}):
        with pytest.raises(Invalid):
            await notices(world, target, ann, **page)
