"""Each thing told once, seen through the API: variants of addresses, opposites, users side by side, failures."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve

from tradecore.model.jobs import Kind
from tradecore.model.news import FetchState, RawItem


def item(title: str, url: str, source: str = "CoinWire", **more: Any) -> RawItem:
    return RawItem(source=source, title=title, url=url, **more)


async def report(room: Any, client: httpx.AsyncClient, user: str = "me", hours: int = 24) -> Any:
    created = (await client.post("/analyze", json={"hours": hours, "user_id": user})).json()
    await room.unit_of_work()
    answer = (await client.get(created["result_url"])).json()
    assert answer["status"] == "completed", answer
    return answer


async def test_one_article_behind_three_addresses_is_told_once(room: Any, client: httpx.AsyncClient) -> None:
    title = "Regulator clears custody rule for banks"
    await room.say(item(title, "https://coinwire.example/custody-rule"))
    first = await report(room, client)
    assert first["report"].count("https://coinwire.example/custody-rule") == 1
    for n, url in enumerate(
        (
            "http://www.coinwire.example/custody-rule/?utm_source=rss&utm_medium=feed",
            "https://coinwire.example/custody-rule#comments",
            "https://m.coinwire.example:443/custody-rule?fbclid=abc",
        )
    ):
        room.pass_time(minutes=1)
        await room.say(item(title, url, source=f"Echo {n}"))
        again = await report(room, client)
        assert "custody-rule" not in again["report"]
        assert again["items_processed"] == 1
    assert "1 already reported to you" in again["report"]


async def test_inflows_and_outflows_are_both_told(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(
        item("Bitcoin ETF inflows $200M on Friday", "https://a.example/in", "A"),
        item("Bitcoin ETF outflows $200M on Friday", "https://b.example/out", "B"),
    )
    told = (await report(room, client))["report"]
    assert "2 items · 2 stories · 2 new for you" in told
    assert "https://a.example/in" in told
    assert "https://b.example/out" in told


async def test_a_follow_up_comes_as_an_update_without_the_old_link(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("Exchange Aldebit halts withdrawals after theft of $40 million", "https://a.example/1", "A"))
    await report(room, client)
    room.pass_time(minutes=30)
    await room.say(item("Exchange Aldebit halts withdrawals after theft of $55 million", "https://b.example/2", "B"))
    told = (await report(room, client))["report"]
    assert "https://b.example/2" in told
    assert "https://a.example/1" not in told


async def test_users_are_told_apart_by_their_ids_and_by_who_asks_for_them(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    assert "https://a.example/1" in (await report(room, client, "me"))["report"]
    assert "https://a.example/1" not in (await report(room, client, " me "))["report"]
    assert "https://a.example/1" in (await report(room, client, "Me"))["report"]
    other = await room.core.create_api_key("other")
    async with room.client(key=other.text) as theirs:
        assert "https://a.example/1" in (await report(room, theirs, "me"))["report"]


async def test_two_users_at_once_and_one_user_twice(room: Any, client: httpx.AsyncClient) -> None:
    """Users do not wait for each other; a user's second job waits for the first, and sees what it told."""
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    made = [
        (await client.post("/analyze", json={"hours": 1, "user_id": user})).json() for user in ("ann", "ann", "ben")
    ]
    claims = [await room.claim(), await room.claim()]
    assert await room.core.claim_job("a worker") is None
    states = [(await client.get(each["status_url"])).json()["status"] for each in made]
    assert states == ["running", "queued", "running"]
    await asyncio.gather(*(room.core.run_job(claim) for claim in claims))
    await room.unit_of_work()
    told = [(await client.get(each["result_url"])).json()["report"] for each in made]
    assert ["https://a.example/1" in each for each in told] == [True, False, True]


async def test_what_arrives_while_a_job_runs_belongs_to_the_next(room: Any, client: httpx.AsyncClient) -> None:
    created = (await client.post("/analyze", json={"hours": 1, "user_id": "me"})).json()
    claim = await room.claim()
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    await room.core.run_job(claim)
    assert (await client.get(created["result_url"])).json()["items_processed"] == 0
    room.pass_time(minutes=59)
    assert "https://a.example/1" in (await report(room, client, hours=1))["report"]


async def test_a_failed_job_tells_nothing_and_the_next_one_everything(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    created = (await client.post("/analyze", json={"hours": 1, "user_id": "me"})).json()
    # Rules that cannot be worked with stand for a mistake of ours that shows in the middle of a job.
    broken = {Kind.DIGEST: evolve(room.core.run_job.tasks[Kind.DIGEST], rules=None)}
    claim = await room.claim()
    with pytest.raises(AttributeError):
        await evolve(room.core.run_job, tasks=broken)(claim)
    failed = (await client.get(created["result_url"])).json()
    assert (failed["status"], failed["report"], failed["success"]) == ("failed", "", False)
    assert "NoneType" not in failed["error"]
    assert (await client.get(created["status_url"])).json()["result_available"] is True
    assert "https://a.example/1" in (await report(room, client))["report"]


async def test_a_runner_that_was_taken_over_brings_nothing_about(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    created = (await client.post("/analyze", json={"hours": 1, "user_id": "me"})).json()
    slow = await room.claim()
    room.pass_time(seconds=11)
    quick = await room.core.claim_job("another worker")
    before = (await client.get(created["status_url"])).json()
    await room.core.run_job(slow)
    assert (await client.get(created["status_url"])).json() == before
    await room.core.run_job(quick)
    assert "https://a.example/1" in (await client.get(created["result_url"])).json()["report"]


async def test_law_21_looking_changes_nothing(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("Regulator clears custody rule for banks", "https://a.example/1"))
    created = (await client.post("/analyze", json={"hours": 1, "user_id": "me"})).json()
    for _ in range(2):
        before = await room.dump()
        for tail in ("", "/result", "/items"):
            for _ in range(2):
                assert (await client.get(created["status_url"] + tail)).status_code == 200
        assert await room.dump() == before
        await room.unit_of_work()


async def test_every_item_is_accounted_for_with_a_reason(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(
        item("Regulator clears custody rule for banks", "https://a.example/1", "A"),
        item("Custody rule for banks cleared by regulator", "https://b.example/1", "B"),
    )
    await report(room, client)
    room.pass_time(minutes=5)
    await room.say(item("Miners sell holdings as hash price falls", "https://a.example/2", "A"))
    answer = await report(room, client)
    items = (await client.get(f"/analyze/{answer['job_id']}/items")).json()["items"]
    assert len(items) == answer["items_processed"] == 3
    assert [each["reason"] for each in items] == ["already_told", "already_told", "reported"]
    assert items[2]["published_at"] == "2026-03-28T12:05:00+00:00"


async def test_late_arrivals_are_told_and_what_is_too_old_is_counted(room: Any, client: httpx.AsyncClient) -> None:
    old = room.time - timedelta(hours=20)
    await room.say(
        item("Regulator clears custody rule for banks", "https://a.example/1", published_at=old),
        item("Miners sell holdings as hash price falls", "https://a.example/2", published_at=old - timedelta(days=3)),
    )
    answer = await report(room, client, hours=1)
    assert "https://a.example/1" in answer["report"]
    assert "1 item arrived too late to report" in answer["report"]
    items = (await client.get(f"/analyze/{answer['job_id']}/items")).json()["items"]
    assert [(each["url"], each["reason"]) for each in items] == [
        ("https://a.example/2", "too_old"),
        ("https://a.example/1", "reported"),
    ]
    assert answer["items_processed"] == 1


async def test_a_source_that_fails_shows_in_the_report(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(
        item("Regulator clears custody rule for banks", "https://a.example/1", "A"),
        health=FetchState(failures=2, last_success=room.time - timedelta(hours=1), last_error="it answered 500"),
    )
    assert 'Sources: 0 of 1 reachable; "A" not updated since 11:00 UTC.' in (await report(room, client))["report"]


async def test_untrusted_titles_are_text(room: Any, client: httpx.AsyncClient) -> None:
    await room.say(item("[Win](javascript:alert(1)) <script>x</script> **now**", "https://a.example/1"))
    told = (await report(room, client))["report"]
    assert "<script" not in told
    assert "\\[Win\\](javascript:alert(1)) \\*\\*now\\*\\*" in told
