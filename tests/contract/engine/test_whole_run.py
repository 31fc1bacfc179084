"""One whole run of TradingAgents as its caller sees it: events, steps and results, in one golden file."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx2

from tradecore_app.adapters import GivenAdapters
from tradecore_app.assembly import assemble
from tradecore_app.embed import running
from tradecore_app.settings import read_settings
from tradecore_app.web import build_app, build_live
from trading_agents import FrameworkModel, ScriptedChat, interpreter

GOLDEN = Path(__file__).parent / "golden/tradingagents.json"
LAUNCH: dict[str, Any] = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "sentiment"],
    "config": {"researchDepth": 1, "llmModel": "any-model", "llmProvider": "test", "engine": "tradingagents"},
}
_CHANGING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00)", "TIME"),
    (r"(last finished session of its market, )\d{4}-\d\d-\d\d", r"\1DAY"),
    (r'("(?:processingTime|duration|estimatedTime|elapsedTime|elapsedSeconds)": )[0-9.]+', r"\1 0"),
)


async def test_its_events_steps_and_results_are_those_of_the_golden_file(tmp_path: Path, golden: bool) -> None:
    python = interpreter("tradingagents-stand-in")
    settings = read_settings(store="memory:", secret="x" * 32, data=tmp_path, tradingagents_python=str(python))
    given = GivenAdapters(model=ScriptedChat(FrameworkModel()))
    async with assemble(settings, given) as assembled, running(assembled):
        await assembled.core.create_user("ann@example.com", "correct horse", name="Ann")
        transport = httpx2.ASGITransport(app=build_app(assembled, build_live(assembled)))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client, asyncio.timeout(100):
            body = {"email": "ann@example.com", "password": "correct horse"}
            token = (await client.post("/api/auth/login", json=body)).json()["data"]["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            id = (await client.post("/api/analyze", json=LAUNCH)).json()["data"]["analysisId"]
            stream = (await client.get(f"/api/analyze/{id}/events")).text
            events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
            answers = {path: (await client.get(f"/api/analyze/{id}/{path}")).json() for path in ("steps", "results")}
    text = json.dumps({"events": events, **answers}, indent=2, ensure_ascii=False)
    for pattern, same in _CHANGING:
        text = re.sub(pattern, same, text)
    if golden:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text + "\n", "utf-8")
    assert json.loads(text) == json.loads(GOLDEN.read_text("utf-8"))
