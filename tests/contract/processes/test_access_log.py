"""The access log of a server: a line for each request and each WebSocket, and no error whatever strangers send."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tradecore_app.http_protocol import MAX_HEADER_BYTES

pytestmark = pytest.mark.timeout(200)
PATIENCE = 30.0
FIELDS = {"event", "level", "at", "request", "address", "user", "route", "status", "ms"}
UPGRADE = b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
HANDSHAKE = UPGRADE + KEY + b"Sec-WebSocket-Version: 13\r\n"
OPEN = b"GET /ws HTTP/1.1\r\n" + HANDSHAKE + b"\r\n"
POST = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SOCKETIO = b" /socket.io/?EIO=4&transport=polling"


def frame(first: int, payload: bytes, *, masked: bool = True) -> bytes:
    """A WebSocket frame whose mask is zero."""
    length = bytes((len(payload) | (0x80 if masked else 0),))
    return bytes((first,)) + length + (b"\0\0\0\0" if masked else b"") + payload


STRANGERS: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"\x00\xff" * 100 + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an upgrade to HTTP/2": b"GET /health HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "an upgrade to something": b"GET /health HTTP/1.1\r\nHost: x\r\nUpgrade: tea\r\nConnection: Upgrade\r\n\r\n",
    "an absolute address": b"GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address without a path": b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in a path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "nulls in a path": b"GET /%00%ff%c0%80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "line breaks in a path": b"GET /api/history%0d%0a%1b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in headers": b"GET /health HTTP/1.1\r\nHost: \xff\r\nX-Forwarded-For: \xff\r\nX-Request-ID: \xff\r\n\r\n",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "no chunks": POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "half a body": POST + b"Content-Length: 100\r\n\r\n{",
    "headers without end": b"GET /health HTTP/1.1\r\nX: " + b"a" * (MAX_HEADER_BYTES + 1),
    "a WebSocket of another origin": b"GET /ws HTTP/1.1\r\nOrigin: https://evil.example\r\n" + HANDSHAKE + b"\r\n",
    "a Socket.IO WebSocket of another origin": b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
    b"Origin: null\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket without a key": b"GET /ws HTTP/1.1\r\n" + UPGRADE + b"Sec-WebSocket-Version: 13\r\n\r\n",
    "a WebSocket with a wrong key": b"GET /ws HTTP/1.1\r\n" + UPGRADE + b"Sec-WebSocket-Key: a\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n",
    "a WebSocket of another version": b"GET /ws HTTP/1.1\r\n" + UPGRADE + KEY + b"Sec-WebSocket-Version: 8\r\n\r\n",
    "a WebSocket by POST": b"POST /ws HTTP/1.1\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket of HTTP/1.0": b"GET /ws HTTP/1.0\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with a body": b"GET /ws HTTP/1.1\r\nContent-Length: 3\r\n" + HANDSHAKE + b"\r\nabc",
    "a WebSocket nowhere": b"GET /nowhere HTTP/1.1\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket at a route": b"GET /api/history HTTP/1.1\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with bytes in its path": b"GET /ws\xff HTTP/1.1\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with bytes in a header": b"GET /ws HTTP/1.1\r\nX: \xff\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with a bearer of bytes": b"GET /ws HTTP/1.1\r\nAuthorization: Bearer \xff\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with many headers": b"GET /ws HTTP/1.1\r\n" + b"X: a\r\n" * 500 + HANDSHAKE + b"\r\n",
    "a WebSocket with a long header": b"GET /ws HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with a long path": b"GET /ws?" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HANDSHAKE + b"\r\n",
    "a WebSocket with odd subprotocols": b"GET /ws HTTP/1.1\r\nSec-WebSocket-Protocol: ,;\xff\r\n"
    + HANDSHAKE
    + b"\r\n",
    "text that is not UTF-8": OPEN + frame(0x81, b"\xff\xfe"),
    "pieces of text that is not UTF-8": OPEN + frame(0x01, b"\xff") + frame(0x80, b"\xfe"),
    "a frame without a mask": OPEN + frame(0x81, b"hello", masked=False),
    "a frame of a reserved kind": OPEN + frame(0x83, b"hello"),
    "a frame with reserved bits": OPEN + frame(0xF1, b"hello"),
    "a continuation of nothing": OPEN + frame(0x80, b"hello"),
    "a long control frame": OPEN + bytes((0x89, 0xFE, 0xFF, 0xFF)) + b"\0" * 100,
    "a frame of exabytes": OPEN + bytes((0x81, 0xFF)) + b"\x7f" + b"\xff" * 7 + b"\0" * 4,
    "a close frame of one byte": OPEN + frame(0x88, b"\x03"),
    "a close frame with a wrong code": OPEN + frame(0x88, b"\xff\xff"),
    "a close frame with bytes for a reason": OPEN + frame(0x88, b"\x03\xe8\xff"),
    "messages after a close": OPEN + frame(0x88, b"\x03\xe8") + frame(0x81, b"hello") * 20,
    "half a frame": OPEN + frame(0x81, b"hello")[:3],
    "a poll of an unknown session": b"GET" + SOCKETIO + b"&sid=a HTTP/1.1\r\nHost: x\r\n\r\n",
    "a poll of another origin": b"GET" + SOCKETIO + b" HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n",
    "packets before a session": b"POST" + SOCKETIO + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\xff\xfe",
    "a query of bytes": b"GET /socket.io/?EIO=4&transport=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
}


async def send(port: int, sent: bytes, *, reset: bool) -> None:
    """Send something, and leave: with a reset, or once it is answered or closed. Raises TimeoutError if neither."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        if not reset:
            async with asyncio.timeout(PATIENCE):
                await reader.read(1)
    except ConnectionError:
        pass
    finally:
        writer.transport.abort() if reset else writer.close()


async def send_everything(client: httpx.Client, serves_others: Callable[[], Any]) -> None:
    assert client.base_url.port
    for reset in (False, True):
        # A server waits for the rest of these for ten seconds.
        sent = [text for name, text in STRANGERS.items() if reset or name not in ("nothing", "half a body")]
        tasks = [send(client.base_url.port, text, reset=reset) for text in sent]
        await asyncio.gather(*tasks, asyncio.to_thread(serves_others))


def test_nothing_that_strangers_send_leaves_an_error_or_a_traceback(house: Any) -> None:
    process, client = house.serve("--no-worker")

    def serves_others() -> None:
        assert client.get("/api/history").status_code == 200

    asyncio.run(send_everything(client, serves_others))
    serves_others()
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    text = house.log.read_text()
    assert "Traceback" not in text
    assert [line for line in text.splitlines() if not line.startswith("{")] == []
    assert [record for record in house.records() if record["level"] not in ("info", "warning")] == []
    refused = [record for record in house.records() if record["event"] == "websocket" and record["status"] == 403]
    assert {record["route"] for record in refused} >= {"/ws", "/socket.io"}


async def use(root: str, token: str, analysis: str) -> None:
    """A request of each kind, with secrets in it."""
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "mine"}
    async with httpx.AsyncClient(base_url=root, headers=headers) as client:
        await client.get(f"/api/analyze/{analysis}/status?canary=query")
        await client.head("/api/history")
        await client.get("/api/history", headers={"Authorization": "Bearer canary"})
        await client.get("/canary-path", headers={"Cookie": "canary"})
        await client.post("/api/auth/login", json={"email": "canary@example.com", "password": "canary"})
        await client.get(f"/socket.io/?EIO=4&transport=polling&token={token}")
        async with client.stream("GET", f"/api/analyze/{analysis}/events") as events:
            async for line in events.aiter_lines():
                if line.startswith("event: analysis_complete"):
                    break
    sockets = root.replace("http", "ws")
    async with connect(f"{sockets}/ws?token={token}") as socket:
        assert json.loads(await socket.recv())["event"] == "authenticated"
        await socket.close(4321, "canary")
    async with connect(f"{sockets}/ws?token=canary") as socket:
        await socket.wait_closed()
    with pytest.raises(InvalidStatus):
        async with connect(f"{sockets}/ws", origin="https://evil.example"):  # type: ignore[arg-type]
            pass


def test_every_request_and_every_websocket_leaves_one_line_without_anything_secret(house: Any, brief: Any) -> None:
    process, client = house.serve()
    launched = client.post("/api/analyze", json=brief()).json()["data"]
    analysis = launched["analysisId"]
    deadline = time.monotonic() + PATIENCE
    while client.get(f"/api/analyze/{analysis}/status").json()["data"]["status"] != "completed":
        assert time.monotonic() < deadline
        time.sleep(0.1)  # between polls, each of which is a record in the log
    token = client.headers["Authorization"].removeprefix("Bearer ")
    asyncio.run(use(str(client.base_url).rstrip("/"), token, analysis))
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    records = [record for record in house.records() if record["event"] in ("request", "websocket")]
    lines = records[[record["request"] for record in records].index("mine") :]
    user = lines[0]["user"]
    assert user
    status, results = "/api/analyze/{analysisId}/status", "/api/analyze/{analysisId}/events"
    assert [
        (line["event"], line.get("method"), line["route"], line["status"], line["user"] == user, line.get("code"))
        for line in lines
    ] == [
        ("request", "GET", status, 200, True, None),
        ("request", "HEAD", "/api/history", 200, True, None),
        ("request", "GET", None, 401, False, None),
        ("request", "GET", None, 404, False, None),
        ("request", "POST", "/api/auth/login", 401, False, None),
        ("request", "GET", "/socket.io", 200, False, None),
        ("request", "GET", results, 200, True, None),
        ("websocket", None, "/ws", 101, True, 4321),
        ("websocket", None, "/ws", 101, False, 4401),
        ("websocket", None, "/ws", 403, False, None),
    ]
    for line in lines:
        assert set(line) == FIELDS | ({"method"} if line["event"] == "request" else {"code"})
        assert line["address"] == "127.0.0.1"
        assert line["ms"] >= 0
    assert [line["request"] for line in lines[:5]] == ["mine"] * 5
    assert len({line["request"] for line in lines[7:]}) == 3
    log = house.log.read_text()
    assert not [secret for secret in (token, "canary", analysis) if secret in log]


def test_a_server_logs_no_requests_where_that_is_switched_off(house: Any) -> None:
    house.settings["TRADECORE_ACCESS_LOG"] = "false"
    process, client = house.serve("--no-worker")
    assert client.get("/api/history").status_code == 200
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    assert {record["event"] for record in house.records()} == {"login"}
