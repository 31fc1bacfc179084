"""Phrases fit the measures they are for and hold no number of their own."""

import re

import pytest

from tradecore.engines.desk.phrases import PHRASES, REASONS
from tradecore.engines.desk.readings import _RULES

FILLED = dict.fromkeys(("symbol", "value", "signed", "title", "source", "statement", "lower", "week"), "x")
FILLED |= dict.fromkeys(("month", "quarter", "year"), "x")
# Part of an indicator's own name or definition, and so of its statement.
OWN = re.compile(r"RSI\(14\)|MACD\(12,26,9\)|\b(?:20|50|200|60)(?=[- ]day|-day)|\b(?:20|60) days")


def test_every_rule_has_its_words_and_every_family_its_reasons() -> None:
    assert set(PHRASES) == set(_RULES)
    assert {rule.family for rule in _RULES.values()} == set(REASONS)


@pytest.mark.parametrize("measure", sorted(PHRASES))
def test_a_phrase_reads_as_a_sentence_without_numbers_of_its_own(measure: str) -> None:
    phrase = PHRASES[measure]
    for text in (*phrase.bull, *phrase.bear, *phrase.neutral):
        said = text.format(**FILLED)
        assert not said.endswith((".", " "))
        assert not re.search(r"\d", OWN.sub("", said)), said


@pytest.mark.parametrize("family", sorted(REASONS))
def test_a_reason_goes_on_in_the_middle_of_a_sentence(family: str) -> None:
    for reason in REASONS[family]:
        assert reason[0].islower()
        assert not re.search(r"\d|\.$", reason)
