"""Escaping that leaves ordinary text readable."""

from tradecore.engines.digest.markdown import escaped, link


def test_ordinary_headlines_are_left_as_they_are() -> None:
    for text in ("Bitcoin ETFs draw $200M (net), up 5.2% - again!", "AT&T and S&P 500 fall; why?", "It's over: “done”"):
        assert escaped(text, 200) == text


def test_markup_is_escaped_and_addresses_are_left_out() -> None:
    assert escaped("*a* [b](c) <d> `e` #f", 200) == "\\*a\\* \\[b\\](c) `e` \\#f".replace("`", "\\`")
    assert escaped("see https://x.example/a now", 200) == "see now"
    assert escaped("- item", 200) == "\\- item"
    assert escaped("12. item", 200) == "12\\. item"
    assert escaped("&copy; AT&amp;T;", 200) == "© AT\\&T;"


def test_long_text_is_cut_between_words() -> None:
    assert escaped("alpha beta gamma", 12) == "alpha beta…"


def test_only_safe_addresses_become_links() -> None:
    assert link("A", "https://a.example/(1)") == "[A](https://a.example/%281%29)"
    assert link("A", "javascript:x") == "A"
    assert link("", None) == "source"
