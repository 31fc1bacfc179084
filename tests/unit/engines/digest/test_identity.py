"""Who an item is, before and after its text changes."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.identity import identify, new_version, revised, separate_shared_ids
from tradecore.model.news import NewsItem, Phase, RawItem, StoryId

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
RAW = RawItem(source="A", title="A &amp; B", summary="<p>Text</p>", url="https://a.example/x?utm_source=r", guid="g1")


def test_the_same_entry_always_has_the_same_id() -> None:
    one, later = identify(RAW, NOON), identify(RAW, NOON + timedelta(days=1))
    assert one.id == later.id
    assert identify(evolve(RAW, source="B", url="http://www.a.example/x/"), NOON).id == one.id
    assert identify(evolve(RAW, url="https://a.example/y"), NOON).id != one.id


def test_markup_is_gone_and_the_first_sight_stands_for_a_missing_date() -> None:
    item = identify(RAW, NOON)
    assert (item.title, item.summary, item.published_at) == ("A & B", "Text", NOON)
    assert item.url == "https://a.example/x"
    assert item.url_key == "https://a.example/x"


def test_home_pages_and_shared_addresses_identify_nothing() -> None:
    for raw in (evolve(RAW, url="https://a.example/"), evolve(RAW, shared_url=True)):
        item = identify(raw, NOON)
        assert item.url_key is None
        assert item.url is not None
        assert item.id != identify(evolve(raw, guid="g2"), NOON).id
        assert identify(evolve(raw, guid=None), NOON).id == identify(evolve(raw, guid=" "), NOON).id


def test_a_post_without_a_title_is_named_by_its_text() -> None:
    assert identify(evolve(RAW, title="", summary="word " * 100), NOON).title == ("word " * 60).strip()[:299]


def test_a_revision_changes_what_is_said_and_not_who_it_is() -> None:
    stored = evolve(identify(RAW, NOON), sequence=7)
    again = identify(evolve(RAW, title="Corrected title"), NOON + timedelta(hours=1))
    now = revised(stored, again)
    assert (now.id, now.sequence, now.first_seen_at, now.title) == (stored.id, 7, NOON, "Corrected title")
    assert now.doc_hash == again.doc_hash
    assert revised(stored, identify(RAW, NOON)) is stored
    assert revised(stored, evolve(again, source="B")) is stored


@pytest.mark.parametrize("year", [1, 1989, 2201, 9999])
def test_an_impossible_date_counts_as_missing(year: int) -> None:
    assert identify(evolve(RAW, published_at=datetime(year, 1, 1, tzinfo=UTC)), NOON).published_at == NOON


@given(st.text(st.characters(), max_size=80), st.text(st.characters(categories=["Nd", "Nl", "No", "Zs"]), max_size=40))
def test_whatever_a_source_writes_has_an_identity(title: str, summary: str) -> None:
    raw = RawItem(source="A", title=title, summary=summary)
    assert identify(raw, NOON) == identify(raw, NOON)


def test_a_guid_of_several_addresses_is_joined_with_the_address() -> None:
    entries = [evolve(RAW, url=f"https://a.example/{name}") for name in ("x", "y")]
    assert [entry.guid for entry in separate_shared_ids(entries)] == [f"g1 {entry.url}" for entry in entries]
    assert separate_shared_ids([RAW, RAW]) == (RAW, RAW)


def test_an_address_of_several_entries_is_marked_as_shared() -> None:
    entries = [evolve(RAW, guid=name, title=name) for name in ("x", "y")]
    assert [entry.shared_url for entry in separate_shared_ids(entries)] == [True, True]
    retitled = [evolve(RAW, title=title) for title in ("Fund opens", "UPDATE 2-Fund opens")]
    assert [entry.shared_url for entry in separate_shared_ids(retitled)] == [False, False]


@pytest.mark.parametrize("guid", [None, "", "N/A", "n/a", "none", "NULL", "0", "-", "https://a.example/news", "feed-1"])
@pytest.mark.parametrize("url", [None, "https://a.example/", "https://a.example/news", "https://a.example/news?id=7"])
def test_entries_with_one_guid_and_one_link_for_all_are_each_kept(guid: str | None, url: str | None) -> None:
    entries = [evolve(RAW, guid=guid, url=url, title=f"Fund {name} opens") for name in ("oak", "elm", "ash")]
    items = [identify(entry, NOON) for entry in separate_shared_ids(entries)]
    assert len({item.id for item in items}) == 3
    assert {item.url for item in items} == {url}
    assert [item.guid for item in items] == [None, None, None]
    later = [identify(entry, NOON + timedelta(hours=1)) for entry in separate_shared_ids(entries[::-1])]
    assert {item.id for item in later} == {item.id for item in items}


@pytest.mark.parametrize("guid", ["N/A", "none", "[null]"])
def test_a_placeholder_is_no_guid_even_of_a_single_entry(guid: str) -> None:
    first, second = (evolve(RAW, guid=guid, url=None, title=title) for title in ("Fund opens", "Vault opens"))
    items = [identify(separate_shared_ids([entry])[0], NOON) for entry in (first, second)]
    assert items[0].id != items[1].id
    assert [item.guid for item in items] == [None, None]


def test_posts_without_titles_are_told_apart_by_their_texts() -> None:
    entries = [evolve(RAW, guid=None, title="", summary=text, url="https://a.example/all") for text in ("One.", "Two.")]
    assert len({identify(entry, NOON).id for entry in separate_shared_ids(entries)}) == 2


def test_a_guid_of_entries_with_and_without_an_address_identifies_those_with_one() -> None:
    with_address, without = separate_shared_ids([RAW, evolve(RAW, url=None, title="Other")])
    assert (with_address.guid, without.guid) == (f"g1 {RAW.url}", None)


def version_of(title: str, text: str, later_title: str, later_text: str) -> NewsItem | None:
    raw = RawItem(source="A", title=title, summary=text, url="https://a.example/page", published_at=NOON)
    known = evolve(identify(raw, NOON), story_id=StoryId("story_1"))
    again = identify(evolve(raw, title=later_title, summary=later_text), NOON + timedelta(hours=2))
    version = new_version(known, again)
    if version is not None:
        assert (version.story_id, version.url, version.url_key) == (known.story_id, known.url, None)
        assert version.id != known.id
        assert version == new_version(known, again)
        assert version.published_at == NOON + timedelta(hours=2)
    return version


def test_a_page_whose_headline_states_new_facts_is_a_new_document_of_its_story() -> None:
    assert version_of("Fernkey hacked", "", "Fernkey hacked for $30M", "") is not None
    assert version_of("Fernkey set to reopen", "", "Fernkey reopens", "") is not None
    assert version_of("Recap: Halvard opens office", "", "Recap: Quillon names Ana Ruiz chief", "") is not None


def test_a_figure_that_a_text_replaces_makes_a_correction_of_it() -> None:
    version = version_of("Fernkey hacked", "It lost $30M.", "Fernkey hacked", "It lost $300M.")
    assert version is not None
    assert version.facts.phase is Phase.CORRECTION


def test_a_text_that_only_grows_or_is_edited_is_no_new_document() -> None:
    assert version_of("Fernkey hacked", "It lost $30M.", "Fernkey hacked", "It lost $30M. Two of 9 are known.") is None
    assert version_of("Fernkey hacked", "It lost $30M.", "Fernkey is hacked", "It has lost $30M.") is None
    assert version_of("Fernkey hacked", "At 09:10 it fell.", "Fernkey hacked", "At 10:45 it fell.") is None
