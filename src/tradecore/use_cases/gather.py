"""Gathering news: fetch the sources that are due, and store their items, each with its story."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from attrs import evolve, field, frozen

from tradecore.engines.digest.identity import identify, new_version, revised
from tradecore.engines.digest.matching import features, match_keys
from tradecore.engines.digest.stories import order
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.news import FetchState, NewsItem, RawItem
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.ambient import Now
from tradecore.ports.news import FetchResult, FetchStatus, NewsSource
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.known_stories import StoryAssigner
from tradecore.use_cases.story_vectors import StoryVectors

# Fetches under way at the same time. Adapters fetch from one host one at a time.
_CONCURRENCY = 16

# So many items are stored at a time, which bounds what is in memory.
_BATCH = 1000

OpenFeed = Callable[[FeedSubscription], NewsSource]
"""From a subscription with an address to its source."""


@frozen
class SourceFetch:
    """How the fetch of one source ended, and how many items it added."""

    subscription: FeedSubscription
    status: FetchStatus
    added: int


@frozen
class StoreNews:
    """Store fetched items: new documents get a story, changed ones are revised or, with new facts, stored anew."""

    store: Store
    now: Now
    vectors: StoryVectors = field(factory=StoryVectors)
    lock: asyncio.Lock = field(factory=asyncio.Lock)

    async def __call__(
        self, raw: Iterable[RawItem], subscription: Change[FeedSubscription], *, first: bool = False
    ) -> int:
        """Store the items, and with the last of them the subscription that they came from; returns how many are new.

        `first` marks them as what the first reading of the source found. Raises Stale when another process fetched the
        same source in the meantime, and so stored its items.
        """
        now = self.now()
        seen = await asyncio.to_thread(
            lambda: sorted((evolve(identify(entry, now), backlog=first) for entry in raw), key=order)
        )
        total = 0
        async with self.lock:
            for at in range(0, max(1, len(seen)), _BATCH):
                last = at + _BATCH >= len(seen)
                batch = seen[at : at + _BATCH]
                while (added := await self._try(batch, subscription if last else None)) is None:
                    continue
                total += added
        return total

    async def _try(self, seen: Sequence[NewsItem], subscription: Change[FeedSubscription] | None) -> int | None:
        """The number of new items; None when another process stored items meanwhile, perhaps of the same stories."""
        async with self.store.snapshot() as uow:
            last = await uow.items.last()
            fresh, changed = await _new_and_changed(uow, seen)
            assigner = await StoryAssigner.read(uow, fresh, with_founders=self.vectors.embeddings is not None)
        assigned = await assigner.assign(await self.vectors.of(assigner.embedded, self.now()))
        described = [*assigner.arrivals, *(features(item) for item in changed)]
        keys = {each.item.id: match_keys(each) for each in described}
        async with self.store.unit_of_work() as uow:
            if await uow.items.last() != last:
                return None
            # The clock is read inside the transaction, so that no digest can end its window in between.
            now = self.now()
            added = [await uow.items.add(evolve(item, first_seen_at=now), keys[item.id]) for item in assigned]
            for item in changed:
                await uow.items.revise(item, keys[item.id])
            if subscription is not None:
                await uow.subscriptions.put(subscription)
        return len(added)


async def _new_and_changed(uow: UnitOfWork, seen: Sequence[NewsItem]) -> tuple[list[NewsItem], list[NewsItem]]:
    """New documents, each once, among them versions that add facts, and stored ones whose text changed otherwise."""
    fresh: dict[str, NewsItem] = {}
    changed: dict[str, NewsItem] = {}
    guids: set[tuple[str, str]] = set()
    for item in seen:
        known = await uow.items.find(item)
        if known is not None:
            before = changed.get(known.id, known)
            if (version := new_version(before, item)) is not None:
                if version.id not in fresh and await uow.items.find(version) is None:
                    fresh[version.id] = version
            elif (after := revised(before, item)) is not before:
                changed[known.id] = after
        elif item.id not in fresh and (item.guid is None or (item.source, item.guid) not in guids):
            fresh[item.id] = item
            if item.guid is not None:
                guids.add((item.source, item.guid))
    return list(fresh.values()), list(changed.values())


@frozen
class GatherNews:
    """Fetch the sources that are due."""

    store: Store
    now: Now
    keep: StoreNews
    local: Sequence[NewsSource]
    """Sources that the settings name: files, the sample."""
    open_feed: OpenFeed
    """Opens the feeds that were added as subscriptions."""
    lock: asyncio.Lock = field(factory=asyncio.Lock)
    """Held by a call, so that a concurrent call waits and finds little left to fetch."""

    async def __call__(self, *, force: bool = False) -> tuple[SourceFetch, ...]:
        """Fetch every source that is due, or all of them with `force`; the results are ordered by name.

        Raises the first unexpected error of a fetch, or of storing its items, after all sources were tried.
        """
        async with self.lock:
            return await self._gather(force)

    async def _gather(self, force: bool) -> tuple[SourceFetch, ...]:
        now = self.now()
        async with self.store.snapshot() as uow:
            known = {subscription.id: subscription for subscription in await uow.subscriptions.all()}
        wanted = self._wanted(known, now)
        await self._remove(set(known) - {subscription.id for _, subscription in wanted})
        due = [
            (source, subscription)
            for source, subscription in wanted
            if force or subscription.state.next_check is None or subscription.state.next_check <= now
        ]
        slots = asyncio.Semaphore(_CONCURRENCY)

        async def fetch(source: NewsSource, subscription: FeedSubscription) -> tuple[FeedSubscription, FetchResult]:
            async with slots:
                return subscription, await source.fetch(subscription.state, now, force=force)

        results, errors = list[SourceFetch](), list[Exception]()
        tasks = [asyncio.create_task(fetch(*pair)) for pair in due]
        try:
            # Fetches overlap, but their items are stored one after the other, because stories depend on stored items.
            for task in asyncio.as_completed(tasks):
                try:
                    subscription, fetched = await task
                    first = subscription.state.last_success is None
                    added = await self.keep(fetched.items, subscription.fetched(fetched.state), first=first)
                except Stale:
                    continue
                except Exception as error:  # noqa: BLE001  # the other sources are fetched all the same
                    errors.append(error)
                else:
                    results.append(SourceFetch(evolve(subscription, state=fetched.state), fetched.status, added))
        finally:
            for running in tasks:
                running.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if errors:
            raise errors[0]
        return tuple(sorted(results, key=lambda result: result.subscription.id))

    async def _remove(self, names: set[SourceName]) -> None:
        """Remove sources that the settings no longer name; their items stay."""
        for name in sorted(names):
            with suppress(NotFound):
                async with self.store.unit_of_work() as uow:
                    await uow.subscriptions.remove(name)

    def _wanted(
        self, known: Mapping[SourceName, FeedSubscription], now: datetime
    ) -> list[tuple[NewsSource, FeedSubscription]]:
        own = [
            (source, known.get(SourceName(source.name)) or FeedSubscription.begin(source.name, source.url, at=now))
            for source in self.local
        ]
        feeds = [(self.open_feed(feed), feed) for feed in known.values() if feed.url is not None]
        return [*own, *feeds]


@frozen
class SeedNews:
    """Store the items of the sample as if they had been seen when they were published."""

    store: Store
    now: Now

    async def __call__(self, source: NewsSource, items: Sequence[NewsItem]) -> None:
        """Store `items`, which have their stories, and mark `source` as fetched, unless it was fetched before."""
        name = SourceName(source.name)
        async with self.store.snapshot() as uow:
            if any(subscription.id == name for subscription in await uow.subscriptions.all()):
                return
        now = self.now()
        fetched = await source.fetch(FetchState(), now)
        with suppress(Stale):  # another process stored them in the meantime
            async with self.store.unit_of_work() as uow:
                for item in items:
                    await uow.items.add(item, match_keys(features(item)))
                await uow.subscriptions.put(FeedSubscription.begin(name, source.url, at=now).fetched(fetched.state))
