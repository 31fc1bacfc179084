"""Language models behind real processes: paid for once, counted, kept within their budget, and let go of in time."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_vendors import Body, FakeVendors, plausible

Brief = Callable[..., dict[str, object]]

ANALYZE = ("analyze", "NVDA", "--date", "2024-10-10", "--analysts", "technical", "--depth", "1")


@pytest.fixture
async def vendors(house: Any) -> AsyncIterator[FakeVendors]:
    """Both vendors, and a house whose settings lead to them."""
    async with FakeVendors(answer=plausible).serving() as serving:
        house.settings |= {
            "OPENAI_API_KEY": serving.key,
            "OPENAI_BASE_URL": f"{serving.url}/v1",
            "TRADECORE_MODEL": "openai:gpt-4o-mini",
            "TRADECORE_MODEL_PRICES": "gpt-4o-mini=0.15/0.075/0.60",
        }
        yield serving


async def opened(house: Any) -> tuple[Any, httpx.AsyncClient]:
    """A server, and a client that leaves this loop to the vendors while it waits."""
    process, client = await asyncio.to_thread(house.serve)
    return process, httpx.AsyncClient(base_url=client.base_url, headers=client.headers, timeout=30)


async def launched(client: httpx.AsyncClient, brief: dict[str, object]) -> str:
    answer = await client.post("/api/analyze", json=brief)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["analysisId"])


async def ended(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    """How an analysis ended."""
    while True:
        status: dict[str, Any] = (await client.get(f"/api/analyze/{id}/status")).json()["data"]
        if status["status"] in ("completed", "error"):
            return status
        await asyncio.sleep(0.05)


async def test_the_documented_launch_is_thought_over_by_the_model_it_names_and_says_what_that_took(
    house: Any, brief: Brief, vendors: FakeVendors
) -> None:
    process, client = await opened(house)
    async with client:
        id = await launched(client, brief())
        assert (await ended(client, id))["status"] == "completed"
        told = (await client.get(f"/api/analyze/{id}/results")).json()["data"]
        # Four analysts, three rounds of three, a trader and a risk manager.
        assert len(vendors.requests) == 15
        assert {request.body["model"] for request in vendors.requests} == {"gpt-4o-mini"}
        assert told["metadata"]["engine"] == "prompted desk 3 (openai:gpt-4o-mini)"
        assert told["decision"]["action"] == "BUY"
        assert "needsReview" not in told["decision"]
        usage = told["metadata"]["usage"]
        assert usage["calls"] == 15
        assert usage["cost"] > 0
        assert {each["agent"]: each["calls"] for each in usage["byAgent"]} == {
            **dict.fromkeys(("technical_analyst", "sentiment_analyst", "news_analyst", "fundamentals_analyst"), 1),
            **dict.fromkeys(("bull_researcher", "bear_researcher", "research_judge"), 3),
            **dict.fromkeys(("trader", "risk_manager"), 1),
        }
        assert sum(each["inputTokens"] for each in usage["byAgent"]) == usage["inputTokens"]

        refused = await client.post("/api/analyze", json=brief(config=brief()["config"] | {"llmProvider": "anthropic"}))
        assert refused.status_code == 400
        assert "There are: openai, rules." in refused.text
        own = await launched(client, brief(config=brief()["config"] | {"llmProvider": "rules"}))
        assert (await ended(client, own))["status"] == "completed"
        vendors.models = frozenset({"gpt-4o-mini"})
        unknown = await launched(client, brief(config=brief()["config"] | {"llmModel": "gpt-0"}))
        assert "gpt-0" in (await ended(client, unknown))["error"]
    await asyncio.to_thread(house.kill, process, signal.SIGTERM)
    assert vendors.key not in process.stdout.read() + house.log.read_text()
    assert not any(vendors.key.encode() in file.read_bytes() for file in house.folder.iterdir())


@pytest.mark.parametrize(
    ("status", "words", "sentence"),
    [
        (401, {}, "rejects the key."),
        (429, {"code": "insufficient_quota"}, "requires payment"),
        (404, {}, "has no model 'gpt-4o-mini'"),
    ],
)
async def test_a_refusal_that_stays_ends_an_analysis_after_one_call(
    house: Any, brief: Brief, vendors: FakeVendors, status: int, words: Body, sentence: str
) -> None:
    vendors.always, vendors.words = status, words
    _, client = await opened(house)
    async with client:
        id = await launched(client, brief())
        assert sentence in (await ended(client, id))["error"]
    assert len(vendors.requests) == 1


@pytest.mark.endurance
async def test_F35_an_analysis_outlasts_a_model_that_does_not_answer_for_a_while(
    house: Any, brief: Brief, vendors: FakeVendors
) -> None:
    house.settings["TRADECORE_MODEL_SECONDS"] = "1"
    _, client = await opened(house)
    vendors.always = "hole"
    async with client:
        short = {"analysts": ["technical"], "config": brief()["config"] | {"researchDepth": 1}}
        id = await launched(client, brief(**short))
        while not (waiting := (await client.get(f"/api/analyze/{id}/status")).json()["data"].get("waitingFor")):
            await asyncio.sleep(0.05)
        assert "does not answer in time" in waiting
        vendors.always = None
        assert (await ended(client, id))["status"] == "completed"


async def test_a_cancelled_analysis_lets_go_of_its_calls_and_makes_no_more(
    house: Any, brief: Brief, vendors: FakeVendors
) -> None:
    _, client = await opened(house)
    vendors.gate.clear()
    async with client:
        id = await launched(client, brief())
        await vendors.crowded(4)
        assert (await client.delete(f"/api/analyze/{id}")).is_success
        assert (await client.get(f"/api/analyze/{id}/status")).json()["data"]["status"] == "error"
        while vendors.in_flight:
            await asyncio.sleep(0.05)
        vendors.gate.set()
        # Whoever had gone on would have asked again before another analysis is through.
        other = await launched(client, brief(analysts=["technical"], config=brief()["config"] | {"researchDepth": 1}))
        assert (await ended(client, other))["status"] == "completed"
    assert len(vendors.requests) == 4 + 6


@pytest.mark.endurance
async def test_F01_what_was_paid_for_before_a_kill_is_not_paid_for_again(
    house: Any, brief: Brief, vendors: FakeVendors
) -> None:
    process, client = await opened(house)
    first = True

    def answer(body: Body) -> str:
        nonlocal first
        if first and len(vendors.requests) == 9:
            first = False
            vendors.gate.clear()
        return plausible(body)

    vendors.answer = answer
    async with client:
        id = await launched(client, brief())
        while vendors.gate.is_set():
            await asyncio.sleep(0.02)
        await vendors.crowded(1)
    await asyncio.to_thread(house.kill, process)
    vendors.gate.set()
    _, client = await opened(house)
    async with client:
        assert (await ended(client, id))["status"] == "completed"
        told = (await client.get(f"/api/analyze/{id}/results")).json()["data"]
    assert told["metadata"]["usage"]["calls"] == 15
    assert 15 <= len(vendors.requests) <= 15 + 2


async def test_F39_S89_nothing_is_asked_beyond_a_budget_and_nothing_launched_beyond_a_day(
    house: Any, brief: Brief, vendors: FakeVendors
) -> None:
    house.settings |= {"TRADECORE_ANALYSIS_DOLLARS": "0.011", "TRADECORE_DAY_DOLLARS": "0.02"}
    _, client = await opened(house)
    async with client:
        id = await launched(client, brief(analysts=["technical"]))
        full = await client.post("/api/analyze", json=brief())
        assert (full.status_code, full.json()["error"]["code"]) == (429, "spending_limit_reached")
        assert 0 < int(full.headers["retry-after"]) <= 86_400
        assert (
            await client.post("/api/analyze", json=brief(config=brief()["config"] | {"llmProvider": "rules"}))
        ).is_success
        assert (await ended(client, id))["status"] == "completed"
        # What was not spent may be.
        dear = await launched(client, brief(config=brief()["config"] | {"researchDepth": 5}))
        how = await ended(client, dear)
        told = len(vendors.requests)
        assert how["status"] == "error"
        assert "$0.011" in how["error"]
        again = await launched(
            client, brief(analysts=["technical"], config=brief()["config"] | {"llmProvider": "rules"})
        )
        assert (await ended(client, again))["status"] == "completed"
    assert len(vendors.requests) == told


async def test_the_command_line_asks_the_model_it_is_told_to(house: Any, vendors: FakeVendors) -> None:
    asked = ANALYZE
    del house.settings["TRADECORE_MODEL"]
    said = await asyncio.to_thread(house.run, *asked, "--model", "openai:gpt-4o-mini")
    assert said.returncode == 0, said.stderr
    assert "openai:gpt-4o-mini" in said.stdout
    shown = " ".join(said.stdout.replace("│", " ").split())
    assert re.search(r"6 calls, [\d,]+ tokens in, [\d,]+ out, for \$0\.\d{4}", shown)
    assert len(vendors.requests) == 6
    said = await asyncio.to_thread(house.run, *asked)
    assert "rule-based desk" in said.stdout
    said = await asyncio.to_thread(house.run, *asked, "--model", "gpt-4o-mini")
    assert (said.returncode, "PROVIDER:MODEL" in said.stderr) == (1, True), said.stderr
    assert len(vendors.requests) == 6


async def test_the_command_line_lists_models_and_what_they_took(house: Any, vendors: FakeVendors) -> None:
    house.settings["COLUMNS"] = "200"
    listed = await asyncio.to_thread(house.invoke, "models")
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert "openai:gpt-5.4-mini" in listed.stdout
    made = await asyncio.to_thread(house.invoke, *ANALYZE, "--model", "openai:gpt-4o-mini")
    assert made.exit_code == 0, made.output
    used = await asyncio.to_thread(house.invoke, "usage")
    [row] = [line.split() for line in used.stdout.splitlines() if "openai:" in line]
    assert row[2] == str(len(vendors.requests)) == "6"
    assert "spent, $0" in used.stdout


async def test_a_recorded_analysis_is_replayed_whole_without_a_key_and_at_no_cost(
    house: Any, vendors: FakeVendors, tmp_path: Path
) -> None:
    asked = (*ANALYZE, "--json", "--model", "openai:gpt-4o-mini")
    house.settings["TRADECORE_MODEL_RECORD"] = str(tmp_path / "kept")
    paid = await asyncio.to_thread(house.invoke, *asked)
    assert paid.exit_code == 0, paid.output
    house.settings = {"TRADECORE_MODEL_REPLAY": str(tmp_path / "kept"), "TRADECORE_ANALYSIS_DOLLARS": "0.01"}
    free = await asyncio.to_thread(house.invoke, *asked)
    assert free.exit_code == 0, free.output
    assert len(vendors.requests) == 6
    first, second = (json.loads(each.stdout)["data"] for each in (paid, free))
    assert second["metadata"]["usage"]["cost"] == 0
    assert second["debate"] == first["debate"]
    assert second["reports"] == first["reports"]
    assert not any(vendors.key in file.read_text() for file in (tmp_path / "kept").iterdir())
