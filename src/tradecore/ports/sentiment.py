"""The port of a sentiment scale, which scores the tone of a text about a market."""

from collections.abc import Callable
from decimal import Decimal

Sentiment = Callable[[str], Decimal]
"""Scores a text from -1 (bad news) to +1 (good news) with at most four decimals.

A text that is neither, or empty, scores 0, and a text has the same score every time. A scale takes well under a
millisecond for a headline, uses no network, reads at most the first few thousand characters, and raises nothing,
whatever the text contains.
"""
