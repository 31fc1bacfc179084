"""An index that finds the items that may match another, and the keys under which a store finds them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b

from tradecore.engines.digest.features import Features
from tradecore.engines.digest.matching import HASH_SPAN, STORY_SPAN, Match, compare, report_one_event, text_is_related
from tradecore.engines.digest.shared_terms import SharedTerms
from tradecore.engines.digest.term_weights import RAREST, weight

RECURRENT_AFTER = 2
REPUBLISHED = 3
"""A source most of whose new items, and at least so many, are copies of earlier ones has republished its feed.

The copies have other addresses and GUIDs, mostly other dates too.
"""


class MatchIndex:
    """An inverted index that finds all matches of an item without comparing it with every other.

    Exact: it finds precisely the pairs for which `compare` gives something other than DISTINCT, except pairs that
    agree only in words of an item dropped with `drop_title`.
    """

    def __init__(self) -> None:
        self._members: list[Features] = []
        self._title_keys: list[int] = []
        self._exact: dict[tuple[str, str], list[int]] = {}
        self._by_text: dict[int, list[int]] = {}
        self._terms = SharedTerms()
        self._added: list[int] = []
        """Positions that are not in `_terms` yet: many are dropped before anything is looked for."""
        self._dropped: set[int] = set()
        self._positions: dict[Features, int] = {}
        self._titles: Counter[int] = Counter()
        self._republished: set[str] = set()

    def __len__(self) -> int:
        return len(self._members)

    def count_title(self, item: Features) -> None:
        """Count the title of an item; the titles of a batch are counted before the first comparison."""
        self.count_titles({title_key(item): 1})

    def count_titles(self, times: Mapping[int, int]) -> None:
        """Count titles, by their `title_key`, that were used so many times."""
        self._titles.update(times)

    def look_for_copies(self, arrivals: Iterable[Features]) -> None:
        """Find the sources among whose arrivals most are copies of added items of theirs; once all stored ones are."""
        arrived, copied = Counter[str](), Counter[str]()
        for arrival in arrivals:
            arrived[arrival.item.source] += 1
            same = self._exact.get(("hash", arrival.item.doc_hash), ())
            copied[arrival.item.source] += any(_is_copy(arrival, self._members[position]) for position in same)
        often = {source for source, times in copied.items() if times >= REPUBLISHED and 2 * times > arrived[source]}
        self._republished = often

    def recurrent(self, item: Features) -> bool:
        """Whether the source of the item has used its title more than RECURRENT_AFTER times."""
        return self._titles[title_key(item)] > RECURRENT_AFTER

    def _member_recurs(self, position: int) -> bool:
        return self._titles[self._title_keys[position]] > RECURRENT_AFTER

    def add(self, item: Features) -> None:
        """Add an item, so that later items can match it."""
        position = self._positions[item] = len(self._members)
        self._members.append(item)
        self._title_keys.append(title_key(item))
        for key in _exact_keys(item):
            self._exact.setdefault(key, []).append(position)
        for run in item.runs.sketch:
            self._by_text.setdefault(run, []).append(position)
        self._added.append(position)

    def drop_title(self, item: Features) -> None:
        """Stop finding an added item by its words. Keeps candidates few when thousands of titles agree."""
        self._dropped.add(self._positions[item])

    def matches(self, item: Features) -> Iterator[tuple[Features, Match]]:
        """Every added item that is the same document or story as `item`, in the order of adding."""
        recurrent = self.recurrent(item)
        near = frozenset[int]() if recurrent else self._near(item)
        exact = self._exact_candidates(item, near)
        for position in sorted(exact | near):
            other = self._members[position]
            if position in exact:
                match = compare(
                    item,
                    other,
                    recurrent=recurrent or self._member_recurs(position),
                    near=position in near,
                    republished=item.item.source in self._republished,
                )
                if match is not Match.DISTINCT:
                    yield other, match
            elif report_one_event(item, other) and _near_in_time(item, other) and not self._member_recurs(position):
                yield other, Match.SAME_STORY

    def _near(self, item: Features) -> frozenset[int]:
        """Those that may report the event of `item` by their words."""
        for position in self._added:
            if position not in self._dropped:
                self._terms.add(position, self._members[position])
        self._added.clear()
        return self._terms.near(item) - self._dropped

    def _exact_candidates(self, item: Features, near: frozenset[int]) -> set[int]:
        """Those that share an identity, or a run of words of a text that is related or near."""
        by_text: set[int] = set()
        for run in item.runs.sketch:
            by_text.update(self._by_text.get(run, ()))
        # Most texts share a run or two by chance.
        candidates = {at for at in by_text if at in near or text_is_related(item, self._members[at])}
        by_hash = not self.recurrent(item) or item.text_identifies or item.item.source in self._republished
        for key in _exact_keys(item):
            if key[0] != "hash" or by_hash:
                candidates.update(self._exact.get(key, ()))
        return candidates


def _is_copy(item: Features, other: Features) -> bool:
    apart = abs(item.happened_at - other.happened_at)
    return item.item.source == other.item.source and item.item.id != other.item.id and apart <= HASH_SPAN


def _near_in_time(item: Features, other: Features) -> bool:
    return abs(item.happened_at - other.happened_at) <= STORY_SPAN


def story_keys(item: Features) -> Mapping[int, float]:
    """The numbers by which an item is found by others that may be of its story, with their weights.

    They stand for its telling words and its text.

    Items that share none of them are of one story only where their `document_key` or an identity agrees.
    """
    keys = {_number(f"word\n{term}"): weight(term) for term in item.telling}
    return keys | {_number(f"text\n{run}"): RAREST for run in item.runs.sketch}


def document_key(item: Features) -> int:
    """The number by which an item is found by others with the same headline and text, for HASH_SPAN."""
    return _number(f"hash\n{item.item.doc_hash}")


def title_key(item: Features) -> int:
    """The number that the items of one source with one headline share."""
    return _number(f"title\n{item.item.source}\n{item.title}")


def match_keys(item: Features) -> frozenset[int]:
    """All numbers under which a store keeps an item for `Items.sharing` and `Items.count`."""
    return frozenset({*story_keys(item), document_key(item), title_key(item)})


# The keys of a batch are computed to look for what is stored, to choose among it, and to store the batch.
@lru_cache(20_000)
def _number(text: str) -> int:
    # Of 64 bits with a sign, as databases store integers.
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _exact_keys(arrival: Features) -> Iterator[tuple[str, str]]:
    item = arrival.item
    yield "hash", item.doc_hash
    yield "id", item.id
    if item.url_key is not None:
        yield "url", item.url_key
    if item.guid is not None:
        yield "guid", f"{item.source}\n{item.guid}"
    if item.dated:
        yield "moment", f"{item.source}\n{item.published_at.isoformat()}\n{arrival.title}"
