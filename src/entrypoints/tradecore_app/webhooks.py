"""The webhooks of an installation: what is posted for an event, and what posts it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tradecore.model.analyses import AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Event, Fact
from tradecore.ports.webhooks import WebhookSender
from tradecore.use_cases.watch import UserStep
from tradecore_adapters.addresses import read_networks
from tradecore_adapters.deadlines import with_deadlines
from tradecore_adapters.webhooks.http import HttpWebhookSender
from tradecore_adapters.websocket.messages import COMPLETE, ERROR, PROGRESS, STEP, step_payload
from tradecore_adapters.websocket.user_events import EVENT_NAMES, user_event
from tradecore_app.news_sources import USER_AGENT
from tradecore_app.settings import Settings

KINDS: Mapping[type[Fact], str] = {AnalysisCompleted: COMPLETE, AnalysisFailed: ERROR, **EVENT_NAMES}
"""The events that webhooks have one delivery of."""
KIND_NAMES: Sequence[str] = (*dict.fromkeys(KINDS.values()), PROGRESS, STEP)
"""The names of what webhooks can have. An analysis has dozens of the last two."""


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
    return name, _body(name, data)


def describe_progress(event: Event) -> str:
    """The JSON text that is posted for the progress of an analysis. Raises TypeError for other events."""
    described = describe(event)
    if described is None or described[0] != PROGRESS:
        raise TypeError(f"Events of the kind {type(event.fact).__name__} are no progress.")
    return described[1]


def describe_step(found: UserStep) -> str:
    """The JSON text that is posted for a step of an agent, with the payload of live events."""
    return _body(STEP, {**step_payload(found.analysis, found.step), "position": found.position})


def _body(name: str, data: Mapping[str, Any]) -> str:
    return msgspec.json.encode({"type": name, "timestamp": data["timestamp"], "data": data}).decode()


@asynccontextmanager
async def open_webhook_sender(settings: Settings) -> AsyncIterator[WebhookSender]:
    """What posts deliveries. Raises Invalid when TRADECORE_WEBHOOKS_PRIVATE is not a list of networks."""
    allowed = read_networks(settings.webhooks.private_networks, "TRADECORE_WEBHOOKS_PRIVATE")
    sender = HttpWebhookSender(user_agent=USER_AGENT, allowed=allowed)
    try:
        yield with_deadlines("webhooks", sender)
    finally:
        await sender.aclose()
