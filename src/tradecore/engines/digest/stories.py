"""Stories: which items tell of one event, decided when an item is stored and never again."""

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from tradecore.engines.digest.facts import conflict
from tradecore.engines.digest.matching import Features, Kinship, PairIndex, features
from tradecore.model.news import NewsItem, StoryId

LONGEST_TEXTS = 2


def assign_stories(batch: Iterable[NewsItem], known: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    """The items of `batch`, each with its story, in the order of their time.

    `known` are stored items with their stories: those of the last 14 days, or all that can be kin to the batch.
    The result depends neither on the order of `batch` nor on that of `known`. An item that has a story keeps it.
    """
    board = StoryBoard(known)
    arrivals = sorted(batch, key=order)
    prepared = [features(item) for item in arrivals]
    board.expect(prepared)
    return tuple(board.place(each) for each in prepared)


def order(item: NewsItem) -> tuple[datetime, str, str]:
    """The order in which items of one batch are looked at, whatever order they were fetched in."""
    return item.happened_at, item.url_key or "", item.id


class StoryBoard:
    """Stories as they stand: an item joins the story whose founding or longest texts it is kin to."""

    def __init__(self, known: Iterable[NewsItem] = (), *, index: PairIndex | None = None) -> None:
        self._index = PairIndex() if index is None else index
        self._speakers: dict[StoryId, list[Features]] = {}
        in_order = sorted(known, key=lambda each: (each.sequence or 0, order(each)))
        stored = [features(item) for item in in_order if item.story_id is not None]
        self.expect(stored)
        for each in stored:
            self._settle(each)

    def expect(self, arrivals: Iterable[Features]) -> None:
        """Let the board know which titles come up, before the first of them is placed."""
        for each in arrivals:
            self._index.expect(each)

    def place(self, arrival: Features) -> NewsItem:
        """The item with its story: one that is there already, or a new one that it founds."""
        item = arrival.item
        if item.story_id is None:
            item = evolve(item, story_id=self._story_for(arrival))
            arrival = evolve(arrival, item=item)
        self._settle(arrival)
        return item

    def _story_for(self, arrival: Features) -> StoryId:
        best: tuple[int, int, str] | None = None
        chosen: StoryId | None = None
        for other, kinship in self._index.kin(arrival):
            story = other.item.story_id
            if story is None or (kinship is Kinship.SAME_STORY and not self._may_join(arrival, other, story)):
                continue
            common = len(arrival.terms & other.terms)
            rank = (0 if kinship is Kinship.SAME_DOCUMENT else 1, -common, story)
            if best is None or rank < best:
                best, chosen = rank, story
        return chosen or StoryId("story_" + arrival.item.id.removeprefix("item_"))

    def _may_join(self, arrival: Features, member: Features, story: StoryId) -> bool:
        """Whether a member stands for its story, and the arrival does not contradict what founded it.

        Other members cannot draw items in, so that stories do not drift.
        """
        speakers = self._speakers[story]
        return any(member is each for each in speakers) and not conflict(arrival.item.facts, speakers[0].item.facts)

    def _settle(self, member: Features) -> None:
        story = member.item.story_id
        assert story is not None
        speakers = self._speakers.setdefault(story, [])
        speakers.append(member)
        self._index.add(member)
        if len(speakers) > 1 + LONGEST_TEXTS:
            shortest = min(speakers[1:], key=lambda each: (each.body_words, -speakers.index(each)))
            speakers.remove(shortest)
            self._index.mute(shortest)
