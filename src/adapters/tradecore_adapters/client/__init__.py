"""A typed client of a tradecore server, for programs with and without an event loop."""

from tradecore_adapters.client.async_client import AsyncClient
from tradecore_adapters.client.models import (
    AnalysisEvent,
    Completed,
    Decision,
    Engine,
    Engines,
    Failed,
    History,
    PastDecision,
    Progress,
    Results,
    Status,
    Ticket,
)
from tradecore_adapters.client.sync_client import Client

__all__ = [
    "AnalysisEvent",
    "AsyncClient",
    "Client",
    "Completed",
    "Decision",
    "Engine",
    "Engines",
    "Failed",
    "History",
    "PastDecision",
    "Progress",
    "Results",
    "Status",
    "Ticket",
]
