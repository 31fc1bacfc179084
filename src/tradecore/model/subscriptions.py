"""Subscriptions: the news sources that are read again and again, and how they are doing."""

from datetime import datetime
from typing import NewType

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.news import FetchState, SourceHealth

SourceName = NewType("SourceName", str)


@frozen(kw_only=True)
class Subscription:
    """A source by its name, which every item of it carries; `url` only where it is a feed on the network."""

    id: SourceName
    url: str | None
    added_at: datetime
    state: FetchState
    version: int = 0

    @classmethod
    def begin(cls, name: str, url: str | None, *, at: datetime) -> "Subscription":
        """A source that nobody has visited yet."""
        return cls(id=SourceName(name), url=url, added_at=at, state=FetchState())

    @property
    def health(self) -> SourceHealth:
        """How it is doing, as its last visits showed."""
        return self.state.health(self.id, self.url)

    def visited(self, state: FetchState) -> Change["Subscription"]:
        """Remember a visit."""
        return Change(evolve(self, state=state))
