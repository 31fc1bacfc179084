"""Sentiment scales: how the tone of a text about a market is read."""
