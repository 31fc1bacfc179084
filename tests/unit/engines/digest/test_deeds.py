"""Deeds that a sentence tells are those of its items: which, how far they have come, and whose."""

from datetime import UTC, datetime

import pytest

from tradecore.engines.digest.deeds import DENIED, DONE, NOT_YET, adds_deeds, adds_grave_deeds, deed_words, deeds_of
from tradecore.engines.digest.identity import identify
from tradecore.model.news import NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(title: str, summary: str = "") -> NewsItem:
    return identify(RawItem(source="Wire", title=title, summary=summary, url="https://w.example/1"), NOON)


SUIT = item(
    "SEC sues Kraken over staking program",
    "The SEC filed suit against Kraken, alleging that it sold unregistered securities. Kraken denied the claims.",
)
FROZEN = item("Tether freezes $225 million in USDT", "Tether froze the tokens, and OKX helped with the investigation.")
RAISE = item("Vestmark plans to raise $2 billion to buy bitcoin", "It will offer notes, according to a filing.")
BREACH = item("Coinbase denies report of data breach", "It said a report that hackers stole records is false.")
CUT = item("Fed cuts rates by 25 basis points", "Jerome Powell spoke. Two governors, Waller and Bowman, dissented.")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SUIT, "The SEC dropped its suit against Kraken."),
        (SUIT, "The SEC won its case against Kraken."),
        (SUIT, "A court found that Kraken sold securities."),
        (SUIT, "Kraken admitted that it sold securities."),
        (SUIT, "Kraken sold unregistered securities."),
        (SUIT, "The SEC may sue Kraken over its staking program."),
        (SUIT, "Coinbase sues Kraken over its staking program."),
        (FROZEN, "Tether unfreezes $225 million."),
        (FROZEN, "Hackers stole $225 million from Tether."),
        (FROZEN, "OKX froze $225 million."),
        (RAISE, "Vestmark raised $2 billion to buy bitcoin."),
        (RAISE, "Vestmark cancelled its plan to raise $2 billion."),
        (BREACH, "Coinbase confirmed a data breach."),
        (BREACH, "Coinbase suffered a data breach."),
        (BREACH, "Hackers stole records of Coinbase."),
        (CUT, "Powell dissented from the cut."),
        (CUT, "The Fed will cut rates by 25 basis points."),
        (CUT, "The Fed did not cut rates."),
    ],
)
def test_a_deed_of_its_own_and_one_told_otherwise_are_found(source: NewsItem, text: str) -> None:
    assert adds_deeds(text, [source])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SUIT, "Kraken was sued by the SEC over its staking program and denies the claims."),
        (SUIT, "The SEC filed a lawsuit against Kraken, alleging it sold securities."),
        (SUIT, "Kraken vows to fight the SEC's suit."),
        (FROZEN, "Tether has frozen $225 million, helped by OKX."),
        (RAISE, "Vestmark wants to raise $2 billion for purchases of bitcoin."),
        (RAISE, "Vestmark may buy bitcoin for $2 billion."),
        (BREACH, "Coinbase says a report of a data breach is false."),
        (CUT, "The Federal Reserve lowered rates because it wants banks to sell more loans."),
        (CUT, "The Fed cut rates, with Waller and Bowman dissenting."),
    ],
)
def test_the_deeds_of_the_items_may_be_told_in_other_words(source: NewsItem, text: str) -> None:
    assert not adds_deeds(text, [source])


def test_a_sentence_of_why_it_matters_may_add_deeds_that_harm_nobody() -> None:
    assert not adds_grave_deeds("Lower rates may lift shares, and lenders could launch loans.", [CUT])
    assert adds_grave_deeds("The Fed was accused of fraud before.", [CUT])
    assert adds_grave_deeds("A bankrupt lender would not recover.", [CUT])


def test_items_of_another_language_say_nothing_of_deeds() -> None:
    german = item("Notenbank senkt die Zinsen", "Die Bank hat die Zinsen gesenkt, wie sie am Mittwoch mitteilte.")
    assert not adds_deeds("The central bank cut rates.", [german])
    assert not adds_grave_deeds("The central bank was sued.", [german])


def test_the_state_and_the_actors_of_a_deed() -> None:
    plan, denial, deed = (
        next(iter(deeds_of(text)))
        for text in ("Kraken plans to sue", "Kraken did not sue", "Kraken, of Quebec, sued Tether")
    )
    assert (plan.state, denial.state, deed.state) == (NOT_YET, DENIED, DONE)
    assert "kraken" in deed.actors
    assert not {"tether"} & deed.actors
    assert deed_words().grave
