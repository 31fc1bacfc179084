"""Subscriptions: the news sources that are fetched regularly, and their health."""

from datetime import datetime
from typing import NewType

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.news import FetchState, SourceHealth

SourceName = NewType("SourceName", str)


@frozen(kw_only=True)
class FeedSubscription:
    """A subscribed source. Its name is on every item of it; `url` is set only for a feed on the network."""

    id: SourceName
    url: str | None
    added_at: datetime
    state: FetchState
    version: int = 0

    @classmethod
    def begin(cls, name: str, url: str | None, *, at: datetime) -> "FeedSubscription":
        """A source added at `at` (aware UTC) and not fetched yet."""
        return cls(id=SourceName(name), url=url, added_at=at, state=FetchState())

    @property
    def health(self) -> SourceHealth:
        """Its health after the latest fetch."""
        return self.state.health(self.id, self.url)

    def fetched(self, state: FetchState) -> Change["FeedSubscription"]:
        """Record the state after a fetch."""
        return Change(evolve(self, state=state))
