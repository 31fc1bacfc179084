"""Engines: the trading desk, the news digest, scoring and simulation."""
