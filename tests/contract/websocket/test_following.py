"""No gap, no repeat, in order, whatever happens to connections and servers; and nobody pays for the slow."""

import asyncio
import gc
import json
import os
import random
import resource
import socket
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tradecore.model.users import User
from tradecore_adapters.client import AsyncClient, Completed

# A cut every two seconds on average, during five seconds of events.
CLIENTS, ANALYSES, EVENTS = 200, 20, 24
CUTS, EVENT = (0.5, 3.5), 0.2

Seqs = list[int]


async def over_raw(house: Any, token: str, id: str, seen: Seqs) -> None:
    """One connection on which everything after the last event seen is asked for and noted."""
    async with house.socket(token) as connection:
        await house.send(connection, "subscribe_analysis", analysisId=id, since=seen[-1] if seen else 0)
        await note(connection, seen, lambda text: json.loads(text))


async def over_socketio(house: Any, token: str, id: str, seen: Seqs) -> None:
    url = f"ws://127.0.0.1:{house.port}/socket.io/?EIO=4&transport=websocket"
    async with connect(url, compression=None) as connection:
        await connection.send("40" + json.dumps({"token": token}))
        body = {"analysisId": id, "since": seen[-1] if seen else 0}
        await connection.send("42" + json.dumps(["subscribe_analysis", body]))

        def read(text: str) -> dict[str, Any]:
            if not text.startswith("42"):
                return {"event": "", "data": {}}
            name, data = json.loads(text[2:])
            return {"event": name, "data": data}

        await note(connection, seen, read)


async def over_sse(house: Any, token: str, id: str, seen: Seqs) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        writer.write(
            f"GET /api/analyze/{id}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            f"Last-Event-ID: {seen[-1] if seen else 0}\r\n\r\n".encode()
        )
        # The last chunk of a stream is empty.
        while (line := await reader.readline()) not in (b"", b"0\r\n"):
            if line.startswith(b"id: "):
                seen.append(int(line[4:]))
    finally:
        writer.close()


async def note(connection: ClientConnection, seen: Seqs, read: Callable[[str], dict[str, Any]]) -> None:
    async for text in connection:
        said = read(str(text))
        if "seq" in said["data"] and said["event"] != "analysis_subscribed":
            seen.append(said["data"]["seq"])
            if said["event"] == "analysis_complete":
                return


Way = Callable[[Any, str, str, Seqs], Awaitable[None]]


async def follow_with_cuts(house: Any, way: Way, token: str, id: str, seen: Seqs, chance: random.Random) -> int:
    """Follow to the end over connections that are cut at random; how many there were."""
    cuts = 0
    while len(seen) < EVENTS + 1:
        talk = asyncio.create_task(way(house, token, id, seen))  # type: ignore[arg-type]
        done, _ = await asyncio.wait({talk}, timeout=chance.uniform(*CUTS))
        if not done:
            cuts += 1
            talk.cancel()
        await asyncio.gather(talk, return_exceptions=True)
    return cuts


@pytest.mark.endurance
@pytest.mark.slow
async def test_f26_200_followers_cut_at_random_during_20_analyses_each_see_1_to_n_exactly(opened: Any) -> None:
    chance = random.Random(26)
    async with opened(per_user=1000) as house:
        user = await house.user()
        token = house.token(user)
        ids = [await house.analysis(user) for _ in range(ANALYSES)]
        ways: list[Way] = [over_raw, over_raw, over_socketio, over_sse]
        logs: list[Seqs] = [[] for _ in range(CLIENTS)]
        followers = [
            asyncio.create_task(follow_with_cuts(house, ways[n % 4], token, ids[n // 4 % ANALYSES], log, chance))
            for n, log in enumerate(logs)
        ]
        for _ in range(EVENTS):
            for id in ids:
                await house.happen(id)
            await asyncio.sleep(EVENT)
        for id in ids:
            await house.complete(id)
        async with asyncio.timeout(60):
            cuts = await asyncio.gather(*followers)
        assert all(seen == list(range(1, EVENTS + 2)) for seen in logs)
        assert sum(cuts) > CLIENTS
        await house.until(lambda: house.connections == 0)
        assert house.live._hub._buffers == {}


def deaf(port: int, token: str, id: str) -> socket.socket:
    """A client that subscribes and never reads what it is told."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(("127.0.0.1", port))
    key = b64encode(os.urandom(16)).decode()
    made.sendall(
        f"GET /ws?token={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert made.recv(12) == b"HTTP/1.1 101"
    text = json.dumps({"event": "subscribe_analysis", "data": {"analysisId": id, "since": 0}}).encode()
    made.sendall(b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text)
    return made


def resident() -> int:
    """Memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.slow
async def test_f27_100_clients_that_never_read_are_closed_cost_little_and_take_nothing_from_the_others(
    opened: Any,
) -> None:
    async with opened(per_user=1000, stall_timeout=0.5) as house:
        user = await house.user()
        token = house.token(user)
        id = await house.analysis(user)
        logs: list[Seqs] = [[] for _ in range(5)]
        readers = [asyncio.create_task(over_raw(house, token, id, log)) for log in logs]
        silent = [await asyncio.to_thread(deaf, house.port, token, id) for _ in range(100)]
        await house.until(lambda: sum(served.outgoing.following for served in house.open_connections) == 105)
        gc.collect()
        before = resident()
        # More than a megabyte for each: far more than the kernel takes for a peer with so small a window.
        for _ in range(60):
            await house.happen(id, 5, message="x" * 4000)
            await asyncio.sleep(0)
        await house.complete(id)
        async with asyncio.timeout(60):
            await asyncio.gather(*readers)
        assert all(seen == list(range(1, 302)) for seen in logs)
        assert resident() - before < 50 * 1024 * 1024
        assert house.connections == 100
        await house.until(lambda: house.connections == 0)
        for each in silent:
            each.close()


async def test_f27_a_slow_client_that_wakes_up_is_told_from_where_to_resume(opened: Any) -> None:
    async with opened(stall_timeout=0.2) as house:
        user = await house.user()
        id = await house.analysis(user)
        async with house.socket(house.token(user), max_queue=1) as connection:
            await house.follow(connection, id)
            for _ in range(400):
                await house.happen(id, 5, message="x" * 4000)
            # It reads nothing until the server has given up on it.
            [served] = house.open_connections
            await house.until(lambda: served._socket._close_task is not None)
            last = 0
            with pytest.raises(ConnectionClosed):
                while True:
                    last = (await house.receive(connection))[1]["seq"]
            assert connection.close_code == 1013
            assert connection.close_reason == f"Too slow; the last seq sent of {id} is {last}."
        async with house.socket(house.token(user)) as connection:
            await house.follow(connection, id, last)
            assert (await house.receive(connection))[1]["seq"] == last + 1


async def test_a_slow_socketio_client_is_closed_too(opened: Any) -> None:
    async with opened(stall_timeout=0.2) as house:
        user = await house.user()
        id = await house.analysis(user)
        url = f"ws://127.0.0.1:{house.port}/socket.io/?EIO=4&transport=websocket"
        async with connect(url, compression=None, max_queue=1) as connection:
            await connection.send("40" + json.dumps({"token": house.token(user)}))
            await connection.send("42" + json.dumps(["subscribe_analysis", {"analysisId": id}]))
            await house.until(lambda: any(served.outgoing.following for served in house.open_connections))
            for _ in range(400):
                await house.happen(id, 5, message="x" * 4000)
            [served] = house.open_connections
            await house.until(lambda: served._socket._close_task is not None)
            with pytest.raises(ConnectionClosed):
                while True:
                    await connection.recv()
            assert connection.close_code == 1013


async def test_f25_followers_resume_at_another_server_over_the_same_store(tmp_path: Path, opened: Any) -> None:
    store = f"sqlite:{tmp_path / 'shared.db'}"
    async with opened(store=store) as first:
        user = await first.user()
        id = await first.analysis(user)
        await first.happen(id, 3)
        async with first.socket(first.token(user)) as connection:
            await first.follow(connection, id, 0)
            seen = [(await first.receive(connection))[1]["seq"] for _ in range(3)]
            known = dict(first._known)
    async with opened(store=store) as second:
        second._known.update(known)
        await second.happen(id)
        await second.complete(id)
        async with second.socket(second.token(user)) as connection:
            await second.follow(connection, id, seen[-1])
            seen += [(await second.receive(connection))[1]["seq"] for _ in range(2)]
    assert seen == [1, 2, 3, 4, 5]


async def test_a_fact_that_the_stream_loses_is_read_from_the_store(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with house.socket(house.token(ann)) as connection:
        await house.follow(connection, id)
        subscribers = house.assembled.stream._subscribers
        lost = subscribers.pop(next(topic for topic in subscribers if topic.endswith(id)))
        await house.happen(id, 2)
        assert [(await house.receive(connection))[1]["seq"] for _ in range(2)] == [1, 2]
        subscribers[f"analysis:{id}"] = lost
        await house.complete(id)
        assert (await house.receive(connection))[1]["seq"] == 3


async def test_the_typed_client_follows_through_cuts(opened: Any) -> None:
    async with opened() as house:
        user = await house.user()
        id = await house.analysis(user)
        await house.happen(id, 2)
        seen = []
        async with AsyncClient(house.root, token=house.token(user)) as client:
            async for told in client.follow(id):
                seen.append(told.seq)
                if told.seq in (2, 4, 6):
                    for served in house.open_connections:
                        served.close(1001, "cut by the test")
                    await house.happen(id, 2)
                if told.seq == 8:
                    await house.complete(id)
        assert seen == list(range(1, 10))
        assert isinstance(told, Completed)
