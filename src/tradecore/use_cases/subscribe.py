"""Feed subscriptions: add, import, list and remove them."""

import re
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from attrs import frozen

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.subscriptions import FeedSubscription, FieldMapping, SourceName
from tradecore.ports.ambient import Now
from tradecore.ports.news import DiscoverFeed, Discovery
from tradecore.ports.store import Store, UnitOfWork

_LONGEST_NAME = 100
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@frozen
class AddSource:
    """Subscribe to a feed, without reading it."""

    store: Store
    now: Now

    async def __call__(
        self, url: str, name: str = "", *, title: str = "", mapping: FieldMapping | None = None
    ) -> FeedSubscription:
        """Subscribe to the feed at `url` under `name`; without one under its host, or `title` where that is taken.

        Raises Invalid for an address that is neither http(s) nor a file, IllegalMove when the address or the name is
        taken.
        """
        async with self.store.unit_of_work() as uow:
            return await _add(uow, url, name, self.now, title=title, mapping=mapping)


@frozen
class DiscoverSource:
    """Read an address once, and find the feed that it is or names; nothing is stored."""

    discover: DiscoverFeed

    async def __call__(self, url: str, *, mapping: FieldMapping | None = None) -> Discovery:
        """What is at `url`; an address without a scheme is https. Raises Invalid where there is no readable feed."""
        address = url.strip()
        if address and not _SCHEME.match(address):
            address = f"https://{address}"
        shown = shown_url(address)
        if shown is None:
            raise _not_an_address(url)
        return await self.discover(shown, mapping)


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
        async with self.store.read() as uow:
            return await uow.subscriptions.all()


@frozen
class RemoveSource:
    """End a feed subscription; its items stay."""

    store: Store

    async def __call__(self, name_or_url: str) -> FeedSubscription:
        """End the subscription with this name, address or key.

        Raises NotFound, and IllegalMove for a source that the installation defines, which has no address.
        """
        async with self.store.unit_of_work() as uow:
            for subscription in await uow.subscriptions.all():
                if name_or_url in (subscription.id, subscription.url, subscription.key):
                    break
            else:
                raise NotFound("source", name_or_url)
            if subscription.url is None:
                raise IllegalMove(f"The source {subscription.id!r} is defined by the installation, not subscribed to.")
            await uow.subscriptions.remove(subscription.id)
            return subscription


async def _add(
    uow: UnitOfWork, url: str, name: str, now: Now, *, title: str = "", mapping: FieldMapping | None = None
) -> FeedSubscription:
    address = url if url.startswith("file:///") else shown_url(url)
    if address is None:
        raise _not_an_address(url)
    parts = urlsplit(address)
    by_address = (parts.hostname or "").removeprefix("www.") or unquote(parts.path.rstrip("/").rpartition("/")[2])
    names = [plain_text(name)] if plain_text(name).strip() else [by_address, plain_text(title)]
    # In one notation: letters with accents look alike whether they are one character or two.
    possible = [normalize("NFC", each.strip())[:_LONGEST_NAME] for each in names if each.strip()]
    for chosen in possible:
        if not await _is_taken(uow, SourceName(chosen)):
            # Refuses an address that is read already.
            return await uow.subscriptions.put(
                Change(FeedSubscription.begin(chosen, address, at=now(), mapping=mapping))
            )
    for subscription in await uow.subscriptions.all():
        if subscription.url == address:
            raise IllegalMove(f"The address {address} is read already, as {subscription.id!r}.")
    raise IllegalMove(f"There is a source called {possible[0]!r} already; give this one another name.")


async def _is_taken(uow: UnitOfWork, name: SourceName) -> bool:
    try:
        await uow.subscriptions.get(name)
    except NotFound:
        return False
    return True


def _not_an_address(url: str) -> Invalid:
    return Invalid.one("url", f"{url[:200]!r} is not an address of a feed; write it as https://example.com/feed.xml.")


def _unused_name(name: str, taken: set[SourceName]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name[: _LONGEST_NAME - 5]} {number}"
    return candidate
