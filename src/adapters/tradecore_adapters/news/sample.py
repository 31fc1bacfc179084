"""The sample of the package: well-known events of 2024 and 2025, in words of its own and without links."""

from datetime import datetime
from importlib.resources import files

from attrs import evolve

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.news import FetchState, NewsItem
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.files import read_lines
from tradecore_adapters.news.schedule import FetchPolicy, after_success

SAMPLE = "tradecore sample"
"""The name of the sample as a source."""


class SampleNews:
    """The sample as a source. It never changes; its items are dated by their events."""

    def __init__(self, *, policy: FetchPolicy | None = None) -> None:
        self._fetch_policy = policy or FetchPolicy()

    @property
    def name(self) -> str:
        """Always `tradecore sample`."""
        return SAMPLE

    @property
    def url(self) -> str | None:
        """None, because the sample is part of the package."""
        return None

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """All items at the first fetch, none later; see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        done = after_success(state, now, self._fetch_policy, {}, None, 0.0)
        if state.entity_tag is not None:
            return FetchResult(FetchStatus.UNCHANGED, (), done)
        lines = read_lines(_content(), source=SAMPLE)
        # An installation may show a day that the sample goes beyond.
        newest = max((at for item in lines.items if (at := item.published_at) and at <= now), default=None)
        return FetchResult(FetchStatus.FRESH, lines.items, evolve(done, entity_tag="1", newest_item_at=newest))


def sample_items() -> tuple[NewsItem, ...]:
    """The items of the sample with their stories, each first seen when it was published."""
    raw = read_lines(_content(), source=SAMPLE).items
    return assign_stories([identify(item, item.published_at) for item in raw if item.published_at], ())


def _content() -> bytes:
    return files("tradecore_adapters.news").joinpath("sample.jsonl").read_bytes()
