"""A word that is also a name stands for the company where something beside its capital says so."""

import pytest

from tradecore.engines.digest.name_signs import names_a_company, parse_name_signs, word_names


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ripple", "Ripple Labs moves its seat"),
        ("apple", "A stake in Apple pays off"),
        ("apple", "Apple, Alphabet face a new inquiry"),
        ("target", "Rate-sensitive shoppers leave Target for rivals"),
        ("meta", "META leads the index"),
        ("best buy", "Best Buy Recalls Fryers"),
        ("general motors", "General Motors strike enters second week"),
        ("visa", "Why Visa’s fees rose"),
    ],
)
def test_words_around_it_or_capitals_say_that_it_is_a_name(name: str, line: str) -> None:
    assert names_a_company(name, line)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ripple", "ripple shares a word with a coin"),
        ("apple", "Apple and Cinnamon Are a Good Pair"),
        ("apple", "Schools of Apple Valley close"),
        ("meta", "META LEADS THE INDEX"),
        ("best buy", "The Best Buy of the Week"),
        ("visa", "The EU-Visa talks drag on"),
        ("target", "Prices rise. Target missed again"),
    ],
)
def test_its_capital_alone_does_not(name: str, line: str) -> None:
    assert not names_a_company(name, line)


def test_words_that_are_names_ship_in_small_letters() -> None:
    assert {"meta", "ripple", "ford", "apple"} <= word_names()
    assert word_names().isdisjoint({"bitcoin", "nvidia", "coinbase"})
    assert all(word.islower() for word in word_names())


@pytest.mark.parametrize("document", ['forms = ["Inc"]', 'forms = []\nbefore = ["a"]\nafter = ["a"]\ndeeds = ["a"]'])
def test_a_table_with_missing_keys_or_empty_lists_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r"name_signs\.toml"):
        parse_name_signs(document)
