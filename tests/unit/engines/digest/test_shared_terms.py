"""What is left out by bits is no report of the same event, and most of what is none is left out."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.features import Features, features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.match_index import MatchIndex
from tradecore.engines.digest.matching import Match, compare, report_one_event
from tradecore.engines.digest.shared_terms import SharedTerms
from tradecore.model.news import RawItem

CORPUS = Path(__file__).parents[3] / "corpus"
FILES = ("stories", "days", "events", "unseen", "weeks")
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


@cache
def corpus(name: str) -> tuple[Features, ...]:
    """The items of a labelled file as features."""
    items = []
    for number, line in enumerate((CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()):
        row = json.loads(line)
        moment = datetime.fromisoformat(row["published_at"])
        url = f"https://outlet{number}.example/{number}"
        raw = RawItem(source=row["source"], title=row["title"], summary=row["summary"], url=url, published_at=moment)
        items.append(features(identify(raw, moment)))
    return tuple(items)


def pairs_near(items: Sequence[Features]) -> set[tuple[int, int]]:
    """Pairs of positions, each with the later one last, that the sets of bits leave."""
    index = SharedTerms()
    near = set()
    for at, item in enumerate(items):
        near |= {(position, at) for position in index.near(item)}
        index.add(at, item)
    return near


def pairs_of_one_event(items: Sequence[Features]) -> set[tuple[int, int]]:
    """Pairs of other sources for which `report_one_event` holds, each pair looked at."""
    return {
        (one, other)
        for one, other in combinations(range(len(items)), 2)
        if items[one].item.source != items[other].item.source and report_one_event(items[one], items[other])
    }


@pytest.mark.parametrize("name", FILES)
def test_all_pairs_of_one_event_are_near_and_few_others(name: str) -> None:
    near, wanted = pairs_near(corpus(name)), pairs_of_one_event(corpus(name))
    assert wanted
    assert near >= wanted
    telling = {
        (one, other)
        for one, other in combinations(range(len(corpus(name))), 2)
        if corpus(name)[one].item.source != corpus(name)[other].item.source
        and not corpus(name)[one].telling.isdisjoint(corpus(name)[other].telling)
    }
    # Half of those that share a telling term, at least, need not be looked at, even where all items are look-alikes.
    assert len(near - wanted) <= len(telling - wanted) / 2


@pytest.mark.parametrize("name", FILES)
def test_the_index_gives_the_matches_that_comparing_each_pair_gives(name: str) -> None:
    items = corpus(name)
    index = MatchIndex()
    for each in items:
        index.count_title(each)
    recurs = [index.recurrent(each) for each in items]
    slow = {
        (one, other): match
        for one, other in combinations(range(len(items)), 2)
        if (match := compare(items[one], items[other], recurrent=recurs[one] or recurs[other])) is not Match.DISTINCT
    }
    position = {each: at for at, each in enumerate(items)}
    fast: dict[tuple[int, int], Match] = {}
    for at, each in enumerate(items):
        fast |= {(position[other], at): match for other, match in index.matches(each)}
        index.add(each)
    assert fast == slow


def test_items_of_one_source_prices_and_roundups_are_not_near() -> None:
    def item(source: str, title: str) -> Features:
        return features(identify(RawItem(source=source, title=title, published_at=NOON), NOON))

    titles = ["Halvard agrees to acquire Osterline for $412 million", "Bitcoin $60,000"]
    one, same_source, price = item("A", titles[0]), item("A", f"{titles[0]} today"), item("B", titles[1])
    reprint, roundup = item("B", titles[0]), item("C", f"Morning call: {titles[0]}")
    assert roundup.roundup
    index = SharedTerms()
    for position, each in (3, one), (5, price), (4, roundup):
        index.add(position, each)
    assert index.near(reprint) == {3}
    assert index.near(same_source) == frozenset()
    assert index.near(item("C", titles[1])) == frozenset()
    assert index.near(item("D", f"Morning call: {titles[0]}")) == {4}


WORDS = (
    "halvard osterline bitcoin ether sec fed nvidia acquires sells recalls raises cuts approves rejects fund rate "
    "court pension mining station quarrel lantern $412M $5M 3% 1,204 4,020 2027"
).split()
LINES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
LEADS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from("ABC"), LINES, LEADS), max_size=12))
def test_no_pair_of_one_event_is_left_out(told: list[tuple[str, str, str]]) -> None:
    items = [
        features(identify(RawItem(source=source, title=title, summary=lead, url=f"https://x.example/{at}"), NOON))
        for at, (source, title, lead) in enumerate(told)
    ]
    assert pairs_near(items) >= pairs_of_one_event(items)
