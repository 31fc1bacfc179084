"""Comparisons: launch the same brief with several engines, list them, read one side by side, cancel one."""

import re
from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import JSONBody, PathParameter, QueryParameter
from pydantic import AfterValidator, Field

from tradecore.model.comparisons import MAX_ENGINES, MIN_ENGINES
from tradecore.model.errors import Invalid, NotFound, Problem
from tradecore.model.ids import ComparisonId
from tradecore.model.users import Scope
from tradecore.use_cases.comparisons import MAX_PAGE_SIZE
from tradecore_adapters.http.api import comparison_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.api.requests import CLEAN, LaunchAnalysisRequest, Number, unique
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.http_errors import InvalidRequest
from tradecore_adapters.http.openapi import LINKS, link
from tradecore_adapters.http.parameters import IdempotencyHeader, idempotency_key_of
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import JsonResponse
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE = 1_000_000
_ID = re.compile(r"[0-9a-fA-F-]{36}")
_LINKS = {
    "comparison": link("getComparison", "comparisonId", "/data/comparisonId"),
    "cancel": link("cancelComparison", "comparisonId", "/data/comparisonId"),
}
ComparisonIdPath = Annotated[
    str, PathParameter(name="comparisonId", description="The `comparisonId` from the response to the launch.")
]


class LaunchComparisonRequest(LaunchAnalysisRequest):
    """An analysis to launch with several engines; `config` names none."""

    engines: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=50), CLEAN]],
        Field(
            min_length=MIN_ENGINES,
            max_length=MAX_ENGINES,
            description="Names that GET /api/engines lists, each once",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(unique),
    ]
    max_cost: Number | None = Field(
        None, description="US dollars; refused where the engines may cost more together, so that nothing is launched"
    )


class ComparisonController(Controller):
    """The comparisons of the caller."""

    path = "/api/compare"
    tags = ("analysis",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=202,
        opt={SCOPE: Scope.LAUNCH, LINKS: _LINKS},
        operation_id="launchComparison",
        summary="Launch the same analysis with several engines",
        description="All engines get the same evidence, collected once. Each analysis is followed, read and cancelled "
        "by its id like every other one. None issues a recommendation, and none supersedes one.",
        response_description="Queued: all of them or none.",
        response_headers=(ResponseHeader("Location", documentation_only=True, description="Path of the comparison."),),
        responses=errors_of(401, 409, 413, 415, 422, 429),
    )
    async def launch(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[LaunchComparisonRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> JsonResponse[Succeeded[schemas.ComparisonTicketData]]:
        """Queue a comparison. Raises InvalidRequest, and Invalid, QueueFull, Overspent, KeyReused as a launch does."""
        if data.config.engine is not None:
            raise InvalidRequest.one("config.engine", "A comparison names its engines in `engines`.")
        idempotency = idempotency_key_of(idempotency_key, data.fingerprint)
        try:
            ticket = await core.launch_comparison(
                data.brief, data.engines, by=request.user, budget=data.max_cost, idempotency=idempotency
            )
        except Invalid as error:
            renamed = [
                Problem("maxCost" if problem.field == "budget" else problem.field, problem.message)
                for problem in error.problems
            ]
            raise Invalid(str(error), renamed) from error
        return JsonResponse(
            succeed(request.context, schemas.ticket_of(ticket)),
            headers={"location": f"{request.context.root_path}/api/compare/{ticket.comparison}"},
        )

    @get(
        before_request=require_strict_query,
        operation_id="getComparisons",
        summary="List comparisons, newest first",
        response_description="One page of comparisons.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def comparisons(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Comparisons on a page.")] = 20,
    ) -> Succeeded[schemas.ComparisonsData]:
        """A page of comparisons, newest first."""
        listed = await core.list_comparisons(by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        rows = [schemas.summary_of(view) for view in listed.comparisons]
        return succeed(request.context, schemas.ComparisonsData(rows, pagination))

    @get(
        "/{comparisonId:str}",
        operation_id="getComparison",
        summary="Get a comparison side by side",
        description="What each engine has answered so far, what they disagree about, and on which evidence.",
        response_description="The comparison.",
        responses=errors_of(401, 404, 429),
    )
    async def comparison(
        self, request: JsonRequest, core: Core, comparison_id: ComparisonIdPath
    ) -> Succeeded[schemas.ComparisonData]:
        """A comparison. Raises NotFound."""
        view = await core.get_comparison(_read_id(comparison_id), by=request.user)
        return succeed(request.context, schemas.comparison_of(view))

    @delete(
        "/{comparisonId:str}",
        status_code=200,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="cancelComparison",
        summary="Cancel what of a comparison still runs",
        description="Analyses that have completed stay as they are. 409 once all have ended.",
        response_description="The comparison after the cancellation.",
        responses=errors_of(401, 404, 409, 429),
    )
    async def cancel(
        self, request: JsonRequest, core: Core, comparison_id: ComparisonIdPath
    ) -> Succeeded[schemas.ComparisonData]:
        """Cancel a comparison; the response is what it is afterwards. Raises NotFound, IllegalMove."""
        id = _read_id(comparison_id)
        await core.cancel_comparison(id, by=request.user)
        return succeed(request.context, schemas.comparison_of(await core.get_comparison(id, by=request.user)))


def _read_id(text: str) -> ComparisonId:
    """The comparison id of a path, in lower case. Raises NotFound for text that is not a UUID."""
    if not _ID.fullmatch(text):
        raise NotFound("comparison", text[:64])
    return ComparisonId(text.lower())
