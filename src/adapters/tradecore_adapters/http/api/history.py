"""Past decisions: the history, and the calibration of their confidence."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from tradecore.model.market import AssetType, Symbol
from tradecore.model.track_record import CalibrationQuery, HistoryQuery, SortBy
from tradecore.use_cases.analyses import MAX_DAYS, MAX_PAGE_SIZE
from tradecore_adapters.http.api import schemas, serializers
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, link_pages
from tradecore_adapters.http.api.requests import SYMBOL_SCHEMA, SymbolText
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE = 1_000_000


class SortOrder(StrEnum):
    """The direction of sorting."""

    ASC = "asc"
    DESC = "desc"


class Grouping(StrEnum):
    """What figures are also given for."""

    ENGINE = "engine"


SymbolFilter = Annotated[
    SymbolText | None, QueryParameter(description="Only this symbol.", schema_extra={**SYMBOL_SCHEMA, "oneOf": None})
]
AssetTypeFilter = Annotated[AssetType | None, QueryParameter(name="assetType", description="Only this asset type.")]
EngineFilter = Annotated[
    str | None,
    QueryParameter(max_length=50, description="Only analyses of this engine, as `GET /api/engines` names it."),
]
GroupBy = Annotated[
    Grouping | None,
    QueryParameter(name="groupBy", description="engine: also the figures of each engine and model, as `groups`."),
]
Days = Annotated[int, QueryParameter(ge=1, le=MAX_DAYS, description="Only analyses created within this many days.")]


class HistoryController(Controller):
    """The track record of the caller."""

    path = "/api/history"
    tags = ("analysis",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="getHistory",
        summary="List completed analyses with metrics",
        description="The metrics cover all decisions that the filters select, not only the page, with the returns that "
        "the rows show; `metrics.scored` covers decisions of a year whose horizon has passed.",
        response_description="One page of past decisions.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def history(
        self,
        request: JsonRequest,
        core: Core,
        symbol: SymbolFilter = None,
        asset_type: AssetTypeFilter = None,
        engine: EngineFilter = None,
        days: Days = 30,
        sort_by: Annotated[
            SortBy,
            QueryParameter(name="sortBy", description="`date` is the analysed day; rows without a return come last."),
        ] = SortBy.DATE,
        sort_order: Annotated[
            SortOrder, QueryParameter(name="sortOrder", description="The direction.")
        ] = SortOrder.DESC,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Rows on a page.")] = 50,
        group_by: GroupBy = None,
    ) -> Succeeded[schemas.HistoryData]:
        """A page of past decisions, with metrics over all of them."""
        caller = request.user
        query = HistoryQuery(
            user=caller.user,
            since=request.context.now - timedelta(days=days),
            symbol=None if symbol is None else Symbol(symbol),
            asset_type=asset_type,
            engine=engine or None,
            sort_by=sort_by,
            descending=sort_order is SortOrder.DESC,
            page=page,
            page_size=limit,
        )
        by_engine = group_by is Grouping.ENGINE
        page_of_history = await core.get_history(query, by=caller, by_engine=by_engine)
        listed = serializers.history(page_of_history, query, by_engine=by_engine)
        link_pages(request.context, listed.pagination)
        return succeed(request.context, listed)

    @get(
        "/calibration",
        before_request=require_strict_query,
        operation_id="getCalibration",
        summary="Get hit rates by confidence",
        response_description="How often decisions of each confidence were right.",
        responses=errors_of(401, 429),
    )
    async def calibration(
        self,
        request: JsonRequest,
        core: Core,
        symbol: SymbolFilter = None,
        asset_type: AssetTypeFilter = None,
        engine: EngineFilter = None,
        days: Days = 365,  # calibration needs many decisions
        group_by: GroupBy = None,
    ) -> Succeeded[schemas.CalibrationData]:
        """Hit rates by confidence."""
        caller = request.user
        query = CalibrationQuery(
            user=caller.user,
            since=request.context.now - timedelta(days=days),
            symbol=None if symbol is None else Symbol(symbol),
            asset_type=asset_type,
            engine=engine or None,
        )
        groups = await core.get_calibration.by_engine(query, by=caller) if group_by is Grouping.ENGINE else None
        measured = await core.get_calibration(query, by=caller)
        return succeed(request.context, serializers.calibration(measured, groups))
