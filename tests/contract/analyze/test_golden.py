"""Every documented example of the news API, answer for answer: `--golden` writes the files anew."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from attrs import evolve

from tradecore.model.news import RawItem
from tradecore.use_cases.digest import DigestLimits

FOLDER = Path(__file__).parent.parent / "golden" / "news"
ID = "analyze_job_2f205899562a4104868384e65f81c8c1"
ASKED = {"hours": 1, "user_id": "my_agent_01"}
# What differs from one answer to the next by nature.
UNLIKE = {"x-request-id", "content-length"}

# The bodies as documented, so that nobody rewrites a golden file into something else. Two of them hold what the
# example's own news would: how much was processed, and the report.
DOCUMENTED: dict[str, Any] = {
    "created": {
        "success": True,
        "job_id": ID,
        "status": "queued",
        "time_window_hours": 1,
        "status_url": f"/analyze/{ID}",
        "result_url": f"/analyze/{ID}/result",
    },
    "missing_user_id": {
        "detail": [{"type": "missing", "loc": ["body", "user_id"], "msg": "Field required", "input": {"hours": 1}}]
    },
    "running": {
        "success": False,
        "job_id": ID,
        "status": "running",
        "time_window_hours": 1,
        "created_at": "2026-03-28T12:00:00+00:00",
        "started_at": "2026-03-28T12:00:03+00:00",
        "completed_at": None,
        "items_processed": 0,
        "error": None,
        "result_available": False,
    },
    "completed": {
        "success": True,
        "job_id": ID,
        "status": "completed",
        "time_window_hours": 1,
        "created_at": "2026-03-28T12:00:00+00:00",
        "started_at": "2026-03-28T12:00:03+00:00",
        "completed_at": "2026-03-28T12:01:15+00:00",
        "items_processed": 25,
        "error": None,
        "result_available": True,
    },
    "result": {
        "success": True,
        "job_id": ID,
        "status": "completed",
        "report": ...,
        "items_processed": 25,
        "time_window_hours": 1,
        "error": None,
    },
}


def compare(name: str, answer: httpx.Response, golden: bool) -> None:
    request = answer.request
    is_json = answer.headers.get("content-type") == "application/json"
    shown: dict[str, Any] = {
        "request": {
            "method": request.method,
            "path": request.url.raw_path.decode(),
            "body": request.content.decode() or None,
        },
        "status": answer.status_code,
        "headers": {key: value for key, value in sorted(answer.headers.items()) if key not in UNLIKE},
        "body": answer.json() if is_json else answer.text,
    }
    path = FOLDER / f"{name}.json"
    if golden:
        path.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())
    if is_json:
        compact = json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=not answer.text.count("–"))
        assert answer.text == compact
    if name in DOCUMENTED:
        expected = {key: shown["body"][key] if value is ... else value for key, value in DOCUMENTED[name].items()}
        assert list(shown["body"].items()) == list(expected.items())


def articles(count: int, at: Any) -> list[RawItem]:
    """So many articles of four outlets about things that have nothing to do with each other."""
    return [
        RawItem(
            source=f"Outlet {n % 4}",
            title=f"{word.title()} protocol number {n} opens vault of {n + 2} million dollars",
            summary=f"Users of {word} may deposit from {n + 1} o'clock. Fees are {n} basis points.",
            url=f"https://outlet{n % 4}.example/{word}-{n}",
            published_at=at - timedelta(minutes=2 * n),
        )
        for n, word in enumerate(
            "amber basil cedar dahlia ember fennel ginger hazel indigo jasmine kelp laurel maple nettle olive pepper "
            "quartz rowan saffron thistle umber violet willow yarrow zinnia".split()[:count]
        )
    ]


async def test_the_documented_conversation(room: Any, client: httpx.AsyncClient, golden: bool) -> None:
    """Create, poll, fetch: the documented example with its times and its 25 items."""
    await room.say(*articles(25, room.time))
    compare("created", await client.post("/analyze", json=ASKED), golden)
    compare("queued", await client.get(f"/analyze/{ID}"), golden)
    compare("result_queued", await client.get(f"/analyze/{ID}/result"), golden)
    room.pass_time(seconds=3)
    claim = await room.claim()
    compare("running", await client.get(f"/analyze/{ID}"), golden)
    compare("result_running", await client.get(f"/analyze/{ID}/result"), golden)
    room.pass_time(seconds=7)
    await room.core.renew_lease(claim)
    room.pass_time(seconds=65)
    await room.core.run_job(claim)
    compare("completed", await client.get(f"/analyze/{ID}"), golden)
    result = await client.get(f"/analyze/{ID}/result")
    compare("result", result, golden)
    assert result.json()["report"].startswith("# Crypto News Analysis Report\n\n")
    assert "\n## Executive Summary\n" in result.json()["report"]
    markdown = await client.get(f"/analyze/{ID}/result", headers={"Accept": "text/markdown"})
    compare("result_markdown", markdown, golden)
    assert markdown.text == result.json()["report"]
    compare("items", await client.get(f"/analyze/{ID}/items"), golden)


async def test_an_empty_window(room: Any, client: httpx.AsyncClient, golden: bool) -> None:
    await client.post("/analyze", json=ASKED)
    await room.unit_of_work()
    compare("result_empty", await client.get(f"/analyze/{ID}/result"), golden)


async def test_a_failed_job(room: Any, client: httpx.AsyncClient, golden: bool) -> None:
    await client.post("/analyze", json=ASKED)
    for _ in range(3):
        claim = await room.core.claim_job("a worker that dies")
        assert claim
        async with room.store.unit_of_work() as uow:  # a suspect counts from its start on
            if (await uow.jobs.get(claim.job.id)).lease.waiting:
                await uow.jobs.put((await claim.verify(uow)).start())
        room.pass_time(seconds=11)
    assert await room.core.claim_job("another worker") is None
    compare("failed", await client.get(f"/analyze/{ID}"), golden)
    compare("result_failed", await client.get(f"/analyze/{ID}/result"), golden)


async def test_refusals(room: Any, client: httpx.AsyncClient, golden: bool) -> None:
    compare("missing_user_id", await client.post("/analyze", json={"hours": 1}), golden)
    compare("missing_hours", await client.post("/analyze", json={"user_id": "a"}), golden)
    compare("invalid_user_id", await client.post("/analyze", json={"hours": 1, "user_id": "not valid"}), golden)
    compare("zero_hours", await client.post("/analyze", json={"hours": 0, "user_id": "a"}), golden)
    compare("malformed", await client.post("/analyze", content=b'{"hours": 1,'), golden)
    compare("not_found", await client.get(f"/analyze/{ID}"), golden)
    compare("wrong_method", await client.delete(f"/analyze/{ID}"), golden)
    async with room.client(key="another-key") as stranger:
        compare("unauthorized", await stranger.post("/analyze", json=ASKED), golden)


async def test_below_the_minimum_and_above_the_maximum(room: Any, golden: bool) -> None:
    narrow = evolve(room.core, launch_digest=evolve(room.core.launch_digest, limits=DigestLimits(min_hours=2)))
    async with room.client(room.app(narrow)) as client:
        compare("below_minimum", await client.post("/analyze", json=ASKED), golden)
        compare("capped", await client.post("/analyze", json={**ASKED, "hours": 10**30}), golden)


async def test_too_much(room: Any, golden: bool) -> None:
    full = evolve(room.core, launch_digest=evolve(room.core.launch_digest, limits=DigestLimits(waiting_jobs=0)))
    async with room.client(room.app(full)) as client:
        compare("queue_full", await client.post("/analyze", json=ASKED), golden)
    async with room.client(requests_per_minute=1) as client:
        await client.get(f"/analyze/{ID}")
        compare("too_many", await client.get(f"/analyze/{ID}"), golden)
