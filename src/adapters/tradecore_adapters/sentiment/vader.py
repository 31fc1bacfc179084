"""VADER's rules for negation, degree and emphasis over its own lexicon and the words of the market."""

from decimal import Decimal
from functools import cache

from attrs import frozen
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tradecore_adapters.sentiment.words import MARKET_WORDS

_LONGEST = 4000
_STEP = Decimal("0.0001")


@frozen
class VaderSentiment:
    """Scores a text by its words; see the port. The lexicon is read once, with the first text."""

    def __call__(self, text: str) -> Decimal:
        """The compound score of VADER, -1..+1."""
        compound = _analyser().polarity_scores(text[:_LONGEST])["compound"]
        return Decimal(repr(float(compound))).quantize(_STEP)


@cache
def _analyser() -> SentimentIntensityAnalyzer:
    analyser = SentimentIntensityAnalyzer()
    analyser.lexicon.update(MARKET_WORDS)
    return analyser
