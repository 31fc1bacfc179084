"""The contract of news sources over every row that is installed, and the archive without look-ahead."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opening import open_adapter
from tradecore.model.news import FetchState
from tradecore.ports.news import FetchStatus, NewsArchive, NewsSource
from tradecore.testing import NewsSourceSuite
from tradecore_adapters.news.archive import MemoryNewsArchive
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.files import NewsFile, read_lines
from tradecore_adapters.news.sample import SAMPLE, sample_items
from tradecore_app.registry import rows

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
LINES = [
    {"title": "Kraken lists token", "url": "https://a.example/1", "published_at": "2026-03-28T13:00:00+01:00"},
    {"title": "A <b>second</b>", "summary": "text", "guid": "2", "published_at": "2026-03-28T11:00:00"},
]
RSS = b"<rss version='2.0'><channel><item><title>t</title><guid>g</guid></item></channel></rss>"


def write_lines(folder: Path) -> Path:
    path = folder / "news.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES) + "\n\n", "utf-8")
    return path


def write_feed(folder: Path) -> Path:
    path = folder / "news.xml"
    path.write_bytes(RSS)
    return path


# How our own rows are opened. A row without an entry is opened as `row:`.
SETTINGS: dict[str, list[Callable[[Path], str]]] = {
    "file": [lambda folder: f"file:{write_lines(folder)}", lambda folder: f"file:{write_feed(folder)}"],
}
# What is asked by symbol needs a server; see test_symbol_news.py.
BY_SYMBOL = {"sec", "alpaca", "stocktwits", "reddit", "feed"}
CASES = [(row, setting) for row in rows("news") if row not in BY_SYMBOL for setting in SETTINGS.get(row, [None])]


class TestSources(NewsSourceSuite):
    @pytest.fixture(params=CASES, ids=lambda case: case[0])
    async def news_source(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[NewsSource]:
        row, setting = request.param
        async with open_adapter("news", setting(tmp_path) if setting else f"{row}:", data=tmp_path) as opened:
            yield opened

    @pytest.fixture
    async def failing_source(self, tmp_path: Path) -> AsyncIterator[NewsSource]:
        async with open_adapter("news", f"file:{tmp_path / 'gone.xml'}", data=tmp_path) as opened:
            yield opened


async def test_lines_are_read_with_their_times(tmp_path: Path) -> None:
    told = await NewsFile("lines", write_lines(tmp_path)).fetch(FetchState(), NOON)
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
    read = read_lines(b'{"title": "a"}\nnonsense\n{"title": []}\n', source="A")
    assert [item.title for item in read.items] == ["a"]
    assert (read.complaint or "").startswith("line 2 is left out")
    assert ", and 1 more; 1 of 1 entries has no readable date" in (read.complaint or "")
    for content in (b"[]", b'{"url": "https://a.example/"}', b"[" * 10_000):
        with pytest.raises(FeedRefused, match="line 1"):
            read_lines(content, source="A")


def test_lines_with_dates_of_any_spelling_are_kept() -> None:
    lines = b'{"title": 5, "published_at": "28. M\xc3\xa4rz 2026, 12:00 Uhr"}\n{"title": "b", "published_at": "soon"}'
    read = read_lines(lines, source="A")
    assert [(item.title, item.published_at) for item in read.items] == [("5", NOON), ("b", None)]
    assert read.complaint == "1 of 2 entries has no readable date, for example 'soon'; it counts from when it is seen"


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


@pytest.mark.parametrize("day", [datetime(2024, 10, 10, 23, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)])
async def test_the_newest_item_of_the_sample_is_not_of_the_future(tmp_path: Path, day: datetime) -> None:
    async with open_adapter("news", "sample:", data=tmp_path) as sample:
        state = (await sample.fetch(FetchState(), day)).state
    published = [item.published_at for item in sample_items() if item.published_at and item.published_at <= day]
    assert state.newest_item_at == max(published, default=None)
