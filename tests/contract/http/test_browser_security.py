"""What browsers are told: origins, and the headers that keep an answer harmless."""

import re
from typing import Any

import httpx
import pytest

from tradecore_adapters.http.options import HttpOptions

OURS = "http://localhost:3000"
FOREIGN = [
    "https://evil.example", "null", "http://localhost:3000.evil.example", "http://localhostX3000",
    "https://localhost:3000", "http://localhost", "http://LOCALHOST:3000", "http://localhost:3000/", "",
]  # fmt: skip


async def preflight(client: httpx.AsyncClient, origin: str, path: str = "/api/analyze") -> httpx.Response:
    return await client.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})


async def test_s58_our_origin_may_call_with_credentials(stranger: httpx.AsyncClient) -> None:
    answer = await preflight(stranger, OURS)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == OURS
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    for name in ("authorization", "content-type", "idempotency-key"):
        assert name in answer.headers["access-control-allow-headers"]
    # RFC 9110, 8.6: an answer that never has a body says nothing of its length.
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("origin", FOREIGN)
async def test_s58_no_other_origin_is_told_anything(stranger: httpx.AsyncClient, origin: str) -> None:
    for answer in (await preflight(stranger, origin), await stranger.get("/health", headers={"Origin": origin})):
        assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("origin", ["*", "https://*.example.com", "null", "example.com"])
def test_s58_an_open_door_refuses_to_start(origin: str) -> None:
    with pytest.raises(ValueError, match="CORS origin"):
        HttpOptions(cors_origins=(origin,))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/history", 401), ("POST", "/api/auth/login", 415), ("GET", "/nothing", 404),
        ("PUT", "/health", 405), ("GET", "/health", 200),
    ],
)  # fmt: skip
async def test_s59_errors_carry_origin_headers_too(
    stranger: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await stranger.request(method, path, headers={"Origin": OURS})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == OURS
    assert answer.headers["vary"] == "origin"


async def test_s59_an_unforeseen_failure_carries_them_too(house: Any, client: httpx.AsyncClient) -> None:
    house.ready_error = RuntimeError("unforeseen")
    answer = await client.get("/ready", headers={"Origin": OURS})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == OURS


@pytest.mark.parametrize(
    "path", ["/", "/health", "/ready", "/openapi.json", "/api/history", "/nothing", "/api/nothing"]
)
async def test_s60_every_answer_is_harmless(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_s60_documentation_runs_its_own_scripts_and_no_others(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/docs")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_documentation_needs_no_network(house: Any) -> None:
    async with house.client(root_path="/trading") as client:
        page = (await client.get("/docs")).text
        sources = re.findall(r'(?:href|src|data-document)="([^"]*)"', page)
        assert len(sources) >= 6
        for source in sources:
            if not source.startswith("data:"):
                # A proxy removes the prefix.
                assert source.startswith("/trading/")
                answer = await client.get(source.removeprefix("/trading"))
                assert answer.status_code == 200
        assert "<script>" not in page
        assert (await client.get("/docs/assets/other.js")).status_code == 404
        assert (await client.get("/openapi.json")).json()["servers"] == [{"url": "/trading/"}]


async def test_documentation_can_be_left_out(house: Any) -> None:
    async with house.client(docs=False) as client:
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/openapi.json")).status_code == 404


async def test_s61_transport_security_is_demanded_over_tls_only(house: Any) -> None:
    said = {"X-Forwarded-Proto": "https"}
    async with house.client() as client:
        assert "strict-transport-security" not in (await client.get("/health", headers=said)).headers
    async with house.client(trusted_proxies=("127.0.0.1",)) as client:
        assert "strict-transport-security" not in (await client.get("/health")).headers
        told = (await client.get("/health", headers=said)).headers["strict-transport-security"]
    assert int(told.partition("max-age=")[2].partition(";")[0]) >= 365 * 86400
