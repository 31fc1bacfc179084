"""The HTTP API of a real server on a real port: every route once, and what only a connection can show."""

import asyncio
import json
import sys
from typing import Any

import httpx
import pytest
from attrs import evolve

from tradecore.model.users import User

LOGIN = {"email": "carol@example.com", "password": "correct horse battery"}


async def raw(address: str, sent: bytes) -> bytes:
    """Everything that comes back until the server has nothing more to say or closes."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    received = b""
    try:
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(5):
            while chunk := await reader.read(65536):
                received += chunk
                head, separator, body = received.partition(b"\r\n\r\n")
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if separator and length and len(body) >= int(length[0].split(b":")[1]):
                    break
    except ConnectionError:
        pass  # a server that closes while we still send is a server that refused
    finally:
        writer.close()
    return received


def status(received: bytes) -> int:
    return int(received.split(b" ", 2)[1])


async def test_every_route_answers_over_the_wire(house: Any, serve: Any, launch: dict[str, Any]) -> None:
    await house.core.create_user(LOGIN["email"], LOGIN["password"])
    called: set[tuple[str, str]] = set()
    async with serve(house.app()) as address, httpx.AsyncClient(base_url=address) as client:

        async def call(method: str, path: str, route: str = "", **rest: Any) -> httpx.Response:
            called.add((method.lower(), route or path))
            return await client.request(method, path, **rest)

        for path in ("/", "/health", "/ready"):
            assert (await call("GET", path)).status_code == 200
        session = (await call("POST", "/api/auth/login", json=LOGIN)).json()["data"]
        again = (await call("POST", "/api/auth/refresh", json={"refreshToken": session["refreshToken"]})).json()["data"]
        client.headers["Authorization"] = f"Bearer {again['token']}"
        launched = await call("POST", "/api/analyze", json=launch)
        assert launched.status_code == 202
        analysis = f"/api/analyze/{launched.json()['data']['analysisId']}"
        route = "/api/analyze/{analysisId}"
        assert (await call("GET", f"{analysis}/status", f"{route}/status")).json()["data"]["status"] == "queued"
        assert (await call("GET", f"{analysis}/steps", f"{route}/steps")).json()["data"]["steps"] == []
        assert (await call("GET", f"{analysis}/results", f"{route}/results")).status_code == 425
        assert (await call("DELETE", analysis, route)).json()["data"]["status"] == "error"
        events = await call("GET", f"{analysis}/events", f"{route}/events")
        assert "event: analysis_error" in events.text
        assert (await call("GET", "/api/history")).json()["data"]["analyses"] == []
        assert (await call("GET", "/api/history/calibration")).status_code == 200
        assert (await call("GET", f"{analysis}/steps", f"{route}/steps")).json()["data"] == {"steps": []}
        assert len((await call("GET", "/api/analyses")).json()["data"]["analyses"]) == 1
        hidden = analysis.replace("/api/analyze/", "/api/analyses/")
        assert (await call("DELETE", hidden, "/api/analyses/{analysisId}")).status_code == 204
        assert (await call("GET", "/api/engines")).status_code == 200
        assert (await call("GET", "/api/auth/me")).status_code == 200
        change = {"current": LOGIN["password"], "new": "another good password"}
        assert (await call("POST", "/api/auth/password", json=change)).status_code == 200
        logout = await call("POST", "/api/auth/logout", json={"refreshToken": session["refreshToken"]})
        assert logout.status_code == 200
        document = (await client.get("/openapi.json")).json()
        assert (await client.get("/docs")).headers["content-type"].startswith("text/html")
        head = await client.head("/health")
        assert (head.status_code, head.content) == (200, b"")
    documented = {(method, path) for path, methods in document["paths"].items() for method in methods}
    elsewhere = (
        "/api/auth/oidc",
        "/api/auth/me/export",
        "/api/auth/reset",
        "/api/backtests",
        "/api/compare",
        "/api/digests",
        "/api/models",
        "/api/settings",
        "/api/sources",
        "/api/usage",
        "/api/market",
        "/api/portfolio",
        "/api/alerts",
        "/api/price-alerts",
        "/api/events",
        "/api/tokens",
        "/api/users",
        "/api/webhooks",
        "/api/notice-channels",
        "/api/watchlists",
        "/api/schedules",
        "/analyze",
    )
    expected = {(method, path) for method, path in documented if not path.startswith(elsewhere)}
    assert called == expected, "the others have suites of their own"


async def test_s01_s02_after_413_the_connection_works_or_is_closed(house: Any, ann: User, serve: Any) -> None:
    async with serve(house.app()) as address:
        head = f"POST /api/analyze HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token(ann)}\r\n".encode()
        head += b"Content-Type: application/json\r\n"
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = b" " * (65 * 1024)
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        first = await reader.readuntil(b"\r\n\r\n")
        assert status(first) == 413
        length = int(first.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status(await reader.readuntil(b"\r\n\r\n")) == 200
        writer.close()
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b" " * 0x8000 + b"\r\n") * 3
        received = await raw(address, chunked)
        assert status(received) == 413
        assert b"connection: close" in received.lower()
        endless = await raw(address, head + b"Content-Length: 10000000000\r\n\r\n")
        assert status(endless) == 413
        assert b"connection: close" in endless.lower()


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/auth/logout HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\r\n folded\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_s11_what_two_servers_could_read_differently_is_refused_and_closed(
    house: Any, serve: Any, sent: bytes
) -> None:
    async with serve(house.app()) as address:
        received = await raw(address, sent)
        assert received == b"" or status(received) == 400
        assert received == b"" or b"connection: close" in received.lower()
        assert status(await raw(address, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")) == 200


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (b"/health", b"X-Large: " + b"a" * 100_000 + b"\r\n", {431}),
        (b"/health", b"".join(b"X-%d: a\r\n" % n for n in range(1_000)), {431}),
        (b"/" + b"a" * 60_000, b"", {414, 400}),
        (b"/health?" + b"a" * 60_000, b"", {414, 400}),
    ],
)
async def test_s12_headers_and_paths_without_end_are_refused(
    house: Any, serve: Any, path: bytes, headers: bytes, expected: set[int]
) -> None:
    async with serve(house.app()) as address:
        received = await raw(address, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
        assert status(received) in expected
        body = received.partition(b"\r\n\r\n")[2]
        assert json.loads(body)["success"] is False


@pytest.mark.parametrize("path", ["/api/analyze", "/api/auth/login", "/analyze"])
async def test_F51_a_body_that_arrives_too_slowly_is_408_and_one_in_time_is_not_503(
    house: Any, ann: User, serve: Any, path: str
) -> None:
    core = evolve(house.core, authenticate_api_key=house.core.authenticate)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token(ann)}\r\n".encode()
    head += b"Content-Type: application/json\r\nContent-Length: 4\r\n\r\n"
    async with serve(house.app(core, body_seconds=0.2)) as address:
        received = await raw(address, head + b"{")
        assert status(received) == 408
        assert b"connection: close" in received.lower()
        assert set(json.loads(received.partition(b"\r\n\r\n")[2])) in ({"success", "error", "timestamp"}, {"detail"})
    async with serve(house.app(core, request_seconds=0.5)) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head)
        for piece in b"null":
            await asyncio.sleep(0.2)
            writer.write(bytes((piece,)))
        assert status(await reader.readuntil(b"\r\n\r\n")) in (400, 422)
        writer.close()


async def test_the_door_imports_no_sdk_of_a_vendor() -> None:
    """Their import costs seconds and memory, and the API needs none of them."""
    script = "import sys, tradecore_adapters.http.app;print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    loaded = set(out.decode().split())
    assert "litestar" in loaded
    assert not loaded & {
        "openai", "anthropic", "httpx", "httpx2", "redis", "asyncpg", "dramatiq", "pandas", "numpy", "scipy",
        "exchange_calendars", "feedparser", "vaderSentiment", "socketio", "sqlite3", "authlib", "argon2", "jinja2",
    }  # fmt: skip


async def test_a_websocket_whose_upgrade_got_lost_on_the_way_is_told_so(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/ws", headers={"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAA"})
    assert (answer.status_code, answer.headers["upgrade"]) == (426, "websocket")
    error = answer.json()["error"]
    assert error["code"] == "upgrade_required"
    assert "a proxy on the way has dropped the headers `Upgrade` and `Connection`" in error["message"]
