"""Webhooks end to end: events reach a receiver that was down, over restarts and kills of the server."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import WebhookId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.model.webhooks import DeliveryState, WebhookDelivery
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings
from webhook_receiver import Received, Receiver, receiving

KINDS = ["analysis_complete", "recommendation_issued", "alert"]
BRIEF = AnalysisBrief(
    symbol=Symbol("MSFT"),
    asset_type=AssetType.EQUITY,
    as_of=date(2012, 10, 10),
    analysts=(Analyst.TECHNICAL,),
    depth=1,
    model="rules",
)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as listening:
        yield listening


async def stored(
    assembled: Assembled, webhook: WebhookId, by: Caller, ready: Callable[[WebhookDelivery], bool]
) -> WebhookDelivery:
    """The only delivery of a webhook, once it is ready. Polls, since a background task stores it."""
    async with asyncio.timeout(90):
        while True:
            deliveries = (await assembled.core.list_webhook_deliveries(webhook, by=by)).deliveries
            if deliveries and ready(deliveries[0]):
                return deliveries[0]
            await asyncio.sleep(0.05)


async def test_an_analysis_is_posted_and_verified_also_after_a_restart(receiver: Receiver, tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path, secret="x" * 32, webhooks_private=("127.0.0.0/8",))
    down = [True]

    def answer(received: Received) -> bytes:
        return b"503 Down" if down[0] else b"204 Taken"

    receiver.answer = answer
    async with assemble(settings) as assembled, running(assembled):
        by = Caller((await assembled.core.create_user("ann@example.com", "a long password")).id)
        made = await assembled.core.create_webhook(receiver.url, ["analysis_complete"], by=by)
        assert made.secret
        analysis = (await assembled.core.launch_analysis(BRIEF, by=by)).analysis
        # Until the answer is stored, the delivery is held, for half a minute.
        await stored(assembled, made.webhook.id, by, lambda delivery: delivery.status == 503)
    down[0] = False
    async with assemble(settings) as assembled, running(assembled):
        delivery = await stored(
            assembled, made.webhook.id, by, lambda delivery: delivery.state is DeliveryState.DELIVERED
        )
    first, second = receiver.received
    assert first.id == second.id == delivery.id
    assert first.body == second.body
    event = second.verify(made.secret)
    assert (event["type"], event["data"]["analysisId"]) == ("analysis_complete", analysis)
    assert set(event["data"]) == {"analysisId", "status", "decision", "timestamp", "seq", "position"}


@pytest.mark.endurance
@pytest.mark.timeout(240)
async def test_of_events_whose_server_is_killed_again_and_again_none_is_lost_and_none_has_two_ids(
    house: Any, receiver: Receiver, brief: Any
) -> None:
    house.settings["TRADECORE_WEBHOOKS_PRIVATE"] = "127.0.0.0/8"
    answering = asyncio.Event()
    receiver.answer = lambda received: b"200 OK" if answering.is_set() else b"500 Not yet"

    server, client = await asyncio.to_thread(house.serve)
    made = client.post("/api/webhooks", json={"url": receiver.url, "kinds": KINDS}).json()["data"]
    for symbol in ("NVDA", "MSFT", "AAPL", "GOOGL"):
        launched = await asyncio.to_thread(client.post, "/api/analyze", json=brief(symbol=symbol))
        assert launched.status_code == 202
    for count in (1, 4, 7):
        await receiver.until(count)
        house.kill(server, signal.SIGKILL)
        server, client = await asyncio.to_thread(house.serve)
    answering.set()
    path = f"/api/webhooks/{made['id']}/deliveries"
    async with asyncio.timeout(200):
        while True:
            deliveries = (await asyncio.to_thread(client.get, path)).json()["data"]["deliveries"]
            completed = [delivery for delivery in deliveries if delivery["kind"] == "analysis_complete"]
            if len(completed) == 4 and all(delivery["state"] == "delivered" for delivery in deliveries):
                break
            await asyncio.sleep(1)
    assert {received.id for received in receiver.received} == {delivery["id"] for delivery in deliveries}
    events = {received.id: received.verify(made["secret"]) for received in receiver.received}
    assert len({event["data"]["position"] for event in events.values()}) == len(events), "each event has one id"
