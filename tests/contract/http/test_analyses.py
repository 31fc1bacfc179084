"""Launch, follow, read and cancel over HTTP."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest
from attrs import evolve

from tradecore.model.analyses import AnalysisState
from tradecore.model.users import User
from tradecore.use_cases.launch import Limits
from tradecore_adapters.http.responses import json_bytes, number

AGENTS = [
    "technical_analyst", "sentiment_analyst", "news_analyst", "fundamentals_analyst", "bull_researcher",
    "bear_researcher", "research_judge", "trader", "risk_manager",
]  # fmt: skip


async def status(client: httpx.AsyncClient, id: str) -> Any:
    answer = await client.get(f"/api/analyze/{id}/status")
    assert answer.status_code == 200
    return answer.json()["data"]


async def test_a_launch_is_accepted_with_the_way_to_its_status(
    client: httpx.AsyncClient, launch: dict[str, Any]
) -> None:
    answer = await client.post("/api/analyze", json=launch)
    assert answer.status_code == 202
    data = answer.json()["data"]
    assert set(data) == {"analysisId", "status", "estimatedTime", "queuePosition"}
    assert (await client.get(answer.headers["location"])).json()["data"]["status"] == data["status"] == "queued"


async def test_the_queue_is_counted(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    positions = [(await client.post("/api/analyze", json=launch)).json()["data"]["queuePosition"] for _ in range(3)]
    assert positions == [1, 2, 3]


async def test_symbols_are_shown_in_upper_case(house: Any, client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    answer = await client.post("/api/analyze", json={**launch, "symbol": " btc-usd ", "assetType": "crypto"})
    async with house.store.snapshot() as uow:
        stored = await uow.analyses.get(answer.json()["data"]["analysisId"])
    assert stored.brief.symbol == "BTC-USD"


async def test_the_provider_may_be_left_out(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    del launch["config"]["llmProvider"]
    assert (await client.post("/api/analyze", json=launch)).status_code == 202


async def test_a_full_queue_is_503(house: Any, ann: User, launch: dict[str, Any]) -> None:
    full = evolve(house.core, launch_analysis=evolve(house.core.launch_analysis, limits=Limits(1, 1)))
    async with house.client(house.app(full), token=house.token(ann)) as client:
        assert (await client.post("/api/analyze", json=launch)).status_code == 202
        answer = await client.post("/api/analyze", json=launch)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "queue_full"
    assert int(answer.headers["retry-after"]) >= 1


async def test_the_same_key_and_body_get_the_first_answer_again(
    house: Any, client: httpx.AsyncClient, launch: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": "order-1"}
    first = await client.post("/api/analyze", json=launch, headers=key)
    spelled = {name: launch[name] for name in reversed(launch)} | {"symbol": "nvda"}
    again = await client.post("/api/analyze", json=spelled, headers=key)
    assert first.status_code == again.status_code == 202
    assert first.json()["data"] == again.json()["data"]
    async with house.store.snapshot() as uow:
        assert await uow.jobs.waiting() == 1


async def test_the_same_key_many_times_at_once_launches_once(
    house: Any, client: httpx.AsyncClient, launch: dict[str, Any]
) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/analyze", json=launch, headers={"Idempotency-Key": "k"}) for _ in range(20))
    )
    assert len({answer.text for answer in answers}) == 1
    async with house.store.snapshot() as uow:
        assert await uow.jobs.waiting() == 1


async def test_the_same_key_with_another_body_is_422(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "order-1"}
    await client.post("/api/analyze", json=launch, headers=key)
    answer = await client.post("/api/analyze", json={**launch, "symbol": "AAPL"}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("key", ["", "a b", "k" * 256, "ключ"])
async def test_a_key_that_cannot_be_one_is_400(client: httpx.AsyncClient, launch: dict[str, Any], key: str) -> None:
    answer = await client.post("/api/analyze", json=launch, headers=[(b"Idempotency-Key", key.encode())])
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "Idempotency-Key"


async def test_a_waiting_analysis_shows_all_its_agents(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    shown = await status(client, (await house.analysis(ann)).id)
    assert shown["status"] == "queued"
    assert shown["progress"]["currentAgent"] == ""
    assert shown["progress"]["overallPercent"] == 0
    assert shown["progress"]["agents"] == [{"name": name, "status": "pending", "duration": None} for name in AGENTS]
    assert shown["estimatedTimeRemaining"] >= 1
    assert "error" not in shown


async def test_a_completed_analysis_shows_no_time_left(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    shown = await status(client, (await house.analysis(ann, AnalysisState.COMPLETED)).id)
    assert (shown["status"], shown["progress"]["overallPercent"]) == ("completed", 100)
    assert "estimatedTimeRemaining" not in shown


async def test_a_failed_analysis_says_why_and_its_results_never_come(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    id = (await house.analysis(ann, AnalysisState.FAILED)).id
    shown = await status(client, id)
    assert (shown["status"], shown["error"]) == ("error", "The model is out of reach.")
    answer = await client.get(f"/api/analyze/{id}/results")
    assert answer.status_code == 425
    assert "The model is out of reach." in answer.json()["error"]["message"]


@pytest.mark.parametrize("state", [AnalysisState.QUEUED, AnalysisState.RUNNING])
async def test_results_are_too_early_until_completed(
    house: Any, client: httpx.AsyncClient, ann: User, state: AnalysisState
) -> None:
    answer = await client.get(f"/api/analyze/{(await house.analysis(ann, state)).id}/results")
    assert answer.status_code == 425
    assert answer.json()["error"]["code"] == "not_ready"


@pytest.mark.parametrize("state", [AnalysisState.QUEUED, AnalysisState.RUNNING])
async def test_cancelling_shows_as_an_error_that_says_so(
    house: Any, client: httpx.AsyncClient, ann: User, state: AnalysisState
) -> None:
    id = (await house.analysis(ann, state)).id
    answer = await client.delete(f"/api/analyze/{id}")
    assert answer.status_code == 200
    shown = await status(client, id)
    assert answer.json()["data"] == shown
    assert shown["status"] == "error"
    assert "cancelled" in shown["error"].lower()
    assert (await client.delete(f"/api/analyze/{id}")).status_code == 409
    assert (await client.get(f"/api/analyze/{id}/results")).status_code == 425


async def test_an_id_is_found_in_any_case(house: Any, client: httpx.AsyncClient, completed: Any) -> None:
    assert (await client.get(f"/api/analyze/{completed.id.upper()}/results")).status_code == 200


async def test_a_generated_series_is_named_as_such(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    made = evolve(await house.result(ann), sources=("generated prices (synthetic)", "a sample"))
    id = "b1b2c3d4-e5f6-7890-abcd-ef1234567890"
    await house.analysis(ann, AnalysisState.COMPLETED, id=id)
    async with house.store.unit_of_work() as uow:
        await uow.analyses.add_result(evolve(made, id=id))
    metadata = (await client.get(f"/api/analyze/{id}/results")).json()["data"]["metadata"]
    assert metadata["synthetic"] is True
    assert metadata["dataSources"] == ["generated prices (synthetic)", "a sample"]
    assert metadata["engine"] == made.engine


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("875.20", "875.2"), ("850.00", "850"), ("1E+3", "1000"), ("0.1", "0.1"), ("0", "0"), ("-0", "0"),
        ("0.333333333333333333", "0.33333333"), ("0.00000001", "1E-8"), ("123456789012345.678", "123456789012345.678"),
        ("-5.50", "-5.5"), ("-1E-9", "0"), ("1E+21", "1000000000000000000000"), ("-1E+30", "-1E+30"),
        ("123456789012345678901.50", "123456789012345678901.5"),
    ],
)  # fmt: skip
def test_s91_decimals_become_numbers_digit_by_digit(value: str, text: str) -> None:
    assert json_bytes(number(Decimal(value))).decode() == text
