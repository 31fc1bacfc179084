"""The webhooks of an installation: what is posted for an event, and what posts it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from tradecore.model.analyses import AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Event, Fact
from tradecore.ports.webhooks import WebhookSender
from tradecore_adapters.addresses import read_networks
from tradecore_adapters.deadlines import with_deadlines
from tradecore_adapters.webhooks.http import HttpWebhookSender
from tradecore_adapters.websocket.messages import COMPLETE, ERROR
from tradecore_adapters.websocket.user_events import EVENT_NAMES, user_event
from tradecore_app.news_sources import USER_AGENT
from tradecore_app.settings import Settings

KINDS: Mapping[type[Fact], str] = {AnalysisCompleted: COMPLETE, AnalysisFailed: ERROR, **EVENT_NAMES}
"""The events that webhooks can have. The progress of an analysis, some twenty events, is for live connections only."""


def describe(event: Event, report: str | None = None) -> tuple[str, str] | None:
    """The name of an event and the JSON text that is posted for it: its type, time, and the payload of live events.

    The payload of a digest has its `report` as well, in Markdown.
    """
    named = user_event(event)
    if named is None:
        return None
    name, data = named
    if report is not None:
        data["report"] = report
    body = {"type": name, "timestamp": data["timestamp"], "data": data}
    return name, msgspec.json.encode(body).decode()


@asynccontextmanager
async def open_webhook_sender(settings: Settings) -> AsyncIterator[WebhookSender]:
    """What posts deliveries. Raises Invalid when TRADECORE_WEBHOOKS_PRIVATE is not a list of networks."""
    allowed = read_networks(settings.webhooks.private_networks, "TRADECORE_WEBHOOKS_PRIVATE")
    sender = HttpWebhookSender(user_agent=USER_AGENT, allowed=allowed)
    try:
        yield with_deadlines("webhooks", sender)
    finally:
        await sender.aclose()
