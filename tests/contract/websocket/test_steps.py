"""What the agents wrote, live: on every transport where it is asked for, and nowhere else."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller, User

Told = list[tuple[str, dict[str, Any]]]
BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL, Analyst.NEWS), 2, "rules", engine="rules"
)
KINDS = ["report", "report", "bull", "bear", "judge", "bull", "bear", "judge", "plan", "risk"]


async def launch(house: Any, user: User) -> AnalysisId:
    ticket = await house.assembled.core.launch_analysis(BRIEF, by=Caller(user.id))
    return AnalysisId(ticket.analysis)


async def run(house: Any) -> None:
    """Run the analysis that is next, in this process."""
    claim = await house.assembled.core.claim_job("test")
    await house.assembled.core.run_job(claim)


async def told_raw(house: Any, user: User, id: str, ready: asyncio.Event | None = None, **body: Any) -> Told:
    """Everything that a raw WebSocket is told of an analysis, to its end."""
    async with house.socket(house.token(user)) as socket:
        await house.send(socket, "subscribe_analysis", analysisId=id, **body)
        told: Told = []
        while not told or told[-1][0] != "analysis_complete":
            name, data = await house.receive(socket)
            if name == "analysis_subscribed" and ready:
                ready.set()
            if name.startswith("analysis_") and name != "analysis_subscribed":
                told.append((name, data))
        return told


async def told_socketio(house: Any, user: User, id: str, **body: Any) -> Told:
    url = f"ws://127.0.0.1:{house.port}/socket.io/?EIO=4&transport=websocket"
    async with connect(url, compression=None) as socket, asyncio.timeout(20):
        await socket.send("40" + json.dumps({"token": house.token(user)}))
        await socket.send("42" + json.dumps(["subscribe_analysis", {"analysisId": id, **body}]))
        told: Told = []
        while not told or told[-1][0] != "analysis_complete":
            text = str(await socket.recv())
            if text.startswith("42"):
                name, data = json.loads(text[2:])
                told.append((name, data))
        return told


async def told_sse(house: Any, user: User, id: str, query: str = "") -> Told:
    headers = {"Authorization": f"Bearer {house.token(user)}"}
    async with httpx.AsyncClient(base_url=house.root, headers=headers, timeout=20) as http:
        text = (await http.get(f"/api/analyze/{id}/events{query}")).text
    told = []
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        data = json.loads(fields["data"])
        assert int(fields["id"]) == data["seq"]
        told.append((fields["event"], data))
    return told


def seqs(told: Told) -> list[int]:
    return [data["seq"] for _, data in told]


def without_seq(told: Sequence[tuple[str, dict[str, Any]]]) -> Told:
    return [(name, {key: value for key, value in data.items() if key != "seq"}) for name, data in told]


async def test_steps_come_live_where_they_are_asked_for_and_the_documented_client_gets_the_documented_events(
    house: Any, ann: User
) -> None:
    id = await launch(house, ann)
    ready = [asyncio.Event(), asyncio.Event()]
    with_steps = asyncio.create_task(told_raw(house, ann, id, ready[0], steps=True))
    documented = asyncio.create_task(told_raw(house, ann, id, ready[1]))
    await asyncio.gather(*(event.wait() for event in ready))
    await run(house)
    told, plain = await with_steps, await documented
    steps = [data for name, data in told if name == "analysis_step"]
    assert [step["kind"] for step in steps] == KINDS
    assert [step.get("round") for step in steps] == [None, None, 1, 1, 1, 2, 2, 2, None, None]
    assert [step["agent"] for step in steps[2:5]] == ["bull_researcher", "bear_researcher", "research_judge"]
    assert all(step["analysisId"] == id and step["text"] and step["timestamp"] for step in steps)
    assert steps[0]["evidence"]
    assert all(step["grounded"] for step in steps)
    assert not [name for name, _ in plain if name == "analysis_step"]
    # Both count their own events from 1, without gaps.
    assert seqs(plain) == list(range(1, len(plain) + 1))
    assert seqs(told) == list(range(1, len(told) + 1))
    assert without_seq([each for each in told if each[0] != "analysis_step"]) == without_seq(plain)
    # What an agent wrote comes before the news that it has finished.
    for agent in ("technical_analyst", "news_analyst", "trader"):
        of_agent = [(name, data.get("status")) for name, data in told if data.get("agent") == agent]
        assert of_agent == [
            ("analysis_progress", "running"), ("analysis_step", None), ("analysis_progress", "completed"),
        ]  # fmt: skip


async def test_every_transport_tells_the_same_and_resumes_at_any_point(house: Any, ann: User) -> None:
    id = await launch(house, ann)
    await run(house)
    told = await told_raw(house, ann, id, steps=True, since=0)
    assert [data["kind"] for name, data in told if name == "analysis_step"] == KINDS
    assert await told_raw(house, ann, id, steps=True) == told
    assert await told_socketio(house, ann, id, steps=True, since=0) == told
    assert await told_sse(house, ann, id, "?steps=1") == told
    plain = await told_sse(house, ann, id)
    assert plain == await told_socketio(house, ann, id, since=0) == await told_sse(house, ann, id, "?steps=0")
    assert [name for name, _ in plain if name == "analysis_step"] == []
    for since in range(0, len(told), 5):
        assert await told_raw(house, ann, id, steps=True, since=since) == told[since:]
        assert await told_sse(house, ann, id, f"?steps=true&since={since}") == told[since:]
    for since in range(0, len(plain), 5):
        assert await told_sse(house, ann, id, f"?since={since}") == plain[since:]


async def test_the_steps_of_the_live_events_are_those_of_the_list(house: Any, ann: User) -> None:
    id = await launch(house, ann)
    await run(house)
    told = await told_sse(house, ann, id, "?steps=1")
    listed = await house.assembled.core.list_steps(id, by=Caller(ann.id))
    live = [(data["seq"], data["agent"], data["kind"], data["text"]) for name, data in told if name == "analysis_step"]
    assert [(step.seq, step.agent, step.kind, step.text) for step in listed[:-1]] == live
    assert listed[-1].kind == "decision"


async def test_the_steps_of_a_user_come_before_the_events_that_follow_them_and_none_is_lost_by_resuming(
    house: Any, ann: User
) -> None:
    id = await launch(house, ann)
    await run(house)
    told = await told_raw(house, ann, id, steps=True, since=0)

    async def of_user(since: int, *, over_http: bool = False, steps: bool = True) -> Told:
        received: Told = []
        if over_http:
            headers = {"Authorization": f"Bearer {house.token(ann)}"}
            query = f"since={since}&steps={int(steps)}"
            async with (
                httpx.AsyncClient(base_url=house.root, headers=headers, timeout=20) as http,
                http.stream("GET", f"/api/events?{query}") as stream,
            ):
                name = ""
                async for line in stream.aiter_lines():
                    field, _, value = line.partition(": ")
                    if field == "event":
                        name = value
                    elif field == "data" and name.startswith("analysis_"):
                        received.append((name, json.loads(value)))
                        if name == "analysis_complete":
                            return received
        async with house.socket(house.token(ann)) as socket:
            await house.send(socket, "subscribe_user", since=since, steps=steps)
            while not received or received[-1][0] != "analysis_complete":
                name, data = await house.receive(socket)
                if name.startswith("analysis_"):
                    received.append((name, data))
        return received

    whole = await of_user(0)
    assert [data["text"] for name, data in whole if name == "analysis_step"] == [
        data["text"] for name, data in told if name == "analysis_step"
    ]
    assert [(name, data.get("agent")) for name, data in whole] == [(name, data.get("agent")) for name, data in told]
    positions = [data["position"] for _, data in whole]
    assert positions == sorted(positions)
    assert await of_user(0, over_http=True) == whole
    assert [name for name, _ in await of_user(0, steps=False) if name == "analysis_step"] == []
    for cut in range(1, len(whole), 4):
        resumed = await of_user(whole[cut - 1][1]["position"])
        assert resumed[-len(whole[cut:]) :] == whole[cut:]
        assert all(each in whole and each[0] == "analysis_step" for each in resumed[: -len(whole[cut:])])


async def test_a_cancelled_analysis_ends_after_the_steps_that_it_had(house: Any, ann: User) -> None:
    id = await launch(house, ann)
    core = house.assembled.core
    claim = await core.claim_job("test")
    running = asyncio.create_task(core.run_job(claim))
    while len(await core.list_steps(id, by=Caller(ann.id))) < 3:
        await asyncio.sleep(0)
    await core.cancel_analysis(id, by=Caller(ann.id))
    await running
    steps = [step for step in await core.list_steps(id, by=Caller(ann.id)) if step.kind != "decision"]
    told = await told_sse(house, ann, id, "?steps=1")
    assert [data["seq"] for name, data in told if name == "analysis_step"] == [step.seq for step in steps]
    assert seqs(told) == list(range(1, len(told) + 1))
    assert told[-1][0] == "analysis_error"


@pytest.mark.parametrize("steps", [1, "true", None])
async def test_steps_that_are_neither_true_nor_false_are_refused(house: Any, ann: User, steps: object) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.send(socket, "subscribe_analysis", analysisId="a", steps=steps)
        await house.receive(socket)
        name, data = await house.receive(socket)
        assert (name, data["code"], data["analysisId"]) == ("analysis_error", "invalid_input", "a")


@pytest.mark.parametrize("query", ["?steps=2", "?since=-1", "?since=x", "?since=1.5"])
async def test_a_stream_that_is_not_asked_for_as_documented_is_refused(house: Any, ann: User, query: str) -> None:
    id = await house.analysis(ann)
    async with httpx.AsyncClient(
        base_url=house.root, headers={"Authorization": f"Bearer {house.token(ann)}"}, timeout=20
    ) as http:
        answer = await http.get(f"/api/analyze/{id}/events{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_input")
