"""Gathering: visit the sources that are due, and store what they say, each thing under its story."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from attrs import evolve, field, frozen

from tradecore.engines.digest.identity import identify, revised
from tradecore.engines.digest.stories import order
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.news import FetchState, NewsItem, RawItem
from tradecore.model.subscriptions import SourceName, Subscription
from tradecore.ports.ambient import Now
from tradecore.ports.news import Fetched, NewsSource, Outcome
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.known_stories import KnownStories

# Visits under way at the same time; a host is visited once at a time whatever this says.
_AT_ONCE = 16

OpenFeed = Callable[[str, str], NewsSource]
"""From the name and address of a feed to the source that reads it."""


@frozen
class Visit:
    """How a visit to one source ended, and how many items it added."""

    subscription: Subscription
    outcome: Outcome
    added: int


@frozen
class StoreNews:
    """Store what was said, once: known documents are revised, new ones get their story."""

    store: Store
    now: Now
    stories: KnownStories = field(factory=KnownStories)

    async def __call__(self, raw: Iterable[RawItem], subscription: Change[Subscription]) -> int:
        """Keep the items and the visit that brought them in one transaction; the number of new items.

        Raises Stale when another process visited the same source meanwhile; what it brought is then stored already.
        """
        seen = sorted((identify(each, self.now()) for each in raw), key=order)
        async with self.stories.turn:
            while True:
                try:
                    added = await self._try(seen, subscription)
                except BaseException:
                    self.stories.forget()
                    raise
                if added is not None:
                    return added
                self.stories.forget()

    async def _try(self, seen: Sequence[NewsItem], subscription: Change[Subscription]) -> int | None:
        """The number of new items, None when another process has stored something that may be of the same stories."""
        async with self.store.snapshot() as uow:
            last = await uow.items.last()
            fresh, changed = await _sifted(uow, seen)
            lesson = await self.stories.learn(uow, fresh, self.now())
        placed = await self.stories.place(lesson, fresh)
        async with self.store.unit_of_work() as uow:
            if await uow.items.last() != last:
                return None
            # The clock is read inside the transaction, so that no digest can end its window in between.
            now = self.now()
            added = [await uow.items.add(evolve(item, first_seen_at=now)) for item in placed]
            for item in changed:
                await uow.items.revise(item)
            await uow.subscriptions.put(subscription)
        self.stories.stored(lesson, added)
        return len(added)


async def _sifted(uow: UnitOfWork, seen: Sequence[NewsItem]) -> tuple[list[NewsItem], list[NewsItem]]:
    """New documents, each once, and later versions of known ones."""
    fresh: dict[str, NewsItem] = {}
    changed: dict[str, NewsItem] = {}
    guids: set[tuple[str, str]] = set()
    for item in seen:
        known = await uow.items.find(item)
        if known is not None:
            before = changed.get(known.id, known)
            if (now := revised(before, item)) is not before:
                changed[known.id] = now
        elif item.id not in fresh and (item.guid is None or (item.source, item.guid) not in guids):
            fresh[item.id] = item
            if item.guid is not None:
                guids.add((item.source, item.guid))
    return list(fresh.values()), list(changed.values())


@frozen
class GatherNews:
    """Visit the sources that are due."""

    store: Store
    now: Now
    keep: StoreNews
    local: Sequence[NewsSource]
    """Sources of this installation: files, the sample."""
    open_feed: OpenFeed
    """How feeds are read."""
    turn: asyncio.Lock = field(factory=asyncio.Lock)
    """Who comes second waits, and finds that little is due."""

    async def __call__(self, *, force: bool = False) -> tuple[Visit, ...]:
        """Visit every source whose time has come, or with `force` every source; in the order of their names.

        Raises the first failure of a visit, or of keeping what it brought, once all were tried.
        """
        async with self.turn:
            return await self._gather(force)

    async def _gather(self, force: bool) -> tuple[Visit, ...]:
        now = self.now()
        async with self.store.snapshot() as uow:
            known = {each.id: each for each in await uow.subscriptions.all()}
        wanted = self._wanted(known, now)
        await self._dismiss(set(known) - {each.id for _, each in wanted})
        due = [
            (source, subscription)
            for source, subscription in wanted
            if force or subscription.state.next_check is None or subscription.state.next_check <= now
        ]
        places = asyncio.Semaphore(_AT_ONCE)

        async def visit(source: NewsSource, subscription: Subscription) -> tuple[Subscription, Fetched]:
            async with places:
                return subscription, await source.fetch(subscription.state, now, force=force)

        visits, failures = [], list[Exception]()
        under_way = [asyncio.create_task(visit(*each)) for each in due]
        try:
            # Visits overlap, but what they bring is stored one after the other: stories depend on what is there.
            for ended in asyncio.as_completed(under_way):
                try:
                    subscription, fetched = await ended
                    added = await self.keep(fetched.items, subscription.visited(fetched.state))
                except Stale:
                    continue
                except Exception as error:  # noqa: BLE001  # one source must not keep the others from being read
                    failures.append(error)
                else:
                    visits.append(Visit(evolve(subscription, state=fetched.state), fetched.outcome, added))
        finally:
            for each in under_way:
                each.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        if failures:
            raise failures[0]
        return tuple(sorted(visits, key=lambda each: each.subscription.id))

    async def _dismiss(self, names: set[SourceName]) -> None:
        """Forget sources that this installation had once; what they said stays."""
        for name in sorted(names):
            with suppress(NotFound):
                async with self.store.unit_of_work() as uow:
                    await uow.subscriptions.remove(name)

    def _wanted(self, known: Mapping[SourceName, Subscription], now: datetime) -> list[tuple[NewsSource, Subscription]]:
        own = [
            (source, known.get(SourceName(source.name)) or Subscription.begin(source.name, source.url, at=now))
            for source in self.local
        ]
        feeds = [(self.open_feed(each.id, each.url), each) for each in known.values() if each.url is not None]
        return [*own, *feeds]


@frozen
class SeedNews:
    """Store items that come with the installation, as if they had been seen when they were published."""

    store: Store
    now: Now

    async def __call__(self, source: NewsSource, items: Sequence[NewsItem]) -> None:
        """Once: nothing happens when the source was read before."""
        name = SourceName(source.name)
        async with self.store.snapshot() as uow:
            if any(each.id == name for each in await uow.subscriptions.all()):
                return
        now = self.now()
        fetched = await source.fetch(FetchState(), now)
        with suppress(Stale):  # another process has stored them meanwhile
            async with self.store.unit_of_work() as uow:
                for item in items:
                    await uow.items.add(item)
                await uow.subscriptions.put(Subscription.begin(name, source.url, at=now).visited(fetched.state))
