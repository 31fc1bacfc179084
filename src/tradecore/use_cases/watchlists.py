"""Watchlists of users: create, list, change and delete them, and what is on one."""

from collections.abc import Collection

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import UserId, WatchlistId
from tradecore.model.ledger import book
from tradecore.model.money import Asset
from tradecore.model.users import Caller
from tradecore.model.watchlists import POSITIONS, Watchlist
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict

MAX_WATCHLISTS = 20
"""How many watchlists a user may have, besides that of the positions."""


@frozen
class CreateWatchlist:
    """Create a watchlist."""

    store: Store
    now: Now
    new_id: NewId

    @retry_on_conflict
    async def __call__(self, name: str, assets: Collection[Asset], *, by: Caller) -> Watchlist:
        """The new watchlist. Raises Invalid for a name or assets that are not possible, IllegalMove at the limit."""
        watchlist = Watchlist(
            id=WatchlistId(self.new_id()), user=by.user, name=name, assets=tuple(assets), created_at=self.now()
        )
        async with self.store.unit_of_work() as uow:
            stored = await uow.watchlists.add(Change(watchlist), limit=MAX_WATCHLISTS)
        if stored is None:
            raise IllegalMove(f"You have {MAX_WATCHLISTS} watchlists; delete one that is not used any more.")
        return stored


@frozen
class ListWatchlists:
    """List the watchlists of the caller."""

    store: Store
    now: Now

    async def __call__(self, *, by: Caller) -> tuple[Watchlist, ...]:
        """That of the positions, and then the others, newest first."""
        async with self.store.snapshot() as uow:
            assets = await assets_of(uow, POSITIONS, by.user)
            own = Watchlist(id=POSITIONS, user=by.user, name="Positions", assets=assets, created_at=self.now())
            return (own, *await uow.watchlists.of(by.user))


@frozen
class UpdateWatchlist:
    """Change the name or the symbols of a watchlist."""

    store: Store

    @retry_on_conflict
    async def __call__(
        self, id: WatchlistId, *, by: Caller, name: str | None = None, assets: Collection[Asset] | None = None
    ) -> Watchlist:
        """The watchlist after the change; None leaves something as it is.

        Raises NotFound, Invalid as CreateWatchlist does, and IllegalMove for that of the positions.
        """
        _refuse_positions(id)
        async with self.store.unit_of_work() as uow:
            watchlist = await uow.watchlists.get(id, owner=by.user)
            return await uow.watchlists.put(Change(watchlist.change(name=name, assets=assets)))


@frozen
class DeleteWatchlist:
    """Delete a watchlist. A schedule that needs it is disabled, and says why, when it would run next."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: WatchlistId, *, by: Caller) -> None:
        """Raises NotFound, also for a watchlist of another user, and IllegalMove for that of the positions."""
        _refuse_positions(id)
        async with self.store.unit_of_work() as uow:
            await uow.watchlists.get(id, owner=by.user)
            await uow.watchlists.delete(id)


async def assets_of(uow: UnitOfWork, id: WatchlistId, user: UserId) -> tuple[Asset, ...]:
    """What is on a watchlist of a user, each symbol once. Raises NotFound."""
    if id != POSITIONS:
        return (await uow.watchlists.get(id, owner=user)).assets
    held = {asset.symbol: asset for asset in book(await uow.ledger.entries(user)).positions}
    return tuple(held.values())


def _refuse_positions(id: WatchlistId) -> None:
    if id == POSITIONS:
        raise IllegalMove("The watchlist of your positions follows them; it cannot be changed.")
