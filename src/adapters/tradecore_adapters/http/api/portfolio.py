"""The portfolio, and recommendations: list, execute, reject."""

import re
from enum import StrEnum
from typing import Annotated

import structlog
from litestar import Controller, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import UNSET

from tradecore.model.errors import Invalid, NotFound
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import RecommendationId
from tradecore.model.money import price, quantity
from tradecore.model.orders import OrderState
from tradecore.model.position_import import ImportedPosition, parse_asset, parse_positions
from tradecore.model.recommendations import RecommendationState
from tradecore.model.users import Scope
from tradecore.use_cases.trade import MAX_LISTED
from tradecore_adapters.http.api import portfolio_schemas as schemas
from tradecore_adapters.http.api import portfolio_serializers as serializers
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, Page, link_pages, succeed_page
from tradecore_adapters.http.api.requests import CashRequest, ExecuteRequest, ImportRequest
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.parameters import IdempotencyHeader, idempotency_key_of
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import CsvOrJsonRequest, JsonRequest, OptionalJsonRequest
from tradecore_adapters.http.responses import JsonResponse, utc
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE = 1_000_000
_ID = re.compile(r"[0-9a-fA-F-]{36}")

audit = structlog.get_logger("tradecore.audit")


class RecommendationStatus(StrEnum):
    """The documented states of a recommendation, which a caller can filter by."""

    PENDING = "pending"
    EXECUTED = "executed"
    REJECTED = "rejected"
    EXPIRED = "expired"


RecommendationIdPath = Annotated[
    str, PathParameter(name="recommendationId", description="The `id` from the list of recommendations.")
]


class PortfolioController(Controller):
    """The portfolio and the recommendations of the caller."""

    path = "/api/portfolio"
    tags = ("portfolio",)
    security = (ACCESS_TOKEN,)

    @get(
        operation_id="getPortfolio",
        summary="Get cash, positions and performance",
        description="Positions are valued at their newest prices. A new caller's account starts with the configured "
        "paper cash.",
        response_description="The portfolio.",
        responses=errors_of(401, 429),
    )
    async def portfolio(self, request: JsonRequest, core: Core) -> Succeeded[schemas.PortfolioData]:
        """Cash, positions and performance."""
        return succeed(request.context, serializers.portfolio(await core.get_portfolio(by=request.user)))

    @get(
        "/history",
        before_request=require_strict_query,
        operation_id="getPortfolioHistory",
        summary="Get the value of the portfolio over time",
        description="A point for each day on which prices or the ledger changed. `benchmark` is what the first value "
        "would be worth in the benchmark of equities, where the market has one.",
        response_description="The points, oldest first.",
        responses=errors_of(401, 429),
    )
    async def history(
        self,
        request: JsonRequest,
        core: Core,
        days: Annotated[int, QueryParameter(ge=1, le=366, description="How many days to look back.")] = 30,
    ) -> Succeeded[schemas.PortfolioHistoryData]:
        """The value of the portfolio over time."""
        points = await core.get_portfolio_history(days, by=request.user)
        return succeed(request.context, serializers.portfolio_history(points))

    @post(
        "/cash",
        status_code=200,
        operation_id="moveCash",
        summary="Deposit or withdraw cash",
        description="409 for more than the free cash.",
        response_description="The cash afterwards.",
        responses=errors_of(401, 409, 413, 415, 422, 429),
    )
    async def cash(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[CashRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> Succeeded[schemas.CashData]:
        """Deposit or withdraw cash. Raises Invalid, IllegalMove, KeyReused as the core does."""
        caller, context = request.user, request.context
        idempotency = idempotency_key_of(idempotency_key, lambda: f"{data.amount:f}")
        balance = await core.move_cash(data.amount, by=caller, idempotency=idempotency)
        audit.info("move_cash", request=context.id, address=context.address, user=caller.user, amount=str(data.amount))
        return succeed(context, schemas.CashData(serializers.amount(balance)))

    @post(
        "/import",
        status_code=200,
        request_class=CsvOrJsonRequest,
        operation_id="importPositions",
        summary="Import positions that were bought elsewhere",
        description="A JSON list, or a CSV table as brokers export it (`Content-Type: text/csv`). The same list again "
        "changes nothing. Positions count as deposits of their cost.",
        response_description="How many positions were imported; the others were before.",
        responses=errors_of(401, 413, 415, 429),
    )
    async def import_positions(
        self, request: CsvOrJsonRequest, core: Core, data: JSONBody[ImportRequest]
    ) -> Succeeded[schemas.ImportData]:
        """Import positions. Raises Invalid, naming each row that cannot be imported."""
        positions = _positions(data)
        caller, context = request.user, request.context
        count = await core.import_positions(positions, by=caller)
        audit.info("import_positions", request=context.id, address=context.address, user=caller.user, imported=count)
        return succeed(context, schemas.ImportData(count, len(positions) - count))

    @get(
        "/recommendations",
        before_request=require_strict_query,
        operation_id="getRecommendations",
        summary="List recommendations, newest first",
        description="Without `limit` and `page`, the newest 200. With one of them `pagination` stands beside `data`.",
        response_description="The recommendations in one state.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def recommendations(
        self,
        request: JsonRequest,
        core: Core,
        status: Annotated[
            RecommendationStatus, QueryParameter(description="Only recommendations in this state.")
        ] = RecommendationStatus.PENDING,
        page: Annotated[int | None, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = None,
        limit: Annotated[
            int | None, QueryParameter(ge=1, le=MAX_LISTED, description="Recommendations on a page.")
        ] = None,
    ) -> Page[list[schemas.RecommendationData]]:
        """Recommendations in one state, newest first."""
        paged = page is not None or limit is not None
        number, size = page or 1, limit or MAX_LISTED
        listed = await core.list_recommendations(
            by=request.user, state=RecommendationState(status.value), page=number, page_size=size
        )
        rows = [serializers.recommendation(recommendation) for recommendation in listed.recommendations]
        pagination = PaginationData(listed.total, number, size, number * size < listed.total)
        if paged or pagination.has_next:
            link_pages(request.context, pagination)
        return succeed_page(request.context, rows, pagination if paged else UNSET)

    @get(
        "/recommendations/{recommendationId:str}",
        operation_id="getRecommendation",
        summary="Get a recommendation",
        description="It has the id of the analysis that issued it.",
        response_description="The recommendation, in any state.",
        responses=errors_of(401, 404, 429),
    )
    async def recommendation(
        self, request: JsonRequest, core: Core, recommendation_id: RecommendationIdPath
    ) -> Succeeded[schemas.RecommendationData]:
        """A recommendation of the caller. Raises NotFound."""
        recommendation = await core.get_recommendation(_read_id(recommendation_id), by=request.user)
        return succeed(request.context, serializers.recommendation(recommendation))

    @post(
        "/recommendations/{recommendationId:str}/execute",
        status_code=200,
        opt={SCOPE: Scope.TRADE},
        operation_id="executeRecommendation",
        summary="Execute a pending recommendation",
        request_class=OptionalJsonRequest,
        description="Places at most one order; a repeated request gets the same answer. 409 with the code "
        "`confirmation_needed` and `details.confirmable` for a second order of the symbol within a minute, or from the "
        "same evidence: send it again with `confirm`. With `exits` as `bracket`, stop and target are placed with the "
        "order, and 409 says where they cannot be. 409 once the recommendation "
        "was rejected or has expired, and when cash, holdings, the price or the configuration do not allow it; 503 "
        "while the outcome of the order is unknown: send the request again.",
        response_description="The order is filled.",
        responses={
            202: ResponseSpec(
                Succeeded[schemas.ExecutionData],
                description="The broker has accepted the order and has not filled it yet.",
                generate_examples=False,
            ),
            **errors_of(401, 404, 409, 415, 422, 429),
        },
    )
    async def execute(
        self,
        request: OptionalJsonRequest,
        core: Core,
        data: JSONBody[ExecuteRequest],
        recommendation_id: RecommendationIdPath,
        idempotency_key: IdempotencyHeader = None,
    ) -> JsonResponse[Succeeded[schemas.ExecutionData]]:
        """Execute a recommendation, at most once. Raises NotFound, IllegalMove, Unavailable as the core does."""
        id, caller, context = _read_id(recommendation_id), request.user, request.context
        order = await core.execute_recommendation(
            id,
            by=caller,
            idempotency=idempotency_key_of(
                idempotency_key, lambda: f"{id}:{data.model_dump_json(exclude_defaults=True)}"
            ),
            confirmed=data.confirm,
            exits=None if data.exits is None else ExitPolicy(data.exits),
        )
        audit.info(
            "execute", request=context.id, address=context.address, user=caller.user, order=order.id, state=order.state
        )
        return JsonResponse(
            succeed(context, serializers.execution(order)),
            status_code=200 if order.state is OrderState.FILLED else 202,
        )

    @post(
        "/recommendations/{recommendationId:str}/reject",
        status_code=200,
        opt={SCOPE: Scope.TRADE},
        operation_id="rejectRecommendation",
        summary="Reject a pending recommendation",
        description="Final. 409 once the recommendation was executed or has expired.",
        response_description="Rejected.",
        responses=errors_of(401, 404, 409, 429),
    )
    async def reject(
        self, request: JsonRequest, core: Core, recommendation_id: RecommendationIdPath
    ) -> Succeeded[schemas.RejectionData]:
        """Reject a recommendation for good. Raises NotFound, IllegalMove."""
        id, caller, context = _read_id(recommendation_id), request.user, request.context
        rejected = await core.reject_recommendation(id, by=caller)
        audit.info("reject", request=context.id, address=context.address, user=caller.user, recommendation=id)
        return succeed(context, schemas.RejectionData("rejected", utc(rejected.ended_at or context.now)))


def _read_id(text: str) -> RecommendationId:
    if not _ID.fullmatch(text):
        raise NotFound("recommendation", text[:64])
    return RecommendationId(text.lower())


def _positions(data: ImportRequest) -> tuple[ImportedPosition, ...]:
    if (data.positions is None) == (data.csv is None):
        raise Invalid.one("positions", "Send either `positions` or a CSV table.")
    if data.csv is not None:
        return parse_positions(data.csv.splitlines())
    return tuple(
        ImportedPosition(
            parse_asset(position.symbol, position.asset_type or ""),
            quantity(position.quantity, f"positions.{n}.quantity"),
            price(position.price, f"positions.{n}.price"),
        )
        for n, position in enumerate(data.positions or ())
    )
