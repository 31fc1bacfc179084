"""The contract of the news part over every store, its events, and the archive over it."""

from datetime import timedelta

import pytest

from tradecore.engines.digest.about import filter_items_about
from tradecore.model.digests import Digest, DigestId
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.news import DigestBrief
from tradecore.ports.store import Store
from tradecore.testing import NewsStoreSuite
from tradecore.testing.store_news import ANN, AT, an_item, keep
from tradecore_adapters.store.archive import StoredNews


class TestNews(NewsStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


async def test_a_failed_digest_is_an_event(store: Store) -> None:
    async with store.unit_of_work() as uow:
        digest = await uow.digests.put(Digest.begin(DigestId("d"), ANN, DigestBrief(user_id=ANN, hours=3), at=AT))
        await uow.digests.put(digest.start(at=AT, snapshot=3))
        await uow.digests.put((await uow.digests.get(digest.id, owner=ANN)).fail("no", at=AT))
    async with store.snapshot() as uow:
        events = await uow.events.after(topic_of(TopicKind.DIGEST, "d"), 0)
    assert [type(event.fact).__name__ for event in events] == ["DigestFailed"]


async def test_the_archive_reads_as_of_a_date_and_agrees_with_the_plain_search(store: Store) -> None:
    """Nothing later than the date, whatever is asked; the newest are kept."""
    items = await keep(
        store,
        *[an_item(n, ago=timedelta(hours=n)) for n in range(10)],
        an_item(20, title="Nothing of that kind", ago=timedelta(hours=1)),
        an_item(21, ago=-timedelta(hours=5)),
    )
    archive = StoredNews(store)
    for terms in (["BTC-USD"], ["bitcoin"], ["NVDA"]):
        for start, as_of, limit in (
            (AT - timedelta(hours=6), AT, 200),
            (AT - timedelta(days=2), AT - timedelta(hours=2), 3),
            (AT, AT - timedelta(hours=1), 200),
        ):
            found = await archive.between(terms, start, as_of, limit=limit)
            assert found == filter_items_about(items, terms, start, as_of, limit)
            assert all(item.published_at <= as_of for item in found)
    assert len(await archive.between(["BTC"], AT - timedelta(days=2), AT - timedelta(hours=2), limit=3)) == 3
