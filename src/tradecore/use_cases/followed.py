"""Followed assets: what users hold or have analysed of late, and news is read for."""

from datetime import timedelta

from attrs import frozen

from tradecore.model.ledger import book
from tradecore.model.money import Asset
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store

_ANALYSED = timedelta(days=30)
# Each costs a request per source and interval.
MAX_FOLLOWED = 50


@frozen
class FollowedAssets:
    """The assets that news by symbol is read for."""

    store: Store
    now: Now

    async def __call__(self) -> tuple[Asset, ...]:
        """What is held, and what was analysed within thirty days, the newest first; at most MAX_FOLLOWED."""
        async with self.store.snapshot() as uow:
            analysed = await uow.analyses.analysed_since(self.now() - _ANALYSED, MAX_FOLLOWED)
            held: dict[Asset, None] = {}
            for user in await uow.ledger.users():
                held |= dict.fromkeys(book(await uow.ledger.entries(user)).positions)
                if len(held) >= MAX_FOLLOWED:
                    break
        # Room for both: an asset that is held is followed also where many were analysed.
        return tuple(dict.fromkeys([*[*held][: MAX_FOLLOWED // 2], *analysed, *held]))[:MAX_FOLLOWED]
