"""News from files: saved feeds and JSON lines."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from tradecore.engines.digest.identity import plausible_time, separate_shared_ids
from tradecore.engines.digest.text import plain_text
from tradecore.model.news import FetchState, RawItem
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.feeds import Feed, read_feed
from tradecore_adapters.news.hostile import FeedRefused
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success

BYTES_LIMIT = 64 * 1024 * 1024


def read_lines(content: bytes, *, source: str) -> Feed:
    """Items from JSON lines: objects with `title`, and optionally `summary`, `url`, `guid`, `published_at` (ISO 8601).

    A time without an offset is UTC; years before 1990 or after 2200 count as unknown. Empty lines and unusable ones are
    left out; `complaint` names the first unusable one. Raises FeedRefused when no line can be used.
    """
    items: list[RawItem] = []
    complaint: str | None = None
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            items.append(_raw(json.loads(line), source))
        except (ValueError, RecursionError) as error:
            complaint = complaint or f"line {number} is left out: {error}"
    if complaint and not items:
        raise FeedRefused(complaint)
    return Feed(items=separate_shared_ids(items), complaint=complaint)


class NewsFile:
    """A file that is read again when its content has changed."""

    def __init__(self, name: str, path: Path, *, policy: FetchPolicy | None = None) -> None:
        """`path` is read as JSON lines if it ends in `.jsonl` or `.ndjson`, else as an RSS or Atom feed."""
        self._name = name
        self._path = path
        self._fetch_policy = policy or FetchPolicy()

    @property
    def name(self) -> str:
        """The name that reports show for it."""
        return self._name

    @property
    def url(self) -> str | None:
        """None, because a file has no address to link to."""
        return None

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """Read the file when it is due; see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        try:
            content = await asyncio.to_thread(_content, self._path)
            read = await asyncio.to_thread(self._reader(), content)
        except OSError as error:
            reason = f"the file {self._path.name!r} cannot be read: {error.strerror or type(error).__name__}"
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self._fetch_policy, reason, 0.0))
        except FeedRefused as error:
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self._fetch_policy, str(error), 0.0))
        tag = hashlib.sha256(content).hexdigest()
        done = after_success(state, now, self._fetch_policy, {}, None, 0.0)
        if tag == state.entity_tag:
            return FetchResult(FetchStatus.UNCHANGED, (), evolve(done, warning=read.complaint))
        newest = max((item.published_at for item in read.items if item.published_at), default=None)
        fresh = evolve(done, entity_tag=tag, newest_item_at=newest, warning=read.complaint)
        return FetchResult(FetchStatus.FRESH, read.items, fresh)

    def _reader(self) -> Callable[[bytes], Feed]:
        if self._path.suffix.lower() in (".jsonl", ".ndjson"):
            return lambda content: read_lines(content, source=self._name)
        return lambda content: read_feed(content, source=self._name)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(BYTES_LIMIT + 1)
    if len(content) > BYTES_LIMIT:
        raise FeedRefused(f"the file {path.name!r} is larger than {BYTES_LIMIT} bytes; split it")
    return content


def _raw(entry: Any, source: str) -> RawItem:
    if not isinstance(entry, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - a broken line is a value of the wrong content
    title, summary = plain_text(_text(entry, "title")), plain_text(_text(entry, "summary"))
    if not title and not summary:
        raise ValueError("it has neither a title nor a summary")
    written = _text(entry, "published_at")
    moment = plausible_time(datetime.fromisoformat(written)) if written else None
    if moment is not None:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return RawItem(
        source=source,
        title=title,
        summary=summary,
        url=_text(entry, "url") or None,
        guid=_text(entry, "guid") or None,
        published_at=moment,
    )


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"its {key!r} is not a text")  # noqa: TRY004 - as above
    return value
