"""The watchlists of the caller."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.errors import Invalid
from tradecore.model.ids import WatchlistId
from tradecore.model.money import Asset
from tradecore.model.users import Scope
from tradecore.model.watchlists import MAX_NAME_LENGTH, parse_assets
from tradecore.use_cases.watchlists import MAX_WATCHLISTS
from tradecore_adapters.http.api import watchlist_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import CsvOrJsonRequest, JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_ID_LENGTH = 64
# With the list of the positions.
_MAX_LISTED = MAX_WATCHLISTS + 1
_WatchlistIdPath = Annotated[
    str, PathParameter(name="watchlistId", description="The `id` from the list of watchlists.")
]


class WatchlistController(Controller):
    """Lists of symbols that the caller follows."""

    path = "/api/watchlists"
    tags = ("schedules",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        request_class=CsvOrJsonRequest,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createWatchlist",
        summary="Create a watchlist",
        description=(
            "A JSON list, or a file with one symbol a line (`Content-Type: text/csv`, the name in the query); what "
            f"follows a comma is not read. A user has at most {MAX_WATCHLISTS}."
        ),
        response_description="Created.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self,
        request: CsvOrJsonRequest,
        core: Core,
        data: JSONBody[schemas.CreateWatchlistRequest],
        name: Annotated[
            str | None,
            QueryParameter(min_length=1, max_length=MAX_NAME_LENGTH, description="The name, where a file is sent."),
        ] = None,
    ) -> Succeeded[schemas.WatchlistData]:
        """Create a watchlist. Raises Invalid, naming each line without a symbol, and IllegalMove."""
        created = await core.create_watchlist(data.name or name or "", _assets(data), by=request.user)
        audit("watchlist_created", request, watchlist=created.id)
        return succeed(request.context, schemas.show_watchlist(created))

    @get(
        before_request=require_strict_query,
        operation_id="listWatchlists",
        summary="List the watchlists, that of the positions first",
        response_description="One page of watchlists.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def watchlists(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_LISTED, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=_MAX_LISTED, description="Watchlists on a page.")] = _MAX_LISTED,
    ) -> Succeeded[schemas.WatchlistsData]:
        """A page of the caller's watchlists."""
        watchlists = await core.list_watchlists(by=request.user)
        shown = [schemas.show_watchlist(watchlist) for watchlist in watchlists[(page - 1) * limit : page * limit]]
        pagination = paginate(request.context, len(watchlists), page, limit)
        return succeed(request.context, schemas.WatchlistsData(shown, pagination))

    @patch(
        "/{watchlistId:str}",
        opt={SCOPE: Scope.LAUNCH},
        operation_id="updateWatchlist",
        summary="Change the name or the symbols of a watchlist",
        description="409 for the list of the positions, which follows them.",
        response_description="The watchlist after the change.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def update(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[schemas.UpdateWatchlistRequest],
        watchlist_id: _WatchlistIdPath,
    ) -> Succeeded[schemas.WatchlistData]:
        """Change a watchlist of the caller. Raises NotFound, Invalid and IllegalMove as UpdateWatchlist does."""
        updated = await core.update_watchlist(
            WatchlistId(watchlist_id[:_MAX_ID_LENGTH]),
            by=request.user,
            name=data.name,
            assets=None if data.assets is None else [entry.asset for entry in data.assets],
        )
        audit("watchlist_changed", request, watchlist=updated.id)
        return succeed(request.context, schemas.show_watchlist(updated))

    @delete(
        "/{watchlistId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deleteWatchlist",
        summary="Delete a watchlist",
        description="A schedule that needs it is disabled, with an alert, when it would run next.",
        response_description="Deleted.",
        responses=errors_of(404, 409),
    )
    async def delete(self, request: JsonRequest, core: Core, watchlist_id: _WatchlistIdPath) -> None:
        """Delete a watchlist of the caller. Raises NotFound, IllegalMove."""
        id = WatchlistId(watchlist_id[:_MAX_ID_LENGTH])
        await core.delete_watchlist(id, by=request.user)
        audit("watchlist_deleted", request, watchlist=id)


def _assets(data: schemas.CreateWatchlistRequest) -> tuple[Asset, ...]:
    if (data.assets is None) == (data.csv is None):
        raise Invalid.one("assets", "Send either `assets` or a file with one symbol a line.")
    return parse_assets(data.csv.splitlines()) if data.csv is not None else tuple(e.asset for e in data.assets or ())
