"""Sentences of a model are held to the items that they are about."""

from datetime import UTC, datetime

import pytest

from tradecore.engines.digest.edition import is_grounded, ungrounded_names
from tradecore.engines.digest.identity import identify
from tradecore.model.news import RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
ITEM = identify(
    RawItem(
        source="Wire",
        title="Federal Reserve fines Halvard Bank $12 million",
        summary="The Ohio lender's chief, Ana Ruiz, said it would appeal. Shares of Coinbase fell 3%.",
        url="https://w.example/1",
    ),
    NOON,
)


@pytest.mark.parametrize(
    "text",
    [
        "Halvard Bank must pay $12 million to the Fed.",
        "Ana Ruiz, its chief, wants to appeal; Coinbase's shares lost 3%.",
        "Lenders in Ohio may face closer scrutiny.",
        "The regulator fined the bank twelve million dollars.",
    ],
)
def test_what_the_items_state_may_be_said_in_other_words(text: str) -> None:
    assert is_grounded(text, [ITEM], "en")


@pytest.mark.parametrize(
    "text",
    [
        "Halvard Bank must pay $21 million to the Fed.",
        "The SEC fined Halvard Bank.",
        "Halvard Bank's chief Tom Vale wants to appeal.",
        "Quillon has to pay as well.",
        "Shares of Kraken fell 3%.",
        "Shares fell 30%.",
    ],
)
def test_a_figure_or_name_that_no_item_states_is_found(text: str) -> None:
    assert not is_grounded(text, [ITEM], "en")


def test_german_nouns_are_no_names_and_names_are_still_checked() -> None:
    assert is_grounded("Fines came on two fronts.", [ITEM], "en", stories=2)
    assert not is_grounded("Fines came on two fronts.", [ITEM], "en", stories=3)
    assert is_grounded("Die Notenbank verhängt eine Strafe von $12 million gegen Halvard.", [ITEM], "de")
    assert not is_grounded("Die SEC verhängt eine Strafe gegen Halvard.", [ITEM], "de")
    assert ungrounded_names("Coinbase und Kraken fallen.", ["Coinbase falls"], "de") == {"Kraken"}


def test_a_sentence_may_begin_with_any_common_word_and_not_with_a_name_of_its_own() -> None:
    assert ungrounded_names("Shares fell. Investors sold. Zyxel rose.", ["shares"]) == {"Zyxel"}
    common = (
        "Lenders Creditors Holders Depositors Insurers Volatility Liquidity Outflows Approval Higher Weaker Falling"
    )
    assert not ungrounded_names(". ".join(common.split()), ["a bank lost money"])
    names = "Trump Moscow Iran Powell Beijing Halvard Monday Shell"
    assert ungrounded_names(". ".join(names.split()), ["a bank lost money"]) == set(names.split())
    assert ungrounded_names("Moscou réagit. Trump signe.", ["a bank lost money"], "fr") == {"Trump"}
