"""Subscriptions: the news sources that are fetched regularly, and their health."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NewType

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.news import FetchState, SourceHealth

SourceName = NewType("SourceName", str)

SILENCE = timedelta(days=30)
"""A source without anything new for so long has ended, or has moved."""


@frozen(kw_only=True)
class FieldMapping:
    """Where a JSON document holds its entries, and an entry its fields: keys joined by dots, such as `data.results`.

    An empty `entries` is the document itself; of lists on its way every element counts. A field that is None is not
    read. A field may be put together from several: `https://example.com/news/{id}` has the value at `id` in it.
    """

    entries: str = ""
    title: str = "title"
    summary: str | None = None
    url: str | None = None
    guid: str | None = None
    published_at: str | None = None


@frozen(kw_only=True)
class FeedSubscription:
    """A subscribed source. Its name is on every item of it; `url` is set only for a feed, on the network or in a file.

    `mapping` is set for a feed that is JSON with fields of its own.
    """

    id: SourceName
    url: str | None
    added_at: datetime
    state: FetchState
    mapping: FieldMapping | None = None
    version: int = 0

    @classmethod
    def begin(
        cls, name: str, url: str | None, *, at: datetime, mapping: FieldMapping | None = None
    ) -> "FeedSubscription":
        """A source added at `at` (aware UTC) and not fetched yet."""
        return cls(id=SourceName(name), url=url, added_at=at, state=FetchState(), mapping=mapping)

    @property
    def key(self) -> str:
        """An id of letters and digits, for addresses; the same for the same name."""
        return "src_" + sha256(self.id.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def health(self) -> SourceHealth:
        """Its health after the latest fetch."""
        return self.state.health(self.id, self.url)

    def problem(self, now: datetime) -> str | None:
        """What is wrong with it at `now` (aware UTC): why it fails, else what its publisher should mend, or silence."""
        if self.state.failures:
            return self.state.last_error
        newest = self.state.newest_item_at
        silent = f"nothing new since {newest:%Y-%m-%d}" if newest and now - newest > SILENCE else None
        return "; ".join(filter(None, [self.state.warning, silent])) or None

    def fetched(self, state: FetchState) -> Change["FeedSubscription"]:
        """Record the state after a fetch."""
        return Change(evolve(self, state=state))
