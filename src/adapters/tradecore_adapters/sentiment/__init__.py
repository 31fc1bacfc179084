"""Sentiment scales, which score the tone of texts about a market."""
