"""What every source promises, files and the sample included; and the archive's promise not to know the future."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tradecore.model.news import FetchState
from tradecore.ports.news import FetchStatus, NewsArchive, NewsSource
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.news.feeds import FeedRefused
from tradecore_adapters.news.files import NewsFile, read_lines
from tradecore_adapters.news.sample import SAMPLE, SampleNews, sample_items

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
LINES = [
    {"title": "Kraken lists token", "url": "https://a.example/1", "published_at": "2026-03-28T13:00:00+01:00"},
    {"title": "A <b>second</b>", "summary": "text", "guid": "2", "published_at": "2026-03-28T11:00:00"},
]
RSS = b"<rss version='2.0'><channel><item><title>t</title><guid>g</guid></item></channel></rss>"


def lines_file(folder: Path) -> NewsSource:
    path = folder / "news.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES) + "\n\n", "utf-8")
    return NewsFile("lines", path)


def feed_file(folder: Path) -> NewsSource:
    path = folder / "news.xml"
    path.write_bytes(RSS)
    return NewsFile("feed", path)


def sample(_: Path) -> NewsSource:
    return SampleNews()


SOURCES = pytest.mark.parametrize("make", [lines_file, feed_file, sample])


@SOURCES
async def test_a_visit_brings_news_and_a_second_one_nothing_new(
    make: Callable[[Path], NewsSource], tmp_path: Path
) -> None:
    source = make(tmp_path)
    first = await source.fetch(FetchState(failures=3, last_error="x"), NOON)
    assert first.status is FetchStatus.FRESH
    assert {item.source for item in first.items} == {source.name}
    assert all(item.published_at is None or item.published_at.tzinfo is not None for item in first.items)
    assert (first.state.failures, first.state.last_success, first.state.last_error) == (0, NOON, None)
    early = await source.fetch(first.state, NOON + timedelta(minutes=1))
    assert (early.status, early.state) == (FetchStatus.NOT_DUE, first.state)
    again = await source.fetch(first.state, NOON + timedelta(days=1))
    assert (again.status, again.items) == (FetchStatus.UNCHANGED, ())
    assert again.state.last_success == NOON + timedelta(days=1)
    assert (await source.fetch(FetchState(), NOON)).items == first.items


async def test_lines_are_read_with_their_times(tmp_path: Path) -> None:
    told = await lines_file(tmp_path).fetch(FetchState(), NOON)
    assert [(i.title, i.url, i.guid, i.published_at) for i in told.items] == [
        ("Kraken lists token", "https://a.example/1", None, NOON),
        ("A second", None, "2", NOON - timedelta(hours=1)),
    ]
    assert told.state.newest_item_at == NOON


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "1970-01-01"])
def test_a_line_with_an_impossible_time_has_none(time: str) -> None:
    [item] = read_lines(b'{"title": "a", "published_at": "%s"}' % time.encode(), source="A").items
    assert item.published_at is None


def test_a_line_that_cannot_be_used_is_left_out_and_named() -> None:
    read = read_lines(b'{"title": "a"}\nnonsense\n{"title": 5}\n', source="A")
    assert [item.title for item in read.items] == ["a"]
    assert (read.complaint or "").startswith("line 2 is left out")
    for content in (b"[]", b'{"url": "https://a.example/"}', b'{"title": "a", "published_at": "soon"}', b"[" * 10_000):
        with pytest.raises(FeedRefused, match="line 1"):
            read_lines(content, source="A")


async def test_a_file_that_is_away_or_broken_is_a_failure_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "gone.xml"
    source = NewsFile("A", path)
    away = await source.fetch(FetchState(), NOON)
    assert (away.status, away.state.failures) == (FetchStatus.FAILED, 1)
    assert "gone.xml" in (away.state.last_error or "")
    path.write_bytes(b"<html/>")
    assert (await source.fetch(away.state, NOON, force=True)).status is FetchStatus.FAILED
    path.write_bytes(RSS)
    assert (await source.fetch(away.state, NOON, force=True)).status is FetchStatus.FRESH


def test_the_sample_is_labelled_dated_and_without_links() -> None:
    items = sample_items()
    assert len(items) >= 30
    assert {item.source for item in items} == {SAMPLE} == {"tradecore sample"}
    assert all(item.url is None and item.story_id and item.published_at.year in (2024, 2025) for item in items)
    assert len({item.id for item in items}) == len(items)


async def test_an_analysis_of_october_2024_finds_sample_news_and_none_from_its_future() -> None:
    archive: NewsArchive = MemoryNewsArchive(sample_items())
    as_of = datetime(2024, 10, 10, 23, 59, tzinfo=UTC)
    for term, least in (("NVDA", 3), ("AAPL", 1), ("BTC-USD", 1)):
        found = await archive.between([term], as_of - timedelta(days=35), as_of)
        assert len(found) >= least
        assert all(item.published_at <= as_of for item in found)
        assert list(found) == sorted(found, key=lambda item: (item.published_at, item.id))
    assert await archive.between(["NVDA"], as_of, as_of - timedelta(days=1)) == ()
    assert len(await archive.between(["NVDA"], as_of - timedelta(days=400), as_of, limit=2)) == 2
