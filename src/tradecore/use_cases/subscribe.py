"""Subscribing: which feeds are read, and how they are doing."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from attrs import frozen

from tradecore.engines.digest.text import plain
from tradecore.engines.digest.urls import shown_url
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.subscriptions import SourceName, Subscription
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

_LONGEST_NAME = 100


@frozen
class AddSource:
    """Read one more feed."""

    store: Store
    now: Now

    async def __call__(self, url: str, name: str = "") -> Subscription:
        """Under this name, or that of its host. Raises Invalid for an address that is none, IllegalMove when the
        address is read or the name is taken."""
        async with self.store.unit_of_work() as uow:
            return await _add(uow, url, name, self.now)


@frozen
class ImportSources:
    """Read all feeds of a list."""

    store: Store
    now: Now

    async def __call__(self, feeds: Iterable[tuple[str, str]]) -> tuple[Subscription, ...]:
        """Names and addresses; those that are read already are passed over, a name that is taken gets a number."""
        added = []
        for name, url in feeds:
            async with self.store.unit_of_work() as uow:
                read = await uow.subscriptions.all()
                if shown_url(url) in {each.url for each in read}:
                    continue
                added.append(await _add(uow, url, _free(name, {each.id for each in read}), self.now))
        return tuple(added)


@frozen
class ListSources:
    """Show the sources and how they are doing."""

    store: Store

    async def __call__(self) -> tuple[Subscription, ...]:
        """In the order of their names."""
        async with self.store.snapshot() as uow:
            return await uow.subscriptions.all()


@frozen
class RemoveSource:
    """Read a feed no more; what it said stays."""

    store: Store

    async def __call__(self, name_or_url: str) -> Subscription:
        """Raises NotFound, and IllegalMove for a source that is no feed but part of the installation."""
        async with self.store.unit_of_work() as uow:
            found = [each for each in await uow.subscriptions.all() if name_or_url in (each.id, each.url)]
            if not found:
                raise NotFound("source", name_or_url)
            gone = found[0]
            if gone.url is None:
                raise IllegalMove(f"The source {gone.id!r} is part of this installation; change TRADECORE_NEWS.")
            await uow.subscriptions.remove(gone.id)
            return gone


async def _add(uow: UnitOfWork, url: str, name: str, now: Now) -> Subscription:
    address = shown_url(url)
    if address is None:
        raise Invalid.one("url", f"{url!r} is not an address of a feed; write it as https://example.com/feed.xml.")
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    chosen = plain(name).strip()[:_LONGEST_NAME] or host
    if any(each.id == chosen for each in await uow.subscriptions.all()):
        raise IllegalMove(f"There is a source called {chosen!r} already; give this one another name.")
    return await uow.subscriptions.put(Change(Subscription.begin(chosen, address, at=now())))


def _free(name: str, taken: set[SourceName]) -> str:
    wanted, number = name, 1
    while wanted in taken:
        number += 1
        wanted = f"{name[: _LONGEST_NAME - 5]} {number}"
    return wanted
