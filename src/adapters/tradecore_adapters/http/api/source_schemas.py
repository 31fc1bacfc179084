"""The response schemas of news sources."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from msgspec import UNSET, Struct, UnsetType

from tradecore.engines.digest.identity import shown_title
from tradecore.model.news import RawItem
from tradecore.model.subscriptions import FeedSubscription, FieldMapping
from tradecore.ports.news import Discovery
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.responses import utc

_SAMPLES, _TITLE_LENGTH = 5, 500

Health = Literal["well", "failing", "unread"]


class SourceData(Struct, rename="camel"):
    """A news source and how it is doing.

    `problem` says why it fails, or what its publisher should mend and whether nothing was new for 30 days. One without
    `url` is defined by the installation.
    """

    id: str
    name: str
    health: Health
    failures: int
    added_at: Timestamp
    url: str | UnsetType = UNSET
    problem: str | UnsetType = UNSET
    last_read_at: Timestamp | UnsetType = UNSET
    newest_item_at: Timestamp | UnsetType = UNSET
    next_read_at: Timestamp | UnsetType = UNSET


class SourcesData(Struct, rename="camel"):
    """A page of sources, by name."""

    sources: list[SourceData]
    pagination: PaginationData


class MappingData(Struct, rename="camel"):
    """Where JSON of its own kind holds its entries and their fields."""

    entries: str
    title: str
    summary: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    guid: str | UnsetType = UNSET
    published_at: str | UnsetType = UNSET


class SampleData(Struct, rename="camel"):
    """An entry of a source, as it was read."""

    title: str
    url: str | UnsetType = UNSET
    published_at: Timestamp | UnsetType = UNSET


class DiscoveryData(Struct, rename="camel"):
    """What was found at the address: the kind of document, its entries, and some of the newest."""

    format: str
    title: str
    entries: int
    dated: int
    samples: list[SampleData]
    newest_item_at: Timestamp | UnsetType = UNSET
    warning: str | UnsetType = UNSET
    mapping: MappingData | UnsetType = UNSET


class AddedSourceData(Struct, rename="camel"):
    """A new source, and what was found when it was read once."""

    source: SourceData
    found: DiscoveryData


def shown_source(source: FeedSubscription, now: datetime, *, whole_address: bool) -> SourceData:
    """A source at `now` (aware UTC); without `whole_address` its address has no query, which may hold a key."""
    state = source.state
    return SourceData(
        id=source.key,
        name=source.id,
        health="failing" if state.failures else "well" if state.last_success else "unread",
        failures=state.failures,
        added_at=utc(source.added_at),
        url=_address(source.url, whole=whole_address),
        problem=source.problem(now) or UNSET,
        last_read_at=utc(state.last_success) if state.last_success else UNSET,
        newest_item_at=utc(state.newest_item_at) if state.newest_item_at else UNSET,
        next_read_at=utc(state.next_check) if state.next_check else UNSET,
    )


def shown_discovery(found: Discovery) -> DiscoveryData:
    """What an address turned out to be."""
    dated = [item.published_at for item in found.items if item.published_at]
    return DiscoveryData(
        format=found.format,
        title=found.title,
        entries=len(found.items),
        dated=len(dated),
        samples=[_sample(item) for item in found.newest(_SAMPLES)],
        newest_item_at=utc(max(dated)) if dated else UNSET,
        warning=found.warning or UNSET,
        mapping=UNSET if found.mapping is None else _mapping(found.mapping),
    )


def _sample(item: RawItem) -> SampleData:
    return SampleData(
        shown_title(item, _TITLE_LENGTH), item.url or UNSET, utc(item.published_at) if item.published_at else UNSET
    )


def _mapping(mapping: FieldMapping) -> MappingData:
    return MappingData(
        entries=mapping.entries,
        title=mapping.title,
        summary=mapping.summary or UNSET,
        url=mapping.url or UNSET,
        guid=mapping.guid or UNSET,
        published_at=mapping.published_at or UNSET,
    )


def _address(url: str | None, *, whole: bool) -> str | UnsetType:
    if url is None:
        return UNSET
    return url if whole else urlunsplit(urlsplit(url)._replace(query="", fragment=""))
