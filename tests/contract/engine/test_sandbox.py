"""The sandbox of `serve --demo`: the contracts of its engine and market, its pace, and how its scenarios end."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.ports.engine import Engine
from tradecore.testing import EngineSuite
from tradecore_adapters.market.sample import SampleMarket
from tradecore_app.assembly import assemble
from tradecore_app.embed import running
from tradecore_app.sandbox import PacedEngine, Sandbox, Scenario, ScenarioMarket
from tradecore_app.settings import read_settings
from tradecore_app.web import build_app, build_live

SCENARIOS = [scenario.value for scenario in Scenario]


class TestPacedEngine(EngineSuite):
    @pytest.fixture
    def engine(self) -> Engine:
        return PacedEngine(Desk(Sources(SampleMarket())), 0.01)


@asynccontextmanager
async def serving(sandbox: Sandbox | None, store: str = "memory:") -> AsyncIterator[httpx2.AsyncClient]:
    """A signed-in client of an installation in this process, with its worker."""
    settings = read_settings(store=store, secret="x" * 32, rate_per_minute=0)
    async with assemble(settings, sandbox=sandbox) as assembled, running(assembled):
        with suppress(IllegalMove):  # a store that was opened before knows her
            await assembled.core.create_user("ann@example.com", "correct horse", name="Ann")
        transport = httpx2.ASGITransport(app=build_app(assembled, build_live(assembled)))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            body = {"email": "ann@example.com", "password": "correct horse"}
            token = (await client.post("/api/auth/login", json=body)).json()["data"]["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client


async def launch(client: httpx2.AsyncClient, symbol: str, *, depth: int = 1) -> httpx2.Response:
    body = {
        "symbol": symbol,
        "assetType": "equity",
        "date": "2024-10-10",
        "analysts": ["technical", "news"],
        "config": {"researchDepth": depth, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
    }
    return await client.post("/api/analyze", json=body)


async def launched(client: httpx2.AsyncClient, symbol: str, *, depth: int = 1) -> str:
    response = await launch(client, symbol, depth=depth)
    assert response.status_code == 202, response.text
    return str(response.json()["data"]["analysisId"])


async def get(client: httpx2.AsyncClient, path: str) -> Any:
    return (await client.get(path)).json()["data"]


async def ended(client: httpx2.AsyncClient, id: str) -> Any:
    """The status of an analysis once its live stream has ended."""
    async with asyncio.timeout(60):
        await client.get(f"/api/analyze/{id}/events")
    return await get(client, f"/api/analyze/{id}/status")


async def test_scenarios_end_as_they_are_called() -> None:
    async with serving(Sandbox(0.0)) as client:
        ids = {symbol: await launched(client, symbol.lower()) for symbol in SCENARIOS}
        statuses = {symbol: await ended(client, id) for symbol, id in ids.items()}
        failed = statuses["DEMO-FAIL"]
        assert (failed["status"], failed["error"]) == ("error", "Every analysis of DEMO-FAIL fails here.")
        agents = {agent["name"]: agent for agent in failed["progress"]["agents"]}
        assert agents["news_analyst"]["status"] == "completed"
        assert agents["bull_researcher"]["error"] == failed["error"]
        assert {
            symbol: status["status"] for symbol, status in statuses.items() if symbol != "DEMO-FAIL"
        } == dict.fromkeys(("DEMO-SLOW", "DEMO-HOLD", "DEMO-REVIEW"), "completed")
        hold = await get(client, f"/api/analyze/{ids['DEMO-HOLD']}/results")
        assert (hold["decision"]["action"], hold["decision"]["positionSize"]) == ("HOLD", 0)
        assert "needsReview" not in hold["decision"]
        assert hold["metadata"]["engine"] == "rule-based desk 2, scenario DEMO-HOLD"
        assert hold["metadata"]["synthetic"] is True
        [plan] = [
            step
            for step in (await get(client, f"/api/analyze/{ids['DEMO-HOLD']}/steps"))["steps"]
            if step["kind"] == "plan"
        ]
        assert plan["text"] == "HOLD: Every analysis of DEMO-HOLD ends with a HOLD."
        review = (await get(client, f"/api/analyze/{ids['DEMO-REVIEW']}/results"))["decision"]
        assert (review["action"], review["confidence"]) == ("HOLD", 0)
        assert review["needsReview"] == review["reasoning"]
        assert (await get(client, "/api/portfolio/recommendations")) == []
        [first, *_] = (await get(client, "/api/market/symbols?query=demo-fail"))["symbols"]
        named = {"symbol": "DEMO-FAIL", "name": "Scenario: the analysis fails in the debate", "assetType": "equity"}
        assert first == named


async def test_the_pace_shows_the_queue_every_round_and_a_true_estimate() -> None:
    pace = 1.0
    async with serving(Sandbox(pace)) as client:
        response = await launch(client, "NVDA", depth=2)
        began, ticket = time.monotonic(), response.json()["data"]
        assert ticket["estimatedTime"] >= pace
        path = f"/api/analyze/{ticket['analysisId']}"
        seen = []
        while (status := await get(client, f"{path}/status"))["status"] not in ("completed", "error"):
            assert time.monotonic() - began < 60
            if status not in seen:
                seen.append(status)
            await asyncio.sleep(0.01)
        took = time.monotonic() - began
        assert status["status"] == "completed"
        assert took >= pace
        assert seen[0]["status"] == "queued"
        percents = [status["progress"]["overallPercent"] for status in seen]
        assert percents == sorted(percents)
        assert len(set(percents)) >= 10
        stream = (await client.get(f"{path}/events")).text
        events = [json.loads(data) for data in re.findall(r"^data: (.*)$", stream, re.MULTILINE)]
    progress = [event for event in events if "progress" in event]
    messages = [event["message"] for event in progress]
    for number in (1, 2):
        for turn in ("bull case", "bear case", "judgement of the debate"):
            assert messages.count(f"Round {number} of 2: {turn}") == 1
    percents = [event["progress"] for event in progress]
    assert all(0 <= after - before <= 20 for before, after in pairwise(percents))
    completed = [event["agent"] for event in progress if event["status"] == "completed"]
    assert len(completed) == len(set(completed)) == len(status["progress"]["agents"])
    # What was polled is a state that was told as well.
    told = [sorted(completed[:count]) for count in range(len(completed) + 1)]
    assert all(sorted(polled["progress"]["completedAgents"]) in told for polled in seen)


async def test_how_long_a_paced_analysis_took_says_nothing_about_one_without_a_pace(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'store.db'}"
    async with serving(Sandbox(2.0), store) as client:
        id = await launched(client, "NVDA")
        assert (await ended(client, id))["status"] == "completed"
        metadata = (await get(client, f"/api/analyze/{id}/results"))["metadata"]
        assert metadata["engine"] == "rule-based desk 2, paced to 2 s"
        assert (await launch(client, "NVDA")).json()["data"]["estimatedTime"] >= 2
    async with serving(None, store) as client:
        assert (await launch(client, "NVDA")).json()["data"]["estimatedTime"] <= 1


async def test_a_paced_engine_has_the_record_of_the_engine_and_a_scenario_has_none() -> None:
    lookups: list[str] = []

    async def find(engine: str, brief: object) -> None:
        lookups.append(engine)

    find_record = Sandbox(2.0).records(find)
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "rules")
    for label in ("rules 2, paced to 2 s", "desk 3 (openai:m)", "rules 2, paced to 2 s, scenario DEMO-HOLD"):
        await find_record(label, brief)
    assert lookups == ["rules 2", "desk 3 (openai:m)"]


async def test_a_slow_analysis_is_announced_as_one_and_cancelled_without_waiting_for_the_pace() -> None:
    async with serving(Sandbox(20.0)) as client:
        ticket = (await launch(client, "DEMO-SLOW")).json()["data"]
        assert 300 < ticket["estimatedTime"] < 400
        assert ticket["notice"] == "This analysis is expected to take about 7 minutes, longer than most."
        path = f"/api/analyze/{ticket['analysisId']}"
        while (await get(client, f"{path}/status"))["status"] == "queued":
            await asyncio.sleep(0.02)
        assert (await get(client, f"{path}/status"))["notice"] == ticket["notice"]
        began = time.monotonic()
        assert (await client.delete(path)).status_code == 200
        status = await ended(client, ticket["analysisId"])
        assert (status["status"], status["error"]) == ("error", "cancelled by the user")
        assert "notice" not in status
        assert time.monotonic() - began < 5


async def test_without_a_sandbox_the_scenarios_are_unknown_symbols() -> None:
    async with serving(None) as client:
        for symbol in SCENARIOS:
            response = await launch(client, symbol)
            assert response.status_code == 400
            assert response.json()["error"]["details"][0]["field"] == "symbol"


@pytest.mark.parametrize("symbol", SCENARIOS)
async def test_scenarios_have_generated_prices_of_an_equity_and_all_else_is_the_market_s(symbol: str) -> None:
    sample = SampleMarket()
    market, name, day, equity = ScenarioMarket(sample), Symbol(symbol), date(2024, 10, 10), AssetType.EQUITY
    bars = await market.bars(name, equity, day, 50)
    assert (bars.symbol, len(bars.bars), bars.last.day, bars.source.synthetic) == (symbol, 50, day, True)
    quote = await market.quote(name, equity, datetime(2024, 10, 10, 20, tzinfo=UTC))
    assert (quote.symbol, quote.price) == (symbol, bars.last.close)
    assert (await market.corporate_actions(name, equity, day, day)).symbol == symbol
    with pytest.raises(Invalid, match=f"{symbol} is of asset type equity, not crypto"):
        await market.bars(name, AssetType.CRYPTO, day, 1)
    assert set(await market.symbols()) - set(await sample.symbols()) == set(SCENARIOS)
    nvda = Symbol("NVDA")
    assert await market.bars(nvda, equity, day, 5) == await sample.bars(nvda, equity, day, 5)
    assert await market.benchmark(equity) == await sample.benchmark(equity)
    assert (await market.search(symbol, 1))[0].symbol == symbol
