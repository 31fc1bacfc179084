"""Admitting and making digests."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.digests import DigestState
from tradecore.model.errors import Invalid, KeyReused, NotFound, QueueFull
from tradecore.model.ids import UserId
from tradecore.model.jobs import Kind
from tradecore.model.news import DigestBrief, FetchState, ItemKind, RawItem
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import Caller
from tradecore.use_cases.digest import (
    DigestLimits,
    DigestTask,
    GetDigestResult,
    GetDigestStatus,
    LaunchDigest,
)
from tradecore.use_cases.gather import StoreNews
from tradecore.use_cases.run import ClaimJob, RunJob


def asked(hours: int = 1, user: str = "me") -> DigestBrief:
    return DigestBrief(user_id=UserId(user), hours=hours)


def launching(world: Any, **limits: Any) -> LaunchDigest:
    return LaunchDigest(world.store, world.now, world.new_id, DigestLimits(**limits))


async def run_all(world: Any) -> None:
    tasks = {Kind.DIGEST: DigestTask(world.store, world.now)}
    while claim := await ClaimJob(world.store, world.now, tasks)("w"):
        await RunJob(world.store, world.now, tasks)(claim)


async def test_a_window_is_cut_to_the_longest_and_not_stretched_to_the_shortest(world: Any, ann: Caller) -> None:
    launch = launching(world, min_hours=2, max_hours=12)
    assert (await launch(asked(99), by=ann)).hours == 12
    assert (await launch(asked(2), by=ann)).hours == 2
    with pytest.raises(Invalid) as refused:
        await launch(asked(1), by=ann)
    assert [problem.field for problem in refused.value.problems] == ["hours"]


@pytest.mark.parametrize("user", ["", " ", "a b", "a:b", "é", "a" * 129, "a\nb"])
async def test_what_is_no_user_id_is_refused(world: Any, ann: Caller, user: str) -> None:
    with pytest.raises(Invalid) as refused:
        await launching(world)(asked(user=user), by=ann)
    assert [problem.field for problem in refused.value.problems] == ["user_id"]


async def test_a_full_queue_refuses_and_takes_nothing_in(world: Any, ann: Caller) -> None:
    launch = launching(world, waiting_jobs=1)
    await launch(asked(), by=ann)
    with pytest.raises(QueueFull):
        await launch(asked(), by=ann)
    async with world.store.snapshot() as uow:
        assert await uow.jobs.waiting() == 1


async def test_the_same_request_gets_its_first_ticket_again(world: Any, ann: Caller, ben: Caller) -> None:
    launch, once = launching(world), IdempotencyKey("k", "f")
    first = await launch(asked(), by=ann, idempotency=once)
    await run_all(world)
    assert await launch(asked(), by=ann, idempotency=once) == first
    assert (await launch(asked(), by=ben, idempotency=once)).digest != first.digest
    with pytest.raises(KeyReused):
        await launch(asked(), by=ann, idempotency=evolve(once, fingerprint="g"))


def test_a_memory_that_ends_before_the_longest_window_reaches_back_is_refused() -> None:
    DigestLimits(max_hours=24, memory=timedelta(hours=48))
    with pytest.raises(Invalid, match="could be delivered twice"):
        DigestLimits(max_hours=24, memory=timedelta(hours=47))
    with pytest.raises(Invalid, match="the other way round"):
        DigestLimits(min_hours=3, max_hours=2)


async def test_users_take_turns(world: Any, ann: Caller) -> None:
    launch = launching(world)
    made = {(await launch(asked(user=user), by=ann)).digest: user for user in ("a", "a", "a", "b", "c")}
    tasks = {Kind.DIGEST: DigestTask(world.store, world.now)}
    order = []
    while claim := await ClaimJob(world.store, world.now, tasks)("w"):
        order.append(made[claim.job.id])  # type: ignore[index]  # one id for both
        await RunJob(world.store, world.now, tasks)(claim)
    assert order == ["a", "b", "c", "a", "a"]


async def test_how_it_stands_and_what_came_of_it_is_for_its_owner(world: Any, ann: Caller, ben: Caller) -> None:
    ticket = await launching(world)(asked(), by=ann)
    status, outcome = GetDigestStatus(world.store), GetDigestResult(world.store)
    digest, nothing = await outcome(ticket.digest, by=ann)
    assert (digest.state, nothing) == (DigestState.QUEUED, None)
    await run_all(world)
    digest, made = await outcome(ticket.digest, by=ann)
    assert digest == await status(ticket.digest, by=ann)
    assert digest.state is DigestState.COMPLETED
    assert made
    assert "No news items in this window." in made.markdown
    for look in (status, outcome):
        with pytest.raises(NotFound):
            await look(ticket.digest, by=ben)


async def test_social_posts_are_not_in_digests(world: Any, ann: Caller) -> None:
    keep = StoreNews(world.store, world.now)
    entries = [
        RawItem(
            source="A", title="Central bank raises its rate by 25 basis points", guid="1", published_at=world.now()
        ),
        RawItem(source="A", title="to the moon", guid="2", published_at=world.now(), kind=ItemKind.SOCIAL),
    ]
    assert await keep(entries, FeedSubscription.begin("A", None, at=world.now()).fetched(FetchState())) == 2
    world.pass_time(minutes=1)
    ticket = await launching(world)(asked(), by=ann)
    await run_all(world)
    _, made = await GetDigestResult(world.store)(ticket.digest, by=ann)
    assert made is not None
    assert made.counts.considered == 1
    assert "moon" not in made.markdown


async def test_a_page_that_says_more_at_its_address_is_an_update_once(world: Any, ann: Caller) -> None:
    keep = StoreNews(world.store, world.now)
    page = RawItem(source="A", title="Fernkey loses $30M in hack", url="https://a.example/p", published_at=world.now())
    subscription = FeedSubscription.begin("A", None, at=world.now()).fetched(FetchState())
    reports = []
    for title in ("Fernkey loses $30M in hack", "Fernkey loses $300M in hack", "Fernkey loses $300M in hack"):
        await keep([evolve(page, title=title)], subscription)
        async with world.store.snapshot() as uow:
            subscription = (await uow.subscriptions.all())[0].fetched(FetchState())
        world.pass_time(minutes=1)
        ticket = await launching(world)(asked(), by=ann)
        await run_all(world)
        reports.append((await GetDigestResult(world.store)(ticket.digest, by=ann))[1])
    assert [made and made.counts.updates for made in reports] == [0, 1, 0]
    assert "$300M" in reports[1].markdown
    assert "Nothing new" in reports[2].markdown
