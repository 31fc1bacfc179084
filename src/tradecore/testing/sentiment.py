"""The contract of `tradecore.ports.sentiment`: subclass `SentimentSuite` and give a scale."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.ports.sentiment import Sentiment

GOOD = (
    "Nvidia beats estimates and raises guidance as AI demand grows",
    "Bitcoin surges to record high as inflows soar",
    "Analyst upgrades Intel, shares jump",
)
BAD = (
    "Shares crash after CFO resigns amid fraud probe",
    "Exchange hacked, SEC sues, token plunges 40%",
    "Analyst downgrades Intel, cuts price target",
)


class SentimentSuite:
    """What every sentiment scale promises. Give `sentiment`."""

    @pytest.fixture
    def sentiment(self) -> Sentiment:
        """The scale."""
        raise NotImplementedError("Override the fixture sentiment; it returns a function of a text.")

    @settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(text=st.text(max_size=400))
    def test_any_text_has_one_score_between_minus_and_plus_one(self, sentiment: Sentiment, text: str) -> None:
        score = sentiment(text)
        assert -1 <= score <= 1
        assert score == sentiment(text)
        assert score == score.quantize(Decimal("0.0001"))

    @pytest.mark.parametrize("text", ["", "   ", "Apple to report earnings on Thursday"])
    def test_a_text_without_tone_scores_zero(self, sentiment: Sentiment, text: str) -> None:
        assert sentiment(text) == 0

    def test_good_news_scores_above_bad_news(self, sentiment: Sentiment) -> None:
        assert min(map(sentiment, GOOD)) > 0 > max(map(sentiment, BAD))

    def test_a_long_text_is_read_to_a_bounded_length(self, sentiment: Sentiment) -> None:
        assert sentiment("plunges " * 20_000) == sentiment("plunges " * 10_000)
