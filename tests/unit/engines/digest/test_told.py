"""What adds something to what a reader was told, and the law that no new document vanishes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.phases import is_later
from tradecore.engines.digest.report_story import FURTHER_LINKS
from tradecore.engines.digest.stories import assign_stories
from tradecore.engines.digest.told import Told
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, DigestBrief, DigestReport, NewsItem, RawItem, Reason

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
BRIEF = DigestBrief(user_id=UserId("reader"), hours=24)
FUND = "Bank Alderney opens fund of coins to savers"


def item(source: str, title: str, text: str = "", *, minutes: int = 0, number: int = 0) -> NewsItem:
    at = NOON + timedelta(minutes=minutes)
    url = f"https://{source.lower()}.example/{minutes}-{number}"
    return identify(RawItem(source=source, title=title, summary=text, url=url, published_at=at), at)


@pytest.mark.parametrize(
    ("title", "adds"),
    [
        ("Alderney bank opens fund of coins to savers", False),
        ("Bank Alderney opens coins fund to savers", False),
        ("Bank Alderney opens fund of bonds to savers", True),
        ("Bank Alderney opens fund of coins to savers again", True),
        ("Bank Alderney opens $5M fund of coins to savers", True),
        ("Bank Alderney denies it opens fund of coins to savers", True),
        ("Bank Alderney reportedly opens fund of coins to savers", False),
        ("Breaking: Bank Alderney opens fund of coins to savers", False),
    ],
)
def test_what_adds_to_a_headline_that_was_told(title: str, adds: bool) -> None:
    assert Told([item("A", FUND)]).lacks(item("B", title)) is adds
    assert not Told([item("A", FUND), item("C", title)]).lacks(item("B", title))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Norland threatens tariffs on chips from Sundia", "Norland drops threat of tariffs on chips from Sundia"),
        ("Larkspur plans bid for miner Quillnet", "Larkspur abandons plan of bid for miner Quillnet"),
        (
            "Regulator sues lender Brightmoor over reserves",
            "Regulator withdraws suit over reserves of lender Brightmoor",
        ),
        ("Halvard calls meeting on merger with Osterline", "Halvard calls off meeting on merger with Osterline"),
    ],
)
def test_what_is_taken_back_is_news(before: str, after: str) -> None:
    assert Told([item("A", before)]).lacks(item("B", after))
    assert not Told([item("A", before), item("C", after)]).lacks(item("B", after, "In short."))


def test_words_that_stand_below_a_headline_were_told_as_well() -> None:
    below = "Lender from the islands lets customers invest in digital money."
    other = item("B", "Island lender lets customers invest in digital money")
    assert Told([item("A", FUND)]).lacks(other)
    assert not Told([item("A", FUND, below)]).lacks(other)


def test_a_copy_is_the_same_text_or_the_same_headline_and_facts_of_one_source() -> None:
    told = Told([item("A", FUND, "The fund opens on Monday.")])
    assert told.has_copy(item("B", FUND, "The fund opens on Monday."))
    assert told.has_copy(item("A", FUND, "On Monday the fund opens."))
    assert not told.has_copy(item("B", FUND, "On Monday the fund opens."))
    assert not told.has_copy(item("A", FUND, "The fund of $5M opens."))


def test_a_reprint_is_the_same_headline_and_lead_in_nearly_the_same_words_and_figures() -> None:
    text = "The fund of the lender opens on Monday, with room for 4,000 savers and a fee of 1%."
    told = Told([item("A", FUND, text)])
    assert told.has_reprint(item("A", f"{FUND}!", f"{text} More follows."))
    assert told.has_reprint(item("B", "Bank Alderney opens its fund of coins to savers", text))
    assert not told.has_reprint(item("A", FUND, text.replace("4,000", "5,000")))
    assert not told.has_reprint(item("A", FUND, "Critics call it a gamble with the money of the retired."))
    assert not told.has_reprint(item("A", f"{FUND} for $5", text))


def look_alikes(count: int) -> list[NewsItem]:
    """Posts of one bot about one event, tied together by the report of another outlet."""
    first = item("Wire", FUND)
    posts = [item("Bot", f"{FUND} {'-' * at}", f"Post {chr(97 + at % 26)}{at}.", minutes=at) for at in range(1, count)]
    story = assign_stories([first], ())[0]
    return [story, *(type(post)(**{**_fields(post), "story_id": story.story_id}) for post in posts)]


def _fields(item: NewsItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in (field.name for field in NewsItem.__attrs_attrs__)}


def test_look_alikes_of_one_outlet_are_a_few_links_and_a_count() -> None:
    posts = look_alikes(300)
    now = NOON + timedelta(hours=6)
    report = make_digest(BRIEF, posts, (), (), now)
    reasons = [placed.reason for placed in report.considered]
    assert report.counts.new_stories == 1
    assert report.counts.considered == 300
    links = sum(reason.printed for reason in reasons)
    assert 2 <= links <= 2 + 2 * FURTHER_LINKS
    assert reasons.count(Reason.REPEATED) == 300 - links
    assert f" and {300 - links} more\n" in report.markdown
    ledger = report.deliveries(BRIEF.user_id, JobId("1"), now)
    again = make_digest(BRIEF, posts, ledger, (), now + timedelta(minutes=5))
    assert again.counts.already_delivered == links


def test_only_more_coverage_is_not_called_nothing_new() -> None:
    first = assign_stories([item("A", FUND)], ())
    ledger = make_digest(BRIEF, first, (), (), NOON).deliveries(BRIEF.user_id, JobId("1"), NOON)
    second = assign_stories([item("B", "Alderney bank opens fund of coins to savers", minutes=5)], first)
    report = make_digest(BRIEF, [*first, *second], ledger, (), NOON + timedelta(hours=1))
    assert "- More coverage of 1 story reported to you before.\n" in report.markdown
    assert "Nothing new" not in report.markdown
    assert f"({second[0].url})" in report.markdown


EVENTS = [
    "opens fund of coins to savers", "freezes accounts of mixer users", "lists token Copper Finch for savers",
    "pays customers of lender back", "shuts desk for digital assets",
]  # fmt: skip
FORMS = [
    "{bank} {event}", "{bank} reportedly {event}", "{bank} threatens: {event}", "{bank} soon {event}",
    "{bank} denies it {event}", "Correction: {bank} {event} next to none", "{event}, says {bank}",
    "{bank} {event} again", "{bank} {event} worth $5M", "{bank} {event} worth $50M",
]  # fmt: skip
SENTENCES = [
    "",
    "It has happened, both sides say.",
    "The move was set to come.",
    "Clerks confirm it.",
    "More to follow.",
]


class NothingHidden(RuleBasedStateMachine):
    """Outlets publish, two readers read, time passes; whatever a report leaves out has a reason that holds."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.stored: list[NewsItem] = []
        self.ledgers: dict[str, list[Delivery]] = {"ann": [], "ben": []}
        self.ends: dict[str, datetime | None] = {"ann": None, "ben": None}

    @rule(
        source=st.sampled_from("ABC"),
        bank=st.sampled_from(["Bank Alderney", "Bank Sark", "Broker Mapleforge"]),
        event=st.sampled_from(EVENTS),
        forms=st.lists(st.sampled_from(FORMS), min_size=1, max_size=4),
        text=st.sampled_from(SENTENCES),
    )
    def publish(self, source: str, bank: str, event: str, forms: list[str], text: str) -> None:
        batch = []
        for form in forms:
            title = form.format(bank=bank, event=event)
            url = f"https://{source.lower()}.example/{len(self.stored) + len(batch)}"
            raw = RawItem(source=source, title=title, summary=text, url=url, published_at=self.now)
            batch.append(identify(raw, self.now))
        self.stored += assign_stories(batch, self.stored)

    @rule(minutes=st.sampled_from([1, 20, 59, 61, 400]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(reader=st.sampled_from(["ann", "ben"]), hours=st.sampled_from([1, 6, 24]))
    def read(self, reader: str, hours: int) -> None:
        brief = DigestBrief(user_id=UserId(reader), hours=hours)
        ledger, previous = self.ledgers[reader], self.ends[reader]
        report = make_digest(brief, self.stored, ledger, (), self.now, previous_end=previous)
        window = Window.of(brief, self.now, Rules(), previous)
        assert {each.item.id for each in report.considered} == {i.id for i in self.stored if window.holds(i)}
        entries = report.deliveries(UserId(reader), JobId(str(self.now)), self.now)
        check_nothing_is_hidden(report, [*ledger, *entries], self.stored)
        ledger += entries
        self.ends[reader] = self.now
        self.now += timedelta(minutes=1)


def check_nothing_is_hidden(report: DigestReport, told: list[Delivery], stored: list[NewsItem]) -> None:
    printed = [each for each in report.considered if each.reason.printed]
    assert ("Nothing new" in report.markdown) == (bool(report.considered) and not printed)
    for each in printed:
        assert f"({each.item.url})" in report.markdown
    for each in report.considered:
        if each.reason.printed:
            continue
        of_story = [delivery for delivery in told if delivery.story_id == each.story_id]
        same = [entry for entry in of_story if entry.item_id == each.item.id or entry.doc_hash == each.item.doc_hash]
        if each.reason is Reason.ALREADY_DELIVERED:
            assert same
            continue
        assert each.reason is Reason.REPEATED
        known = {entry.item_id for entry in of_story}
        reprint = Told(item for item in stored if item.id in known).has_reprint(each.item)
        assert same or reprint or len(of_story) > FURTHER_LINKS
        assert not is_later(each.item.facts.phase, {delivery.facts.phase for delivery in of_story})


TestNothingHidden = NothingHidden.TestCase
TestNothingHidden.settings = settings(max_examples=20, stateful_step_count=15)
