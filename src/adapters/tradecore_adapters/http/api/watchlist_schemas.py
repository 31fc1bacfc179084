"""Requests and responses of watchlists."""

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from tradecore.model.money import Asset
from tradecore.model.position_import import parse_asset
from tradecore.model.watchlists import MAX_ASSETS, MAX_NAME_LENGTH, POSITIONS, Watchlist
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.requests import CLEAN, RequestBody, Ticker
from tradecore_adapters.http.responses import utc

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH), CLEAN]


class AssetRequest(RequestBody):
    """A symbol."""

    symbol: Ticker
    asset_type: Literal["equity", "crypto"] | None = Field(
        None, description="By default crypto for pairs such as BTC-USD"
    )

    @property
    def asset(self) -> Asset:
        """The same for the core."""
        return parse_asset(self.symbol, self.asset_type or "")


AssetsRequest = Annotated[
    list[AssetRequest], Field(min_length=1, max_length=MAX_ASSETS, description="Each symbol at most once")
]


class CreateWatchlistRequest(RequestBody):
    """A watchlist to create; as `text/csv`, a file with one symbol a line, and its name in the query."""

    name: Name | None = None
    assets: AssetsRequest | None = None
    # What a body of the type text/csv holds; JSON text has no line breaks here.
    csv: SkipJsonSchema[str | None] = None


class UpdateWatchlistRequest(RequestBody):
    """What to change of a watchlist; fields that are left out stay as they are."""

    name: Name | None = None
    assets: AssetsRequest | None = Field(None, description="All symbols, in place of those before")


class AssetData(Struct, rename="camel"):
    """A symbol and its type."""

    symbol: str
    asset_type: schemas.Asset


class WatchlistData(Struct, rename="camel"):
    """A list of symbols. That of the `positions` follows what its user holds, and cannot be changed."""

    id: str
    name: str
    assets: list[AssetData]
    created_at: Timestamp | UnsetType = UNSET


class WatchlistsData(Struct, rename="camel"):
    """A page of watchlists: that of the positions, and then the others, newest first."""

    watchlists: list[WatchlistData]
    pagination: schemas.PaginationData


def show_asset(asset: Asset) -> AssetData:
    """A symbol and its type."""
    return AssetData(asset.symbol, asset.asset_type.value)


def show_watchlist(watchlist: Watchlist) -> WatchlistData:
    """A watchlist with its symbols."""
    return WatchlistData(
        watchlist.id,
        watchlist.name,
        [show_asset(asset) for asset in watchlist.assets],
        UNSET if watchlist.id == POSITIONS else utc(watchlist.created_at),
    )
