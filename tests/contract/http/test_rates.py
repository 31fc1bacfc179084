"""Rates: how often one user, or one address, may ask."""

import asyncio
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

import httpx

from servers import SettingOf
from tradecore.model.users import User
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.limits.redis import RedisLimiter


async def test_s87_of_two_hundred_requests_at_once_exactly_a_hundred_pass(house: Any, ann: User) -> None:
    async with house.client(token=house.token(ann), requests_per_minute=100) as client:
        answers = await asyncio.gather(*(client.get("/api/history") for _ in range(200)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 100
    assert statuses.count(429) == 100


async def test_s87_over_two_nodes_that_share_redis_it_is_a_hundred_together(
    house: Any, ann: User, ben: User, serve: Any, setting_of: SettingOf
) -> None:
    async with AsyncExitStack() as stack:
        at, nodes = await stack.enter_async_context(setting_of("redis")), []
        for _ in range(2):
            # Both nodes, the client and its requests are one process here: a reply may be read late.
            limiter = RedisLimiter(at, MemoryLimiter(monotonic), timeout=10)
            house.limiter = await stack.enter_async_context(limiter)
            nodes.append(await stack.enter_async_context(serve(house.app(requests_per_minute=100))))
        few = httpx.Limits(max_connections=20)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30, limits=few))

        async def ask(n: int, user: User) -> int:
            headers = {"Authorization": f"Bearer {house.token(user)}"}
            return (await client.get(f"{nodes[n % 2]}/api/history", headers=headers)).status_code

        statuses = await asyncio.gather(*(ask(n, ann) for n in range(200)))
        assert (statuses.count(200), statuses.count(429)) == (100, 100)
        assert [await ask(n, ann) for n in range(2)] == [429, 429]
        assert [await ask(n, ben) for n in range(2)] == [200, 200]


async def test_s88_429_says_when_to_come_back_and_coming_back_then_works(house: Any, ann: User) -> None:
    async with house.client(token=house.token(ann), requests_per_minute=2) as client:
        await client.get("/api/history")
        house.pass_time(seconds=20)
        await client.get("/api/history")
        answer = await client.get("/api/history")
        assert answer.status_code == 429
        assert answer.json()["error"]["code"] == "too_many_requests"
        wait = int(answer.headers["retry-after"])
        assert wait == 41
        assert answer.headers["ratelimit-policy"] == '"user";q=2;w=60'
        house.pass_time(seconds=wait)
        assert (await client.get("/api/history")).status_code == 200


async def test_every_response_tells_how_many_requests_are_left(house: Any, ann: User) -> None:
    async with house.client(token=house.token(ann), requests_per_minute=100) as client:
        told = []
        for _ in range(101):
            told.append((await client.get("/api/history")).headers["ratelimit"])
            house.pass_time(seconds=0.25)
    assert told[:3] == ['"user";r=99;t=60', '"user";r=98;t=60', '"user";r=97;t=60']
    assert told[99:] == ['"user";r=0;t=36', '"user";r=0;t=35']


async def test_s88_another_user_is_not_touched_and_a_new_token_changes_nothing(
    house: Any, ann: User, ben: User
) -> None:
    app = house.app(requests_per_minute=1)
    async with house.client(app, token=house.token(ann)) as client:
        assert (await client.get("/api/history")).status_code == 200
    async with house.client(app, token=house.token(ann, lifetime=1800)) as client:
        assert (await client.get("/api/history")).status_code == 429
    async with house.client(app, token=house.token(ben)) as client:
        assert (await client.get("/api/history")).status_code == 200


async def test_refused_tokens_do_not_use_up_anybodys_share(house: Any, ann: User) -> None:
    app = house.app(requests_per_minute=1)
    async with house.client(app, token="wrong") as client:
        assert [(await client.get("/api/history")).status_code for _ in range(3)] == [401, 401, 401]
    async with house.client(app, token=house.token(ann)) as client:
        assert (await client.get("/api/history")).status_code == 200


async def test_where_nobody_is_signed_in_the_address_counts(house: Any) -> None:
    async with house.client(requests_per_minute=2) as client:
        statuses = [(await client.post("/api/auth/refresh", json={"refreshToken": "x"})).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert (await client.get("/health")).status_code == 200


async def test_zero_turns_rates_off(house: Any, client: httpx.AsyncClient) -> None:
    answers = [await client.get("/api/history") for _ in range(150)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit-policy" not in answers[0].headers
