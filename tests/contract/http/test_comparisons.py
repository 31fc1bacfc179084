"""Comparisons over HTTP: the same evidence for all engines, side by side, and nothing that is offered."""

import asyncio
import shlex
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from http_applications import Applications
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId, ComparisonId
from tradecore.use_cases.comparisons import SharedEvidence
from tradecore_adapters.client.async_client import AsyncClient
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings

EXAMPLE = shlex.join([sys.executable, str(Path(__file__).parents[3] / "examples/command-engine/trend.py")])
BODY: dict[str, Any] = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "news"],
    "config": {"researchDepth": 1, "llmModel": "gpt-4o-mini"},
    "engines": ["rules", "trend"],
}


@pytest.fixture
async def assembled(tmp_path: Path) -> AsyncIterator[Assembled]:
    settings = read_settings(
        data=tmp_path, store="memory:", secret="x" * 32, command_engines=f"trend={EXAMPLE}; gone=/nowhere/gone"
    )
    async with assemble(settings) as made:
        yield made


@pytest.fixture
async def house(house: Any, assembled: Assembled, applications: Applications) -> Any:
    """An installation on the shipped prices, with a program as an engine."""
    return type(house)(assembled.core, assembled.store, assembled.limiter, applications, time=assembled.now())


@pytest.fixture
async def client(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(token=house.token(await house.user())) as client:
        yield client


@pytest.fixture
async def stranger(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(token=house.token(await house.user("ben@example.com"))) as client:
        yield client


async def work(house: Any) -> None:
    """Run every job that is queued, as workers do: all at the same time."""
    claims = []
    while claim := await house.core.claim_job("worker"):
        claims.append(house.core.run_job(claim))
    await asyncio.gather(*claims)


async def test_engines_are_compared_over_one_snapshot_and_nothing_is_offered(
    house: Any, client: httpx.AsyncClient
) -> None:
    launched = await client.post("/api/compare", json=BODY)
    assert launched.status_code == 202, launched.text
    ticket = launched.json()["data"]
    assert [row["engine"] for row in ticket["analyses"]] == ["rules", "trend"]
    assert ticket["maxCost"] == 0
    path = f"/api/compare/{ticket['comparisonId']}"
    assert launched.headers["location"] == path
    queued = (await client.get(path)).json()["data"]
    assert (queued["status"], queued["progress"], queued["evidenceDigest"]) == ("queued", 0, None)

    await work(house)
    compared = (await client.get(path)).json()["data"]
    assert (compared["status"], compared["progress"], compared["cost"]) == ("completed", 100, 0)
    for row in compared["engines"]:
        assert row["status"] == "completed"
        assert {"action", "confidence", "levels", "verdict", "seconds"} <= row.keys()
        result = (await client.get(f"/api/analyze/{row['analysisId']}/results")).json()["data"]
        assert result["decision"]["action"] == row["action"]
    async with house.store.snapshot() as uow:
        digests = {
            step.digest
            for row in compared["engines"]
            for step in await uow.analyses.steps(AnalysisId(row["analysisId"]))
            if step.key == "collect"
        }
    assert digests == {compared["evidenceDigest"]}
    cited = {engine for piece in compared["evidence"] for engine in piece["stances"]}
    assert cited == {"rules", "trend"}
    assert all(len(set(row["answers"].values())) > 1 for row in compared["disagreements"])
    assert (await client.get("/api/portfolio/recommendations")).json()["data"] == []

    listed = (await client.get("/api/compare")).json()["data"]
    assert [row["id"] for row in listed["comparisons"]] == [ticket["comparisonId"]]
    assert listed["pagination"]["total"] == 1
    assert (await client.delete(path)).status_code == 409
    engines = {row["name"]: row for row in (await client.get("/api/engines")).json()["data"]["engines"]}
    assert engines["trend"]["record"]["analyses"] == 1
    assert engines["trend"]["record"]["hitRate"] is None
    assert engines["desk"]["record"] is None
    assert engines["gone"]["available"] is False
    history = (await client.get("/api/history?engine=trend&groupBy=engine")).json()["data"]
    assert [row["id"] for row in history["analyses"]] == [ticket["analyses"][1]["analysisId"]]
    assert [group["engine"] for group in history["groups"]] == ["trend"]
    calibration = (await client.get("/api/history/calibration?engine=&groupBy=engine")).json()["data"]
    assert calibration["groups"] == []


async def test_a_recommendation_that_is_pending_stays_so(house: Any, client: httpx.AsyncClient) -> None:
    # The day of the newest prices counts as recent.
    before = (await client.get("/api/portfolio/recommendations")).json()["data"]
    await client.post("/api/compare", json=BODY)
    await work(house)
    assert (await client.get("/api/portfolio/recommendations")).json()["data"] == before


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"engines": ["rules"]}, "engines", "The number of entries is at least 2."),
        ({"engines": ["rules", "rules"]}, "engines.1", "more than once"),
        ({"engines": ["rules", "nope"]}, "engines", "There is no engine 'nope' here"),
        ({"engines": ["rules", "gone"]}, "engines", "There is no program /nowhere/gone"),
        ({"engines": ["rules", "desk"]}, "engines", "No language model is configured"),
        ({"config": {**BODY["config"], "engine": "rules"}}, "config.engine", "names its engines in `engines`"),
        ({"symbol": "NOPE"}, "symbol", "NOPE"),
        ({"date": "2999-01-01"}, "date", "future"),
    ],
)
async def test_what_cannot_be_compared_is_refused_and_nothing_is_queued(
    house: Any, client: httpx.AsyncClient, change: dict[str, Any], field: str, sentence: str
) -> None:
    response = await client.post("/api/compare", json=BODY | change)
    assert response.status_code == 400, response.text
    [problem] = response.json()["error"]["details"]
    assert problem["field"] == field
    assert sentence in problem["message"]
    assert await house.core.claim_job("worker") is None


async def test_a_comparison_is_cancelled_as_a_whole(house: Any, client: httpx.AsyncClient) -> None:
    ticket = (await client.post("/api/compare", json=BODY)).json()["data"]
    cancelled = await client.delete(f"/api/compare/{ticket['comparisonId']}")
    assert cancelled.status_code == 200
    assert cancelled.json()["data"]["status"] == "error"
    assert {row["status"] for row in cancelled.json()["data"]["engines"]} == {"error"}
    assert await house.core.claim_job("worker") is None


async def test_a_comparison_of_another_user_is_not_found(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    id = (await client.post("/api/compare", json=BODY)).json()["data"]["comparisonId"]
    for path in (f"/api/compare/{id}", "/api/compare/unknown", f"/api/compare/{'x' * 500}"):
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.get("/api/compare")).json()["data"]["comparisons"] == []


async def test_a_repeated_request_under_its_key_launches_once(client: httpx.AsyncClient) -> None:
    first, again = [await client.post("/api/compare", json=BODY, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.json()["data"] == again.json()["data"]
    assert (await client.get("/api/compare")).json()["data"]["pagination"]["total"] == 1


async def test_the_first_snapshot_counts_whoever_collects_at_the_same_time(
    house: Any, assembled: Assembled, client: httpx.AsyncClient
) -> None:
    ticket = (await client.post("/api/compare", json=BODY)).json()["data"]
    id = ComparisonId(ticket["comparisonId"])
    async with house.store.snapshot() as uow:
        brief = (await uow.comparisons.get(id)).brief
    share = SharedEvidence(house.store, assembled.sources)
    first, second = await asyncio.gather(share(id, brief), share(id, evolve(brief, analysts=brief.analysts[:1])))
    assert first == second


async def test_the_python_client_compares(house: Any, serve: Any) -> None:
    async with serve(house.app()) as url, AsyncClient(url, token=house.token(await house.user())) as ann:
        ticket = await ann.launch_comparison("NVDA", date(2024, 10, 10), ["rules", "trend"], analysts=["technical"])
        await work(house)
        compared = await ann.comparison(ticket.comparison_id)
        assert [row.engine for row in compared.engines] == ["rules", "trend"]
        assert all(row.levels for row in compared.engines)
        assert (await ann.comparisons()).comparisons[0].id == ticket.comparison_id
        assert {row.name for row in (await ann.engines()).engines if row.record} == {"rules", "trend"}
        assert (await ann.history(engine="trend", by_engine=True)).groups[0].engine == "trend"
        assert (await ann.calibration(by_engine=True)).groups == ()
        with pytest.raises(IllegalMove, match="has ended already"):
            await ann.cancel_comparison(ticket.comparison_id)
