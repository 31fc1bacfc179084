"""A typed client of a tradecore server, for programs with and without an event loop."""

from tradecore_adapters.client.async_client import AsyncClient
from tradecore_adapters.client.models import (
    Alert,
    Alerts,
    AnalysisEvent,
    AnalysisStep,
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
    UserEvent,
)
from tradecore_adapters.client.sync_client import Client

__all__ = [
    "Alert",
    "Alerts",
    "AnalysisEvent",
    "AnalysisStep",
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
    "UserEvent",
]
