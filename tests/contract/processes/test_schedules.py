"""Schedules end to end: analyses after the close and a digest at eight reach a receiver, over restarts and kills."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from webhook_receiver import Receiver, receiving

KINDS = ["analysis_complete", "digest_ready", "schedule_ran"]
# A Tuesday; New York trades on it and the two days after it, and closes at 20:00 UTC.
FIRST_DAY = date(2024, 10, 8)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as listening:
        yield listening


def far_from(now: datetime, hour: int, minute: int) -> bool:
    """Whether a time of day does not come while the test runs."""
    at = now.replace(hour=hour, minute=minute)
    return all(abs(at + timedelta(days=days) - now) > timedelta(minutes=5) for days in (-1, 0, 1))


@pytest.mark.endurance
@pytest.mark.timeout(240)
async def test_analyses_after_the_close_and_a_digest_at_eight_are_posted_once_over_restarts_and_kills(
    house: Any, receiver: Receiver
) -> None:
    began = datetime.now(UTC)

    def today(days: int) -> str:
        """A day for the clock of a server, so many days after the first at the same time of day."""
        return str(FIRST_DAY + timedelta(days=days) + (datetime.now(UTC).date() - began.date()))

    house.settings |= {"TRADECORE_WEBHOOKS_PRIVATE": "127.0.0.0/8", "TRADECORE_TODAY": today(0)}
    server, client = await asyncio.to_thread(house.serve)
    secret = client.post("/api/webhooks", json={"url": receiver.url, "kinds": KINDS}).json()["data"]["secret"]
    assets = [{"symbol": "MSFT"}, {"symbol": "AAPL"}]
    watchlist = client.post("/api/watchlists", json={"name": "Two", "assets": assets}).json()["data"]["id"]
    analyses = {
        "watchlist": watchlist,
        "analysts": ["technical"],
        "config": {"researchDepth": 1, "llmModel": "rules", "llmProvider": "rules"},
    }
    close = {"exchange": "XNYS", "delayMinutes": 30 if far_from(began, 20, 30) else 90}
    eight = {"expression": "0 8 * * *", "timeZone": "UTC" if far_from(began, 8, 0) else "Asia/Tokyo"}
    ids = []
    for body in ({"close": close, "analyses": analyses}, {"cron": eight, "digest": {"hours": 24}}):
        made = client.post("/api/schedules", json={"name": "Daily", "catchUpHours": 24, **body})
        assert made.status_code == 201, made.text
        assert made.json()["data"]["nextRunAt"] > today(0)
        ids.append(made.json()["data"]["id"])
    house.kill(server, signal.SIGKILL)

    # The server is down at both times. The next one makes both up, and is killed when the receiver, which is down
    # itself, is called first; the one after it goes on.
    receiver.answer = lambda received: b"503 Down"
    house.settings["TRADECORE_TODAY"] = today(1)
    server, client = await asyncio.to_thread(house.serve)
    await receiver.until(1)
    house.kill(server, signal.SIGKILL)
    receiver.answer = lambda received: b"204 Taken"
    taken_from = len(receiver.received)
    house.settings["TRADECORE_TODAY"] = today(1)
    _, client = await asyncio.to_thread(house.serve)
    async with asyncio.timeout(90):
        while len({request.id for request in receiver.received[taken_from:]}) < 5:
            receiver.arrived.clear()
            await receiver.arrived.wait()

    events = {request.id: request.verify(secret) for request in receiver.received}
    assert Counter(event["type"] for event in events.values()) == dict(zip(KINDS, (2, 1, 2), strict=True))
    assert len({event["data"]["position"] for event in events.values()}) == len(events), "each event has one id"
    runs = [client.get(f"/api/schedules/{id}/runs").json()["data"]["runs"] for id in ids]
    assert [(len(listed), listed[0]["state"], listed[0]["failures"]) for listed in runs] == [(1, "completed", [])] * 2
    launched = {entry["id"] for listed in runs for entry in listed[0]["launched"]}
    done = {json.loads(request.body)["data"].get("analysisId") for request in receiver.received} - {None}
    digests = {digest["id"] for digest in client.get("/api/digests").json()["data"]["digests"]}
    listed = client.get("/api/analyses").json()["data"]["analyses"]
    assert {analysis["id"] for analysis in listed} == done
    assert launched == done | {event["data"]["digestId"] for event in events.values() if "digestId" in event["data"]}
    [report] = [event["data"]["report"] for event in events.values() if event["type"] == "digest_ready"]
    assert len(digests) == 1
    assert report == client.get(f"/api/digests/{digests.pop()}").json()["data"]["report"]
    assert client.get("/api/portfolio/recommendations").json()["data"] == []
