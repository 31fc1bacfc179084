"""Adapters of the port `fx`."""
