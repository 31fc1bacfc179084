"""Socket.IO: the documented JavaScript client, python-socketio's client, and the protocol by hand."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tradecore.model.users import User

JS = Path(__file__).parents[2] / "js"
NODE = Path(sys.executable).with_name("node")
POLLING = {"transports": ["polling"]}
WEBSOCKET = {"transports": ["websocket"]}


async def _spawn(*command: str | Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def javascript(**asked: Any) -> asyncio.subprocess.Process:
    """The documented client in a Node process."""
    assert (JS / "node_modules").is_dir(), "Run `make tests/js/node_modules/.ready` to install the JavaScript client."
    return await _spawn(NODE, JS / "follow.mjs", json.dumps(asked))


async def next_line(process: asyncio.subprocess.Process) -> list[Any]:
    assert process.stdout
    assert process.stderr
    async with asyncio.timeout(40):
        line = await process.stdout.readline()
    assert line, (await process.stderr.read()).decode()
    said: list[Any] = json.loads(line)
    return said


async def rest_of(process: asyncio.subprocess.Process) -> list[list[Any]]:
    async with asyncio.timeout(40):
        out, errors = await process.communicate()
    assert process.returncode == 0, (out, errors)
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("path", "options"),
    [("", {}), ("", WEBSOCKET), ("", POLLING), ("/ws", {}), ("/ws", WEBSOCKET), ("", {"path": "/ws"})],
    ids=["upgrade", "websocket", "polling", "documented URL, upgrade", "documented URL, websocket", "path /ws"],
)
async def test_the_documented_javascript_client_works_unchanged(
    house: Any, ann: User, path: str, options: dict[str, Any]
) -> None:
    id = await house.analysis(ann)
    await house.happen(id)
    url = f"ws://127.0.0.1:{house.port}{path}"
    client = await javascript(
        url=url, token=house.token(ann), analysisId=id, options=options, acknowledged=True, until="analysis_complete"
    )
    said = []
    while not said or said[-1][0] != "ack":
        said.append(await next_line(client))
    await house.happen(id, 2)
    await house.complete(id)
    said += await rest_of(client)
    [answer] = [each[1] for each in said if each[0] == "ack"]
    told = [each for each in said if each[0].startswith("analysis_")]
    assert answer["success"] is True
    assert answer["data"]["seq"] == 1
    assert [data["seq"] for _, data in told] == [2, 3, 4]
    assert [name for name, _ in told] == ["analysis_progress", "analysis_progress", "analysis_complete"]
    assert told[-1][1]["decision"] == {"action": "BUY", "confidence": 8.5}
    moved = ["upgrade", "websocket"] in said
    assert moved is (options in ({}, {"path": "/ws"}))


async def test_the_documented_client_that_knows_no_acknowledgement_is_told_of_a_refusal(house: Any, ann: User) -> None:
    client = await javascript(
        url=house.root.replace("http", "ws"), token=house.token(ann), analysisId="nope", until="analysis_error"
    )
    said = await rest_of(client)
    [(_, body)] = [each for each in said if each[0] == "analysis_error"]
    assert body["error"] == "There is no analysis 'nope'."
    assert body["analysisId"] == "nope"
    assert body["code"] == "not_found"


async def test_the_documented_client_is_told_why_its_token_does_not_hold(house: Any) -> None:
    client = await javascript(url=house.root, token="garbage", analysisId="a", until="connect_error")
    said = [each for each in await rest_of(client) if each[0] != "upgrade"]
    assert said == [["connect_error", "The access token is not valid.", {"code": "not_signed_in"}]]


async def test_the_documented_client_may_put_its_token_into_the_query(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.complete(id)
    client = await javascript(
        url=house.root, options={"query": {"token": house.token(ann)}}, analysisId=id, until="analysis_complete"
    )
    assert [each[0] for each in await rest_of(client) if each[0].startswith("analysis")] == ["analysis_complete"]


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer "])
async def test_the_documented_client_may_send_its_token_as_headers_have_it_and_its_id_in_capitals(
    scheme: str, house: Any, ann: User
) -> None:
    id = await house.analysis(ann)
    await house.complete(id)
    client = await javascript(
        url=house.root, token=scheme + house.token(ann), analysisId=id.upper(), until="analysis_complete"
    )
    [(_, body)] = [each for each in await rest_of(client) if each[0].startswith("analysis")]
    assert body["analysisId"] == id


@pytest.mark.parametrize("options", [WEBSOCKET, POLLING, {}], ids=["websocket", "polling", "upgrade"])
async def test_s51_the_documented_client_with_a_refreshing_token_comes_back_and_misses_nothing(
    opened: Any, options: dict[str, Any]
) -> None:
    async with opened(recheck_interval=0.1) as house:
        user = await house.user()
        id = await house.analysis(user)
        await house.happen(id)
        client = await javascript(
            url=house.root, tokens=[house.token(user, 3), house.token(user)], analysisId=id, resume=True,
            options={**options, "reconnectionDelay": 50}, until="analysis_complete",
        )  # fmt: skip
        said = []
        while not said or said[-1][0] != "disconnect":
            said.append(await next_line(client))
        await house.happen(id, 2)
        await house.complete(id)
        # It closes its connection itself at the end.
        said += (await rest_of(client))[:-1]
    said = [each for each in said if each[0] not in ("upgrade", "connect")]
    assert [each[0] for each in said] == [
        "analysis_progress", "disconnect", "analysis_progress", "analysis_progress", "analysis_complete",
    ]  # fmt: skip
    assert said[1][1] == ("transport error" if options == POLLING else "transport close")
    assert [data["seq"] for name, data in said if name != "disconnect"] == [1, 2, 3, 4]


async def test_s51_the_documented_client_with_a_static_token_is_refused_when_it_comes_back(opened: Any) -> None:
    async with opened(recheck_interval=0.1) as house:
        user = await house.user()
        id = await house.analysis(user)
        client = await javascript(
            url=house.root, token=house.token(user, 8), analysisId=id, options=WEBSOCKET, until="connect_error"
        )
        said = await rest_of(client)
    assert [each[0] for each in said] == ["connect", "disconnect", "connect_error"]
    assert said[1][1] == "transport close"
    assert said[2][2] == {"code": "not_signed_in"}


async def test_the_documented_client_comes_back_by_itself_after_a_shutdown(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    client = await javascript(
        url=house.root, token=house.token(ann), analysisId=id, options=WEBSOCKET, acknowledged=True, until="disconnect"
    )
    while (await next_line(client))[0] != "ack":
        pass
    await house.live.close()
    [said] = await rest_of(client)
    assert said == ["disconnect", "transport close"]


PYTHON = """
import json, sys, threading, warnings
warnings.simplefilter("ignore")
import socketio
url, token, id = sys.argv[1:]
client = socketio.Client()
# This client hears each event in a thread of its own, in no order: lines are whole, and the last waits for the first.
alone, progressed = threading.Lock(), threading.Event()
def encode_event(*what):
    with alone:
        print(json.dumps(what), flush=True)
@client.on("analysis_progress")
def progress(data):
    encode_event("analysis_progress", data)
    progressed.set()
@client.on("analysis_complete")
def complete(data):
    progressed.wait(20)
    encode_event("analysis_complete", data)
    client.disconnect()
client.connect(url, auth={"token": token})
client.emit("subscribe_analysis", {"analysisId": id}, callback=lambda answer: encode_event("ack", answer))
client.wait()
"""


async def test_python_socketio_s_client_works_too(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    client = await _spawn(sys.executable, "-c", PYTHON, house.root, house.token(ann), id)
    answer = await next_line(client)
    await house.happen(id)
    await house.complete(id)
    assert answer[0] == "ack"
    assert answer[1]["data"]["seq"] == 0
    heard = await rest_of(client)
    assert [(each[0], each[1]["seq"]) for each in heard] == [("analysis_progress", 1), ("analysis_complete", 2)]


# ---- the protocol by hand


@asynccontextmanager
async def joined(house: Any, token: str | None, **settings: Any) -> AsyncIterator[ClientConnection]:
    """A WebSocket-only session that has joined the main namespace."""
    url = f"ws://127.0.0.1:{house.port}/socket.io/?EIO=4&transport=websocket"
    async with connect(url, compression=None, **settings) as socket:
        assert (await socket.recv())[:1] == "0"
        if token is not None:
            await socket.send("40" + json.dumps({"token": token}))
            assert (await packet(socket))[:2] == "40"
        yield socket


async def packet(socket: ClientConnection) -> str:
    """The next packet that is no ping."""
    async with asyncio.timeout(20):
        while (text := await socket.recv()) == "2":
            await socket.send("3")
    return str(text)


async def poll(client: httpx.AsyncClient, sid: str) -> list[str]:
    answer = await client.get("/socket.io/", params={"EIO": "4", "transport": "polling", "sid": sid})
    assert answer.status_code == 200, answer.text
    return answer.text.split("\x1e")


async def push(client: httpx.AsyncClient, sid: str, *packets: str) -> httpx.Response:
    params = {"EIO": "4", "transport": "polling", "sid": sid}
    return await client.post("/socket.io/", params=params, content="\x1e".join(packets))


async def shake(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.get("/socket.io/", params={"EIO": "4", "transport": "polling"}, headers=headers)


async def test_s45_a_foreign_analysis_is_acknowledged_like_an_unknown_one(house: Any, ann: User) -> None:
    foreign = await house.analysis(ann)
    await house.complete(foreign)
    async with joined(house, house.token(await house.user())) as socket:
        answers = []
        for id in (foreign, "ffffffff-ffff-4fff-bfff-ffffffffffff"):
            await socket.send(f'421["subscribe_analysis",{{"analysisId":"{id}","since":0}}]')
            event, ack = await packet(socket), await packet(socket)
            body = json.loads(event[2:])
            body[1].pop("timestamp")
            answers.append((json.dumps(body).replace(id, "ID"), ack.replace(id, "ID")))
    assert answers[0] == answers[1]
    assert answers[0][1].startswith('431[{"success":false,"error":{"code":"not_found"')


async def test_a_websocket_whose_upgrade_got_lost_on_the_way_is_told_so(house: Any) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}") as client:
        answer = await client.get("/socket.io/", params={"EIO": "4", "transport": "websocket"})
        assert (answer.status_code, answer.json()["code"]) == (400, 3)
        assert "a proxy has to pass on `Upgrade` and `Connection`" in answer.json()["message"]


async def test_s49_a_foreign_origin_is_refused_over_polling_and_websocket(house: Any) -> None:
    async with httpx.AsyncClient(base_url=house.root) as client:
        refused = await shake(client, Origin="https://evil.example")
        assert refused.status_code == 403
        assert refused.json()["error"]["code"] == "not_allowed"
        assert "access-control-allow-origin" not in refused.headers
        authenticated = await shake(client, Origin="http://localhost:3000")
        assert authenticated.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert authenticated.headers["access-control-allow-credentials"] == "true"
    with pytest.raises(Exception, match="403"):
        async with joined(house, None, origin="https://evil.example"):
            pass


async def test_s50_a_session_that_joins_nothing_is_closed_in_the_time_given(opened: Any) -> None:
    async with opened(sign_in_timeout=0.2) as house, joined(house, None) as socket:
        assert (await house.closed(socket))[0] == 4401
        async with httpx.AsyncClient(base_url=house.root) as client:
            sid = json.loads((await shake(client)).text[1:])["sid"]
            await house.until(lambda: house.connections == 0)
            assert (await push(client, sid, "3")).json() == {"code": 1, "message": "Session ID unknown"}


@pytest.mark.parametrize(
    "text",
    ["", "9", "4", "47", "451-[]", "42", "42{}", "42[7]", "42" + "[" * 5000, "43[]", "3", "2", "5", "bAAAA", b"\x00"],
)
async def test_s52_what_is_no_packet_closes_the_session_and_nobody_else_s(
    house: Any, ann: User, text: str | bytes
) -> None:
    async with joined(house, house.token(ann)) as other, joined(house, house.token(ann)) as socket:
        await socket.send(text)
        assert (await house.closed(socket))[0] == 4400
        await other.send('421["subscribe_analysis",{"analysisId":"x"}]')
        assert (await packet(other)).startswith('42["analysis_error"')


async def test_s52_a_packet_over_64_kib_is_refused_on_both_transports(house: Any, ann: User) -> None:
    async with joined(house, house.token(ann)) as socket:
        await socket.send("x" * (64 * 1024 + 1))
        assert (await house.closed(socket))[0] == 1009
    async with httpx.AsyncClient(base_url=house.root) as client:
        sid = json.loads((await shake(client)).text[1:])["sid"]
        assert (await push(client, sid, "4" + "x" * 64 * 1024)).status_code == 400


async def test_s53_a_session_that_floods_is_closed(house: Any, ann: User) -> None:
    async with joined(house, house.token(ann)) as socket:
        for _ in range(201):
            await socket.send('42["unsubscribe_analysis",{"analysisId":"a"}]')
        with pytest.raises(ConnectionClosed):
            while True:
                assert "too_many_requests" in await packet(socket)
        assert socket.close_code == 1008


async def test_s53_the_21st_connection_of_one_user_is_refused_whatever_carries_it(house: Any, ann: User) -> None:
    token = house.token(ann)
    raw = [await house.socket(token) for _ in range(19)]
    for each in raw:
        await house.receive(each)
    async with joined(house, token), joined(house, None) as one_more:
        await one_more.send("40" + json.dumps({"token": token}))
        refused = await packet(one_more)
        assert refused.startswith("44{")
        assert json.loads(refused[2:])["data"] == {"code": "too_many_requests"}
    await asyncio.gather(*(each.close() for each in raw))


async def test_both_namespaces_of_one_session_are_served_apart(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    token = house.token(ann)
    async with joined(house, token) as socket:
        await socket.send("40/ws," + json.dumps({"token": token}))
        assert (await packet(socket)).startswith('40/ws,{"sid":')
        await socket.send(f'42["subscribe_analysis",{{"analysisId":"{id}"}}]')
        await socket.send(f'42/ws,7["subscribe_analysis",{{"analysisId":"{id}"}}]')
        assert (await packet(socket)).startswith("43/ws,7[")
        await house.happen(id)
        assert {(await packet(socket)).partition("[")[0] for _ in range(2)} == {"42", "42/ws,"}
        await socket.send("41/ws,")
        await socket.send("41/ws,")  # it was left already, and the other one goes on
        await socket.send("40/other,")
        assert (await packet(socket)).startswith('44/other,{"message":"There is no such namespace."')
        await house.complete(id)
        assert (await packet(socket)).startswith('42["analysis_complete"')


async def test_a_token_is_refreshed_in_place(house: Any, ann: User) -> None:
    async with joined(house, house.token(ann)) as socket:
        await socket.send("429" + json.dumps(["authenticate", {"token": house.token(ann)}]))
        assert await packet(socket) == '439[{"success":true,"data":{}}]'
        await socket.send("428" + json.dumps(["authenticate", {"token": "garbage"}]))
        assert (await packet(socket)).startswith('42["error",{"error":"')
        assert '"not_signed_in"' in await packet(socket)


async def test_polling_delivers_in_order_and_ends_with_an_error_on_shutdown(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with httpx.AsyncClient(base_url=house.root, timeout=20) as client:
        sid = json.loads((await shake(client)).text[1:])["sid"]
        await push(client, sid, "40" + json.dumps({"token": house.token(ann)}))
        assert (await poll(client, sid))[0].startswith("40{")
        await push(client, sid, f'42["subscribe_analysis",{{"analysisId":"{id}"}}]', "42" + '["nonsense"]')
        assert (await poll(client, sid))[0].startswith('42["error"')
        await house.happen(id, 30)
        told: list[str] = []
        while len(told) < 30:
            told += await poll(client, sid)
        assert [json.loads(text[2:])[1]["seq"] for text in told] == list(range(1, 31))
        waiting = asyncio.create_task(client.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}"))
        await asyncio.sleep(0)
        await house.until(lambda: house.live._engineio._sessions[sid]._polling)
        await house.live.close()
        # After a CLOSE packet the client of python-socketio would not come back.
        assert (await waiting).status_code == 400


async def test_two_polls_at_once_end_the_session(house: Any, ann: User) -> None:
    async with httpx.AsyncClient(base_url=house.root, timeout=20) as client:
        sid = json.loads((await shake(client)).text[1:])["sid"]
        asked = {"EIO": "4", "transport": "polling", "sid": sid}
        first = asyncio.create_task(client.get("/socket.io/", params=asked))
        await house.until(lambda: house.live._engineio._sessions[sid]._polling)
        assert (await client.get("/socket.io/", params=asked)).status_code == 400
        assert (await first).status_code == 400
        assert sid not in house.live._engineio._sessions


async def test_an_upgrade_that_is_not_completed_leaves_the_session_polling(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with httpx.AsyncClient(base_url=house.root, timeout=20) as client:
        sid = json.loads((await shake(client)).text[1:])["sid"]
        await push(client, sid, "40" + json.dumps({"token": house.token(ann)}))
        await poll(client, sid)
        waiting = asyncio.create_task(poll(client, sid))
        url = f"ws://127.0.0.1:{house.port}/socket.io/?EIO=4&transport=websocket&sid={sid}"
        async with connect(url, compression=None) as socket:
            await socket.send("2probe")
            assert await socket.recv() == "3probe"
            assert await waiting == ["6"]
        await push(client, sid, f'42["subscribe_analysis",{{"analysisId":"{id}"}}]')
        await house.complete(id)
        told: list[str] = []
        while not any("analysis_complete" in text for text in told):
            told += await poll(client, sid)


async def test_the_token_may_come_in_the_authorization_header(house: Any, ann: User) -> None:
    bearer = {"Authorization": f"Bearer {house.token(ann)}"}
    async with joined(house, None, additional_headers=bearer) as socket:
        await socket.send("40")
        assert (await packet(socket)).startswith('40{"sid":')
    async with httpx.AsyncClient(base_url=house.root, timeout=20) as client:
        sid = json.loads((await shake(client, **bearer)).text[1:])["sid"]
        await push(client, sid, "40")
        assert (await poll(client, sid))[0].startswith('40{"sid":')
        preflight = await client.options(
            "/socket.io/?EIO=4&transport=polling",
            headers={"Origin": "http://localhost:3000", "Access-Control-Request-Headers": "authorization"},
        )
        assert preflight.headers["access-control-allow-headers"] == "authorization"


async def test_python_socketio_may_send_its_token_in_the_authorization_header(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.complete(id)
    headed = PYTHON.replace('auth={"token": token}', 'headers={"Authorization": "Bearer " + token}')
    headed = headed.replace("progressed.wait(20)", "")
    client = await _spawn(sys.executable, "-c", headed, house.root, house.token(ann), id)
    assert sorted(each[0] for each in await rest_of(client)) == ["ack", "analysis_complete"]


async def test_a_query_without_end_is_a_bad_request(house: Any) -> None:
    async with httpx.AsyncClient(base_url=house.root) as client:
        answer = await client.get("/socket.io/?EIO=4&transport=polling" + "&a=b" * 200)
    assert (answer.status_code, answer.json()["code"]) == (400, 5)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"EIO": "3", "transport": "polling"}, 5),
        ({"EIO": "4", "transport": "carrier pigeon"}, 0),
        ({"EIO": "4", "transport": "polling", "sid": "unknown"}, 1),
    ],
)
async def test_requests_that_make_no_sense_are_answered_as_the_protocol_says(
    house: Any, params: dict[str, str], code: int
) -> None:
    async with httpx.AsyncClient(base_url=house.root) as client:
        answer = await client.get("/socket.io/", params=params)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
