"""Feeds as they are in the wild: the two thousand that feedparser tests itself with, read by our reader."""

import ast
import re
import sys
import tarfile
from datetime import UTC
from pathlib import Path

import pytest

from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import read_feed

# `make test` puts feedparser's source there; the wheel does not hold its tests.
SOURCE = Path(sys.prefix) / "feedparser-source"
# What a case says is expected of an entry's title, where it says so in plain words.
TITLE = re.compile(r"entries\[(\d+)\]\[['\"]title['\"]\] == (u?(?:'[^'\\<&]*'|\"[^\"\\<&]*\"))\s*$")


def cases() -> dict[str, bytes]:
    [archive] = SOURCE.glob("feedparser-*.tar.gz")
    with tarfile.open(archive) as packed:
        return {
            member.name: packed.extractfile(member).read()  # type: ignore[union-attr]  # xml files are files
            for member in packed.getmembers()
            if member.isfile() and "/tests/" in member.name and member.name.endswith(".xml")
        }


@pytest.fixture(scope="module")
def corpus() -> dict[str, bytes]:
    return cases()


def test_every_feed_is_read_or_refused_and_nothing_else_happens(corpus: dict[str, bytes]) -> None:
    read = refused = 0
    for name, content in corpus.items():
        try:
            feed = read_feed(content, source="corpus", url="https://example.com/feed")
        except FeedRefused:
            refused += 1
            continue
        read += 1
        for item in feed.items:
            assert item.source == "corpus", name
            assert item.published_at is None or item.published_at.tzinfo is UTC, name
            assert not re.search(
                r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", item.title + item.summary
            ), name
    assert read + refused == len(corpus) > 2000
    assert refused < len(corpus) // 10


def test_titles_are_what_the_corpus_expects(corpus: dict[str, bytes]) -> None:
    checked, wrong = 0, []
    for name, content in corpus.items():
        if "/wellformed/" not in name:
            continue
        said = re.search(rb"Expect:(.*)", content)
        expected = TITLE.search(said[1].decode("utf-8", "replace")) if said else None
        if expected is None:
            continue
        title = " ".join(str(ast.literal_eval(expected[2])).split())
        try:
            items = read_feed(content, source="corpus", url="https://example.com/feed").items
        except FeedRefused:
            continue
        checked += 1
        if title and title not in [item.title for item in items]:
            wrong.append((name, title, [item.title for item in items]))
    assert checked > 25
    assert not wrong
