"""Stories: which items report the same event. The story of an item is decided when it is stored, and never again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import evolve

from tradecore.engines.digest.features import Features, features
from tradecore.engines.digest.match_index import MatchIndex
from tradecore.engines.digest.matching import Match, contradict
from tradecore.engines.digest.semantic import SemanticIndex, founded_by, founds_its_story
from tradecore.model.news import NewsItem, StoryId

LONGEST_TEXTS = 2


def assign_stories(batch: Iterable[NewsItem], known: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    """The items of `batch`, each with its story, ordered by `order`.

    `known` are stored items with their stories: those of the last 14 days, or all that can match the batch. The
    result depends neither on the order of `batch` nor on that of `known`. An item that has a story keeps it.
    """
    index = StoryIndex(known)
    arrivals = [features(item) for item in sorted(batch, key=order)]
    index.count_titles(arrivals)
    index.look_for_copies(arrivals)
    return tuple(index.assign(arrival) for arrival in arrivals)


def order(item: NewsItem) -> tuple[datetime, str, str]:
    """The sort key of a batch, independent of the order in which its items were fetched."""
    return item.happened_at, item.url_key or "", item.id


class StoryIndex:
    """Stories and their representatives: an item joins the story whose founding item or longest texts it matches."""

    def __init__(
        self,
        known: Iterable[NewsItem] = (),
        *,
        index: MatchIndex | None = None,
        semantic: SemanticIndex | None = None,
    ) -> None:
        """An index of the items of `known` that have a story.

        `semantic` finds the stories of items that share no words with them; without it only words do.
        """
        self._index = MatchIndex() if index is None else index
        self._semantic = SemanticIndex() if semantic is None else semantic
        self._representatives: dict[StoryId, list[Features]] = {}
        stored = [features(item) for item in known if item.story_id is not None]
        self.count_titles(stored)
        self.add_stored(stored)

    def add_stored(self, stored: Iterable[Features]) -> None:
        """Add stored items, which have their stories, without counting their titles."""
        for member in sorted(stored, key=lambda each: (each.item.sequence or 0, order(each.item))):
            self._add(member)

    def count_stored_titles(self, times: Mapping[int, int]) -> None:
        """Count titles of stored items, by their `title_key`."""
        self._index.count_titles(times)

    def count_titles(self, arrivals: Iterable[Features]) -> None:
        """Count the titles of items that will be assigned, before the first of them is."""
        for arrival in arrivals:
            self._index.count_title(arrival)

    def look_for_copies(self, arrivals: Iterable[Features]) -> None:
        """Find the sources that have published their items a second time, once all stored items were added."""
        self._index.look_for_copies(arrivals)

    def assign(self, arrival: Features) -> NewsItem:
        """The item with its story: an existing one that it joins, or a new one that it founds."""
        item = arrival.item
        if item.story_id is None:
            item = evolve(item, story_id=self._story_for(arrival))
            arrival = evolve(arrival, item=item)
        self._add(arrival)
        return item

    def _story_for(self, arrival: Features) -> StoryId:
        if (story := self._story_by_words(arrival)) is not None:
            return story
        if not self._index.recurrent(arrival) and not arrival.ticker:
            nearest = self._semantic.nearest(arrival)
            if nearest is not None and nearest.item.story_id is not None:
                return nearest.item.story_id
        return founded_by(arrival.item)

    def _story_by_words(self, arrival: Features) -> StoryId | None:
        """The story of the member that agrees most with the arrival, and that it may join."""
        ranked: list[tuple[bool, int, StoryId, Features]] = []
        for other, match in self._index.matches(arrival):
            if (story := other.item.story_id) is not None:
                common = len(arrival.terms & other.terms)
                ranked.append((match is not Match.SAME_DOCUMENT, -common, story, other))
        # Whether it may join costs most to tell.
        for only_story, _, story, other in sorted(ranked, key=lambda each: each[:3]):
            if not only_story or self._may_join(arrival, other, story):
                return story
        return None

    def _may_join(self, arrival: Features, member: Features, story: StoryId) -> bool:
        """Whether a member represents its story, and the arrival does not contradict the founding item.

        Other members cannot attract items, so that stories do not drift.
        """
        representatives = self._representatives[story]
        represents = any(member is representative for representative in representatives)
        return represents and not contradict(arrival, representatives[0])

    def _add(self, member: Features) -> None:
        story = member.item.story_id
        assert story is not None
        if founds_its_story(member.item):
            self._semantic.add(member)
        representatives = self._representatives.setdefault(story, [])
        representatives.append(member)
        self._index.add(member)
        if len(representatives) > 1 + LONGEST_TEXTS:
            shortest = min(representatives[1:], key=lambda other: (other.body_words, -representatives.index(other)))
            representatives.remove(shortest)
            self._index.drop_title(shortest)
