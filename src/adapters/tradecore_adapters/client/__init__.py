"""The client: tradecore on another machine, typed, for programs with and without an event loop."""

from tradecore_adapters.client.asynchronous import AsyncClient
from tradecore_adapters.client.shapes import (
    Completed,
    Decision,
    Failed,
    Happening,
    History,
    PastDecision,
    Progress,
    Results,
    Status,
    Ticket,
)
from tradecore_adapters.client.synchronous import Client

__all__ = [
    "AsyncClient",
    "Client",
    "Completed",
    "Decision",
    "Failed",
    "Happening",
    "History",
    "PastDecision",
    "Progress",
    "Results",
    "Status",
    "Ticket",
]
