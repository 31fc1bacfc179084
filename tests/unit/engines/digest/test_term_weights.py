"""Common words weigh little, rare ones much."""

import pytest

from tradecore.engines.digest.features import terms_of
from tradecore.engines.digest.term_weights import RAREST, parse_term_weights, total_weight, weight


def test_a_word_that_no_article_uses_weighs_most_and_facts_of_the_day_little() -> None:
    assert weight("halvard") == RAREST
    assert weight("market") < weight("pipelin") < RAREST
    assert weight("bitcoin") <= 3.0
    assert weight("move:up") <= 3.0
    assert weight("3 n") <= 3.0
    assert weight("40000000 usd") == RAREST
    assert weight("sec") < RAREST


def test_a_total_is_the_same_whatever_the_order() -> None:
    terms = sorted(terms_of("Halvard halts withdrawals of 40 million dollars after a breach of its bridge"))
    assert total_weight(terms) == total_weight(reversed(terms)) == pytest.approx(sum(map(weight, terms)))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("2.0 market\nmuch price", "line 2: a line begins with a weight from 0 to 6.5, not 'much'"),
        ("7 market", "line 1: a line begins with a weight"),
        ("2.0 market\n3.0 market", "line 2: 'market' is listed twice"),
    ],
)
def test_a_wrong_table_is_refused_by_line(document: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_term_weights(document)


def test_comments_and_empty_lines_are_skipped() -> None:
    assert parse_term_weights("# how\n\n2.0 market price\n") == {"market": 2.0, "price": 2.0}
