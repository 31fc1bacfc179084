"""Feed subscriptions: add, import, list and remove them."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from attrs import frozen

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

_LONGEST_NAME = 100


@frozen
class AddSource:
    """Subscribe to a feed."""

    store: Store
    now: Now

    async def __call__(self, url: str, name: str = "") -> FeedSubscription:
        """Subscribe to the feed at `url` under `name`, or under its host without one.

        Raises Invalid for an address that is not http(s), IllegalMove when the address or the name is taken.
        """
        async with self.store.unit_of_work() as uow:
            return await _add(uow, url, name, self.now)


@frozen
class ImportSources:
    """Subscribe to all feeds of a list."""

    store: Store
    now: Now

    async def __call__(self, feeds: Iterable[tuple[str, str]]) -> tuple[FeedSubscription, ...]:
        """Subscribe to feeds given as name and address; returns the new subscriptions.

        Feeds that are subscribed already are skipped, and a number is added to a name that is taken. Raises Invalid for
        an address that is not http(s).
        """
        added = []
        for name, url in feeds:
            async with self.store.unit_of_work() as uow:
                subscriptions = await uow.subscriptions.all()
                if shown_url(url) in {subscription.url for subscription in subscriptions}:
                    continue
                taken = {subscription.id for subscription in subscriptions}
                added.append(await _add(uow, url, _unused_name(name, taken), self.now))
        return tuple(added)


@frozen
class ListSources:
    """List the sources with their health."""

    store: Store

    async def __call__(self) -> tuple[FeedSubscription, ...]:
        """All subscriptions, ordered by name."""
        async with self.store.snapshot() as uow:
            return await uow.subscriptions.all()


@frozen
class RemoveSource:
    """End a feed subscription; its items stay."""

    store: Store

    async def __call__(self, name_or_url: str) -> FeedSubscription:
        """End the subscription with this name or address.

        Raises NotFound, and IllegalMove for a source that the installation defines, which has no address.
        """
        async with self.store.unit_of_work() as uow:
            for subscription in await uow.subscriptions.all():
                if name_or_url in (subscription.id, subscription.url):
                    break
            else:
                raise NotFound("source", name_or_url)
            if subscription.url is None:
                raise IllegalMove(f"The source {subscription.id!r} is defined by the installation, not subscribed to.")
            await uow.subscriptions.remove(subscription.id)
            return subscription


async def _add(uow: UnitOfWork, url: str, name: str, now: Now) -> FeedSubscription:
    address = shown_url(url)
    if address is None:
        raise Invalid.one("url", f"{url!r} is not an address of a feed; write it as https://example.com/feed.xml.")
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    chosen = plain_text(name).strip()[:_LONGEST_NAME] or host
    if any(subscription.id == chosen for subscription in await uow.subscriptions.all()):
        raise IllegalMove(f"There is a source called {chosen!r} already; give this one another name.")
    return await uow.subscriptions.put(Change(FeedSubscription.begin(chosen, address, at=now())))


def _unused_name(name: str, taken: set[SourceName]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name[: _LONGEST_NAME - 5]} {number}"
    return candidate
