"""Brokers: the paper broker fills orders at market data prices, Alpaca over its HTTP API."""
