"""Sources that misbehave, through the whole stack: visited, stored, digested, and shown for what they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore.model.users import Caller
from tradecore.ports.news import FetchStatus
from tradecore_adapters import ambient
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings

KEY = Caller(UserId("key:1"))


def rss(*titles: str) -> bytes:
    at = format_datetime(ambient.now() - timedelta(minutes=5))
    items = "".join(
        f"<item><title>{title}</title><link>https://news.example/{title.split()[0].lower()}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>{title[:9]}</guid><pubDate>{at}</pubDate></item>"
        for title in titles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


@asynccontextmanager
async def opened(folder: Path, *urls: str) -> AsyncIterator[Assembled]:
    settings = read_settings(data=folder, store="memory:", news="none:", news_private=("127.0.0.0/8",))
    async with assemble(settings) as assembled:
        for n, url in enumerate(urls):
            await assembled.core.add_source(url, f"Source {n}")
        yield assembled


async def report(assembled: Assembled) -> str:
    core = assembled.core
    ticket = await core.launch_digest(DigestBrief(user_id=UserId("me"), hours=1), by=KEY)
    while claim := await core.claim_job("a worker"):
        await core.run_job(claim)
    _, made = await core.get_digest_result(ticket.digest, by=KEY)
    assert made
    return made.markdown


async def test_a_feed_that_did_not_change_is_asked_politely_and_told_once(feeds: Any, tmp_path: Path) -> None:
    feeds.answer(body=rss("Regulator clears custody rule for banks"), ETag='"one"')
    feeds.answer("304 Not Modified", ETag='"one"')
    async with opened(tmp_path, feeds.url()) as assembled:
        [visit] = await assembled.core.gather_news()
        assert (visit.status, visit.added) == (FetchStatus.FRESH, 1)
        assert "https://news.example/regulator" in await report(assembled)
        assert await assembled.core.gather_news() == ()  # not due
        [visit] = await assembled.core.gather_news(force=True)
        assert (visit.status, visit.added) == (FetchStatus.UNCHANGED, 0)
        assert 'If-None-Match: "one"'.lower() in feeds.requests[1].lower()
        assert "user-agent: tradecore/" in feeds.requests[0].lower()
        told = await report(assembled)
        assert "https://news.example/regulator" not in told
        assert "Sources: 1 of 1 reachable." in told


async def test_a_feed_that_changes_its_mind_is_revised_and_not_told_again(feeds: Any, tmp_path: Path) -> None:
    feeds.answer(body=rss("Regulator clears custody rule for banks"))
    feeds.answer(body=rss("Regulator clears custody rule for banks and brokers", "Miners sell their holdings"))
    async with opened(tmp_path, feeds.url()) as assembled:
        await assembled.core.gather_news()
        await report(assembled)
        [visit] = await assembled.core.gather_news(force=True)
        assert visit.added == 1
        told = await report(assembled)
        assert "https://news.example/miners" in told
        assert "https://news.example/regulator" not in told


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<rss>")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


@pytest.mark.parametrize(
    ("reply", "said", "wait"),
    [
        (b"HTTP/1.1 429 Slow Down\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n", "status 429", 7200),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", "status 500", 900),
        (endless, "larger than", 900),
        (b"HTTP/1.1 302 Over There\r\nLocation: http://10.0.0.1/feed\r\nContent-Length: 0\r\n\r\n", "private", 900),
    ],
    ids=["429", "500", "endless", "redirect"],
)
async def test_a_source_that_fails_shows_in_the_report_and_in_its_health(
    feeds: Any, tmp_path: Path, reply: Any, said: str, wait: int
) -> None:
    feeds.answer(body=rss("Regulator clears custody rule for banks"))
    feeds.replies.append(reply)
    async with opened(tmp_path, feeds.url()) as assembled:
        await assembled.core.gather_news()
        [visit] = await assembled.core.gather_news(force=True)
        assert visit.status is FetchStatus.FAILED
        [source] = await assembled.core.list_sources()
        assert source.state.failures == 1
        assert said in (source.state.last_error or "")
        assert source.state.next_check
        assert source.state.next_check >= ambient.now() + timedelta(seconds=wait - 60)
        told = await report(assembled)
        assert "https://news.example/regulator" in told
        assert 'Sources: 0 of 1 reachable; "Source 0" not updated since ' in told


async def test_one_source_that_hangs_does_not_keep_the_others_away(feeds: Any, tmp_path: Path) -> None:
    feeds.answer(body=rss("Regulator clears custody rule for banks"))
    async with AsyncExitStack() as stack:
        # Nobody listens there.
        assembled = await stack.enter_async_context(opened(tmp_path, "http://127.0.0.1:9/feed", feeds.url()))
        visits = await assembled.core.gather_news()
        assert [visit.status for visit in visits] == [FetchStatus.FAILED, FetchStatus.FRESH]
        told = await report(assembled)
        assert "https://news.example/regulator" in told
        assert 'Sources: 1 of 2 reachable; "Source 0" never read yet.' in told
