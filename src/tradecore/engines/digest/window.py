"""The rules of a digest, and its window: which items a report considers."""

from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from tradecore.engines.digest.ranking import Weights
from tradecore.model.news import DigestBrief, Interests, NewsItem


@frozen(kw_only=True)
class Rules:
    """The rules of a digest, with the documented defaults."""

    grace: timedelta = timedelta(hours=24)
    """How long before the start of the window a late arrival may have been published."""
    catch_up: timedelta = timedelta(hours=1)
    """The longest gap between the last report of the recipient and the window that the window still covers."""
    threshold: int = 0
    """The least score, 0 to 100; stories below it wait for a later report."""
    max_stories: int = 200
    weights: Weights = field(factory=Weights)

    def within(self, interests: Interests) -> "Rules":
        """These rules with the limits of a reader, where those are closer, and their weights of sources."""
        most = self.max_stories if interests.max_stories is None else min(self.max_stories, interests.max_stories)
        sources = {**self.weights.sources, **(interests.source_weights or {})}
        return evolve(
            self,
            threshold=max(self.threshold, interests.min_score or 0),
            max_stories=most,
            weights=evolve(self.weights, sources=sources),
        )


@frozen(kw_only=True)
class Window:
    """Which items a report considers. Times are aware UTC, bounds inclusive.

    The window holds items published since `start`, and late arrivals: items first seen since `seen_from` and published
    since `oldest`, unless they came with the first reading of their source. `seen_from` is `start`, or the end of the
    recipient's last report when that is shortly before `start`, so that hourly reports miss nothing when they are a few
    minutes more than an hour apart.
    """

    start: datetime
    end: datetime
    seen_from: datetime
    oldest: datetime

    @classmethod
    def of(cls, brief: DigestBrief, now: datetime, rules: Rules, previous_end: datetime | None = None) -> "Window":
        """The window of a brief at `now`; `previous_end` is the end of the window of the recipient's last report."""
        start = now - timedelta(hours=brief.hours)
        gap = previous_end is not None and start - rules.catch_up <= previous_end < start
        seen_from = previous_end if gap and previous_end is not None else start
        return cls(start=start, end=now, seen_from=seen_from, oldest=start - rules.grace)

    def holds(self, item: NewsItem) -> bool:
        """Whether the report considers the item."""
        if item.first_seen_at > self.end:
            return False
        late = item.first_seen_at >= self.seen_from and item.happened_at >= self.oldest and not item.backlog
        return item.happened_at >= self.start or late

    def missed(self, item: NewsItem) -> bool:
        """Whether the item arrived in the window, but was published too early for this and any later report."""
        return self._arrived(item) and item.happened_at < self.oldest and not item.backlog

    def knew(self, item: NewsItem) -> bool:
        """Whether the item is from before the window, and arrived in it with the first reading of its source."""
        return self._arrived(item) and item.happened_at < self.start and item.backlog

    def _arrived(self, item: NewsItem) -> bool:
        return self.seen_from <= item.first_seen_at <= self.end
