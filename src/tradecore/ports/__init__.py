"""Ports: protocols that adapters implement. Each docstring is the contract that a suite in tests/contract checks."""
