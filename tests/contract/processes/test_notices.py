"""Notices end to end: two servers, a service that is down, and kills; each thing arrives in one message."""

import asyncio
import json
import signal
from collections import Counter
from typing import Any

import pytest

from webhook_receiver import receiving


@pytest.mark.endurance
@pytest.mark.timeout(240)
async def test_of_two_servers_that_are_killed_again_and_again_nothing_is_sent_twice_and_nothing_is_lost_in_silence(
    house: Any, brief: Any
) -> None:
    house.settings["TRADECORE_NOTICES_PRIVATE"] = "127.0.0.0/8"
    async with receiving() as receiver:
        receiver.answer = lambda received: b"503 Down"
        servers = [await asyncio.to_thread(house.serve) for _ in range(2)]
        client = servers[0][1]
        url = f"json://127.0.0.1:{receiver.port}/notices"
        body = {"url": url, "kinds": ["analysis_complete", "recommendation_issued"]}
        made = await asyncio.to_thread(client.post, "/api/notice-channels", json=body)
        assert made.status_code == 201, made.text
        assert made.json()["data"]["service"] == "JSON"
        tried = await asyncio.to_thread(client.post, f"/api/notice-channels/{made.json()['data']['id']}/test")
        assert tried.json()["data"]["result"] == "refused"
        for symbol in ("NVDA", "MSFT", "AAPL"):
            launched = await asyncio.to_thread(client.post, "/api/analyze", json=brief(symbol=symbol))
            assert launched.status_code == 202
        # The service refuses the first message; both servers are killed while it is down.
        await receiver.until(2, 60)
        for server, _ in servers:
            house.kill(server, signal.SIGKILL)
        receiver.answer = lambda received: b"200 OK"
        taken_from = len(receiver.received)
        servers = [await asyncio.to_thread(house.serve) for _ in range(2)]
        client = servers[0][1]
        path = f"/api/notice-channels/{made.json()['data']['id']}"
        await asyncio.to_thread(client.patch, path, json={"enabled": True})
        async with asyncio.timeout(200):
            while True:
                listed = (await asyncio.to_thread(client.get, f"{path}/notices")).json()["data"]["notices"]
                states = Counter(notice["state"] for notice in listed)
                complete = [notice for notice in listed if notice["kind"] == "analysis_complete"]
                if len(complete) == 3 and not states["waiting"] and not states["sending"]:
                    break
                await asyncio.sleep(1)
        lines = Counter[str]()
        for received in receiver.received[taken_from:]:
            lines.update(line.removeprefix("- ") for line in json.loads(received.body)["message"].splitlines())
        assert set(states) <= {"sent", "unknown"}
        # None comes where the servers were killed within the send of all: that is told as unknown.
        assert set(lines.values()) <= {1}, "each thing comes once"
        assert {notice["text"] for notice in listed if notice["state"] == "sent"} <= set(lines)
        alerts = [alert["kind"] for alert in client.get("/api/alerts").json()["data"]["alerts"]]
        assert ("notice_failed" in alerts) == bool(states["unknown"]), "what may be lost is told"
