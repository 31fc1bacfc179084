"""News from files: saved feeds and JSON lines."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from tradecore.engines.digest.identity import separate_shared_ids
from tradecore.engines.digest.text import plain_text
from tradecore.model.news import FetchState, RawItem
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.dates import read_dates, undated
from tradecore_adapters.news.documents import read_document
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import GUID_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, Feed
from tradecore_adapters.news.json_fields import text_at
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success

BYTES_LIMIT = 64 * 1024 * 1024
_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".rdf", ".json", ".jsonl", ".ndjson"})
_COMPLAINTS = 5


def read_lines(content: bytes, *, source: str) -> Feed:
    """Items from JSON lines: objects with `title`, and optionally `summary`, `url`, `guid`, `published_at`.

    Times are read as those of feeds. Empty lines and unusable ones are left out; `complaint` names the first unusable
    one. Raises FeedRefused when no line can be used.
    """
    entries: list[dict[str, Any]] = []
    unusable: list[str] = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(json.loads(line)))
        except (json.JSONDecodeError, RecursionError):
            unusable.append(f"line {number} is left out: it is not JSON")
        except ValueError as error:
            unusable.append(f"line {number} is left out: {error}")
    if unusable and not entries:
        raise FeedRefused(unusable[0])
    written = [text_at(entry, "published_at") for entry in entries]
    dates = read_dates(written)
    items = [_item(entry, source, at) for entry, at in zip(entries, dates, strict=True)]
    more = f", and {len(unusable) - 1} more" if len(unusable) > 1 else ""
    complaints = [f"{unusable[0]}{more}" if unusable else None, undated(dates, written)]
    return Feed(items=separate_shared_ids(items), complaint="; ".join(filter(None, complaints)) or None)


class NewsFile:
    """A file, or a folder of files, that is read again when its content has changed."""

    def __init__(self, name: str, path: Path, *, url: str | None = None, policy: FetchPolicy | None = None) -> None:
        """`path` is JSON lines if it ends in `.jsonl` or `.ndjson`, a folder of feeds, else a feed in any format.

        `url` is the address that it was subscribed to by, None for a file of the settings.
        """
        self._name = name
        self._path = path
        self._url = url
        self._fetch_policy = policy or FetchPolicy()

    @property
    def name(self) -> str:
        """The name that reports show for it."""
        return self._name

    @property
    def url(self) -> str | None:
        """The address that it was subscribed to by, None for a file of the settings."""
        return self._url

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """Read the file when it is due; see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        try:
            contents = await asyncio.to_thread(_contents, self._path)
            tag = _tag(contents)
            done = after_success(state, now, self._fetch_policy, {}, None, 0.0)
            if tag == state.entity_tag:
                return FetchResult(FetchStatus.UNCHANGED, (), done)
            feed = await asyncio.to_thread(read_files, contents, source=self._name)
        except OSError as error:
            reason = f"the file {self._path.name!r} cannot be read: {error.strerror or type(error).__name__}"
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self._fetch_policy, reason, 0.0))
        except FeedRefused as error:
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self._fetch_policy, str(error), 0.0))
        newest = max((item.published_at for item in feed.items if item.published_at), default=None)
        fresh = evolve(done, entity_tag=tag, newest_item_at=newest, warning=feed.complaint)
        return FetchResult(FetchStatus.FRESH, feed.items, fresh)


def discover_files(path: Path) -> Feed:
    """What is in a file or folder, read once. Raises FeedRefused, and OSError where it cannot be read."""
    return read_files(_contents(path), source="")


def read_files(contents: Mapping[str, bytes], *, source: str) -> Feed:
    """The entries of files by their names: JSON lines, or a feed in any format.

    Of several files, those that cannot be used are left out and named in `complaint`. Raises FeedRefused when none can.
    """
    feeds: list[Feed] = []
    complaints: list[str] = []
    for name, content in contents.items():
        try:
            feed = _read_file(name, content, source)
        except FeedRefused as error:
            if len(contents) == 1:
                raise
            complaints.append(f"{name}: {error}")
            continue
        feeds.append(feed)
        complaints += [feed.complaint if len(contents) == 1 else f"{name}: {feed.complaint}"] if feed.complaint else []
    if not feeds:
        raise FeedRefused(complaints[0] if complaints else "the folder has no file of news")
    if len(contents) == 1:
        return feeds[0]
    return Feed(
        items=separate_shared_ids([item for feed in feeds for item in feed.items]),
        complaint="; ".join(complaints[:_COMPLAINTS]) or None,
        format=f"{len(feeds)} files",
    )


def _read_file(name: str, content: bytes, source: str) -> Feed:
    if name.lower().endswith((".jsonl", ".ndjson")):
        return evolve(read_lines(content, source=source), format="JSON lines")
    return read_document(content, source=source)


def _contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of the files of a folder, by name. Raises FeedRefused beyond `BYTES_LIMIT` in all."""
    if path.is_dir():
        paths = sorted(each for each in path.iterdir() if each.suffix.lower() in _SUFFIXES and each.is_file())
    else:
        paths = [path]
    contents: dict[str, bytes] = {}
    left = BYTES_LIMIT
    for each in paths:
        with each.open("rb") as file:
            contents[each.name] = file.read(left + 1)
        left -= len(contents[each.name])
        if left < 0:
            raise FeedRefused(f"{path.name!r} is larger than {BYTES_LIMIT} bytes; split it")
    return contents


def _tag(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{len(name)} {name} {len(content)} ".encode("utf-8", "replace"))
        digest.update(content)
    return digest.hexdigest()


def _entry(value: Any) -> dict[str, Any]:
    """An object with a title or a summary. Raises ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - a broken line is a value of the wrong content
    if not plain_text(text_at(value, "title")) and not plain_text(text_at(value, "summary")):
        raise ValueError("it has neither a title nor a summary")
    return value


def _item(entry: dict[str, Any], source: str, published_at: datetime | None) -> RawItem:
    return RawItem(
        source=source,
        title=plain_text(text_at(entry, "title"))[:TITLE_LIMIT],
        summary=plain_text(text_at(entry, "summary"))[:SUMMARY_LIMIT],
        url=text_at(entry, "url") or None,
        guid=text_at(entry, "guid")[:GUID_LIMIT] or None,
        published_at=published_at,
    )
