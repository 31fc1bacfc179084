"""What browsers are told: origins, and the headers that keep an answer harmless."""

import re
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tradecore.model.users import User
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.origins import AllowedOrigins

OURS = "http://localhost:3000"
FOREIGN = [
    "https://evil.example", "null", "http://localhost:3000.evil.example", "http://localhostX3000",
    "https://localhost:3000", "http://localhost", "http://LOCALHOST:3000", "http://localhost:3000/", "",
]  # fmt: skip


async def preflight(client: httpx.AsyncClient, origin: str, **headers: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", **headers}
    return await client.options("/api/analyze", headers=asked)


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


@pytest.mark.parametrize("names", ["authorization", "x-requested-with, content-type,traceparent", "sentry-trace"])
async def test_a_preflight_allows_the_headers_that_it_asks_for(stranger: httpx.AsyncClient, names: str) -> None:
    answer = await preflight(stranger, OURS, **{"Access-Control-Request-Headers": names})
    assert answer.headers["access-control-allow-headers"] == names
    assert "access-control-request-headers" in answer.headers["vary"]


@pytest.mark.parametrize("names", ["*, bad name", "a,,b", "(", "a; b"])
async def test_a_preflight_does_not_repeat_what_is_no_list_of_names(stranger: httpx.AsyncClient, names: str) -> None:
    answer = await preflight(stranger, OURS, **{"Access-Control-Request-Headers": names})
    assert answer.headers["access-control-allow-headers"].startswith("authorization, ")


async def test_scripts_of_an_allowed_origin_may_read_what_they_need(stranger: httpx.AsyncClient) -> None:
    exposed = (await stranger.get("/health", headers={"Origin": OURS})).headers["access-control-expose-headers"]
    for name in ("etag", "link", "location", "ratelimit", "retry-after", "x-request-id"):
        assert name in exposed.split(", ")


@pytest.mark.parametrize("origin", ["http://localhost", "http://localhost:5173", "http://127.0.0.1:8080"])
async def test_local_pages_may_call_on_any_port_where_that_is_chosen(house: Any, origin: str) -> None:
    async with house.client(cors_origins=AllowedOrigins(local=True)) as client:
        assert (await preflight(client, origin)).headers["access-control-allow-origin"] == origin
        for foreign in ("http://localhost.evil.example", "http://localhost:3000/", "http://localhost:port", "null"):
            assert "access-control-allow-origin" not in (await preflight(client, foreign)).headers


async def test_a_refused_origin_is_logged_once_with_the_setting_that_allows_it(house: Any) -> None:
    async with house.client() as client:
        with capture_logs() as records:
            for origin in ("https://app.example.com", "https://other.example.com") * 3:
                await preflight(client, origin)
                await client.get("/health", headers={"Origin": origin})
            # A page of this server, such as /docs, is of its own origin.
            await client.get("/health", headers={"Origin": "http://testserver"})
            for number in range(200):
                await client.get("/health", headers={"Origin": f"https://{number}.example.com"})
    refused = [record for record in records if record["event"] == "origin_refused"]
    assert [record["origin"] for record in refused[:2]] == ["https://app.example.com", "https://other.example.com"]
    assert {record["setting"] for record in refused} == {"TRADECORE_CORS_ORIGINS"}
    assert len(refused) == 100


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


async def test_a_launch_below_a_prefix_says_where_its_status_is(house: Any, ann: User, launch: dict[str, Any]) -> None:
    async with house.client(token=house.token(ann), root_path="/trading") as client:
        answer = await client.post("/api/analyze", json=launch)
    assert answer.headers["location"] == f"/trading/api/analyze/{answer.json()['data']['analysisId']}/status"


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
