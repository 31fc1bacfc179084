"""Lists of analyses over HTTP: every state, filters, pages, hiding, and the steps of one analysis."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.evidence import EvidenceId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action, Analyst, Argued, Claim, Collected, Decided, Decision, Reported, Ruled, Side
from tradecore.model.users import User


async def listed(client: httpx.AsyncClient, query: str = "") -> Any:
    answer = await client.get(f"/api/analyses{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def ids(data: Any) -> list[str]:
    return [row["id"] for row in data["analyses"]]


@pytest.fixture
async def launched(house: Any, ann: User) -> list[str]:
    """One analysis in each state, oldest first."""
    made = []
    for n, state in enumerate(
        (AnalysisState.COMPLETED, AnalysisState.FAILED, AnalysisState.RUNNING, AnalysisState.QUEUED)
    ):
        symbol = Symbol("BTC-USD") if n == 1 else Symbol("NVDA")
        analysis = await house.analysis(
            ann,
            state,
            created=house.time - timedelta(minutes=10 - n),
            symbol=symbol,
            asset_type=AssetType.CRYPTO if n == 1 else AssetType.EQUITY,
        )
        made.append(analysis.id)
    return made


async def test_a_page_that_is_loaded_again_finds_every_analysis_without_knowing_an_id(
    client: httpx.AsyncClient, launched: list[str]
) -> None:
    data = await listed(client)
    assert ids(data) == launched[::-1]
    assert [row["status"] for row in data["analyses"]] == ["queued", "running", "error", "completed"]
    assert data["pagination"] == {"total": 4, "page": 1, "pageSize": 50, "hasNext": False}
    completed = data["analyses"][-1]
    assert completed == {
        "id": launched[0],
        "symbol": "NVDA",
        "assetType": "equity",
        "date": "2024-10-10",
        "status": "completed",
        "progress": 100,
        "currentAgent": "",
        "engine": "rules",
        "createdAt": "2024-10-10T14:13:45Z",
        "action": "BUY",
        "confidence": 8.5,
        "completedAt": "2024-10-10T14:13:45Z",
    }
    assert data["analyses"][2]["error"] == "The model is out of reach."
    assert "action" not in data["analyses"][0]


async def test_the_list_filters_by_states_symbol_asset_type_and_engine(
    client: httpx.AsyncClient, launched: list[str]
) -> None:
    completed, failed, running, queued = launched
    assert ids(await listed(client, "?status=queued")) == [queued]
    assert ids(await listed(client, "?status=running&status=completed")) == [running, completed]
    assert ids(await listed(client, "?status=error")) == [failed]
    assert ids(await listed(client, "?symbol=btc-usd")) == [failed]
    assert ids(await listed(client, "?assetType=equity&status=completed")) == [completed]
    assert ids(await listed(client, "?engine=rules")) == launched[::-1]
    assert ids(await listed(client, "?engine=tradingagents")) == []


async def test_pages_hold_every_analysis_once(client: httpx.AsyncClient, launched: list[str]) -> None:
    pages = [await listed(client, f"?limit=3&page={page}") for page in (1, 2, 3)]
    assert [ids(page) for page in pages] == [launched[:0:-1], launched[:1], []]
    assert [page["pagination"]["hasNext"] for page in pages] == [True, False, False]


@pytest.mark.parametrize("query", ["status=done", "limit=201", "limit=0", "page=0", "symbol=!!"])
async def test_a_filter_that_does_not_exist_is_400_and_names_the_parameter(
    client: httpx.AsyncClient, query: str
) -> None:
    answer = await client.get(f"/api/analyses?{query}")
    assert answer.status_code == 400
    [detail] = answer.json()["error"]["details"]
    assert detail["field"] == query.partition("=")[0]
    if query == "status=done":
        assert detail["message"] == "This is one of queued, running, completed, error."


async def test_a_cancelled_analysis_is_listed_as_an_error_that_says_so(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    analysis = await house.analysis(ann, AnalysisState.RUNNING)
    await client.delete(f"/api/analyze/{analysis.id}")
    [row] = (await listed(client, "?status=error"))["analyses"]
    assert row["status"] == "error"
    assert "cancelled" in row["error"]


async def test_nobody_elses_analyses_are_listed(house: Any, client: httpx.AsyncClient, ben: User) -> None:
    await house.analysis(ben)
    assert await listed(client) == {
        "analyses": [],
        "pagination": {"total": 0, "page": 1, "pageSize": 50, "hasNext": False},
    }


async def test_a_hidden_analysis_leaves_the_list_and_stays_readable_and_counted(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    result = await house.result(ann)
    before = (await client.get("/api/history")).json()["data"]["metrics"]
    hidden = await client.delete(f"/api/analyses/{result.id}")
    assert (hidden.status_code, hidden.content) == (204, b"")
    assert (await client.delete(f"/api/analyses/{result.id}")).status_code == 204
    assert ids(await listed(client)) == []
    assert (await client.get(f"/api/analyze/{result.id}/results")).status_code == 200
    assert (await client.get(f"/api/analyze/{result.id}/status")).json()["data"]["status"] == "completed"
    assert (await client.get("/api/history")).json()["data"]["metrics"] == before | {"hidden": 1}


@pytest.mark.parametrize("state", [AnalysisState.QUEUED, AnalysisState.RUNNING])
async def test_an_analysis_that_has_not_ended_cannot_be_hidden(
    house: Any, client: httpx.AsyncClient, ann: User, state: AnalysisState
) -> None:
    analysis = await house.analysis(ann, state)
    answer = await client.delete(f"/api/analyses/{analysis.id}")
    assert answer.status_code == 409
    assert "cancel it" in answer.json()["error"]["message"]
    assert ids(await listed(client)) == [analysis.id]


async def test_a_failed_analysis_can_be_hidden_by_two_requests_at_once(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    analysis = await house.analysis(ann, AnalysisState.FAILED)
    answers = await asyncio.gather(*(client.delete(f"/api/analyses/{analysis.id}") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {204}
    assert ids(await listed(client)) == []


async def test_steps_are_listed_in_order_with_their_round_and_evidence_in_every_state(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    analysis = await house.analysis(ann, AnalysisState.RUNNING, analysts=(Analyst.NEWS,))
    path = f"/api/analyze/{analysis.id}/steps"
    assert (await client.get(path)).json()["data"] == {"steps": []}
    price = Decimal("875.20")
    decision = Decision(Action.HOLD, Decimal(5), Decimal(0), price, price, price, "Nothing stands out.")
    claim = Claim("Up.", (EvidenceId("E1"), EvidenceId("E2")))
    spoken = (
        Collected((), "0" * 64, ("prices of a test",)),
        Reported(Analyst.NEWS, Decimal(0), (claim, claim), (), "# News"),
        Argued(1, Side.BULL, (claim,), "Buy."),
        Argued(1, Side.BEAR, (), "Sell."),
        Ruled(1, Decimal(0), "Even."),
        Decided(decision, "Hold."),
    )
    async with house.store.unit_of_work() as uow:
        for n, step in enumerate(spoken):
            await uow.analyses.add_step(analysis.id, step, at=house.time + timedelta(seconds=n))
    steps = (await client.get(path)).json()["data"]["steps"]
    assert [(step["seq"], step["agent"], step["kind"], step.get("round")) for step in steps] == [
        (1, "news_analyst", "report", None),
        (2, "bull_researcher", "bull", 1),
        (3, "bear_researcher", "bear", 1),
        (4, "research_judge", "judge", 1),
        (5, "risk_manager", "decision", None),
    ]
    assert steps[0] == {
        "seq": 1,
        "agent": "news_analyst",
        "kind": "report",
        "text": "# News",
        "evidence": ["E1", "E2"],
        "grounded": True,
        "timestamp": "2024-10-10T14:23:46Z",
    }
    assert steps[4]["text"] == "Hold."
