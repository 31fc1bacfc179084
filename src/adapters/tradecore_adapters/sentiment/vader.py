"""VADER: rules for negation, degree and emphasis over a lexicon, extended by the words of the market."""

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from tradecore_adapters.sentiment.words import market_words

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_LONGEST_TEXT = 4000
_STEP = Decimal("0.0001")


@frozen
class VaderSentiment:
    """Scores a text by its words; keeps the promises of `tradecore.ports.sentiment`.

    The lexicon is read with the first text. Of each text, the first 4,000 characters are read.
    """

    def __call__(self, text: str) -> Decimal:
        """The compound score of VADER, -1..+1 with four decimals."""
        compound = _analyser().polarity_scores(text[:_LONGEST_TEXT])["compound"]
        return Decimal(repr(float(compound))).quantize(_STEP)


@cache
def _analyser() -> "SentimentIntensityAnalyzer":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    analyser.lexicon.update(market_words())
    return analyser
