"""Requests to a vendor: every failure is one true sentence, in time; a 429 stops all requests for a while."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tradecore.model.errors import Unavailable
from tradecore.testing import ManualClock
from tradecore_adapters.vendors.client import VendorClient, VendorLimits
from vendors.server import FAULTS, Reply, VendorServer, json_reply

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
URL = "https://prices.example/v1/bars"


@pytest.fixture
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer(lambda request: json_reply({"path": request.path})).serving() as serving:
        yield serving


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def client_of(server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock, **limits: float) -> VendorClient:
    return VendorClient(
        "Prices Inc",
        http,
        clock.now,
        time.monotonic,
        VendorLimits(**{"per_second": 1000.0, "burst": 1000, **limits}),  # type: ignore[arg-type]
        base=server.base,
        hint="Try another one.",
    )


async def test_a_base_takes_the_place_of_scheme_and_host(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock
) -> None:
    response = await client_of(server, http, clock).get_json(URL, params={"symbol": "M&M.NS"})
    assert response.document == {"path": "/prices.example/v1/bars"}
    assert response.fetched_at == NOON
    assert server.requests[0].query == {"symbol": "M&M.NS"}


@pytest.mark.parametrize(
    ("fault", "sentence", "requests"),
    [
        (
            "429",
            r"Prices Inc allows no more requests for now \(429\); the next one is sent after 12:01 UTC. Try another",
            1,
        ),
        ("500", r"Prices Inc has an error of its own \(500\); try again later\.", 2),
        ("HTML", r"Prices Inc sent a web page in place of data; it may be down, or not answer from here\.", 2),
        ("truncated", r"Prices Inc broke off its answer, or sent one that is not JSON; try again\.", 2),
        ("empty", r"Prices Inc broke off its answer, or sent one that is not JSON; try again\.", 2),
        ("cut off", r"Prices Inc broke off its answer; try again\.", 2),
        ("slow", r"Prices Inc did not answer within 0\.5 seconds; try again\.", 1),
    ],
)
async def test_each_failure_is_one_true_sentence_and_not_repeated_by_the_job(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock, fault: str, sentence: str, requests: int
) -> None:
    server.fault = FAULTS[fault]
    client = client_of(server, http, clock, seconds=0.5 if fault == "slow" else 8.0)
    with pytest.raises(Unavailable, match=f"^{sentence}") as failure:
        await client.get_json(URL)
    assert not failure.value.transient
    assert len(server.requests) == requests


async def test_a_server_that_does_not_listen_is_named_unreachable(http: httpx2.AsyncClient, clock: ManualClock) -> None:
    async with VendorServer(lambda request: Reply()).serving() as server:
        pass
    with pytest.raises(Unavailable, match=r"^Prices Inc cannot be reached: no connection; check the network"):
        await client_of(server, http, clock).get_json(URL)


async def test_one_failure_before_an_answer_goes_unnoticed(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock
) -> None:
    replies = iter([FAULTS["500"], json_reply([1])])
    server.answer = lambda request: next(replies)
    assert (await client_of(server, http, clock).get_json(URL)).document == [1]


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_other_statuses_are_for_the_caller_with_their_document_if_any(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock, status: int
) -> None:
    client = client_of(server, http, clock)
    server.fault = json_reply({"error": "why"}, status)
    response = await client.get_json(URL)
    assert (response.status, response.document) == (status, {"error": "why"})
    server.fault = Reply(status, b"plain")
    assert (await client.get_json(URL)).document is None


@pytest.mark.parametrize("compressed", [True, False])
async def test_a_body_beyond_the_limit_is_refused(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock, compressed: bool
) -> None:
    server.fault = Reply(200, b"[" + b" " * (3 * 1024 * 1024) + b"]")
    if not compressed:
        http.headers["Accept-Encoding"] = "identity"
    with pytest.raises(Unavailable, match="more than 2 MB for one question"):
        await client_of(server, http, clock, body_bytes=2 * 1024 * 1024).get_json(URL)


async def test_after_a_429_nothing_is_sent_until_the_pause_ends_and_pauses_double(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock
) -> None:
    client = client_of(server, http, clock)
    server.fault = FAULTS["429"]
    for minutes in (1, 2, 4, 8, 15, 15):
        sent = len(server.requests)
        for _ in range(3):
            with pytest.raises(Unavailable, match="429"):
                await client.get_json(URL)
        assert len(server.requests) == sent + 1
        clock.advance(60 * minutes - 1)
        with pytest.raises(Unavailable, match="429"):
            await client.get_json(URL)
        assert len(server.requests) == sent + 1
        clock.advance(1)
    server.fault = None
    await client.get_json(URL)
    server.fault = FAULTS["429"]
    with pytest.raises(Unavailable, match=f"after {clock.now() + timedelta(minutes=1):%H:%M} UTC"):
        await client.get_json(URL)


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("600", "12:10"),
        ("Fri, 27 Nov 2026 12:20:30 GMT", "12:21"),
        # Shorter than ours, of the past, longer than is plausible, or no time at all.
        ("5", "12:01"),
        ("-5", "12:01"),
        ("0.5", "12:01"),
        ("Fri, 27 Nov 2020 12:20:30 GMT", "12:01"),
        ("999999", "18:00"),
        ("999999999", "12:01"),
        ("soon", "12:01"),
        ("", "12:01"),
    ],
)
async def test_a_longer_pause_that_the_vendor_names_is_kept(
    server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock, header: str, until: str
) -> None:
    server.fault = Reply(429, headers={"Retry-After": header})
    client = client_of(server, http, clock)
    with pytest.raises(Unavailable, match=f"after {until} UTC"):
        await client.get_json(URL)


async def test_requests_keep_to_the_pace(server: VendorServer, http: httpx2.AsyncClient, clock: ManualClock) -> None:
    client = client_of(server, http, clock, per_second=20, burst=2, concurrency=8)
    begun = time.monotonic()
    await asyncio.gather(*(client.get_json(URL) for _ in range(6)))
    assert time.monotonic() - begun >= 4 / 20 - 0.01
