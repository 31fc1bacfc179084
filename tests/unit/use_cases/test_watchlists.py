"""Watchlists of users: their limit, the list of the positions, and what only their owner may do."""

from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.position_import import ImportedPosition
from tradecore.model.users import Caller
from tradecore.model.watchlists import POSITIONS
from tradecore.use_cases.portfolio import ImportPositions
from tradecore.use_cases.watchlists import (
    MAX_WATCHLISTS,
    CreateWatchlist,
    DeleteWatchlist,
    ListWatchlists,
    UpdateWatchlist,
)

NVDA, AMD = (Asset(Symbol(name), AssetType.EQUITY) for name in ("NVDA", "AMD"))


async def test_a_list_is_created_changed_and_deleted_by_its_owner_only(world: Any, ann: Caller, ben: Caller) -> None:
    create, update, delete = (
        CreateWatchlist(world.store, world.now, world.new_id), UpdateWatchlist(world.store),
        DeleteWatchlist(world.store),
    )  # fmt: skip
    made = await create("Chips", [NVDA], by=ann)
    changed = await update(made.id, by=ann, assets=[NVDA, AMD])
    assert (changed.name, changed.assets) == ("Chips", (NVDA, AMD))
    for call in (update(made.id, by=ben, name="Mine"), delete(made.id, by=ben)):
        with pytest.raises(NotFound):
            await call
    with pytest.raises(Invalid):
        await update(made.id, by=ann, assets=[])
    assert (await ListWatchlists(world.store, world.now)(by=ann))[1:] == (changed,)
    assert [listed.id for listed in await ListWatchlists(world.store, world.now)(by=ben)] == [POSITIONS]
    await delete(made.id, by=ann)
    assert len(await ListWatchlists(world.store, world.now)(by=ann)) == 1


async def test_a_user_has_a_limited_number_of_lists(world: Any, ann: Caller, ben: Caller) -> None:
    create = CreateWatchlist(world.store, world.now, world.new_id)
    for number in range(MAX_WATCHLISTS):
        await create(f"List {number}", [NVDA], by=ann)
    with pytest.raises(IllegalMove, match=f"{MAX_WATCHLISTS} watchlists"):
        await create("One more", [NVDA], by=ann)
    await create("First", [NVDA], by=ben)


async def test_the_positions_are_a_list_that_follows_them(world: Any, ann: Caller) -> None:
    positions = [ImportedPosition(asset, Decimal(1), Decimal(10)) for asset in (NVDA, AMD)]
    await ImportPositions(world.store, world.now, Decimal(0))(positions, by=ann)
    [own] = await ListWatchlists(world.store, world.now)(by=ann)
    assert (own.id, set(own.assets)) == (POSITIONS, {NVDA, AMD})
    for call in (
        UpdateWatchlist(world.store)(POSITIONS, by=ann, name="x"),
        DeleteWatchlist(world.store)(POSITIONS, by=ann),
    ):
        with pytest.raises(IllegalMove):
            await call
