"""The index finds what comparing every pair finds, and what it drops only by its text."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zlib import crc32

from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.match_index import MatchIndex
from tradecore.engines.digest.matching import Match, compare
from tradecore.model.news import NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
BODY = (
    "Investors put money into the American spot funds for the fourth day in a row, according to figures "
    "that the issuers publish every evening after the close, and the largest of them took more than half of it."
)


def item(
    source: str, title: str, text: str = "", *, url: str | None = None, guid: str | None = None, hours: float = 0
) -> NewsItem:
    moment = NOON + timedelta(hours=hours)
    raw = RawItem(
        source=source,
        title=title,
        summary=text,
        url=url or f"https://{source.lower()}.example/{crc32(repr((source, title, text, hours)).encode())}",
        guid=guid,
        published_at=moment,
    )
    return identify(raw, moment)


def test_a_title_that_comes_again_and_again_proves_nothing() -> None:
    columns = [item("A", "Morning crypto market digest and overview", f"text {at}", hours=24 * at) for at in range(3)]
    other = features(item("B", "Morning crypto market digest and overview", "quite another text"))
    index = MatchIndex()
    for each in columns:
        index.count_title(features(each))
        index.add(features(each))
    assert list(index.matches(other)) == []
    assert compare(features(columns[0]), other) is Match.SAME_STORY


def test_a_dropped_item_is_found_by_its_text_and_no_longer_by_its_words() -> None:
    title = "Bridge halts withdrawals of 40 million dollars"
    dropped, representative = features(item("A", title, BODY)), features(item("B", title))
    index = MatchIndex()
    for each in (dropped, representative):
        index.add(each)
    index.drop_title(dropped)
    assert [found.item.id for found, _ in index.matches(features(item("C", title)))] == [representative.item.id]
    assert [found.item.id for found, _ in index.matches(features(item("D", "Bridge of funds", BODY)))] == [
        dropped.item.id
    ]


VOCABULARY = (
    "bitcoin etf inflows sec approves halvard osterline kraken lists solana hack $5M $7M 3% fund market vote delays "
    "bridge court"
).split()
TITLES = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=7).map(" ".join)
BODIES = st.sampled_from(["", BODY, BODY[:90], BODY[40:], f"{BODY} With a line more.", "short text"])


@st.composite
def items(draw: st.DrawFn) -> NewsItem:
    source = draw(st.sampled_from("ABC"))
    raw = RawItem(
        source=source,
        title=draw(TITLES),
        summary=draw(BODIES),
        url=draw(st.none() | st.integers(1, 4).map(lambda n: f"https://x.example/{n}")),
        guid=draw(st.none() | st.sampled_from(["g1", "g2"])),
        published_at=NOON + timedelta(hours=draw(st.integers(0, 400))),
    )
    return identify(raw, NOON + timedelta(hours=500))


@given(items(), items())
def test_kinship_is_mutual_and_an_item_is_its_own_document(a: NewsItem, b: NewsItem) -> None:
    assert compare(features(a), features(b)) is compare(features(b), features(a))
    assert compare(features(a), features(a)) is Match.SAME_DOCUMENT


@settings(max_examples=60)
@given(st.lists(items(), max_size=14))
def test_the_index_finds_exactly_what_looking_at_every_pair_finds(batch: list[NewsItem]) -> None:
    prepared = [features(each) for each in batch]
    index = MatchIndex()
    for each in prepared:
        index.count_title(each)
    recurrent = {id(each): index.recurrent(each) for each in prepared}
    slow = {
        (a, b)
        for a, b in combinations(range(len(prepared)), 2)
        if compare(prepared[a], prepared[b], recurrent=recurrent[id(prepared[a])] or recurrent[id(prepared[b])])
        is not Match.DISTINCT
    }
    fast = set()
    for place, each in enumerate(prepared):
        for other, _ in index.matches(each):
            fast.add((next(at for at, known in enumerate(prepared) if known is other), place))
        index.add(each)
    assert fast == slow
