"""Each thing once, nothing lost, and every item accounted for."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, DigestBrief, DigestReport, NewsItem, RawItem, Reason

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
USER = UserId("reader")
HOURLY = DigestBrief(user_id=USER, hours=1)
TITLES = [
    "Spot bitcoin ETFs draw $200M of inflows",
    "Bitcoin ETF inflows reach 200 million dollars",
    "Bitcoin ETF inflows reach 250 million dollars",
    "Kraken lists Solana memecoin Pocket Otter",
    "SEC delays decision on ether staking",
    "SEC rejects ether staking decision",
    "Ether staking decision delayed by SEC",
    "Hong Kong bank opens custody desk",
    "GM",
]


def item(source: str, title: str, *, at: datetime = NOON, seen: datetime | None = None, url: str = "") -> NewsItem:
    address = url or f"https://{source.lower()}.example/{'-'.join(title.lower().split())}-{at:%d%H%M}"
    return identify(RawItem(source=source, title=title, url=address, published_at=at), seen or at)


def report(items: list[NewsItem], ledger: list[Delivery], now: datetime, brief: DigestBrief = HOURLY) -> DigestReport:
    return make_digest(brief, items, ledger, (), now)


def reasons(made: DigestReport) -> dict[str, Reason]:
    return {placed.item.title: placed.reason for placed in made.considered}


def test_what_was_told_is_not_told_again() -> None:
    items = list(assign_stories([item("A", TITLES[0]), item("B", TITLES[3])], ()))
    first = report(items, [], NOON)
    assert first.counts.reported == 2
    second = report(items, list(first.deliveries(USER, JobId("1"), NOON)), NOON + timedelta(minutes=5))
    assert second.counts.reported == 0
    assert second.counts.already_delivered == 2
    assert "example" not in second.markdown


def test_another_users_ledger_changes_nothing() -> None:
    items = list(assign_stories([item("A", TITLES[0])], ()))
    theirs = list(report(items, [], NOON).deliveries(UserId("other"), JobId("1"), NOON))
    assert report(items, theirs, NOON) == report(items, [], NOON)


def test_new_facts_of_a_known_story_come_as_an_update() -> None:
    told = list(assign_stories([item("A", "SEC weighs ether staking decision for funds")], ()))
    ledger = list(report(told, [], NOON).deliveries(USER, JobId("1"), NOON))
    late = item("B", "Ether staking decision for funds costs SEC $5M", at=NOON + timedelta(minutes=3))
    placed = [*told, *assign_stories([late], told)]
    if placed[0].story_id != placed[1].story_id:
        placed[1] = type(late)(**{**{a: getattr(late, a) for a in _fields()}, "story_id": placed[0].story_id})
    made = report(placed, ledger, NOON + timedelta(minutes=10))
    assert reasons(made)[late.title] is Reason.UPDATE
    assert 'Update to "SEC weighs ether staking decision for funds" (reported 2026-03-28 12:00 UTC)' in made.markdown
    assert told[0].url is not None
    assert told[0].url not in made.markdown


def _fields() -> list[str]:
    return [each.name for each in NewsItem.__attrs_attrs__]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Opinion: the theft at Halvard vault of $40 million was to be expected", Reason.MORE_COVERAGE),
        ("Morning Coin: theft of $40 million at vault Halvard, and what else to watch", Reason.MORE_COVERAGE),
        ("Opinion: Halvard denies theft of $40 million from its vault, and is wrong", Reason.UPDATE),
        ("Police find $30 million of the theft of $40 million from vault Halvard", Reason.UPDATE),
    ],
)
def test_a_column_on_a_known_story_is_no_update_unless_it_brings_the_next_phase(title: str, reason: Reason) -> None:
    (known,) = assign_stories([item("A", "Thieves take $40 million from vault Halvard")], ())
    told = list(report([known], [], NOON).deliveries(USER, JobId("1"), NOON))
    other = evolve(item("B", title, at=NOON + timedelta(minutes=30)), story_id=known.story_id)
    assert reasons(report([known, other], told, NOON + timedelta(hours=1)))[title] is reason


def test_an_outlet_that_joins_without_news_gets_one_line_and_its_second_copy_nothing() -> None:
    told = list(assign_stories([item("A", TITLES[0])], ()))
    ledger = list(report(told, [], NOON).deliveries(USER, JobId("1"), NOON))
    joined = assign_stories([item("B", TITLES[1], at=NOON + timedelta(minutes=2))], told)
    made = report([*told, *joined], ledger, NOON + timedelta(minutes=5))
    assert reasons(made)[TITLES[1]] is Reason.MORE_COVERAGE
    assert made.counts.grouped == 1
    assert 'More coverage of "Spot bitcoin ETFs draw $200M of inflows"' in made.markdown
    ledger += made.deliveries(USER, JobId("2"), NOON)
    again = report([*told, *joined], ledger, NOON + timedelta(minutes=6))
    assert again.counts.already_delivered == 2


def test_the_same_article_through_three_addresses_is_told_once() -> None:
    variants = [
        item("A", "Regulator opens inquiry into mining pools", url=url)
        for url in (
            "https://www.a.example/story?id=1&utm_source=rss",
            "http://a.example/story/?id=1#comments",
            "https://m.a.example/story?fbclid=7&id=1",
        )
    ]
    made = report(list(variants), [], NOON)
    assert made.counts.considered == 1
    assert made.markdown.count("](") == 1


def test_opposite_flows_of_equal_size_are_two_stories() -> None:
    made = report([item("A", "Bitcoin ETFs see $200M inflows"), item("B", "Bitcoin ETFs see $200M outflows")], [], NOON)
    assert made.counts.new_stories == 2


def test_a_late_arrival_is_reported_once() -> None:
    late = item("A", TITLES[3], at=NOON - timedelta(hours=5), seen=NOON + timedelta(minutes=30))
    before = report([late], [], NOON)
    assert before.counts.considered == 0
    made = report([late], [], NOON + timedelta(hours=1))
    assert reasons(made) == {TITLES[3]: Reason.REPORTED}
    after = report([late], list(made.deliveries(USER, JobId("1"), NOON)), NOON + timedelta(hours=1, minutes=10))
    assert after.counts.reported == 0


def test_what_arrives_older_than_the_grace_is_accounted_for() -> None:
    ancient = item("A", TITLES[3], at=NOON - timedelta(days=3), seen=NOON)
    made = report([ancient], [], NOON)
    assert made.counts.considered == 0
    assert made.too_old == (assign_stories([ancient], ())[0],)
    assert "1 item arrived too late to report" in made.markdown


def test_a_date_in_the_future_counts_as_first_sight() -> None:
    ahead = item("A", TITLES[3], at=NOON + timedelta(days=300), seen=NOON)
    assert report([ahead], [], NOON).counts.reported == 1
    assert report([ahead], [], NOON + timedelta(hours=3)).counts.considered == 0


def test_a_gap_between_two_hourly_reports_is_caught_up() -> None:
    between = item("A", TITLES[3], at=NOON + timedelta(seconds=20))
    now = NOON + timedelta(hours=1, minutes=2)
    assert make_digest(HOURLY, [between], [], (), now).counts.considered == 0
    assert make_digest(HOURLY, [between], [], (), now, previous_end=NOON).counts.reported == 1
    long_ago = make_digest(HOURLY, [between], [], (), now + timedelta(days=2), previous_end=NOON)
    assert long_ago.counts.considered == 0


def test_light_stories_are_left_for_later_and_not_marked() -> None:
    made = make_digest(HOURLY, [item("A", TITLES[0]), item("B", "GM")], [], (), NOON, rules=Rules(threshold=40))
    assert reasons(made) == {TITLES[0]: Reason.REPORTED, "GM": Reason.BELOW_THRESHOLD}
    assert [entry.title for entry in made.deliveries(USER, JobId("1"), NOON)] == [TITLES[0]]
    short = make_digest(HOURLY, [item("A", TITLES[0]), item("B", "GM")], [], (), NOON, rules=Rules(max_stories=1))
    assert short.counts.below_threshold == 1


def test_an_item_without_a_story_is_refused_by_name() -> None:
    from tradecore.engines.digest.selection import select

    with pytest.raises(ValueError, match="item_"):
        select([item("A", "a b c")], [], Window.of(HOURLY, NOON, Rules()), Rules())


@st.composite
def arrivals(draw: st.DrawFn) -> list[NewsItem]:
    """Items of one day, first seen up to three hours after they were published."""
    out = {}
    for at in range(draw(st.integers(0, 12))):
        published = NOON + timedelta(minutes=draw(st.integers(0, 300)))
        seen = published + timedelta(minutes=draw(st.integers(0, 180)))
        source, title = draw(st.sampled_from("ABC")), draw(st.sampled_from(TITLES))
        made = item(
            source, title, at=published, seen=seen, url=f"https://{source}.example/{at // 2}/{title[:3].strip()}"
        )
        out[made.id] = made
    return list(out.values())


@settings(max_examples=80)
@given(arrivals(), st.lists(st.integers(1, 15), min_size=10, max_size=10))
def test_whoever_asks_every_hour_is_told_everything_once_and_the_sums_add_up(
    items: list[NewsItem], delays: list[int]
) -> None:
    stored: list[NewsItem] = []
    ledger: list[Delivery] = []
    accounted: set[str] = set()
    previous: datetime | None = None
    now = NOON
    for delay in delays:
        batch = [each for each in items if each.first_seen_at <= now and each.id not in {s.id for s in stored}]
        stored += assign_stories(batch, stored)
        made = make_digest(HOURLY, stored, ledger, (), now, previous_end=previous)
        counts = made.counts
        assert counts.considered == counts.reported + counts.grouped + counts.already_delivered + counts.below_threshold
        assert counts.considered == len(made.considered) == made.items_processed
        entries = made.deliveries(USER, JobId(f"{now}"), now)
        told = {entry.item_id for entry in ledger}
        assert told.isdisjoint(entry.item_id for entry in entries)
        assert {e.url for e in ledger}.isdisjoint(e.url for e in entries)
        for entry in ledger:
            assert entry.url is None or f"({entry.url})" not in made.markdown
        for placed in made.considered:
            if placed.reason.printed and placed.item.url:
                assert f"({placed.item.url})" in made.markdown
        accounted |= {placed.item.id for placed in made.considered}
        ledger += entries
        previous = now
        now += timedelta(hours=1, minutes=delay)
    assert accounted == {each.id for each in items if each.first_seen_at <= previous}  # type: ignore[operator]


@settings(max_examples=40)
@given(arrivals(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_handed_in_does_not_matter(items: list[NewsItem], random: object) -> None:
    stored = list(assign_stories(items, ()))
    now = NOON + timedelta(hours=4)
    brief = DigestBrief(user_id=USER, hours=24)
    ledger = list(make_digest(brief, stored[::2], [], (), now).deliveries(USER, JobId("1"), now))
    shuffled, entries = list(stored), list(ledger)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(entries)  # type: ignore[attr-defined]
    assert make_digest(brief, shuffled, entries, (), now) == make_digest(brief, stored, ledger, (), now)
