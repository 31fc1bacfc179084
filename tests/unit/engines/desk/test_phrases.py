"""Phrases read as sentences without numbers of their own, and their file is checked when it is read."""

import re

import pytest

from tradecore.engines.desk.phrases import Phrase, parse_phrases, phrases

PHRASES = phrases()
FILLED = dict.fromkeys(("symbol", "value", "signed", "title", "source", "statement", "lower", "week"), "x")
FILLED |= dict.fromkeys(("month", "quarter", "year", "days"), "x")
# Part of an indicator's name or definition, and so of its statement.
OWN = re.compile(r"RSI\(14\)|MACD\(12,26,9\)|\b(?:20|50|200|60)(?=[- ]day|-day)|\b(?:20|60) days")


@pytest.mark.parametrize("rule", sorted(PHRASES.signals))
def test_a_phrase_reads_as_a_sentence_without_numbers_of_its_own(rule: str) -> None:
    phrase = PHRASES.signals[rule]
    for text in (*phrase.bull, *phrase.bear, *phrase.neutral):
        sentence = text.format(**FILLED)
        assert not sentence.endswith((".", " "))
        assert not re.search(r"\d", OWN.sub("", sentence)), sentence


@pytest.mark.parametrize("measure", sorted(PHRASES.warnings))
def test_a_warning_reads_as_a_sentence_without_numbers_of_its_own(measure: str) -> None:
    sentence = PHRASES.warnings[measure].format(**FILLED)
    assert not sentence.endswith((".", " "))
    assert not re.search(r"\d", OWN.sub("", sentence)), sentence


@pytest.mark.parametrize("family", sorted(PHRASES.reasons))
def test_a_reason_goes_on_in_the_middle_of_a_sentence(family: str) -> None:
    for reason in PHRASES.reasons[family]:
        assert reason[0].islower()
        assert not re.search(r"\d|\.$", reason)


GOOD = """
[signals.rsi]
name = "the RSI"
bull = ["RSI at {value}"]
bear = ["RSI at {signed}"]
[warnings]
rsi = "RSI at {value}"
[reasons]
turn = ["it turns first"]
"""


def test_a_phrase_without_a_neutral_sentence_repeats_the_statement() -> None:
    assert parse_phrases(GOOD).signals == {
        "rsi": Phrase("the RSI", ("RSI at {value}",), ("RSI at {signed}",), ("{statement}",))
    }


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('name = "the RSI"\n', "", "signals.rsi lacks name"),
        ("bull =", "bulls =", "signals.rsi lacks bull"),
        ('name = "the RSI"', 'name = "the RSI"\ntitle = "RSI"', "signals.rsi has unknown keys: title"),
        ('["RSI at {value}"]', "[]", "signals.rsi.bull has to be text"),
        ('["RSI at {value}"]', '"RSI"', "signals.rsi.bull has to be text"),
        ("at {value}", "at {price}", "signals.rsi.bull has unknown placeholders: price"),
        ('"it turns first"', '"{value} turns first"', "reasons.turn has unknown placeholders: value"),
        ('rsi = "RSI at {value}"', "rsi = 3", "warnings.rsi has to be text"),
        ("[reasons]", "[causes]", "the file lacks reasons"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_entry(old: str, new: str, error: str) -> None:
    assert old in GOOD
    with pytest.raises(ValueError, match=re.escape(error)):
        parse_phrases(GOOD.replace(old, new, 1))
