"""The contract of sentiment scales over every row that is installed, and the words that ours adds."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from opening import open_adapter
from tradecore.ports.sentiment import Sentiment
from tradecore.testing import SentimentSuite
from tradecore_adapters.sentiment.vader import VaderSentiment
from tradecore_adapters.sentiment.words import market_words, parse_words
from tradecore_app.registry import rows

score = VaderSentiment()


class TestScales(SentimentSuite):
    @pytest.fixture(params=sorted(rows("sentiment")))
    async def sentiment(self, request: pytest.FixtureRequest) -> AsyncIterator[Sentiment]:
        async with open_adapter("sentiment", f"{request.param}:") as opened:
            yield opened


@pytest.mark.parametrize("text", ["", "   ", "Apple to report earnings on Thursday", "Fed holds rates steady"])
def test_a_text_without_tone_scores_zero(text: str) -> None:
    assert score(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Bitcoin surges to record high as inflows soar",
        "Nvidia beats estimates and raises guidance as AI demand grows",
        "Company launches share buyback and lifts dividend",
        "Analyst upgrades Intel, shares jump",
        "Regulator approves spot ether fund",
    ],
)
def test_good_news_of_a_market_reads_well(text: str) -> None:
    assert score(text) > Decimal("0.3")


@pytest.mark.parametrize(
    "text",
    [
        "Exchange hacked, SEC sues, token plunges 40%",
        "Tesla recalls two million cars; shares fall",
        "Outflows hit record as bitcoin slumps",
        "Analyst downgrades Intel, cuts price target",
        "Shares crash after CFO resigns amid fraud probe",
    ],
)
def test_bad_news_of_a_market_reads_badly(text: str) -> None:
    assert score(text) < Decimal("-0.3")


def test_a_denial_turns_the_tone() -> None:
    assert score("Nvidia does not beat expectations") < 0 < score("Nvidia beats expectations")


def test_a_text_of_any_length_is_read_to_a_bounded_depth() -> None:
    assert score("plunges " * 2000) == score("plunges " * 500)


def test_the_words_of_the_market_have_the_tone_of_the_file() -> None:
    words = market_words()
    assert (words["soar"], words["share"], words["rug-pull"]) == (3.0, 0.0, -3.0)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ('"4.5" = "soar"', "the tone 4.5 lies outside"),
        ('"1.0" = ["soar"]', "the words of tone 1.0 have to be text"),
        ('"1.0" = "Soar"', "write 'Soar' in lower case"),
        ('"1.0" = "soar"\n"2.0" = "rise soar"', "'soar' is listed twice, as \\+1.0 and as \\+2.0"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_word(document: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        parse_words(document)
