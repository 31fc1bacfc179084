"""Raw WebSockets, as the `websockets` client sees them."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sessions import session_id
from tradecore.model.users import Caller, Scope, User
from tradecore_adapters.websocket.connections import LiveConnection
from tradecore_adapters.websocket.conversation import Conversation, RawCodec
from tradecore_adapters.websocket.options import LiveOptions

UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff"


class Stream(LiveConnection):
    """A connection whose subscriptions are all that matters."""

    def close(self, code: int, reason: str) -> None:
        """Nothing to end."""

    async def wait_closed(self) -> None:
        """Gone already."""


async def test_everything_that_happens_is_told_in_order_and_the_end_once(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 2)
    async with house.socket(house.token(ann)) as socket:
        snapshot = await house.follow(socket, id)
        await house.happen(id, 3)
        await house.complete(id)
        told = [await house.receive(socket) for _ in range(4)]
        assert (snapshot["status"], snapshot["seq"]) == ("running", 2)
        assert [data["seq"] for _, data in told] == [3, 4, 5, 6]
        assert [name for name, _ in told] == ["analysis_progress"] * 3 + ["analysis_complete"]
        await house.send(socket, "unsubscribe_analysis", analysisId=id)
        assert await house.receive(socket) == ("analysis_unsubscribed", {"analysisId": id})


@pytest.mark.parametrize(("since", "expected"), [(0, [1, 2, 3, 4]), (2, [3, 4]), (3, [4]), (99, [4])])
async def test_since_replays_what_came_after_it(house: Any, ann: User, since: int, expected: list[int]) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 3)
    async with house.socket(house.token(ann)) as socket:
        await house.follow(socket, id, since)
        await house.happen(id)
        assert [(await house.receive(socket))[1]["seq"] for _ in expected] == expected


async def test_who_comes_after_the_end_gets_everything(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 2)
    await house.fail(id, "API rate limit exceeded")
    async with house.socket(house.token(ann)) as socket:
        snapshot = await house.follow(socket, id)
        told = [await house.receive(socket) for _ in range(3)]
    assert snapshot["status"] == "error"
    assert snapshot["error"] == "API rate limit exceeded"
    assert [name for name, _ in told] == ["analysis_progress", "analysis_progress", "analysis_error"]


async def test_subscribing_twice_repeats_nothing(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with house.socket(house.token(ann)) as socket:
        await house.follow(socket, id)
        await house.follow(socket, id)
        await house.happen(id, 2)
        await house.complete(id)
        assert [(await house.receive(socket))[1]["seq"] for _ in range(3)] == [1, 2, 3]


async def test_after_unsubscribing_nothing_more_is_told(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    other = await house.analysis(ann)
    async with house.socket(house.token(ann)) as socket:
        await house.follow(socket, id)
        await house.follow(socket, other)
        await house.send(socket, "unsubscribe_analysis", analysisId=id)
        await house.receive(socket)
        await house.happen(id)
        await house.happen(other)
        assert (await house.receive(socket))[1]["analysisId"] == other


async def test_s45_a_foreign_analysis_is_answered_like_an_unknown_one_and_told_nothing_of(
    house: Any, ann: User
) -> None:
    foreign = await house.analysis(ann)
    await house.happen(foreign, 2)
    async with house.socket(house.token(await house.user())) as socket:
        answers = []
        for id in (foreign, UNKNOWN):
            await house.send(socket, "subscribe_analysis", analysisId=id, since=0)
            name, data = await house.receive(socket)
            while name == "authenticated":
                name, data = await house.receive(socket)
            data.pop("timestamp")
            answers.append((name, json.dumps(data).replace(id, "ID")))
        await house.happen(foreign)
        await house.send(socket, "nonsense")
        assert (await house.receive(socket))[1]["code"] == "invalid_input"
    assert answers[0] == answers[1]
    assert '"code": "not_found"' in answers[0][1]


@pytest.mark.parametrize("how", ["header", "subprotocol", "query", "first frame"])
async def test_four_ways_to_sign_in(house: Any, ann: User, how: str) -> None:
    token = house.token(ann)
    id = await house.analysis(ann)
    settings: dict[str, Any] = {
        "header": {"token": token},
        "subprotocol": {"subprotocols": ["bearer", token]},
        "query": {"query": f"?token={token}"},
        "first frame": {},
    }[how]
    async with house.socket(**settings) as socket:
        if how == "first frame":
            await house.send(socket, "authenticate", token=token)
        assert (await house.follow(socket, id))["analysisId"] == id
        assert socket.subprotocol == ("bearer" if how == "subprotocol" else None)


@pytest.mark.parametrize(
    "settings",
    [{"subprotocols": ["bearer"]}, {"subprotocols": ["bearer", "bearer"]}, {"query": "?token=x" + "&a=b" * 200}],
    ids=["no token beside bearer", "bearer twice", "a query without end"],
)
async def test_a_handshake_that_brings_no_token_leaves_it_to_the_first_frame(
    house: Any, ann: User, settings: dict[str, Any]
) -> None:
    id = await house.analysis(ann)
    url = f"ws://127.0.0.1:{house.port}/ws{settings.get('query', '')}"
    offered = ", ".join(settings.get("subprotocols", ()))
    headers = {"Sec-WebSocket-Protocol": offered} if offered else {}
    async with connect(url, additional_headers=headers, subprotocols=["bearer"] if offered else None) as socket:
        await house.send(socket, "authenticate", token=house.token(ann))
        assert (await house.follow(socket, id))["analysisId"] == id


async def test_a_first_frame_may_have_the_token_as_headers_have_it_and_an_id_may_be_in_capitals(
    house: Any, ann: User
) -> None:
    id = await house.analysis(ann)
    async with house.socket() as socket:
        await house.send(socket, "authenticate", token=f"Bearer {house.token(ann)}")
        assert (await house.follow(socket, id.upper()))["analysisId"] == id


@pytest.mark.parametrize("token", ["garbage", "", "Bearer", "Bearer Bearer x", "x" * 5000])
async def test_s50_a_token_that_does_not_hold_is_refused_with_4401(house: Any, token: str) -> None:
    async with house.socket() as socket:
        await house.send(socket, "authenticate", token=token)
        code, reason = await house.closed(socket)
    assert code == 4401
    assert reason


async def test_s50_whoever_says_anything_before_signing_in_is_refused_with_4401(house: Any, ann: User) -> None:
    async with house.socket() as socket:
        await house.send(socket, "subscribe_analysis", analysisId=await house.analysis(ann))
        assert (await house.closed(socket))[0] == 4401


async def test_s50_whoever_says_nothing_is_refused_in_the_time_given(opened: Any) -> None:
    async with opened(sign_in_timeout=0.2) as house, house.socket() as socket:
        code, reason = await house.closed(socket)
    assert (code, reason) == (4401, "Not signed in within 0.2 seconds.")


async def test_s51_a_token_that_expires_closes_the_connection_unless_it_is_refreshed_in_place(opened: Any) -> None:
    async with opened(recheck_interval=0.1) as house:
        user = await house.user()
        async with house.socket(house.token(user, 2)) as brief, house.socket(house.token(user, 2)) as refreshed:
            await house.receive(brief)
            await house.receive(refreshed)
            await house.send(refreshed, "authenticate", token=house.token(user))
            assert (await house.receive(refreshed))[0] == "authenticated"
            code, reason = await house.closed(brief)
            assert code == 4401
            assert "expired" in (reason or "")
            id = await house.analysis(user)
            assert (await house.follow(refreshed, id))["analysisId"] == id


async def test_s28_the_socket_of_a_disabled_account_is_closed(opened: Any) -> None:
    async with opened(recheck_interval=0.1) as house:
        user = await house.user()
        async with house.socket(house.token(user)) as socket:
            await house.receive(socket)
            await house.disable(user)
            assert (await house.closed(socket))[0] == 4401


@pytest.mark.parametrize("end", ["logout", "password change", "removal"])
async def test_s28_s38_the_socket_of_a_session_that_ends_is_closed(opened: Any, end: str) -> None:
    async with opened(recheck_interval=0.1) as house:
        core, email = house.assembled.core, "carol@example.com"
        await core.create_user(email, "correct horse battery")
        grant = await core.login(email, "correct horse battery", origin="192.0.2.1")
        async with house.socket(grant.access_token) as socket:
            await house.receive(socket)
            if end == "logout":
                await core.logout(grant.refresh_token)
            elif end == "removal":
                await core.remove_user(email)
            else:
                await core.change_password(email, "another good password")
            code, reason = await house.closed(socket)
    assert (code, "has ended" in (reason or "")) == (4401, True)


async def test_s39_a_personal_token_opens_a_socket_until_it_is_deleted(opened: Any) -> None:
    async with opened(recheck_interval=0.1) as house:
        core, user = house.assembled.core, await house.user()
        caller = Caller(user.id, session=session_id(user))
        created = await core.create_token("script", (Scope.READ,), by=caller)
        async with house.socket(created.text) as socket:
            await house.receive(socket)
            await core.delete_token(created.token.id, by=caller)
            assert (await house.closed(socket))[0] == 4401


async def test_s46_a_token_without_the_scope_read_follows_nothing(opened: Any) -> None:
    async with opened() as house:
        user = await house.user()
        caller = Caller(user.id, session=session_id(user))
        created = await house.assembled.core.create_token("script", (Scope.LAUNCH,), by=caller)
        async with house.socket() as socket:
            await house.send(socket, "authenticate", token=created.text)
            code, reason = await house.closed(socket)
    assert (code, "`read`" in (reason or "")) == (4401, True)


def test_s28_a_disabled_account_loses_its_sockets_within_five_seconds_with_a_second_to_spare() -> None:
    assert LiveOptions().recheck_interval + LiveOptions().sweep_interval <= 4


async def test_s28_tokens_are_looked_at_again_after_a_surprise(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(recheck_interval=0.05) as house:
        user = await house.user()
        authenticate, failures = house.live._connections._authenticate, 0

        async def surprised(token: str) -> Any:
            nonlocal failures
            if failures < 3:
                failures += 1
                raise RuntimeError("unforeseen")
            return await authenticate(token)

        async with house.socket(house.token(user)) as socket:
            await house.receive(socket)
            monkeypatch.setattr(house.live._connections, "_authenticate", surprised)
            await house.until(lambda: failures == 3)
            await house.disable(user)
            assert (await house.closed(socket))[0] == 4401


async def test_whoever_leaves_while_the_store_is_asked_follows_nothing(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    hub, connections = house.live._hub, house.live._connections
    looked = hub.open
    asking, answered = asyncio.Event(), asyncio.Event()

    async def slowly(*args: Any, **more: Any) -> Any:
        asking.set()
        await answered.wait()
        return await looked(*args, **more)

    hub.open = slowly
    stream = Stream()
    connections.add(stream)
    await connections.authenticate(stream, house.token(ann))
    conversation = Conversation(RawCodec(), signed_in=True)
    text = json.dumps({"event": "subscribe_analysis", "data": {"analysisId": id}})
    hearing = asyncio.create_task(house.live._runner.receive(stream, conversation, text))
    await asking.wait()
    connections.remove(stream)
    answered.set()
    await hearing
    assert not stream.outgoing.following
    assert not hub._buffers


async def test_a_connection_does_not_change_its_user(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.receive(socket)
        await house.send(socket, "authenticate", token=house.token(await house.user()))
        name, data = await house.receive(socket)
        assert (name, data["code"]) == ("error", "not_allowed")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000.evil.example"])
async def test_s49_a_foreign_origin_is_refused(house: Any, ann: User, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with house.socket(house.token(ann), origin=origin):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:3000", None, "own"])
async def test_s49_a_listed_origin_its_own_and_none_are_let_in(house: Any, ann: User, origin: str | None) -> None:
    async with house.socket(house.token(ann), origin=house.root if origin == "own" else origin) as socket:
        assert (await house.receive(socket))[0] == "authenticated"


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("not json", {4400}),
        ("[1]", {4400}),
        ('{"data":{}}', {4400}),
        ("[" * 5000, {4400}),
        (b"\x00\x01", {4400}),
        ("x" * (64 * 1024 + 1), {1009}),
    ],
)
async def test_s52_what_is_no_message_closes_the_connection_and_nobody_else_s(
    house: Any, ann: User, message: str | bytes, codes: set[int]
) -> None:
    async with house.socket(house.token(ann)) as other, house.socket(house.token(ann)) as socket:
        await house.receive(socket)
        await socket.send(message)
        code, _ = await house.closed(socket)
        assert code in codes
        assert await house.follow(other, await house.analysis(ann))


async def test_s52_invalid_utf8_closes_with_1007(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.receive(socket)
        await socket.send(b"\xff\xfe", text=True)
        assert (await house.closed(socket))[0] == 1007


@pytest.mark.parametrize(
    "message",
    [
        {"event": "sell_everything", "data": {}},
        {"event": "subscribe_analysis"},
        {"event": "subscribe_analysis", "data": [1]},
        {"event": "subscribe_analysis", "data": {"analysisId": 7}},
        {"event": "subscribe_analysis", "data": {"analysisId": "x" * 65}},
        {"event": "subscribe_analysis", "data": {"analysisId": "a", "since": -1}},
        {"event": "subscribe_analysis", "data": {"analysisId": "a", "since": True}},
        {"event": "subscribe_analysis", "data": {"analysisId": "a", "since": "1"}},
        {"event": "unsubscribe_analysis", "data": {}},
    ],
)
async def test_s52_a_message_that_asks_for_nothing_possible_is_answered_and_the_connection_goes_on(
    house: Any, ann: User, message: dict[str, Any]
) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.receive(socket)
        await socket.send(json.dumps(message))
        name, data = await house.receive(socket)
        assert data["code"] == "invalid_input"
        # The documented event is for messages that name an analysis; it never comes with an empty id.
        assert name == ("analysis_error" if "analysisId" in data else "error")
        assert data.get("analysisId") != ""
        assert await house.follow(socket, await house.analysis(ann))


async def test_s53_the_101st_message_in_10_seconds_is_not_read_and_the_201st_ends_it(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        for _ in range(101):
            await house.send(socket, "unsubscribe_analysis", analysisId="a")
        said = [await house.receive(socket) for _ in range(102)]
        assert [name for name, _ in said[:100]] == ["authenticated"] + ["analysis_unsubscribed"] * 99
        assert [data["code"] for _, data in said[100:]] == ["too_many_requests"] * 2
        for _ in range(99):
            await house.send(socket, "unsubscribe_analysis", analysisId="a")
        with pytest.raises(ConnectionClosed):
            while True:
                await house.receive(socket)
        assert socket.close_code == 1008


async def test_s53_the_21st_socket_of_one_user_is_refused_and_another_user_s_is_not(house: Any, ann: User) -> None:
    token = house.token(ann)
    sockets = [await house.socket(token) for _ in range(20)]
    for socket in sockets:
        await house.receive(socket)
    async with house.socket(token) as one_more, house.socket(house.token(await house.user())) as another:
        code, reason = await house.closed(one_more)
        assert code == 1013
        assert "More than 20" in (reason or "")
        assert (await house.receive(another))[0] == "authenticated"
    await sockets.pop().close()
    await house.until(lambda: house.connections == 19)
    async with house.socket(token) as again:
        assert (await house.receive(again))[0] == "authenticated"
    await asyncio.gather(*(socket.close() for socket in sockets))


async def test_f28_sockets_beyond_what_the_process_takes_are_refused_with_503(opened: Any) -> None:
    async with opened(connections=50) as house:
        token = house.token(await house.user())
        idle = [await house.socket() for _ in range(50)]
        for _ in range(20):
            with pytest.raises(InvalidStatus) as refused:
                await house.socket(token)
            assert refused.value.response.status_code == 503
            assert refused.value.response.headers["Retry-After"] == "5"
        await asyncio.gather(*(socket.close() for socket in idle))
        await house.until(lambda: house.connections == 0)
        async with house.socket(token) as socket:
            assert (await house.receive(socket))[0] == "authenticated"


async def test_s54_the_101st_analysis_on_one_socket_is_refused(house: Any, ann: User, opened: Any) -> None:
    ids = [await house.analysis(ann) for _ in range(101)]
    async with house.socket(house.token(ann)) as socket, asyncio.timeout(60):
        for id in ids[:99]:
            await house.follow(socket, id)
        # The limit on messages is another one: let its ten seconds pass.
        conversations = {
            cursor.conversation for served in house.open_connections for cursor in served.outgoing._cursors.values()
        }
        for conversation in conversations:
            conversation._received_at.clear()
        await house.follow(socket, ids[99])
        await house.send(socket, "subscribe_analysis", analysisId=ids[100])
        name, data = await house.receive(socket)
        assert (name, data["code"], data["analysisId"]) == ("analysis_error", "too_many_requests", ids[100])


async def test_on_shutdown_everybody_is_told_with_1001(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        await house.receive(socket)
        await house.live.close()
        assert (await house.closed(socket))[0] == 1001
        with pytest.raises(InvalidStatus):
            await house.socket(house.token(ann))


async def test_s57_messages_are_not_compressed(house: Any, ann: User) -> None:
    async with house.socket(house.token(ann)) as socket:
        assert socket.protocol.extensions == []
