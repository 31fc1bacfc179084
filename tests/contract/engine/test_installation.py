"""An installation with an engine of another shape: chosen over HTTP, told live, resumed after kill -9."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hold_engine import BOLD, CAREFUL, CHAIR, HoldEngine
from tradecore.model.errors import Invalid
from tradecore.ports.engine import Engine
from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import assemble
from tradecore_app.embed import open_tradecore, running
from tradecore_app.settings import read_settings
from tradecore_app.web import build_app, build_live

LAUNCH: dict[str, Any] = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical"],
    "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
}


@asynccontextmanager
async def serving(given: Engine | None, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A signed-in client of an installation in this process, with its worker."""
    chosen = read_settings(store="memory:", secret="x" * 32, **settings)
    async with assemble(chosen, GivenAdapters(engine=given)) as assembled, running(assembled):
        await assembled.core.create_user("ann@example.com", "correct horse", name="Ann")
        transport = httpx2.ASGITransport(app=build_app(assembled, build_live(assembled)))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            body = {"email": "ann@example.com", "password": "correct horse"}
            token = (await client.post("/api/auth/login", json=body)).json()["data"]["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client


async def get(client: httpx2.AsyncClient, path: str) -> Any:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def completed(client: httpx2.AsyncClient, id: str) -> None:
    """Return once the live stream of an analysis has ended."""
    async with asyncio.timeout(60):
        await client.get(f"/api/analyze/{id}/events")


async def test_its_agents_are_those_of_the_status_and_its_words_are_quoted_in_the_results(tmp_path: Path) -> None:
    gate = asyncio.Event()
    engine = HoldEngine(gate=gate)
    async with serving(engine, data=tmp_path) as client:
        id = (await client.post("/api/analyze", json=LAUNCH)).json()["data"]["analysisId"]
        async with asyncio.timeout(60):
            await engine.stored.wait()
        progress = (await get(client, f"/api/analyze/{id}/status"))["progress"]
        assert [agent["name"] for agent in progress["agents"]] == [BOLD, CAREFUL, CHAIR]
        assert (progress["completedAgents"], progress["currentAgent"]) == ([BOLD, CAREFUL], CHAIR)
        assert progress["overallPercent"] == 50
        gate.set()
        await completed(client, id)
        results = await get(client, f"/api/analyze/{id}/results")
    metadata = results["metadata"]
    assert (results["decision"]["action"], results["reports"]) == ("HOLD", {})
    assert (metadata["engineName"], metadata["engine"]) == ("hold", "engine that holds 7")
    assert (metadata["quotedAgents"], metadata["ungroundedNumbers"]) == ([BOLD, CAREFUL], 1)


async def test_a_launch_chooses_among_the_engines_that_are_listed(tmp_path: Path) -> None:
    async with serving(HoldEngine(), data=tmp_path) as client:
        listed = {engine["name"]: engine for engine in (await get(client, "/api/engines"))["engines"]}
        assert list(listed) == ["hold", "desk", "rules", "tradingagents"]
        assert listed["hold"] == {
            "name": "hold", "version": "7", "available": True, "paid": False, "agents": [BOLD, CAREFUL, CHAIR],
            "record": None,
        }  # fmt: skip
        assert (listed["desk"]["available"], listed["desk"]["reason"]) == (
            False,
            "No language model is configured here; docs/models.md tells how.",
        )
        ids = {}
        for name in ("hold", "rules"):
            body = {**LAUNCH, "config": {**LAUNCH["config"], "engine": name}}
            ids[name] = (await client.post("/api/analyze", json=body)).json()["data"]["analysisId"]
        for name, id in ids.items():
            await completed(client, id)
            assert (await get(client, f"/api/analyze/{id}/results"))["metadata"]["engineName"] == name
        risky = {**LAUNCH, "config": {**LAUNCH["config"], "engine": "rules", "riskRounds": 1}}
        refused = await client.post("/api/analyze", json=risky)
        assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["config.riskRounds"]
        for name in ("desk", "nobody"):
            refused = await client.post("/api/analyze", json={**LAUNCH, "config": {**LAUNCH["config"], "engine": name}})
            assert refused.status_code == 400
            assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["config.engine"]


async def test_the_setting_names_the_engine_of_launches_that_name_none(tmp_path: Path) -> None:
    async with serving(None, data=tmp_path, engine="rules") as client:
        id = (await client.post("/api/analyze", json=LAUNCH)).json()["data"]["analysisId"]
        await completed(client, id)
        assert (await get(client, f"/api/analyze/{id}/results"))["metadata"]["engineName"] == "rules"
    for engine, reason in (("desk", "is not available: No language model"), ("nobody", "There is no engine 'nobody'")):
        with pytest.raises(Invalid, match=reason):
            async with serving(None, data=tmp_path, engine=engine):
                pass


_VICTIM = """
import asyncio
from hold_engine import HoldEngine
from tradecore_app.embed import open_tradecore

async def main():
    engine = HoldEngine(gate=asyncio.Event())
    async with open_tradecore(engine=engine, lease_seconds=2) as desk:
        ticket = await desk.launch("NVDA", "2024-10-10", analysts=("technical",))
        await engine.stored.wait()
        print(ticket.analysis, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_an_analysis_whose_process_was_killed_is_finished_by_the_next_one(tmp_path: Path) -> None:
    tests = Path(__file__).parents[2]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _VICTIM, cwd=tests, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TRADECORE_DATA": str(tmp_path), "PYTHONPATH": str(tests)},
    )  # fmt: skip
    try:
        assert victim.stdout
        async with asyncio.timeout(120):
            id = (await victim.stdout.readline()).decode().strip()
    finally:
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
    assert id
    engine = HoldEngine()
    async with open_tradecore(engine=engine, data=tmp_path, lease_seconds=2) as desk, asyncio.timeout(120):
        result = await desk.result(id)  # type: ignore[arg-type]
        events = [event async for event in desk.follow(id)]  # type: ignore[arg-type]
    assert result.brief.as_of == date(2024, 10, 10)
    agents = [fact.agent for event in events if (fact := event.fact) and type(fact).__name__ == "AgentFinished"]
    assert agents == [BOLD, CAREFUL, CHAIR]


async def test_a_model_that_is_named_without_its_key_is_refused_instead_of_run_by_the_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with open_tradecore(store="memory:") as desk:
        with pytest.raises(Invalid, match="No language model is configured"):
            await desk.launch("NVDA", date(2024, 10, 10), model="openai:gpt-x")
