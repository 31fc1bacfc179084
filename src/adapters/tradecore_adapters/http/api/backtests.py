"""Backtests: launch one as jobs over all workers, list them, and read one with its report."""

from typing import Annotated, Literal

from litestar import Controller, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import UNSET
from pydantic import AfterValidator, BeforeValidator, Field

from tradecore.model.analysis_briefs import RULES
from tradecore.model.backtest_runs import BacktestStatus
from tradecore.model.backtests import Asset, BacktestBrief, BacktestId, Frequency
from tradecore.model.errors import Invalid, Problem
from tradecore.model.market import AssetType
from tradecore.model.steps import Analyst
from tradecore.model.traded_volume import pair
from tradecore.model.users import Scope
from tradecore.use_cases.backtest_jobs import MAX_PAGE_SIZE
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api import backtest_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.api.requests import CLEAN, Day, RequestBody, Ticker, integral, unique
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.http_errors import InvalidRequest
from tradecore_adapters.http.openapi import LINKS, link
from tradecore_adapters.http.parameters import IdempotencyHeader, idempotency_key_of
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import JsonResponse, utc
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH, _MAX_SYMBOLS = 1_000_000, 64, 50

# The names in the request of what the core calls otherwise.
_NAMES = {
    "assets": "symbols",
    "symbol": "symbols",
    "first": "from",
    "last": "to",
    "as_of": "to",
    "depth": "researchDepth",
    "model": "llmModel",
    "idempotency_key": "Idempotency-Key",
}
_LINKS = {
    "backtest": link("getBacktest", "backtestId", "/data/id"),
    "cancel": link("cancelBacktest", "backtestId", "/data/id"),
}

BacktestIdPath = Annotated[
    str, PathParameter(name="backtestId", description="The `id` from the response to the launch.")
]


class LaunchBacktestRequest(RequestBody):
    """A backtest to launch."""

    symbols: Annotated[
        list[Ticker],
        Field(
            min_length=1,
            max_length=_MAX_SYMBOLS,
            description="Each once; pairs such as BTC-USD are crypto",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(unique),
    ]
    from_: Day = Field(alias="from", description="First day to decide on")
    to: Day = Field(description="Last day to decide on, not in the future")
    every: Literal["day", "week", "month"] = Field("week", description="Decides on the last trading day of each")
    engine: Annotated[str, Field(min_length=1, max_length=50), CLEAN] = Field(
        RULES, description="A name that GET /api/engines lists; one that bills nothing, unless answers are recorded"
    )
    mode: Literal["live", "recorded"] = Field(
        "live", description="recorded: the engine thinks with recorded answers, which the server has to replay"
    )
    analysts: Annotated[
        list[Literal["technical", "sentiment", "news", "fundamentals"]],
        Field(min_length=1, max_length=4, description="Each at most once", json_schema_extra={"uniqueItems": True}),
        AfterValidator(unique),
    ] = Field(list(Analyst), description="By default all")
    research_depth: Annotated[int, BeforeValidator(integral)] = Field(1, ge=1, le=5, description="Rounds of debate")
    llm_model: Annotated[str, Field(min_length=1, max_length=100), CLEAN] = Field(RULES, description="The model")


def _brief_of(data: LaunchBacktestRequest) -> BacktestBrief:
    """The brief of a request. Raises Invalid as BacktestBrief does."""
    return BacktestBrief(
        assets=tuple(
            Asset(symbol, AssetType.EQUITY if pair(symbol) is None else AssetType.CRYPTO) for symbol in data.symbols
        ),
        first=data.from_,
        last=data.to,
        frequency=Frequency(data.every),
        analysts=tuple(Analyst(name) for name in data.analysts),
        depth=data.research_depth,
        model=data.llm_model,
        engine=data.engine,
    )


class BacktestController(Controller):
    """The backtests of the caller."""

    path = "/api/backtests"
    tags = ("backtests",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=202,
        opt={SCOPE: Scope.LAUNCH, LINKS: _LINKS},
        operation_id="launchBacktest",
        summary="Launch a backtest",
        description="An engine decides as of past days, in jobs over all workers. An equal request has the same id and "
        "continues where an earlier one stopped.",
        response_description="Queued, or known already.",
        response_headers=(ResponseHeader("Location", documentation_only=True, description="Path of the backtest."),),
        responses=errors_of(401, 409, 413, 415, 422, 429),
    )
    async def launch(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[LaunchBacktestRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> JsonResponse[Succeeded[schemas.BacktestTicketData]]:
        """Queue a backtest. Raises InvalidRequest about a field, and QueueFull, KeyReused as LaunchBacktest does."""
        if data.from_ > data.to:
            raise InvalidRequest.one("from", f"The backtest would begin on {data.from_}, after its end on {data.to}.")
        idempotency = idempotency_key_of(idempotency_key, data.fingerprint)
        recorded = data.mode == "recorded"
        try:
            ticket = await core.launch_backtest(
                _brief_of(data), by=request.user, recorded=recorded, idempotency=idempotency
            )
        except Invalid as error:
            problems = [
                Problem(_NAMES.get(problem.field, problem.field), problem.message) for problem in error.problems
            ]
            raise InvalidRequest(str(error), problems) from error
        return JsonResponse(
            succeed(
                request.context,
                schemas.BacktestTicketData(
                    ticket.backtest, schemas.STATUS[ticket.state], ticket.decisions, ticket.decided
                ),
            ),
            headers={"location": f"{request.context.root_path}/api/backtests/{ticket.backtest}"},
        )

    @get(
        before_request=require_strict_query,
        operation_id="getBacktests",
        summary="List backtests, newest first",
        response_description="One page of backtests, without their reports.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def backtests(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Backtests on a page.")] = 50,
    ) -> Succeeded[schemas.BacktestsData]:
        """A page of backtests, newest first."""
        listed = await core.list_backtests(by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        return succeed(request.context, schemas.BacktestsData([_summary(row) for row in listed.backtests], pagination))

    @get(
        "/{backtestId:str}",
        operation_id="getBacktest",
        summary="Get a backtest with its report",
        description="`report` is there once the backtest is completed: every decision with its outcome, the daily "
        "curves, and a table with the figures of the desk and of baselines.",
        response_description="The backtest.",
        responses=errors_of(401, 404, 429),
    )
    async def backtest(
        self, request: JsonRequest, core: Core, backtest_id: BacktestIdPath
    ) -> Succeeded[schemas.BacktestData]:
        """A backtest. Raises NotFound."""
        status = await core.get_backtest(_read_id(backtest_id), by=request.user)
        return succeed(request.context, _backtest(status))

    @delete(
        "/{backtestId:str}",
        status_code=200,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="cancelBacktest",
        summary="Cancel a backtest",
        description="Its decisions stay, and an equal launch makes the missing ones. 409 once it has ended.",
        response_description="The backtest after the cancellation.",
        responses=errors_of(401, 404, 409, 429),
    )
    async def cancel(
        self, request: JsonRequest, core: Core, backtest_id: BacktestIdPath
    ) -> Succeeded[schemas.BacktestData]:
        """Cancel a backtest; the response is what it is afterwards. Raises NotFound, IllegalMove."""
        id = _read_id(backtest_id)
        await core.cancel_backtest(id, by=request.user)
        return succeed(request.context, _backtest(await core.get_backtest(id, by=request.user)))


def _read_id(text: str) -> BacktestId:
    return BacktestId(text[:_MAX_ID_LENGTH])


def _backtest(status: BacktestStatus) -> schemas.BacktestData:
    summary = _summary(status)
    report = UNSET if status.report is None else schemas.report_of(status.report)
    fields = {name: getattr(summary, name) for name in summary.__struct_fields__}
    return schemas.BacktestData(**fields, report=report)


def _summary(status: BacktestStatus) -> schemas.BacktestSummaryData:
    backtest, brief = status.backtest, status.backtest.brief
    return schemas.BacktestSummaryData(
        id=backtest.id,
        status=schemas.STATUS[status.state],
        progress=status.percent,
        decisions=backtest.size,
        decided=status.decided,
        engine=brief.engine,
        label=backtest.engine,
        symbols=[asset.symbol for asset in brief.assets],
        from_=brief.first.isoformat(),
        to=brief.last.isoformat(),
        every=brief.frequency.value,
        analysts=[analyst.value for analyst in brief.analysts],
        research_depth=brief.depth,
        created_at=utc(status.requested_at),
        error=caller_text(status.error or "") or UNSET,
    )
