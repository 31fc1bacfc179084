"""Lists of analyses in every state, and hiding one from them."""

from enum import StrEnum
from typing import Annotated

from litestar import Controller, delete, get
from litestar.params import QueryParameter

from tradecore.model.analyses import AnalysisState
from tradecore.model.analysis_lists import AnalysisQuery
from tradecore.model.market import Symbol
from tradecore.model.users import Scope
from tradecore.use_cases.analyses import MAX_PAGE_SIZE
from tradecore_adapters.http.api.analyses import AnalysisIdPath, read_id
from tradecore_adapters.http.api.analysis_list_schemas import AnalysesData, listed_analysis
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.history import AssetTypeFilter, SymbolFilter
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ENGINE_LENGTH = 1_000_000, 50


class ListedStatus(StrEnum):
    """The documented states of an analysis, which a caller can filter by."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    ERROR = "error"


_STATES: dict[ListedStatus, frozenset[AnalysisState]] = {
    ListedStatus.QUEUED: frozenset({AnalysisState.QUEUED}),
    ListedStatus.RUNNING: frozenset({AnalysisState.RUNNING}),
    ListedStatus.COMPLETED: frozenset({AnalysisState.COMPLETED}),
    ListedStatus.ERROR: frozenset({AnalysisState.FAILED, AnalysisState.CANCELLED}),
}


class AnalysisListController(Controller):
    """The analyses of the caller."""

    path = "/api/analyses"
    tags = ("analysis",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="getAnalyses",
        summary="List analyses in every state, newest first",
        description="What was launched, runs, has completed or failed. Hidden analyses are left out.",
        response_description="One page of analyses.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def analyses(
        self,
        request: JsonRequest,
        core: Core,
        status: Annotated[
            list[ListedStatus] | None,
            QueryParameter(description="Only these states; repeat the parameter for several. `error`: also cancelled."),
        ] = None,
        symbol: SymbolFilter = None,
        asset_type: AssetTypeFilter = None,
        engine: Annotated[
            str | None,
            QueryParameter(max_length=_MAX_ENGINE_LENGTH, description="Only of this engine, by its name."),
        ] = None,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Analyses on a page.")] = 50,
    ) -> Succeeded[AnalysesData]:
        """A page of analyses, newest first."""
        query = AnalysisQuery(
            user=request.user.user,
            states=frozenset(state for name in status or () for state in _STATES[name]),
            symbol=None if symbol is None else Symbol(symbol),
            asset_type=asset_type,
            engine=engine or None,
            page=page,
            page_size=limit,
        )
        listed = await core.list_analyses(query, by=request.user)
        pagination = paginate(request.context, listed.total, page, limit)
        rows = [listed_analysis(analysis) for analysis in listed.analyses]
        return succeed(request.context, AnalysesData(rows, pagination))

    @delete(
        "/{analysisId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="hideAnalysis",
        summary="Hide an analysis that has ended",
        description="It is left out of lists. Metrics still count it, and it can be read by its id. Repeated requests "
        "change nothing. 409 before it has ended.",
        response_description="Hidden.",
        responses=errors_of(401, 404, 409, 429),
    )
    async def hide(self, request: JsonRequest, core: Core, analysis_id: AnalysisIdPath) -> None:
        """Leave an analysis out of lists. Raises NotFound, IllegalMove."""
        await core.hide_analysis(read_id(analysis_id), by=request.user)
