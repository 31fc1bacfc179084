"""What two notations of one text have in common."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.text import (
    article_text,
    doc_hash,
    headline,
    normalise,
    plain_text,
    runs,
    sentences,
    stem,
    words,
)

MARKUP = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "&amp;", "&lt;", "&#38;", "&amp;amp;", "<", ">", "ﬁ", "ß", "\u200b", " ", "a", "é", "]]>"]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)
PLAIN = st.text("abcdefghijk éüñ ABC 0123", min_size=1, max_size=60)


@given(MARKUP)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert plain_text(plain_text(text)) == plain_text(text)
    assert headline(headline(text)) == headline(text)


@given(PLAIN, PLAIN)
def test_the_fingerprint_ignores_case_space_and_unicode_form(title: str, text: str) -> None:
    changed = [
        (title.upper(), text.upper()),
        (title.replace(" ", "\n\t  "), f"  {text} "),
        (unicodedata.normalize("NFD", title), unicodedata.normalize("NFD", text)),
        ("".join(f"&#{ord(sign)};" if sign.isalpha() else sign for sign in title), f"<p>{text}</p>"),
    ]
    assert {doc_hash(*each) for each in changed} == {doc_hash(title, text)}


@given(st.lists(st.text("abcdef", min_size=2, max_size=6), min_size=2, max_size=20), st.data())
def test_the_fingerprint_depends_on_every_word(text: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    changed = [*text[:at], text[at] + "x", *text[at + 1 :]]
    assert doc_hash("t", " ".join(changed)) != doc_hash("t", " ".join(text))


def test_title_and_text_do_not_run_into_each_other() -> None:
    assert doc_hash("one two", "three") != doc_hash("one", "two three")


def test_what_desks_and_sites_add_to_a_title_is_taken_off() -> None:
    for title in (
        "BREAKING: Fed cuts rates",
        "UPDATE 2-Fed cuts rates",
        "JUST IN: Breaking News: Fed cuts rates",
        "🚨 Fed cuts rates",
        "Fed cuts rates - CoinWire",
        "Fed cuts rates | The Coin Wire",
        "Fed &amp;cuts rates".replace("&amp;", ""),
    ):
        assert headline(title, "CoinWire", "https://www.coinwire.example/a") == "fed cuts rates"


def test_a_suffix_that_is_not_the_source_stays() -> None:
    assert (
        headline("Bitcoin tops record - Kraken", "CoinWire", "https://coinwire.example/")
        == "bitcoin tops record - kraken"
    )
    assert headline("New-York listing", "CoinWire") == "new-york listing"
    assert headline("-5% in a day") == "-5% in a day"


def test_scripts_comments_and_invisible_characters_are_not_text() -> None:
    assert plain_text("a<script>evil()</script><!-- x -->b\u200bc\u202ed <img src=x onerror=y>") == "a bcd"
    assert plain_text("5 < 6 and 7 > 2") == "5 < 6 and 7 > 2"


def test_scripts_without_spaces_are_cut_into_pairs() -> None:
    assert words("比特币上涨 btc") == ["比特", "特币", "币上", "上涨", "btc"]


def test_short_texts_have_no_runs() -> None:
    assert [*runs([b"a", b"b"])] == []
    assert [*runs([b"a", b"b", b"c", b"d"])] == [b"a b c", b"b c d"]


def test_forms_of_a_word_share_a_stem() -> None:
    assert len({stem(word) for word in ("list", "lists", "listed", "listing")}) == 1
    assert stem("2026") == "2026"


def test_what_feeds_put_around_a_text_is_taken_off() -> None:
    text = "Wire Bank opens fund Savers may buy it. The post Bank opens fund first appeared on Wire and is by Ann."
    assert article_text(text, "Bank opens fund", "Wire") == "Savers may buy it."
    assert article_text("Wired money is back.", "Bank opens fund", "Wire") == "Wired money is back."
    assert article_text("", "Bank opens fund", "Wire") == ""
    for author in ("By staff.", "By Ann Reyes and Tom O'Vale:", "By Ann Reyes, The Wire –"):
        assert article_text(f"{author} Savers may buy it.", "Bank opens fund", "Wire") == "Savers may buy it."
    for end in (
        " Read more",
        " [Read the full story]",
        " Continue reading Bank opens fund →",
        "\nRead more » The post A appeared first on B.",
    ):
        assert article_text(f"Savers may buy it.{end}", "Bank opens fund", "Wire") == "Savers may buy it."
    for text in (
        "Savers read more. They buy.",
        "Savers want to read more",
        "By Friday savers may buy it. It is new.",
        "By then it was late. Savers left.",
    ):
        assert article_text(text, "Bank opens fund", "Wire") == text


def test_sentences_end_where_they_end() -> None:
    text = "The U.S. Senate voted 5.5 to 3. It was late. Nobody left."
    assert sentences(text, 2) == ["The U.S. Senate voted 5.5 to 3.", "It was late."]
