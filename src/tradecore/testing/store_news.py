"""The contract of the news part of a store: subclass `NewsStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve

from tradecore.engines.digest.identity import identify
from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId, DigestResult, DigestState, recipient_of
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import (
    AccountInterests,
    Delivery,
    DigestBrief,
    DigestCounts,
    Interests,
    ItemId,
    NewsItem,
    RawItem,
    Reason,
    StoryId,
)
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.store_news import NewsRepositories
from tradecore.ports.store_transactions import Transactions

AT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
EVERYTHING = 10**9
NOTHING = DigestCounts(
    considered=0, reported=0, grouped=0, already_delivered=0, below_threshold=0, stories=0, new_stories=0,
    updates=0, too_old=0,
)  # fmt: skip


def an_item(
    n: int, *, source: str = "Wire", seen: timedelta = timedelta(), ago: timedelta = timedelta(), **raw: str
) -> NewsItem:
    """The item with a number; `raw` replaces what its source published."""
    given = {"title": f"Event {n} in bitcoin", "url": f"https://wire.example/{n}", **raw}
    item = identify(RawItem(source=source, published_at=AT - ago, **given), AT + seen)  # type: ignore[arg-type]
    return evolve(item, story_id=StoryId(f"story_{n}"))


def delivery(item: NewsItem, recipient: UserId = ANN, at: datetime = AT, job: str = "j") -> Delivery:
    """The delivery of an item."""
    assert item.story_id
    return Delivery(
        recipient=recipient, item_id=item.id, story_id=item.story_id, job_id=JobId(job), source=item.source,
        title=item.title, url=item.url, url_key=item.url_key, doc_hash=item.doc_hash, facts=item.facts, delivered_at=at,
    )  # fmt: skip


async def keep(store: Transactions[NewsRepositories], *items: NewsItem) -> list[NewsItem]:
    """Store items in one unit of work."""
    async with store.unit_of_work() as uow:
        return list(await uow.items.add([(item, ()) for item in items]))


class NewsStoreSuite:
    """What every store of news and digests promises. Give `store`."""

    @pytest.fixture
    def store(self) -> Transactions[NewsRepositories]:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_items_come_back_as_they_were_put_under_growing_numbers(
        self, store: Transactions[NewsRepositories]
    ) -> None:
        kept = await keep(store, an_item(1, guid="g"), an_item(2), an_item(3))
        async with store.snapshot() as uow:
            assert await uow.items.arrived(AT, until=EVERYTHING) == tuple(kept)
            assert [evolve(each, sequence=None) for each in kept] == [an_item(1, guid="g"), an_item(2), an_item(3)]
            numbers = [each.sequence or 0 for each in kept]
            assert all(a < b for a, b in pairwise(numbers))
            assert await uow.items.last() == numbers[-1]

    async def test_an_item_is_found_by_its_identity_or_its_guid_and_stored_once(
        self, store: Transactions[NewsRepositories]
    ) -> None:
        [kept] = await keep(store, an_item(1, guid="g"))
        moved = an_item(9, guid="g")
        async with store.snapshot() as uow:
            other_source = an_item(9, guid="g", source="Other")
            assert await uow.items.find([moved, other_source, an_item(1)]) == (kept, None, kept)
        for again in ([an_item(1)], [moved], [an_item(2), an_item(2)], [an_item(3), an_item(1)]):
            with pytest.raises(Stale):
                await keep(store, *again)
        async with store.snapshot() as uow:
            assert await uow.items.last() == kept.sequence

    async def test_a_revision_changes_the_text_and_nothing_else(self, store: Transactions[NewsRepositories]) -> None:
        [kept] = await keep(store, an_item(1))
        later = evolve(
            an_item(1, title="Event 1 in ether", ago=timedelta(days=1)), id=kept.id, story_id=StoryId("other")
        )
        async with store.unit_of_work() as uow:
            await uow.items.revise(later)
            [found] = await uow.items.find([kept])
            assert found == evolve(kept, title=later.title, doc_hash=later.doc_hash, facts=later.facts)
            with pytest.raises(NotFound):
                await uow.items.revise(evolve(later, id=ItemId("item_x"), guid=None))

    async def test_items_are_read_by_arrival_and_by_publication(self, store: Transactions[NewsRepositories]) -> None:
        hour = timedelta(hours=1)
        early, late, dated_ahead = await keep(
            store,
            an_item(1, ago=5 * hour, seen=-2 * hour),
            an_item(2, ago=4 * hour),
            an_item(3, ago=-9 * hour, seen=hour),
        )
        async with store.snapshot() as uow:
            assert await uow.items.arrived(AT, until=EVERYTHING) == (late, dated_ahead)
            assert await uow.items.arrived(AT, until=late.sequence or 0) == (late,)
            assert await uow.items.arrived(AT - 2 * hour, until=EVERYTHING) == (early, late, dated_ahead)
            assert await uow.items.published(AT - 4 * hour, AT + 8 * hour) == (late,)
            assert await uow.items.published(AT - 5 * hour, AT + 9 * hour) == (early, late, dated_ahead)

    async def test_items_are_found_by_their_keys_with_their_stories(
        self, store: Transactions[NewsRepositories]
    ) -> None:
        hour, largest = timedelta(hours=1), 2**63 - 1
        async with store.unit_of_work() as uow:
            first_report = an_item(1, ago=5 * hour)
            second_report = evolve(an_item(2, ago=90 * hour), story_id=first_report.story_id)
            # What is dated in the future happened when it was first seen.
            dated_ahead = an_item(3, ago=-9 * hour, seen=hour)
            early, same_story, dated_ahead = await uow.items.add(
                [(first_report, {7, -largest}), (second_report, ()), (dated_ahead, range(7, 2000))]
            )
        first, second, third = (each.sequence or 0 for each in (early, same_story, dated_ahead))
        async with store.snapshot() as uow:
            sharing, of_stories, count = uow.items.sharing, uow.items.of_stories, uow.items.count
            assert await sharing({7}, AT - 5 * hour, AT, limit=9) == ((7, first),)
            assert set(await sharing(range(1, 3000), AT - 5 * hour, AT + hour, limit=1)) == {
                (key, third) for key in range(8, 2000)
            }
            assert await sharing({-largest}, AT - 5 * hour, AT, limit=1) == ((-largest, first),)
            assert await sharing({7}, AT - 4 * hour, AT, limit=9) == ()
            assert await sharing((), AT - 90 * hour, AT + hour, limit=9) == ()
            assert await of_stories({first}) == (early, same_story)
            assert await of_stories({third, second}) == (early, same_story, dated_ahead)
            assert await of_stories(()) == ()
            assert await count({7, 8, 6}, AT - 5 * hour, AT + hour) == {7: 2, 8: 1}
            assert await count({7}, AT - 5 * hour, AT) == {7: 1}
        async with store.unit_of_work() as uow:
            await uow.items.revise(early, {9})
            assert await uow.items.sharing({7}, AT - 5 * hour, AT, limit=9) == ()
            assert await uow.items.sharing({9}, AT - 5 * hour, AT, limit=9) == ((9, first),)

    async def test_an_item_is_delivered_to_a_recipient_once(self, store: Transactions[NewsRepositories]) -> None:
        one, two = await keep(store, an_item(1), an_item(2))
        async with store.unit_of_work() as uow:
            await uow.deliveries.add([delivery(one), delivery(one, BEN)])
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.deliveries.add([delivery(two), delivery(one, job="k")])
        async with store.snapshot() as uow:
            # The one that came before the refusal went with it.
            assert await uow.deliveries.related(ANN, AT, until=EVERYTHING) == (delivery(one),)
            assert await uow.deliveries.related(BEN, AT, until=EVERYTHING) == (delivery(one, BEN),)
            assert await uow.deliveries.related(UserId("Ann"), AT, until=EVERYTHING) == ()

    async def test_deliveries_are_read_by_the_stories_that_come_up(self, store: Transactions[NewsRepositories]) -> None:
        old = an_item(1, seen=-timedelta(days=3))
        same_story = evolve(an_item(2), story_id=old.story_id)
        await keep(store, old, an_item(5, seen=-timedelta(days=3)))
        async with store.unit_of_work() as uow:
            await uow.deliveries.add([delivery(old), delivery(an_item(5))])
            assert await uow.deliveries.related(ANN, AT, until=EVERYTHING) == ()
        [kept] = await keep(store, same_story)
        async with store.snapshot() as uow:
            assert await uow.deliveries.related(ANN, AT, until=EVERYTHING) == (delivery(old),)
            assert await uow.deliveries.related(ANN, AT, until=(kept.sequence or 0) - 1) == ()

    async def test_old_deliveries_are_deleted(self, store: Transactions[NewsRepositories]) -> None:
        one, two = await keep(store, an_item(1), an_item(2))
        async with store.unit_of_work() as uow:
            await uow.deliveries.add([delivery(one, at=AT - timedelta(seconds=1)), delivery(two)])
            assert await uow.deliveries.delete_before(AT, 10) == 1
            assert await uow.deliveries.delete_before(AT, 10) == 0
            assert await uow.deliveries.related(ANN, AT, until=EVERYTHING) == (delivery(two),)
            await uow.deliveries.add([delivery(one)])

    async def test_sources_are_kept_by_name_and_by_address(self, store: Transactions[NewsRepositories]) -> None:
        first = FeedSubscription.begin("Wire", "https://wire.example/feed", at=AT)
        local = [FeedSubscription.begin(name, None, at=AT) for name in ("a file", "b file")]
        async with store.unit_of_work() as uow:
            kept = await uow.subscriptions.put(Change(first))
            for each in local:
                await uow.subscriptions.put(Change(each))
            assert [each.id for each in await uow.subscriptions.all()] == ["Wire", "a file", "b file"]
            state = evolve(kept.state, entity_tag='"x"', failures=2, last_success=AT)
            seen = await uow.subscriptions.put(kept.fetched(state))
            assert await uow.subscriptions.get(SourceName("Wire")) == seen
            assert seen.health.failures == 2
        for refused, change in (
            (IllegalMove, Change(FeedSubscription.begin("Other", first.url, at=AT))),
            (Stale, kept.fetched(kept.state)),
            (Stale, Change(first)),
        ):
            with pytest.raises(refused):
                async with store.unit_of_work() as uow:
                    await uow.subscriptions.put(change)
        async with store.unit_of_work() as uow:
            await uow.subscriptions.remove(SourceName("Wire"))
            with pytest.raises(NotFound):
                await uow.subscriptions.get(SourceName("Wire"))
        with pytest.raises(NotFound):
            async with store.unit_of_work() as uow:
                await uow.subscriptions.remove(SourceName("Wire"))

    async def test_a_digest_belongs_to_its_owner_and_has_an_end(self, store: Transactions[NewsRepositories]) -> None:
        brief = DigestBrief(user_id=UserId("me"), hours=3)
        recipient = recipient_of(ANN, "me")

        async def completed(id: str, at: datetime) -> Digest:
            async with store.unit_of_work() as uow:
                digest = await uow.digests.put(Digest.begin(DigestId(id), ANN, brief, at=at))
                digest = await uow.digests.put(digest.start(at=at, snapshot=3))
                return await uow.digests.put(digest.complete(7, at=at + timedelta(seconds=1)))

        async with store.snapshot() as uow:
            assert await uow.digests.last_end(recipient) is None
        done = await completed("d1", AT)
        await completed("d2", AT - timedelta(hours=1))
        async with store.unit_of_work() as uow:
            failed = await uow.digests.put(Digest.begin(DigestId("d3"), ANN, brief, at=AT))
            failed = await uow.digests.put(failed.start(at=AT + timedelta(hours=1), snapshot=3))
            await uow.digests.put(failed.fail("no", at=AT + timedelta(hours=2)))
        async with store.snapshot() as uow:
            assert await uow.digests.last_end(recipient) == AT
            assert await uow.digests.last_end(recipient_of(BEN, "me")) is None
            assert await uow.digests.get(DigestId("d1"), owner=ANN) == done
            assert done.state is DigestState.COMPLETED
            for missing in (uow.digests.get(DigestId("d1"), owner=BEN), uow.digests.get(DigestId("x"), owner=ANN)):
                with pytest.raises(NotFound):
                    await missing

    async def test_digests_are_listed_by_owner_newest_first(self, store: Transactions[NewsRepositories]) -> None:
        async with store.unit_of_work() as uow:
            for number, (id, owner) in enumerate([("a", ANN), ("b", BEN), ("c", ANN), ("d", ANN)]):
                brief = DigestBrief(user_id=UserId(f"reader{number}"), hours=1)
                await uow.digests.put(Digest.begin(DigestId(id), owner, brief, at=AT + timedelta(hours=number // 3)))
                if id in "abc":
                    result = DigestResult(id=DigestId(id), markdown=id, counts=NOTHING, considered={})
                    await uow.digests.add_result(result)
        async with store.snapshot() as uow:
            assert [digest.id for digest in await uow.digests.of(ANN, limit=9)] == ["d", "c", "a"]
            assert [digest.id for digest in await uow.digests.of(ANN, limit=1, offset=1)] == ["c"]
            assert (await uow.digests.count(ANN), await uow.digests.count(BEN)) == (3, 1)
            recent = await uow.digests.results(ANN, limit=9)
            assert [(digest.id, result.markdown) for digest, result in recent] == [("c", "c"), ("a", "a")]
            assert len(await uow.digests.results(ANN, limit=1)) == 1

    async def test_a_result_is_kept_once(self, store: Transactions[NewsRepositories]) -> None:
        early, late, later, aside = await keep(
            store, an_item(1, ago=timedelta(hours=1)), an_item(3), an_item(2), an_item(4)
        )
        considered = {
            Reason.GROUPED: (late.sequence or 0,), Reason.REPORTED: (early.sequence or 0, later.sequence or 0)
        }  # fmt: skip
        set_aside = {Reason.TOO_OLD: (aside.sequence or 0,)}
        result = DigestResult(
            id=DigestId("d"), markdown="# News – yet\n", counts=NOTHING, considered=considered, set_aside=set_aside
        )
        async with store.unit_of_work() as uow:
            await uow.digests.put(Digest.begin(result.id, ANN, DigestBrief(user_id=ANN, hours=1), at=AT))
            with pytest.raises(NotFound):
                await uow.digests.result(result.id)
            with pytest.raises(NotFound):
                await uow.digests.items(result.id)
            await uow.digests.add_result(result)
            assert await uow.digests.result(result.id) == result
            assert [(item.title, item.reason) for item in await uow.digests.items(result.id)] == [
                ("Event 1 in bitcoin", Reason.REPORTED),
                ("Event 2 in bitcoin", Reason.REPORTED),
                ("Event 3 in bitcoin", Reason.GROUPED),
                ("Event 4 in bitcoin", Reason.TOO_OLD),
            ]
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.digests.add_result(result)

    async def test_interests_are_of_one_account_and_versioned(self, store: Transactions[NewsRepositories]) -> None:
        chosen = Interests(assets=("BTC",), categories=(), source_weights={"Wire": -3}, language="de")
        async with store.unit_of_work() as uow:
            first = await uow.interests.get(ANN)
            assert first == AccountInterests(id=ANN)
            stored = await uow.interests.put(Change(evolve(first, interests=chosen)))
        async with store.snapshot() as uow:
            assert await uow.interests.get(ANN) == stored == AccountInterests(id=ANN, interests=chosen, version=1)
            assert await uow.interests.get(BEN) == AccountInterests(id=BEN)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.interests.put(Change(first))
