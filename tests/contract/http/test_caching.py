"""What saves bytes and requests: compression, entity tags of finished results, a status that waits for a change."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from attrs import evolve

from tradecore.model.analyses import AnalysisState
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.users import User
from tradecore.use_cases.watch import AnalysisWatch

ID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
RESULTS = f"/api/analyze/{ID}/results"


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "br;q=1, gzip;q=0.5"])
async def test_a_body_above_a_kilobyte_is_compressed_for_who_accepts_it(
    client: httpx.AsyncClient, completed: AnalysisResult, accepted: str
) -> None:
    plain = await client.get(RESULTS, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    request = client.build_request("GET", RESULTS, headers={"Accept-Encoding": accepted})
    answer = await client.send(request, stream=True)
    raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 1.5
    assert json.loads(gzip.decompress(raw)) == plain.json()
    # A cache between knows that there are two of them.
    assert answer.headers["vary"] == plain.headers["vary"] == "origin, accept-encoding"


@pytest.mark.parametrize("refused", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
async def test_who_does_not_accept_gzip_gets_the_body_as_it_is(
    client: httpx.AsyncClient, completed: AnalysisResult, refused: str
) -> None:
    answer = await client.get(RESULTS, headers={"Accept-Encoding": refused})
    assert "content-encoding" not in answer.headers
    assert answer.json()["success"] is True


async def test_small_bodies_and_errors_are_not_compressed(client: httpx.AsyncClient) -> None:
    for path in ("/health", "/api/nothing"):
        assert "content-encoding" not in (await client.get(path, headers={"Accept-Encoding": "gzip"})).headers


async def test_the_response_to_head_has_the_length_of_the_whole_body(
    client: httpx.AsyncClient, completed: AnalysisResult
) -> None:
    plain = await client.get(RESULTS, headers={"Accept-Encoding": "identity"})
    head = await client.head(RESULTS, headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-length"] == str(len(plain.content))
    assert head.headers["etag"] == plain.headers["etag"]


async def test_a_finished_result_is_sent_once_to_who_keeps_it(
    house: Any, client: httpx.AsyncClient, completed: AnalysisResult
) -> None:
    first = await client.get(RESULTS)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    house.pass_time(minutes=5)
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await client.get(RESULTS, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in again.headers
    changed = await client.get(RESULTS, headers={"If-None-Match": 'W/"other"'})
    assert changed.status_code == 200
    assert changed.headers["etag"] == tag


async def test_a_tag_opens_nothing_to_others_and_nothing_that_is_not_finished(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User, completed: AnalysisResult
) -> None:
    known = {"If-None-Match": "*"}
    async with house.client(token=house.token(ben)) as other:
        assert (await other.get(RESULTS, headers=known)).status_code == 404
    running = await house.analysis(ann, AnalysisState.RUNNING)
    answer = await client.get(f"/api/analyze/{running.id}/results", headers=known)
    assert answer.status_code == 425
    assert "etag" not in answer.headers


async def test_a_status_that_may_wait_answers_at_the_next_change(house: Any, ann: User) -> None:
    analysis, listening = await house.analysis(ann), asyncio.Event()

    @asynccontextmanager
    async def watch_analysis(*args: Any, **named: Any) -> AsyncIterator[AnalysisWatch]:
        async with house.core.watch_analysis(*args, **named) as watch:
            listening.set()
            yield watch

    app = house.app(evolve(house.core, watch_analysis=watch_analysis), request_seconds=60)
    # Half of the time that it may wait, so that an answer at its end is none.
    async with asyncio.timeout(15), house.client(app, token=house.token(ann)) as client:
        path = f"/api/analyze/{analysis.id}/status"
        waiting = asyncio.create_task(client.get(path, headers={"Prefer": "wait=600"}))
        await listening.wait()
        async with house.store.unit_of_work() as uow:
            started = await uow.analyses.put(analysis.start(at=house.time))
            await uow.analyses.put(started.step_began("report:technical", at=house.time))
        await house.core.relay_events()
        answer = await waiting
    data = answer.json()["data"]
    assert (data["status"], data["progress"]["currentAgent"]) == ("running", "technical_analyst")
    assert answer.headers["preference-applied"] == "wait=30"


async def test_a_status_waits_no_longer_than_it_may_and_than_a_request_may_take(house: Any, ann: User) -> None:
    analysis = await house.analysis(ann)
    path = f"/api/analyze/{analysis.id}/status"
    async with house.client(token=house.token(ann), request_seconds=1.1) as client:
        answer = await client.get(path, headers={"Prefer": "respond-async, wait=600"})
        assert answer.json()["data"]["status"] == "queued"
        assert answer.headers["preference-applied"] == "wait=0"


@pytest.mark.parametrize("prefer", ["", "wait", "wait=-1", "wait=soon", "return=minimal", "await=5"])
async def test_a_preference_that_is_none_is_ignored(
    client: httpx.AsyncClient, house: Any, ann: User, prefer: str
) -> None:
    analysis = await house.analysis(ann)
    answer = await client.get(f"/api/analyze/{analysis.id}/status", headers={"Prefer": prefer})
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


async def test_a_status_of_an_ended_analysis_does_not_wait(client: httpx.AsyncClient, house: Any, ann: User) -> None:
    analysis = await house.analysis(ann, AnalysisState.FAILED)
    async with asyncio.timeout(5):
        answer = await client.get(f"/api/analyze/{analysis.id}/status", headers={"Prefer": "wait=8"})
    assert answer.json()["data"]["status"] == "error"
