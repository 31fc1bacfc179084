"""The report reads the same for the same news, and nothing that a source writes can change its shape."""

import re
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tradecore.engines.digest.categories import Category
from tradecore.engines.digest.digest import make_digest, report_of, select_news
from tradecore.engines.digest.edition import EditedStory, Edition, SummaryLine
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, RawItem, SourceHealth

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
BRIEF = DigestBrief(user_id=UserId("reader"), hours=1)


def raw(source: str, title: str, summary: str = "", *, minutes: int = 10, url: str | None = None) -> RawItem:
    address = url or f"https://{source.lower()}.example/{minutes}"
    return RawItem(
        source=source, title=title, summary=summary, url=address, published_at=NOON - timedelta(minutes=minutes)
    )


def made(*items: RawItem, sources: tuple[SourceHealth, ...] = (), edited: dict[str, EditedStory] | None = None) -> str:
    identified = assign_stories([identify(each, NOON) for each in items], ())
    if edited is None:
        return make_digest(BRIEF, identified, (), sources, NOON).markdown
    stories = {item.story_id: edited[item.title] for item in identified if item.story_id and item.title in edited}
    first = next(iter(stories))
    edition = Edition("acme:editor-1", stories, (SummaryLine("One <b>thing</b> happened.", (first,)),))
    return report_of(BRIEF, select_news(BRIEF, identified, (), NOON), sources, edition).markdown


def tokens(markdown: str) -> list[Token]:
    flat: list[Token] = []
    for token in MarkdownIt("commonmark").parse(markdown):
        flat += [token, *(token.children or [])]
    return flat


def test_a_whole_report() -> None:
    items = [
        raw(
            "CoinWire",
            "SEC approves Solana ETF",
            "The agency cleared the fund on Friday. Trading starts soon. More.",
            minutes=18,
        ),
        raw("ChainPost", "Solana ETF approved by SEC in vote", minutes=12),
        raw("Third", "Hong Kong bank opens custody desk", minutes=40),
        raw("Third", "Miners pay 3% more for power", minutes=41),
        raw("Third", "Wallet maker ships update to phones", minutes=42),
        raw("Third", "Developers meet in Lisbon next week", minutes=43),
        raw("Third", "Auction house drops digital art", minutes=44),
    ]
    health = (
        SourceHealth(name="CoinWire", last_success=NOON),
        SourceHealth(name="Slow", reachable=False, last_success=NOON - timedelta(minutes=80)),
    )
    report = made(*items, sources=health)
    assert report.startswith(
        "# Crypto News Analysis Report\n\n"
        "Window: 2026-03-28 11:00 – 12:00 UTC (1 h) · 7 items · 6 stories · 6 new for you\n"
    )
    assert [line for line in report.splitlines() if line.startswith("## ")] == [
        "## Executive Summary",
        "## Top Stories",
        "## By Category",
        "## Coverage",
    ]
    assert "- SEC approves Solana ETF [1]\n" in report
    assert (
        "### 1. SEC approves Solana ETF\n\nRegulation & Legal · SOL · score 82 · 11:42 UTC · 2 sources\n\n"
        "The agency cleared the fund on Friday. Trading starts soon.\n\n"
        "Sources: [CoinWire](https://coinwire.example/18), [ChainPost](https://chainpost.example/12)\n"
    ) in report
    assert "Considered 7 = 6 reported + 1 grouped + 0 already reported to you + 0 below threshold.\n" in report
    assert 'Sources: 1 of 2 reachable; "Slow" not updated since 10:40 UTC.' in report
    assert report.endswith(".\n")
    assert not report.endswith("\n\n")
    assert report == made(*reversed(items), sources=health)


def test_an_empty_window_has_the_same_headings_and_says_so() -> None:
    report = made()
    assert "No news items in this window.\n" in report
    assert [line for line in report.splitlines() if line.startswith("## ")] == [
        "## Executive Summary",
        "## Top Stories",
        "## By Category",
        "## Coverage",
    ]
    assert "Considered 0 = 0 reported + 0 grouped + 0 already reported to you + 0 below threshold." in report


HOSTILE = st.lists(
    st.sampled_from(
        [
            "[x](javascript:alert(1))", "![](https://evil.example/p.png)", "<script>alert(1)</script>",
            "<img src=x onerror=y>",
            "https://evil.example/a", "www.evil.example", "`code`", "*b*", "_i_",
            "# head", "\n\n## Coverage\n", "1. ", "- ",
            "| a |", "&lt;b&gt;", "&#91;", "\\", "](", "\u202e", "\x00",
            "[1]: https://evil.example",
            "<https://evil.example>",
            "data:text/html,x", "> q", "---", "===", "~~s~~", "a@evil.example", "&amp;lt;script&amp;gt;",
            "Bitcoin", "$5M",
        ]
    )
    | st.text(max_size=8),
    max_size=8,
).map("".join)  # fmt: skip


@settings(max_examples=150)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_a_source_writes_becomes_markup_or_a_link(title: str, text: str, name: str, url: str) -> None:
    good = raw("A", title, text, url="https://a.example/1")
    items = [good, raw(name or "B", f"{title} {text}", url=f"https://b.example/{url}"), raw("C", "x", url=url)]
    report = made(*items, sources=(SourceHealth(name=name, reachable=False),))
    assert "\r" not in report
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", report)
    seen = tokens(report)
    assert not {
        "html_block",
        "html_inline",
        "image",
        "code_inline",
        "fence",
        "code_block",
        "em_open",
        "strong_open",
    } & {token.type for token in seen}
    links = [str(token.attrs["href"]) for token in seen if token.type == "link_open"]
    for link in links:
        assert link.startswith(("https://a.example/", "https://b.example/")) or link.lower().startswith(
            ("http://", "https://")
        )
    assert not [link for link in links if "evil.example" in link.split("/")[2]] or "evil.example" in url
    headings = [token for token in seen if token.type == "heading_open"]
    assert [token.tag for token in headings].count("h1") == 1
    assert [token.tag for token in headings].count("h2") == 4


def test_an_edited_story_has_its_sentences_and_the_most_important_comes_first() -> None:
    items = [
        raw("A", "Bybit loses $1.46B", "Some coins left the wallets of the exchange today.", minutes=1),
        raw("B", "Library opens new wing", "It has books on money.", minutes=30),
    ]
    edited = {
        "Bybit loses $1.46B": EditedStory("Bybit lost $1.46B.", "Clients wait.", Category.SECURITY, 3),
        "Library opens new wing": EditedStory("A wing opened [x](http://evil.example).", "", Category.OTHER, 5),
    }
    report = made(*items, edited=edited)
    assert report.index("### 1. Library opens new wing") < report.index("### 2. Bybit loses $1.46B")
    assert "Bybit lost $1.46B. Clients wait." in report
    assert "importance 3 of 5" in report
    many = [
        raw("C", f"Lender {name} opens branch", minutes=40 + at)
        for at, name in enumerate("Abel Bork Cole Dorn".split())
    ]
    last = made(*items, *many, raw("D", "Mint of Osterline closes", minutes=50), edited={
        item.title: EditedStory(f"A sentence of {at}.", "It is so.", Category.OTHER, 6 - min(5, at))
        for at, item in enumerate([*items, *many])
    })  # fmt: skip
    assert "A sentence of 5.\n" in last.split("## By Category")[1]
    assert "It is so." not in last.split("## By Category")[1]
    assert "- One thing happened. [1]" in report
    lesser = {"Library opens new wing": EditedStory("A wing opened.", "", Category.OTHER, 2)}
    unjudged_first = made(*items, edited=lesser)
    assert unjudged_first.index("### 1. Bybit loses $1.46B") < unjudged_first.index("### 2. Library opens new wing")
    assert "Edited by acme:editor-1: 2 stories, held to the items." in report
    assert "Some coins left the wallets" not in report
    assert not [token for token in tokens(report) if "evil" in str(token.attrs.get("href", ""))]


def test_a_sentence_of_a_model_that_only_repeats_the_title_gives_way_to_the_extract() -> None:
    item = raw("A", "Bybit loses $1.46B", "Some coins left the wallets of the exchange today.")
    edited = {item.title: EditedStory("Bybit loses $1.46B.", "", Category.SECURITY, 3)}
    assert "UTC · 1 source\n\nSome coins left the wallets of the exchange today.\n" in made(item, edited=edited)
    edited = {item.title: EditedStory("Bybit loses $1.46B.", "Clients wait.", Category.SECURITY, 3)}
    assert "UTC · 1 source\n\nClients wait.\n" in made(item, edited=edited)


def test_numbers_rise_from_section_to_section_and_columns_come_last() -> None:
    titles = [
        "Kraken lists token Copper Finch", "Court fines lender Halvard", "Fed keeps rates where they are",
        "Developers ship hard fork of Quill", "Hackers drain bridge Sarn", "Price predictions 3/28: BTC, ETH",
        "Ministry names envoy for Peru", "Whale buys island", "Why lenders like gold",
    ]  # fmt: skip
    report = made(*(raw("Wire", title, minutes=10 + at) for at, title in enumerate(titles)))
    assert [int(number) for number in re.findall(r"^(?:### |- )(\d+)\\?\.", report, re.MULTILINE)] == [*range(1, 10)]
    columns = report.split("### Columns & Roundups\n\n")[1].split("\n\n")[0]
    assert "Price predictions" in columns
    assert "Why lenders" in columns
    assert columns.count("\n") == 1


def test_headlines_are_printed_without_the_name_of_their_outlet_and_extracts_without_the_author() -> None:
    text = "By Ann Reyes, Wire. Lender Halvard has to pay $12 million. It will appeal."
    report = made(
        raw("The Wire", "Court fines lender Halvard $12 million | The Wire", text),
        raw("Post", "Ministry names envoy for Peru - Lawyers", minutes=9),
    )
    assert "### 1. Court fines lender Halvard $12 million\n" in report
    assert "\n\nLender Halvard has to pay $12 million. It will appeal.\n\n" in report
    assert "envoy for Peru - Lawyers" in report


def test_promotion_stands_beside_columns_whatever_it_speaks_of() -> None:
    pitch = "Best crypto to buy now as whales buy: 5 coins of the exchange market"
    report = made(raw("Wire", "Court fines lender Halvard"), raw("Pitch", pitch, minutes=11))
    assert report.split("## By Category\n\n")[1].startswith(f"### Columns & Roundups\n\n- 2\\. {pitch}")


def test_a_column_leads_no_story_that_another_item_reports() -> None:
    report = made(
        raw("Wire", "Court fines lender Halvard $12 million: Crypto Markets Today", "All of the day.", minutes=30),
        raw("Post", "Lender Halvard fined $12 million by court", minutes=20),
    )
    assert "### 1. Lender Halvard fined $12 million by court" in report
    assert "Further" not in report


def test_an_item_without_an_address_is_named_and_not_linked() -> None:
    report = made(RawItem(source="Desk", title="Some headline here", guid="1", published_at=NOON))
    assert "Sources: Desk\n" in report
    assert "](" not in report


def test_what_is_not_of_the_day_shows_its_day_and_the_window_shows_how_far_it_reaches() -> None:
    late = identify(raw("Wire", "Regulator fines a broker", minutes=13 * 60 + 5), NOON - timedelta(minutes=5))
    fresh = identify(raw("Wire", "Miners sell their holdings"), NOON)
    report = make_digest(BRIEF, assign_stories([late, fresh], ()), (), (), NOON).markdown
    assert "Window: 2026-03-28 11:00 – 12:00 UTC (1 h, late arrivals since 2026-03-27 22:55 UTC) · 2 items" in report
    assert "· 2026-03-27 22:55 UTC · 1 source" in report
    assert "· 11:50 UTC · 1 source" in report


def test_the_first_reading_of_a_source_reports_its_window_and_counts_the_rest() -> None:
    items = [
        evolve(identify(raw("New", f"Fund {n} files", minutes=n * 50), NOON), backlog=True) for n in (0, 1, 2, 900)
    ]
    made = make_digest(BRIEF, assign_stories(items, ()), (), (), NOON)
    assert (made.counts.considered, made.counts.backlog, made.counts.too_old) == (2, 2, 0)
    assert "2 older items came with the first reading of a source and are kept without being reported." in made.markdown
    assert "late arrivals" not in made.markdown


def test_entries_of_a_first_reading_without_a_date_are_no_top_stories() -> None:
    undated = RawItem(source="Old", title="Bank collapses in 2018", url="https://old.example/1")
    first = evolve(identify(undated, NOON), backlog=True)
    fresh = identify(raw("Wire", "Miners sell"), NOON)
    report = make_digest(BRIEF, assign_stories([first, fresh], ()), (), (), NOON).markdown
    top, _, rest = report.partition("## By Category")
    assert "Bank collapses" not in top
    assert "Bank collapses in 2018 · without a date · [Old](https://old.example/1)" in rest
    alone = make_digest(BRIEF, assign_stories([first], ()), (), (), NOON).markdown
    assert "- 1 entry without a date, read for the first time.\n" in alone
    later = make_digest(BRIEF, assign_stories([evolve(first, backlog=False)], ()), (), (), NOON).markdown
    assert "### 1. Bank collapses in 2018\n\n" in later
    assert "seen 12:00 UTC" in later
