"""Stores: SQLite on a file or in memory, over one set of repositories."""
