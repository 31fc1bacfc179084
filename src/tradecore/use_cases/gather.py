"""Gathering news: fetch the sources that are due, and store their items, each with its story."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from attrs import evolve, field, frozen

from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify, new_version, revised
from tradecore.engines.digest.match_index import match_keys
from tradecore.engines.digest.stories import order
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.news import FetchState, NewsItem, RawItem
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.ambient import Now
from tradecore.ports.news import FetchResult, FetchStatus, NewsSource
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.concurrently import attempt_each
from tradecore.use_cases.known_stories import RecentFeatures, StoryAssigner
from tradecore.use_cases.story_vectors import StoryVectors

# Fetches under way at the same time. Adapters fetch from one host one at a time.
_CONCURRENCY = 16

# So many items are stored at a time, which bounds what is in memory. Each batch reads the stored items that are like
# its own, so that smaller ones read more in all.
_BATCH = 2000

OpenFeed = Callable[[FeedSubscription], NewsSource]
"""From a subscription with an address to its source."""


@frozen
class SourceFetch:
    """How the fetch of one source ended, and how many items it added."""

    subscription: FeedSubscription
    status: FetchStatus
    added: int


@frozen
class Reading:
    """What one source gave in a visit; `first` marks it as what the first reading of the source found."""

    entries: Sequence[RawItem]
    subscription: Change[FeedSubscription]
    first: bool = False


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
        """Store the items of one source, as `visit` does; returns how many are new. Raises Stale."""
        [added] = await self.visit([Reading(list(raw), subscription, first)])
        return added

    async def visit(self, readings: Sequence[Reading]) -> list[int]:
        """Store the items of all readings in the order of their time; returns how many of each are new.

        Stories depend on the items before them, so they would depend on which source answered first. The subscription
        of a reading is stored with the last of its items. Raises Stale when another process fetched one of the sources
        in the meantime, and so stored its items.
        """
        if not readings:
            return []
        now = self.now()
        entries = sorted(
            ((entry, at) for at, reading in enumerate(readings) for entry in reading.entries),
            key=lambda pair: _published(pair[0], now),
        )
        last = {at: place for place, (_, at) in enumerate(entries)}
        added: Counter[int] = Counter()
        recent = RecentFeatures()
        async with self.lock:
            for start in range(0, max(1, len(entries)), _BATCH):
                batch = entries[start : start + _BATCH]
                ends = range(start, start + _BATCH)
                done = [reading.subscription for at, reading in enumerate(readings) if last.get(at, 0) in ends]
                seen = await asyncio.to_thread(_identified, batch, readings, now)
                reading_of = {_entry_of(item): at for item, at in reversed(seen)}
                while (new := await self._try([item for item, _ in seen], done, recent)) is None:
                    continue
                added.update(reading_of[_entry_of(item)] for item in new)
        return [added[at] for at in range(len(readings))]

    async def _try(
        self, seen: Sequence[NewsItem], subscriptions: Sequence[Change[FeedSubscription]], recent: RecentFeatures
    ) -> Sequence[NewsItem] | None:
        """The new items; None when another process stored items meanwhile, perhaps of the same stories."""
        async with self.store.snapshot() as uow:
            last = await uow.items.last()
            fresh, changed = await _new_and_changed(uow, seen)
            with_founders = self.vectors.embeddings is not None
            assigner = await StoryAssigner.read(uow, fresh, recent, with_founders=with_founders)
        assigned = await assigner.assign(await self.vectors.of(assigner.to_embed, self.now()))
        described = [*assigner.arrivals, *(features(item) for item in changed)]
        keys = {each.item.id: match_keys(each) for each in described}
        async with self.store.unit_of_work() as uow:
            if await uow.items.last() != last:
                return None
            # The clock is read inside the transaction, so that no digest can end its window in between.
            now = self.now()
            await uow.items.add([(evolve(item, first_seen_at=now), keys[item.id]) for item in assigned])
            for item in changed:
                await uow.items.revise(item, keys[item.id])
            for subscription in subscriptions:
                await uow.subscriptions.put(subscription)
        return assigned


def _published(entry: RawItem, now: datetime) -> tuple[datetime, str, str]:
    """About `order` of the item that an entry becomes, which is identified only with its batch."""
    return min(entry.published_at or now, now), entry.url or "", entry.title


def _entry_of(item: NewsItem) -> tuple[str, str | None, str]:
    """What an item has in common with a later version that is stored in its place."""
    return item.source, item.url, item.doc_hash


def _identified(
    batch: Sequence[tuple[RawItem, int]], readings: Sequence[Reading], now: datetime
) -> list[tuple[NewsItem, int]]:
    seen = [(evolve(identify(entry, now), backlog=readings[at].first), at) for entry, at in batch]
    return sorted(seen, key=lambda pair: order(pair[0]))


async def _new_and_changed(uow: UnitOfWork, seen: Sequence[NewsItem]) -> tuple[list[NewsItem], list[NewsItem]]:
    """New documents, each once, among them versions that add facts, and stored ones whose text changed otherwise."""
    fresh: dict[str, NewsItem] = {}
    changed: dict[str, NewsItem] = {}
    guids: set[tuple[str, str]] = set()
    for item, known in zip(seen, await uow.items.find(seen), strict=True):
        if known is not None:
            before = changed.get(known.id, known)
            if (version := new_version(before, item)) is not None:
                if version.id not in fresh and await uow.items.find([version]) == (None,):
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
    report: Callable[[Exception], None]
    """Called with each unexpected error that is not raised, such as to log it."""
    lock: asyncio.Lock = field(factory=asyncio.Lock)
    """Held by a call, so that a concurrent call waits and finds little left to fetch."""

    async def __call__(self, *, force: bool = False) -> tuple[SourceFetch, ...]:
        """Fetch every source that is due, or all of them with `force`; the results are ordered by name.

        Raises the first unexpected error of a fetch, or of storing its items, after all sources were tried; the other
        errors are reported.
        """
        async with self.lock:
            return await self._gather(force)

    async def _gather(self, force: bool) -> tuple[SourceFetch, ...]:
        now = self.now()
        async with self.store.read() as uow:
            known = {subscription.id: subscription for subscription in await uow.subscriptions.all()}
        wanted = self._wanted(known, now)
        await self._remove(set(known) - {subscription.id for _, subscription in wanted})
        due = [
            (source, subscription)
            for source, subscription in wanted
            if force or subscription.state.next_check is None or subscription.state.next_check <= now
        ]
        outcomes = await self._fetch(due, now, force=force)
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        fetched = [
            (subscription, outcome)
            for (_, subscription), outcome in zip(due, outcomes, strict=True)
            if not isinstance(outcome, BaseException)
        ]
        readings = [
            Reading(result.items, subscription.fetched(result.state), subscription.state.last_success is None)
            for subscription, result in fetched
        ]
        counts, failures = await self._store(readings)
        if errors := errors + failures:
            for error in errors[1:]:
                self.report(error)
            raise errors[0]
        results = [
            SourceFetch(evolve(subscription, state=result.state), result.status, added)
            for (subscription, result), added in zip(fetched, counts, strict=True)
            if added is not None
        ]
        return tuple(sorted(results, key=lambda result: result.subscription.id))

    async def _fetch(
        self, due: Sequence[tuple[NewsSource, FeedSubscription]], now: datetime, *, force: bool
    ) -> list[FetchResult | BaseException]:
        """What each source gives, or its unexpected error; they are fetched side by side."""

        def fetch(source: tuple[NewsSource, FeedSubscription]) -> Awaitable[FetchResult]:
            reader, subscription = source
            return reader.fetch(subscription.state, now, force=force)

        return await attempt_each(fetch, due, limit=_CONCURRENCY)

    async def _store(self, readings: Sequence[Reading]) -> tuple[Sequence[int | None], list[Exception]]:
        """How many items of each reading are new, and the errors of storing them.

        None stands for a reading that another process stored, or that was not stored for an error.
        """
        try:
            return await self.keep.visit(readings), []
        except Stale:
            pass  # another process fetched one of the sources meanwhile
        except Exception as error:  # noqa: BLE001  # it may concern one source only
            self.report(error)
        # One source must not keep the others from being stored, so each is stored by itself.
        counts, errors = list[int | None](), list[Exception]()
        for reading in readings:
            try:
                counts.append(await self.keep(reading.entries, reading.subscription, first=reading.first))
            except Exception as error:  # noqa: BLE001  # the other sources are stored all the same
                counts.append(None)
                if not isinstance(error, Stale):
                    errors.append(error)
        return counts, errors

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
        async with self.store.read() as uow:
            if any(subscription.id == name for subscription in await uow.subscriptions.all()):
                return
        now = self.now()
        fetched = await source.fetch(FetchState(), now)
        with suppress(Stale):  # another process stored them in the meantime
            async with self.store.unit_of_work() as uow:
                await uow.items.add([(item, match_keys(features(item))) for item in items])
                await uow.subscriptions.put(FeedSubscription.begin(name, source.url, at=now).fetched(fetched.state))
