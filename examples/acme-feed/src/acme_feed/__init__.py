"""Prices and news of Acme for tradecore."""
