"""Brokers: where orders go. The paper broker fills them at the market data, Alpaca over its HTTP API."""
