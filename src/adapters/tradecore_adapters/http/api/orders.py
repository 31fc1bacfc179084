"""Orders: list them, and cancel one that the broker has accepted."""

from typing import Annotated

import structlog
from litestar import Controller, delete, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET

from tradecore.model.ids import OrderId
from tradecore.model.orders import Order
from tradecore.model.steps import Action
from tradecore.model.users import Scope
from tradecore.use_cases.orders import MAX_PAGE_SIZE
from tradecore_adapters.http.api import order_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import JsonResponse, number, price, utc
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64

audit = structlog.get_logger("tradecore.audit")


class OrderController(Controller):
    """The orders of the caller."""

    path = "/api/portfolio/orders"
    tags = ("portfolio",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="getOrders",
        summary="List orders, newest first",
        response_description="One page of orders.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def orders(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Orders on a page.")] = 50,
    ) -> Succeeded[schemas.OrdersData]:
        """A page of orders, newest first."""
        listed = await core.list_orders(by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        return succeed(request.context, schemas.OrdersData([_order(order) for order in listed.orders], pagination))

    @delete(
        "/{orderId:str}",
        status_code=200,
        opt={SCOPE: Scope.TRADE},
        operation_id="cancelOrder",
        summary="Cancel an order that the broker has accepted",
        description="Reserved cash and units come back when the broker has ended the order; units that were filled "
        "before are kept. A repeated request gets the same answer. 409 once the order has ended otherwise, and while "
        "it is being submitted.",
        response_description="The order has ended.",
        responses={
            202: ResponseSpec(
                Succeeded[schemas.OrderData],
                description="The broker has been told to end the order, and may still fill it.",
                generate_examples=False,
            ),
            **errors_of(401, 404, 409, 429),
        },
    )
    async def cancel(
        self,
        request: JsonRequest,
        core: Core,
        order_id: Annotated[str, PathParameter(name="orderId", description="The `id` from the list of orders.")],
    ) -> JsonResponse[Succeeded[schemas.OrderData]]:
        """Cancel an order; 202 until the broker has ended it. Raises NotFound, IllegalMove, StillRunning."""
        id, caller, context = OrderId(order_id[:_MAX_ID_LENGTH]), request.user, request.context
        order = await core.cancel_order(id, by=caller)
        audit.info(
            "cancel_order", request=context.id, address=context.address, user=caller.user, order=id, state=order.state
        )
        return JsonResponse(succeed(context, _order(order)), status_code=200 if order.ended else 202)


def _order(order: Order) -> schemas.OrderData:
    return schemas.OrderData(
        id=order.id,
        recommendation_id=order.recommendation,
        symbol=order.asset.symbol,
        side="buy" if order.action is Action.BUY else "sell",
        quantity=number(order.quantity),
        filled=number(order.filled),
        limit_price=price(order.limit),
        status=order.state.value,
        created_at=utc(order.placed_at or order.at),
        average_price=UNSET if order.average_price is None else price(order.average_price),
        ended_at=utc(order.ended_at) if order.ended_at else UNSET,
        reason=order.reason or UNSET,
        exits=schemas.ExitsData(price(order.exits.stop), price(order.exits.target)) if order.exits else UNSET,
        closes=order.purchase or UNSET,
    )
