"""What a headline states."""

import pytest

from tradecore.engines.digest.facts import concepts, facts_of


@pytest.mark.parametrize("written", ["$1.5B", "1.5 billion dollars", "1,500 million", "US$1.5bn", "$1.5-Billion"])
def test_facts_ignore_notation(written: str) -> None:
    assert facts_of(f"Bybit loses {written} to theft") == facts_of("Bybit loses $1.5 billion to theft")


def test_a_headline_is_slots_and_words() -> None:
    slots, rest = concepts("Hong Kong approves BTC fund worth $5M")
    assert set(slots) == {"5000000 usd", "hongkong", "verdict:yes", "bitcoin"}
    assert rest == ["fund", "worth"]
