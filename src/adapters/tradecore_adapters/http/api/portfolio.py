"""Routes of money: the portfolio, and what is recommended for it."""

import re
from enum import StrEnum

import structlog
from attrs import frozen

from tradecore.core import Tradecore
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.ids import RecommendationId
from tradecore.model.orders import OrderState
from tradecore.model.recommendations import RecommendationState
from tradecore_adapters.http.answers import Answer, utc
from tradecore_adapters.http.api import money_wire as wire
from tradecore_adapters.http.api import present_money as present
from tradecore_adapters.http.api.envelope import Succeeded, promises, succeed
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.routes import IDEMPOTENCY_KEY, Parameter, Promise, Route

_ID = re.compile(r"[0-9a-fA-F-]{36}")

audit = structlog.get_logger("tradecore.audit")


class Shown(StrEnum):
    """The states that can be asked for."""

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
    {"type": "string", "enum": [each.value for each in Shown], "default": "pending"},
    "Only those in this state",
)


@frozen
class Money:
    """The caller's own."""

    core: Tradecore

    async def portfolio(self, asked: Asked) -> Answer:
        """All that the caller has."""
        return succeed(asked, present.portfolio(await self.core.show_portfolio(by=asked.caller)))

    async def recommendations(self, asked: Asked) -> Answer:
        """What is recommended, newest first."""
        caller = asked.caller
        text = asked.query(frozenset({"status"})).get("status", Shown.PENDING)
        if text not in list(Shown):
            raise Invalid.one("status", f"This is one of {', '.join(Shown)}.")
        found = await self.core.list_recommendations(by=caller, state=RecommendationState(text))
        return succeed(asked, [present.recommendation(each) for each in found])

    async def execute(self, asked: Asked) -> Answer:
        """Carry it out, once."""
        id, caller = _id(asked), asked.caller
        order = await self.core.execute_recommendation(id, by=caller, once=asked.once(id))
        audit.info(
            "execute", request=asked.id, address=asked.address, user=caller.user, order=order.id, state=order.state
        )
        return succeed(asked, present.execution(order), status=200 if order.state is OrderState.FILLED else 202)

    async def reject(self, asked: Asked) -> Answer:
        """Turn it down."""
        id, caller = _id(asked), asked.caller
        rejected = await self.core.reject_recommendation(id, by=caller)
        audit.info("reject", request=asked.id, address=asked.address, user=caller.user, recommendation=id)
        return succeed(asked, wire.RejectionData("rejected", utc(rejected.ended_at or asked.now)))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "GET",
                "/api/portfolio",
                "getPortfolio",
                "Cash, positions at their newest prices, and performance",
                self.portfolio,
                promises(wire.PortfolioData, 401, 429),
                description="A new caller's account is opened with the configured paper cash.",
                tag="portfolio",
            ),
            Route(
                "GET",
                "/api/portfolio/recommendations",
                "getRecommendations",
                "What completed analyses recommend, newest first",
                self.recommendations,
                promises(list[wire.RecommendationData], 401, 429),
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
                    **promises(wire.ExecutionData, 401, 404, 409, 422, 429),
                    202: Promise("The broker has the order and has not filled it yet.", Succeeded[wire.ExecutionData]),
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
                promises(wire.RejectionData, 401, 404, 409, 429),
                description="For good. 409 once it was executed or has expired.",
                tag="portfolio",
                parameters=(RECOMMENDATION_ID,),
            ),
        )


def _id(asked: Asked) -> RecommendationId:
    text = asked.part("recommendationId")
    if not _ID.fullmatch(text):
        raise NotFound("recommendation", text[:64])
    return RecommendationId(text.lower())
