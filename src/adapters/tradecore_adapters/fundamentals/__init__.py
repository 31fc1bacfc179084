"""Adapters of the port `fundamentals`."""
