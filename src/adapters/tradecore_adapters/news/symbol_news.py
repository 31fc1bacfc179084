"""News by symbol: a source that is read once for each followed asset."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.money import Asset
from tradecore.model.news import FetchState, RawItem
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success

ReadSymbol = Callable[[Asset], Awaitable[Sequence[RawItem]]]
"""The items about one asset. Raises Invalid for one that the service does not know, Unavailable where it fails."""


@frozen
class SymbolNews:
    """A news source over a service that answers by symbol; `followed` gives the assets to read."""

    name: str
    read: ReadSymbol
    followed: Callable[[], Awaitable[Sequence[Asset]]]
    chance: Callable[[], float]
    policy: FetchPolicy = field(factory=FetchPolicy)
    # How many assets are read in one interval, in turn; None for all.
    per_interval: int | None = None

    @property
    def url(self) -> str | None:
        """None, because the source has one address for each symbol."""
        return None

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """See NewsSource; FAILED where no symbol could be read. A failure of some is a sentence in `last_error`."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        try:
            assets = self._turn(await self.followed(), now)
        except Unavailable as error:
            return self._failed(state, now, str(error))
        answers = await asyncio.gather(*(self._read(asset) for asset in assets))
        items = merged([item for answer in answers if not isinstance(answer, str) for item in answer])
        failures = [answer for answer in answers if isinstance(answer, str)]
        if failures and len(failures) == len(assets):
            return self._failed(state, now, failures[0])
        done = after_success(state, now, self.policy, {}, None, self.chance())
        newest = max((item.published_at for item in items if item.published_at), default=state.newest_item_at)
        note = f"{len(failures)} of {len(assets)} symbols failed: {failures[0]}" if failures else None
        return FetchResult(FetchStatus.FRESH, items, evolve(done, newest_item_at=newest, warning=note))

    def _turn(self, assets: Sequence[Asset], now: datetime) -> Sequence[Asset]:
        """The assets of this interval: as many as the service answers at once, others than in the interval before."""
        if self.per_interval is None or len(assets) <= self.per_interval:
            return assets
        first = int(now.timestamp() / self.policy.interval.total_seconds()) * self.per_interval % len(assets)
        return [*assets[first:], *assets[:first]][: self.per_interval]

    async def _read(self, asset: Asset) -> Sequence[RawItem] | str:
        """The items about an asset, or the sentence that says why they cannot be read."""
        try:
            return await self.read(asset)
        except Invalid:
            return ()
        except Unavailable as error:
            return str(error)

    def _failed(self, state: FetchState, now: datetime, reason: str) -> FetchResult:
        return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self.policy, reason, self.chance()))


def merged(items: Sequence[RawItem]) -> tuple[RawItem, ...]:
    """The items, each once with all symbols that it was found under, in the order of the first."""
    once: dict[str, RawItem] = {}
    for item in items:
        key = item.guid or item.url or item.title
        known = once.get(key)
        once[key] = item if known is None else evolve(known, symbols=known.symbols | item.symbols)
    return tuple(once.values())
