"""The sample that ships with the package: well-known events of 2024 and 2025 in our own words, without links."""

from datetime import datetime
from importlib.resources import files

from attrs import evolve

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.news import FetchState, NewsItem
from tradecore.ports.news import Fetched, Outcome
from tradecore_adapters.news.files import read_lines
from tradecore_adapters.news.schedule import Manners, after_success

SAMPLE = "tradecore sample"
"""The name of the source, in every place where a source is named."""


class SampleNews:
    """The sample as a source. It never changes, and its dates are those of the events."""

    def __init__(self, *, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()

    @property
    def name(self) -> str:
        """Always `tradecore sample`."""
        return SAMPLE

    @property
    def url(self) -> str | None:
        """None: the sample is part of the package."""
        return None

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> Fetched:
        """All items at the first visit, none after: see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return Fetched(Outcome.NOT_DUE, (), state)
        done = after_success(state, now, self._manners, {}, None, 0.0)
        if state.entity_tag is not None:
            return Fetched(Outcome.UNCHANGED, (), done)
        lines = read_lines(_content(), source=SAMPLE)
        newest = max(item.published_at for item in lines.items if item.published_at)
        return Fetched(Outcome.FRESH, lines.items, evolve(done, entity_tag="1", newest_item_at=newest))


def sample_items() -> tuple[NewsItem, ...]:
    """The sample as stored items, each first seen when it was published."""
    raw = read_lines(_content(), source=SAMPLE).items
    return assign_stories([identify(item, item.published_at) for item in raw if item.published_at], ())


def _content() -> bytes:
    return files("tradecore_adapters.news").joinpath("sample.jsonl").read_bytes()
