"""Routes of the portfolio and of recommendations."""

import re
from enum import StrEnum

import structlog
from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.ids import RecommendationId
from tradecore.model.orders import OrderState
from tradecore.model.recommendations import RecommendationState
from tradecore_adapters.http.api import money_wire as schemas
from tradecore_adapters.http.api import portfolio_serializers as serializers
from tradecore_adapters.http.api.envelope import Succeeded, responses, succeed
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse, utc
from tradecore_adapters.http.routes import IDEMPOTENCY_KEY, Parameter, ResponseSpec, Route

_ID = re.compile(r"[0-9a-fA-F-]{36}")

audit = structlog.get_logger("tradecore.audit")


class RecommendationStatus(StrEnum):
    """The documented states of a recommendation, which a caller can filter by."""

    PENDING = "pending"
    EXECUTED = "executed"
    REJECTED = "rejected"
    EXPIRED = "expired"


RECOMMENDATION_ID = Parameter(
    "recommendationId", "path", {"type": "string"}, "The id under which it is listed", required=True
)
STATUS = Parameter(
    "status",
    "query",
    {"type": "string", "enum": [status.value for status in RecommendationStatus], "default": "pending"},
    "Only those in this state",
)


@frozen
class PortfolioRoutes:
    """The portfolio and the recommendations of the caller."""

    core: Tradecore

    async def portfolio(self, context: RequestContext) -> BytesResponse:
        """Cash, positions and performance."""
        return succeed(context, serializers.portfolio(await self.core.get_portfolio(by=context.caller)))

    async def recommendations(self, context: RequestContext) -> BytesResponse:
        """Recommendations in one state, newest first. Raises Invalid for an unknown state."""
        caller = context.caller
        text = context.query_params(frozenset({"status"})).get("status", RecommendationStatus.PENDING)
        if text not in list(RecommendationStatus):
            raise Invalid.one("status", f"This is one of {', '.join(RecommendationStatus)}.")
        recommendations = await self.core.list_recommendations(by=caller, state=RecommendationState(text))
        return succeed(context, [serializers.recommendation(recommendation) for recommendation in recommendations])

    async def execute(self, context: RequestContext) -> BytesResponse:
        """Execute a recommendation, at most once."""
        id, caller = _id(context), context.caller
        order = await self.core.execute_recommendation(id, by=caller, idempotency=context.idempotency_key(id))
        audit.info(
            "execute", request=context.id, address=context.address, user=caller.user, order=order.id, state=order.state
        )
        return succeed(context, serializers.execution(order), status=200 if order.state is OrderState.FILLED else 202)

    async def reject(self, context: RequestContext) -> BytesResponse:
        """Reject a recommendation for good."""
        id, caller = _id(context), context.caller
        rejected = await self.core.reject_recommendation(id, by=caller)
        audit.info("reject", request=context.id, address=context.address, user=caller.user, recommendation=id)
        return succeed(context, schemas.RejectionData("rejected", utc(rejected.ended_at or context.now)))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "GET",
                "/api/portfolio",
                "getPortfolio",
                "Cash, positions at their newest prices, and performance",
                self.portfolio,
                responses(schemas.PortfolioData, 401, 429),
                description="A new caller's account is opened with the configured paper cash.",
                tag="portfolio",
            ),
            Route(
                "GET",
                "/api/portfolio/recommendations",
                "getRecommendations",
                "What completed analyses recommend, newest first",
                self.recommendations,
                responses(list[schemas.RecommendationData], 401, 429),
                tag="portfolio",
                parameters=(STATUS,),
            ),
            Route(
                "POST",
                "/api/portfolio/recommendations/{recommendationId}/execute",
                "executeRecommendation",
                "Execute a pending recommendation",
                self.execute,
                {
                    **responses(schemas.ExecutionData, 401, 404, 409, 422, 429),
                    202: ResponseSpec(
                        "The broker has the order and has not filled it yet.", Succeeded[schemas.ExecutionData]
                    ),
                },
                description="One order however often it is asked for; asked again, the same answer. 409 once it was "
                "rejected or has expired, and when cash, holdings, the price or the installation do not allow it; 503 "
                "while it is not known what became of the order: ask again.",
                tag="portfolio",
                parameters=(RECOMMENDATION_ID, IDEMPOTENCY_KEY),
            ),
            Route(
                "POST",
                "/api/portfolio/recommendations/{recommendationId}/reject",
                "rejectRecommendation",
                "Reject a pending recommendation",
                self.reject,
                responses(schemas.RejectionData, 401, 404, 409, 429),
                description="For good. 409 once it was executed or has expired.",
                tag="portfolio",
                parameters=(RECOMMENDATION_ID,),
            ),
        )


def _id(context: RequestContext) -> RecommendationId:
    text = context.path_param("recommendationId")
    if not _ID.fullmatch(text):
        raise NotFound("recommendation", text[:64])
    return RecommendationId(text.lower())
