"""One document, one story, or two things: pair by pair."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zlib import crc32

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify
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


def match_of(a: NewsItem, b: NewsItem) -> Match:
    assert compare(features(a), features(b)) == compare(features(b), features(a))
    return compare(features(a), features(b))


def test_an_address_is_a_document_however_it_is_decorated() -> None:
    one = item("A", "First headline of the day", url="https://www.a.example/x?utm_source=rss")
    other = item("B", "Another headline entirely", url="http://a.example/x/#top", hours=2000)
    assert match_of(one, other) is Match.SAME_DOCUMENT


def test_a_guid_counts_within_its_source() -> None:
    assert match_of(item("A", "x y z", guid="7"), item("A", "later title", guid="7", hours=900)) is Match.SAME_DOCUMENT
    assert match_of(item("A", "x y z", guid="7"), item("B", "later title", guid="7")) is Match.DISTINCT


def test_an_entry_is_one_document_before_and_after_others_share_its_address() -> None:
    alone = item("A", "Vault opens", url="https://a.example/all")
    sharing = evolve(item("A", "Vault opens", url="https://a.example/all", hours=2), id="item_text", url_key=None)
    assert match_of(alone, sharing) is Match.SAME_DOCUMENT
    assert match_of(alone, evolve(sharing, source="B")) is not Match.SAME_DOCUMENT
    assert match_of(evolve(alone, guid="1"), evolve(sharing, guid="2")) is Match.DISTINCT


def test_the_same_long_text_is_one_document_for_two_weeks() -> None:
    one = item("A", "Funds take in money", BODY)
    assert match_of(one, item("B", "BREAKING: Funds take in money", f"<p>{BODY}</p>", hours=200)) is Match.SAME_DOCUMENT
    assert match_of(one, item("B", "Funds take in money", BODY, hours=400)) is Match.DISTINCT


def test_a_reprint_with_an_added_line_or_a_cut_end_is_one_document() -> None:
    one = item("A", "Funds take in money", BODY)
    assert match_of(one, item("B", "Money flows to funds", f"{BODY} Edited by B.")) is Match.SAME_DOCUMENT
    assert match_of(one, item("B", "Funds take in money", BODY[: len(BODY) // 2])) is Match.SAME_DOCUMENT


def test_other_outlets_headlines_of_one_event_are_one_story_and_two_documents() -> None:
    one = item("A", "Spot bitcoin ETFs draw $200M of inflows")
    assert match_of(one, item("B", "Bitcoin ETF inflows reach 200 million dollars")) is Match.SAME_STORY
    assert match_of(one, item("B", "Bitcoin ETF inflows reach 200 million dollars", hours=80)) is Match.DISTINCT


def test_follow_ups_of_one_source_stand_alone() -> None:
    one = item("A", "Spot bitcoin ETFs draw $200M of inflows", BODY)
    assert match_of(one, item("A", "Bitcoin ETF inflows reach 200 million dollars", BODY[:-30])) is Match.DISTINCT


def test_similar_texts_with_contradicting_headlines_are_two_things() -> None:
    one = item("A", "Bitcoin ETFs see $200M inflows", BODY)
    assert match_of(one, item("B", "Bitcoin ETFs see $200M outflows", f"{BODY} More.")) is Match.DISTINCT


def test_price_tickers_are_alike_in_nothing_but_an_exact_copy() -> None:
    assert match_of(item("A", "BTC $67,000 ETH $3,400 SOL $150"), item("B", "SOL $150 BTC $67,000 ETH $3,400")) is (
        Match.DISTINCT
    )
    assert match_of(item("A", "BTC $67,000 ETH $3,400"), item("B", "BTC $67,000 ETH $3,400")) is Match.SAME_STORY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SEC will appeal the ruling", "SEC will not appeal the ruling"),
        ("SEC will appeal the ruling", "SEC won't appeal the ruling"),
        ("Stablecoin Corda slips after audit", "Stablecoin Vela slips after audit"),
        ("Fernkey lists Pocket Otter token", "Fernkey lists Quiet Heron token"),
        ("Court in Delaware hears Brightwell case", "Court in Nevada hears Brightwell case"),
        ("Quillon's finance chief Ana Ruiz leaves", "Quillon's finance chief Tom Vale leaves"),
        ("Quillon Foods finance chief Ana Ruiz leaves", "Quillon Foods technology chief Tom Vale leaves"),
        ("Treasury firm Halvard buys 500 bitcoin", "Treasury firm Osterline buys 500 bitcoin"),
    ],
)
@pytest.mark.parametrize("text", ["", "It has happened, both sides say.", f"{BODY} All rights are reserved."])
def test_one_sentence_about_another_actor_or_object_is_another_event(one: str, other: str, text: str) -> None:
    assert match_of(item("A", one, text), item("B", other, text)) is Match.DISTINCT


@pytest.mark.parametrize("text", ["It has happened, both sides say.", BODY])
def test_a_text_common_to_several_items_joins_nothing(text: str) -> None:
    titles = ["Vestmark wins pipeline contract", "Judge frees Corda founder", "Riverbank loses its licence"]
    for one, other in combinations(titles, 2):
        assert match_of(item("A", one, text), item("B", other, text)) is Match.DISTINCT
        assert match_of(item("A", one, text), item("A", other, text)) is Match.DISTINCT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Regulator orders Halvard to halt withdrawals", "Halvard told by regulator to stop withdrawals"),
        ("Vestmark to buy rival Osterline for $3 billion", "Osterline agrees to $3B takeover by Vestmark"),
        ("Outage at Fernkey leaves traders locked out", "Traders locked out of Fernkey for hours in outage"),
    ],
)
def test_one_event_in_other_words_is_one_story(one: str, other: str) -> None:
    assert match_of(item("A", one), item("B", other)) is Match.SAME_STORY


SLOTS = {
    "amount": ["$200M", "$300M", "$201M", "two billion dollars", "1,250 BTC"],
    "asset": ["Bitcoin", "Ether", "Solana", "XRP"],
    "way": ["inflows", "outflows"],
    "verdict": ["approved", "rejected", "delayed"],
}


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SLOTS.items()}), st.data())
def test_changing_a_number_asset_or_polarity_word_never_leaves_one_document(
    slots: dict[str, str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(SLOTS)))
    changed = {**slots, name: data.draw(st.sampled_from([v for v in SLOTS[name] if v != slots[name]]))}
    one, other = (
        item(source, f"{each['asset']} funds see {each['amount']} {each['way']} after plan {each['verdict']}", BODY)
        for source, each in (("A", slots), ("B", changed))
    )
    assert match_of(one, other) is not Match.SAME_DOCUMENT
    assert match_of(one, evolve(other, source="A")) is not Match.SAME_DOCUMENT


def test_a_name_that_stands_below_the_other_headline_is_no_other_name() -> None:
    one = item(
        "A", "Payments start-up Velburn raises $20 million in Series B", "It moves coins over borders for banks."
    )
    other = item(
        "B", "Coin platform secures $20M for payments", "Velburn moves coins over borders for banks. Series B."
    )
    assert match_of(one, other) is Match.SAME_STORY
    assert match_of(one, item("B", "Coin platform Ostrend secures $20M", "It moves coins for banks.")) is Match.DISTINCT


def test_a_figure_of_many_digits_in_both_headlines_is_of_one_event() -> None:
    one = item("A", "Osterline makes largest purchase since July, adds 13,627 BTC")
    assert match_of(one, item("B", "‘Orange’: Osterline buys 13,627 bitcoin for $1.25 billion")) is Match.SAME_STORY
    assert match_of(one, item("B", "‘Orange’: Osterline buys 14,120 bitcoin for $1.25 billion")) is Match.DISTINCT


def test_words_that_many_headlines_share_join_nothing() -> None:
    one = item("A", "Crypto market analysis: prices of the week")
    assert match_of(one, item("B", "Crypto market analysis: what next for prices")) is Match.DISTINCT


def test_a_roundup_joins_no_event_and_known_names_in_two_places_tell_events_apart() -> None:
    event = item("A", "ECB lowers deposit rate, says inflation is beaten back", "The decision was unanimous.")
    column = item("B", "Morning call: ECB deposit rate, inflation and what is beaten back")
    assert match_of(event, column) is Match.DISTINCT
    other = item("B", "Riksbank lowers policy rate, says inflation is beaten back", hours=1)
    assert match_of(event, other) is Match.DISTINCT


def test_a_state_does_not_contradict_its_country() -> None:
    one = item("A", "Vestmark founder pleads guilty to fraud in New York")
    other = item("B", "Vestmark founder pleads guilty to fraud in US court", hours=1)
    assert match_of(one, other) is Match.SAME_STORY
    assert match_of(one, item("C", "Vestmark founder pleads guilty to fraud in Texas court")) is Match.DISTINCT


def test_the_later_an_item_the_more_alike_are_reports_of_one_event() -> None:
    first = item(
        "A",
        "Brandt reiterates Norway's support for Iceland",
        "The minister spoke in Reykjavik on Wednesday, his first stop on a journey through four countries.",
    )
    plane = "Reporters were not allowed on the plane, and the ministry declined to say why it flew without them."
    title = "Brandt leaves Iceland after talks on Norway's fishing quotas"
    assert match_of(first, item("B", title, plane, hours=14)) is Match.SAME_STORY
    assert match_of(first, item("B", title, plane, hours=40)) is Match.DISTINCT
    speech = "On the first stop of a journey through four countries the minister spoke in Reykjavik on Wednesday."
    same = "Norway supports Iceland, Brandt reiterates"
    assert match_of(first, item("B", same, speech, hours=40)) is Match.SAME_STORY


def test_a_column_joins_only_what_its_lead_is_of_too() -> None:
    lead = (
        "The company wants to build until 2030, and judges in Columbus heard farmers and the owners of the land on "
        "Monday, before the senate votes on a loan and on the tolls that ships on the river will be charged."
    )
    report = item("A", "Ohio pays for Halvard pipeline", lead)
    aside = (
        "Ten years ago nobody here had heard of shale gas, says Mary Ott, who sells tractors at the crossroads behind "
        "the church, where her grandfather opened the shop when he came back from Korea with a pension and a limp. "
        "Now engineers eat at Ben's diner, rents have doubled, and the school has bought violins and a minibus."
    )
    question, statement = "Who likes the Halvard pipeline?", "Town likes the Halvard pipeline"
    assert match_of(report, item("B", question, aside)) is Match.DISTINCT
    assert match_of(report, item("B", statement, aside)) is Match.SAME_STORY
    assert match_of(report, item("B", question, lead)) is not Match.DISTINCT
