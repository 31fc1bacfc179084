"""Responses about news: sources, interests, digests and the news API."""

from datetime import datetime
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class Digest(msgspec.Struct, frozen=True, rename="camel"):
    """A news digest for the reader `user_id`; `report` is its Markdown, where a single digest is read and completed."""

    id: str
    user_id: str
    hours: int
    status: str
    created_at: datetime
    items_processed: int
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    report: str | None = None


class Digests(msgspec.Struct, frozen=True, rename="camel"):
    """A page of digests, newest first."""

    digests: tuple[Digest, ...]
    pagination: Pagination


class Source(msgspec.Struct, frozen=True, rename="camel"):
    """A news source; `health` is `well`, `failing` or `unread`, and `problem` says what is wrong with it."""

    id: str
    name: str
    health: str
    failures: int
    added_at: datetime
    url: str | None = None
    problem: str | None = None
    last_read_at: datetime | None = None
    newest_item_at: datetime | None = None
    next_read_at: datetime | None = None


class Sources(msgspec.Struct, frozen=True, rename="camel"):
    """A page of news sources, by name."""

    sources: tuple[Source, ...]
    pagination: Pagination


class SourceEntry(msgspec.Struct, frozen=True, rename="camel"):
    """An entry of a source, as it was read."""

    title: str
    url: str | None = None
    published_at: datetime | None = None


class FoundSource(msgspec.Struct, frozen=True, rename="camel"):
    """What was found at an address: how many `entries`, how many `dated`, and some of the newest."""

    format: str
    title: str
    entries: int
    dated: int
    samples: tuple[SourceEntry, ...]
    newest_item_at: datetime | None = None
    warning: str | None = None
    mapping: dict[str, str] | None = None


class AddedSource(msgspec.Struct, frozen=True, rename="camel"):
    """A new source, and what was found when it was read once."""

    source: Source
    found: FoundSource


class Interests(msgspec.Struct, frozen=True, rename="camel"):
    """Which stories the digests of an account hold; empty and None restrict nothing."""

    assets: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    min_score: int = 0
    source_weights: dict[str, int] = {}
    max_stories: int | None = None
    language: str | None = None


DigestState = Literal["queued", "running", "completed", "failed"]


class DigestTicket(msgspec.Struct, frozen=True):
    """A digest that was accepted, of the news of `time_window_hours` hours."""

    job_id: str
    status: DigestState
    time_window_hours: int


class DigestStatus(msgspec.Struct, frozen=True):
    """How a digest stands; `error` says why it has failed."""

    job_id: str
    status: DigestState
    time_window_hours: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    items_processed: int
    error: str | None
    result_available: bool


class DigestReport(msgspec.Struct, frozen=True):
    """The report of a digest; `report` is Markdown, empty unless it is completed."""

    job_id: str
    status: DigestState
    report: str
    items_processed: int
    time_window_hours: int
    error: str | None


class DigestItem(msgspec.Struct, frozen=True):
    """A news item behind a digest, and the reason why it is in the report or not."""

    item_id: str
    story_id: str
    reason: str
    source: str
    title: str
    url: str | None
    published_at: datetime


class DigestItems(msgspec.Struct, frozen=True):
    """Every item that a digest looked at; none unless it is completed."""

    job_id: str
    status: DigestState
    items: tuple[DigestItem, ...]
