"""What callers read of errors that also tell operators what to set."""

import pytest

from tradecore_adapters.caller_text import caller_text, names_setting

ELSE = "This server is not set up for this; its operator finds the reason in its log."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Alpaca refuses the key (401); check TRADECORE_ALPACA_KEY and its secret.", "Alpaca refuses the key (401)."),
        (
            "OpenAI does not answer in time; try again later, or set a longer TRADECORE_MODEL_SECONDS.",
            "OpenAI does not answer in time.",
        ),
        ("There are no prices of X; Y has some; DATABASE_URL names it.", "There are no prices of X; Y has some."),
        (
            "The server in OPENAI_BASE_URL has no model 'x' for this key; choose another one.",
            "The server has no model 'x' for this key; choose another one.",
        ),
        ("The database refuses the password in TRADECORE_STORE.", "The database refuses the password."),
        ("A first sentence. TRADECORE_STORE is wrong; choose another.", "A first sentence."),
        ("TRADECORE_MARKET names no folder: 'x'; write csv: and a folder of CSV files.", ELSE),
        ("The provider openai needs OPENAI_API_KEY.", ELSE),
    ],
)
def test_everything_from_the_clause_that_names_a_setting_is_left_out(text: str, told: str) -> None:
    assert names_setting(text)
    assert caller_text(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "There is no analysis x.",
        "llmProvider: anthropic, rules",
        "The price is 3.5; it moved. Read it again!",
        "NVDA_X is no symbol; TRADE is one.",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert not names_setting(text)
    assert caller_text(text) == text
