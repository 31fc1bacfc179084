"""Backtests over HTTP: launched as jobs, continued, listed, read with their report, and nobody else's."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from http_applications import Applications
from tradecore.model.errors import IllegalMove, NotFound
from tradecore_adapters.client.async_client import AsyncClient
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

BODY: dict[str, Any] = {
    "symbols": ["IBM"],
    "from": "2012-06-01",
    "to": "2012-06-15",
    "every": "week",
    "analysts": ["technical"],
}


@pytest.fixture
async def house(house: Any, tmp_path: Path, applications: Applications) -> AsyncIterator[Any]:
    """An installation on the shipped prices, with the jobs and the tasks of a process."""
    settings = read_settings(data=tmp_path, store="memory:", secret="x" * 32)
    async with assemble(settings) as made:
        yield type(house)(made.core, made.store, made.limiter, applications, time=made.now())


@pytest.fixture
async def client(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(token=house.token(await house.user())) as client:
        yield client


@pytest.fixture
async def stranger(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client(token=house.token(await house.user("ben@example.com"))) as client:
        yield client


async def work(house: Any) -> int:
    """Run every job that is queued, as a worker does; how many there were."""
    count = 0
    while claim := await house.core.claim_job("worker"):
        await house.core.run_job(claim)
        count += 1
    return count


async def test_a_backtest_runs_as_jobs_and_ends_with_a_report(house: Any, client: httpx.AsyncClient) -> None:
    launched = await client.post("/api/backtests", json=BODY)
    assert launched.status_code == 202, launched.text
    ticket = launched.json()["data"]
    assert (ticket["status"], ticket["decisions"], ticket["decided"]) == ("queued", 3, 0)
    path = f"/api/backtests/{ticket['id']}"
    assert launched.headers["location"] == path
    waiting = (await client.get(path)).json()["data"]
    assert (waiting["status"], waiting["progress"], "report" in waiting) == ("queued", 0, False)
    # an equal request while the jobs wait queues nothing more
    assert (await client.post("/api/backtests", json=BODY)).json()["data"] == ticket
    assert await work(house) == 1
    done = (await client.get(path)).json()["data"]
    assert (done["status"], done["progress"], done["decided"], done["from"]) == ("completed", 100, 3, "2012-06-01")
    report = done["report"]
    assert [row["date"] for row in report["decisions"]] == ["2012-06-01", "2012-06-08", "2012-06-15"]
    assert {row["curve"] for row in report["table"]} >= {
        "sized",
        "target",
        "held",
        "sma",
        "macd",
        "kdj_rsi",
        "reversion",
    }
    assert {len(curve["worth"]) for curve in report["curves"].values()} == {len(report["targets"]["IBM"])}
    assert report["edge"]["shown"] is False
    # nothing is decided again
    assert (await client.post("/api/backtests", json=BODY)).json()["data"]["status"] == "completed"
    assert await work(house) == 0
    listed = (await client.get("/api/backtests")).json()["data"]
    assert listed["pagination"]["total"] == 1
    [summary] = listed["backtests"]
    # the newest request counts
    assert summary == {name: done[name] for name in done if name != "report"} | {"createdAt": summary["createdAt"]}


async def test_a_backtest_whose_jobs_failed_says_why_and_goes_on_when_it_is_launched_again(
    house: Any, client: httpx.AsyncClient
) -> None:
    ticket = (await client.post("/api/backtests", json=BODY)).json()["data"]
    claim = await house.core.claim_job("worker")
    async with house.store.unit_of_work() as uow:
        job = await claim.verify(uow)
        await uow.jobs.put(job.fail("The source is out of reach.", at=house.now()))
    failed = (await client.get(f"/api/backtests/{ticket['id']}")).json()["data"]
    assert (failed["status"], failed["error"]) == ("error", "The source is out of reach.")
    assert (await client.post("/api/backtests", json=BODY)).json()["data"]["status"] == "queued"
    await work(house)
    assert (await client.get(f"/api/backtests/{ticket['id']}")).json()["data"]["status"] == "completed"


async def test_a_cancelled_backtest_stops_within_a_decision_and_goes_on_when_it_is_launched_again(
    house: Any, client: httpx.AsyncClient
) -> None:
    path = f"/api/backtests/{(await client.post('/api/backtests', json=BODY)).json()['data']['id']}"
    claim = await house.core.claim_job("worker")
    cancelled = await client.delete(path)
    assert (cancelled.status_code, cancelled.json()["data"]["status"]) == (200, "cancelled")
    assert (await client.delete(path)).json()["error"]["code"] == "illegal_move"
    # the decision in progress is not stored, and no other worker resumes the job
    await house.core.run_job(claim)
    assert await work(house) == 0
    stopped = (await client.get(path)).json()["data"]
    assert (stopped["status"], stopped["decided"]) == ("cancelled", 0)
    assert (await client.get("/api/backtests")).json()["data"]["backtests"] == [stopped]
    assert (await client.post("/api/backtests", json=BODY)).json()["data"]["status"] == "queued"
    assert await work(house) == 1
    assert (await client.get(path)).json()["data"]["status"] == "completed"


async def test_a_backtest_of_two_users_runs_until_both_have_cancelled_it(house: Any, client: httpx.AsyncClient) -> None:
    ben = await house.user("ben@example.com")
    path = f"/api/backtests/{(await client.post('/api/backtests', json=BODY)).json()['data']['id']}"
    async with house.client(token=house.token(ben)) as other:
        assert (await other.delete(path)).status_code == 404
        await other.post("/api/backtests", json=BODY)
        assert (await client.delete(path)).json()["data"]["status"] == "cancelled"
        assert (await other.get(path)).json()["data"]["status"] == "queued"
        # where both cancel at the same moment, it may be that neither ends the jobs
        claim = await house.core.claim_job("worker")
        async with house.store.unit_of_work() as uow:
            [request], _ = await uow.backtests.requests(ben.id, 1, 0)
            await uow.backtests.add_request(evolve(request, cancelled_at=house.now()))
        await house.core.run_job(claim)
        stopped = (await other.get(path)).json()["data"]
    assert (stopped["status"], stopped["decided"], await work(house)) == ("cancelled", 1, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"symbols": []}, "symbols"),
        ({"symbols": ["IBM", "ibm"]}, "symbols"),
        ({"symbols": ["NOPE"]}, "symbols"),
        ({"to": "2999-01-01"}, "to"),
        ({"from": "2012-06-16"}, "from"),
        ({"every": "hour"}, "every"),
        ({"engine": "other"}, "engine"),
        ({"mode": "recorded"}, "mode"),
        ({"researchDepth": 6}, "researchDepth"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_a_wrong_request_is_refused_with_its_field(
    client: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    response = await client.post("/api/backtests", json=BODY | changes)
    assert response.status_code == 400, response.text
    assert field in [detail["field"].partition(".")[0] for detail in response.json()["error"]["details"]]


async def test_a_backtest_of_another_user_is_not_found(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    ticket = (await client.post("/api/backtests", json=BODY)).json()["data"]
    answers = [await stranger.get(f"/api/backtests/{id}") for id in (ticket["id"], "unknown", "x" * 500)]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(404, "not_found")}
    assert (await stranger.get("/api/backtests")).json()["data"]["backtests"] == []
    # equal requests of two users share the decisions, and each sees it as a backtest of its own
    assert (await stranger.post("/api/backtests", json=BODY)).json()["data"]["id"] == ticket["id"]
    assert (await stranger.get(f"/api/backtests/{ticket['id']}")).status_code == 200


async def test_a_request_repeated_under_its_key_gets_its_first_answer(client: httpx.AsyncClient) -> None:
    first, again = [await client.post("/api/backtests", json=BODY, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.json()["data"] == again.json()["data"]
    other = await client.post("/api/backtests", json=BODY | {"every": "day"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 422


async def test_the_python_client_launches_lists_and_reads(house: Any, serve: Any) -> None:
    async with serve(house.app()) as url, AsyncClient(url, token=house.token(await house.user())) as ann:
        ticket = await ann.launch_backtest(["IBM"], date(2012, 6, 1), date(2012, 6, 15), analysts=["technical"])
        await work(house)
        done = await ann.backtest(ticket.id)
        assert (done.status, done.first, done.symbols) == ("completed", date(2012, 6, 1), ("IBM",))
        assert done.report
        assert len(done.report.decisions) == done.decisions == 3
        assert [row.id for row in (await ann.backtests()).backtests] == [ticket.id]
        with pytest.raises(IllegalMove, match="has ended already"):
            await ann.cancel_backtest(ticket.id)
        with pytest.raises(NotFound, match="backtest"):
            await ann.backtest("unknown")
