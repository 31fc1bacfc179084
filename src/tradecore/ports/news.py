"""The ports of news: sources that publish items, and the archive of stored items as of a date."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from tradecore.model.news import FetchState, NewsItem, RawItem
from tradecore.model.subscriptions import FieldMapping


class FetchStatus(StrEnum):
    """How a fetch ended."""

    FRESH = "fresh"
    """The source was read; its items may be new."""
    UNCHANGED = "unchanged"
    """The source has not changed since the last fetch."""
    NOT_DUE = "not_due"
    """The source was not read, because its next check is later."""
    FAILED = "failed"
    """The source could not be read; the state says why."""


@frozen
class FetchResult:
    """The result of a fetch: items in the order of the source, and the state to pass to the next fetch."""

    status: FetchStatus
    items: tuple[RawItem, ...]
    state: FetchState


class NewsSource(Protocol):
    """A publisher of news that can be fetched repeatedly.

    `fetch` raises nothing because of the outside world. A source that cannot be reached, sends nonsense or exceeds a
    limit gives `FAILED` without items, a sentence in `state.last_error`, one more in `state.failures`, and a later
    `state.next_check`. A failing source is retried forever.

    Before `state.next_check` nothing is read and the result is `NOT_DUE` with the same state, unless `force` is set.
    `FRESH` and `UNCHANGED` reset the failures and set `last_success` to `now`.

    Items carry the name of the source, plain text without markup, and aware UTC times or None. Fetching the same
    content twice gives equal items. A source keeps nothing between fetches outside the state.
    """

    @property
    def name(self) -> str:
        """The name that reports show for it."""
        ...

    @property
    def url(self) -> str | None:
        """The address it is read from; None when it has none."""
        ...

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """Fetch at `now` (aware UTC), with the state that the last fetch returned."""
        ...


@frozen(kw_only=True)
class Discovery:
    """What was found at an address that was read once.

    - `url`: the address of the feed, which may be another one than that of the page that names it.
    - `format`: the kind of document, such as `RSS`, `Atom`, `JSON Feed`, `JSON` or `Telegram channel`.
    - `items`: its entries in their order.
    - `warning`: what its publisher should mend, although it can be read.
    """

    url: str
    format: str
    title: str
    items: tuple[RawItem, ...]
    mapping: FieldMapping | None = None
    warning: str | None = None

    def newest(self, count: int) -> list[RawItem]:
        """The newest entries, at most `count`; those without a date come last, in their order."""
        return sorted(self.items, key=lambda item: -item.published_at.timestamp() if item.published_at else 0.0)[:count]


class DiscoverFeed(Protocol):
    """Reads an address once, and finds the feed that it is or names."""

    async def __call__(self, address: str, mapping: FieldMapping | None = None) -> Discovery:
        """The feed at `address`, or that the page there names. `mapping` says how to read JSON of its own kind.

        Raises Invalid, about `url`, with a sentence that says what is wrong there: no answer, a private address, no
        feed.
        """
        ...


class NewsArchive(Protocol):
    """The stored news for analysts, without look-ahead: nothing later than the analysed date.

    `between` gives the items that mention one of `terms`, whole words only, and were published at or after `start` and
    **at or before `as_of`**. They are ordered by publication, then by id; of more than `limit` the newest are kept.
    A `start` later than `as_of` gives nothing. Each item has its time of first sight, so that a backtest can filter
    by that too.

    A term is one of four:

    - a name, `Nvidia`: found in any case, unless it is an English word as well, `Ripple`, which needs what the third
      kind does; an asset or a company of the fact tables is also found by its other names;
    - a ticker with a dollar sign, `$ON`: found as `$ON`, `NYSE:ON` or `(NASDAQ: ON)`, and bare in capitals where it has
      three letters or more and is no English word;
    - a name of everyday words with `Inc` behind it, `Target Inc`: found where it is capitalised and a second sign says
      that it is a name: `Target Corp`, `Target's`, `Target cuts`, `shares of Target`, or its capital inside a sentence;
    - a symbol with an equals sign, `=ON`: found where the source says that the item is about it. Where this term is
      given, an item whose source names symbols is found by them alone.
    """

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`; both times are aware UTC."""
        ...
