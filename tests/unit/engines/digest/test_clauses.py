"""Clauses of a text and the names in them."""

from tradecore.engines.digest.clauses import cased_words, clauses_of, name_of, names_of


def test_clauses_end_at_marks_and_conjunctions_and_not_inside_numbers() -> None:
    assert clauses_of("Ether fell 1.5%, bitcoin 2,000 and Halvard rose; so did others.") == [
        "Ether fell 1.5%",
        " bitcoin 2,000",
        "Halvard rose",
        " so did others",
    ]


def test_names_are_those_of_the_lexicon_and_rare_words_with_a_capital() -> None:
    assert names_of("The Federal Reserve fined Halvard's owners") == {"fed", "halvard"}
    assert "fed" in cased_words("the Federal Reserve")
    assert [name_of(word) for word in ("BTC", "Halvard", "halvard", "Bank")] == ["bitcoin", "halvard", None, None]
