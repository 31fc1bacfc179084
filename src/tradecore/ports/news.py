"""The promises about news: sources that are read from outside, and the archive that is read as of a date."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from tradecore.model.news import FetchState, NewsItem, RawItem


class Outcome(StrEnum):
    """How one visit to a source ended."""

    FRESH = "fresh"
    UNCHANGED = "unchanged"
    NOT_DUE = "not_due"
    FAILED = "failed"


@frozen
class Fetched:
    """What a visit brought: entries in the source's order, and the state to hand in at the next visit."""

    outcome: Outcome
    items: tuple[RawItem, ...]
    state: FetchState


class NewsSource(Protocol):
    """Something that publishes news and can be visited again and again.

    A visit never raises because of what the outside world does: a source that cannot be reached, answers
    nonsense or breaks a limit ends as `FAILED`, with no items, the reason as a sentence in `state.last_error`,
    one more in `state.failures`, and a later `state.next_check`. A failing source is never given up for good.

    Before `state.next_check` nothing is read and the answer is `NOT_DUE` with the same state, unless `force`
    is set. `FRESH` and `UNCHANGED` clear the failures and set `last_success` to `now`.

    Items carry the source's name, plain text without markup, and aware UTC times or None. Reading the same
    content twice gives equal items. Nothing is remembered outside the state that is passed in and handed back.
    """

    @property
    def name(self) -> str:
        """The name a report shows for it."""
        ...

    @property
    def url(self) -> str | None:
        """Where it is read from, None when it has no address."""
        ...

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> Fetched:
        """Visit the source at `now` (aware), knowing what `state` remembers of the last visit."""
        ...


class NewsArchive(Protocol):
    """The stored news, as an analyst may read them: never from the future of the date that is analysed.

    `between` gives the items that mention one of `terms` (a ticker, an asset's or a company's name; case is
    ignored; whole words; a term known to the fact tables also finds its other names), were published at or
    after `start` and **at or before `as_of`**, oldest first, ties by id, at most `limit` of them, the newest
    kept. An item published after `as_of` is never handed out, however it is asked for: `start` later than
    `as_of` gives nothing. Each item comes with the date it was first seen, so that a backtest can demand that
    too.
    """

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`; both times are aware."""
        ...
