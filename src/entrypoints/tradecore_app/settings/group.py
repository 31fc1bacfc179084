"""What every group of settings shares: it is read like the options of an adapter."""

from tradecore_adapters.rows import CommaSeparated, Options, variables

__all__ = ["CommaSeparated", "Group", "variables"]


class Group(Options):
    """The settings of one room."""
