"""The price alerts of the caller."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.ids import PriceAlertId
from tradecore.model.price_alerts import PriceAlertState, PriceCondition
from tradecore.model.users import Scope
from tradecore.use_cases.price_alerts import MAX_PAGE_SIZE, MAX_PRICE_ALERTS
from tradecore_adapters.http.api import price_alert_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.parameters import IdempotencyHeader, idempotency_key_of
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64
# Litestar keeps the name `state` of a parameter for itself.
_StateQuery = Annotated[
    PriceAlertState | None, QueryParameter(name="state", description="Price alerts in this state only.")
]


class PriceAlertController(Controller):
    """What the caller wants to be told about prices."""

    path = "/api/price-alerts"
    tags = ("alerts",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createPriceAlert",
        summary="Create a price alert",
        description=(
            "When the price meets the condition it is triggered, once: as an alert and as the event `price_alert`, for "
            "webhooks and notices too. A condition that the price meets already is refused. Prices are compared once a "
            f"minute. A user has at most {MAX_PRICE_ALERTS} active ones."
        ),
        response_description="Created.",
        responses=errors_of(409, 413, 415, 422),
    )
    async def create(
        self,
        request: JsonRequest,
        core: Core,
        data: JSONBody[schemas.CreatePriceAlertRequest],
        idempotency_key: IdempotencyHeader = None,
    ) -> Succeeded[schemas.PriceAlertData]:
        """Create a price alert. Raises Invalid, IllegalMove, KeyReused and Unavailable as CreatePriceAlert does."""
        created = await core.create_price_alert(
            data.asset,
            PriceCondition(data.condition),
            data.value,
            by=request.user,
            note=data.note or "",
            expires_on=data.expires_on,
            idempotency=idempotency_key_of(idempotency_key, data.fingerprint),
        )
        audit("price_alert_created", request, price_alert=created.id)
        return succeed(request.context, schemas.show_price_alert(created))

    @get(
        before_request=require_strict_query,
        operation_id="listPriceAlerts",
        summary="List the price alerts, newest first",
        description="Those that were triggered or have expired are kept for 90 days.",
        response_description="One page of price alerts.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def price_alerts(
        self,
        request: JsonRequest,
        core: Core,
        alert_state: _StateQuery = None,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Price alerts on a page.")] = 50,
    ) -> Succeeded[schemas.PriceAlertsData]:
        """A page of the caller's price alerts."""
        listed = await core.list_price_alerts(by=request.user, state=alert_state, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        shown = [schemas.show_price_alert(alert) for alert in listed.alerts]
        return succeed(request.context, schemas.PriceAlertsData(shown, pagination))

    @delete(
        "/{priceAlertId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deletePriceAlert",
        summary="Delete a price alert",
        response_description="Deleted.",
        responses=errors_of(404),
    )
    async def delete(
        self,
        request: JsonRequest,
        core: Core,
        price_alert_id: Annotated[
            str, PathParameter(name="priceAlertId", description="The `id` from the list of price alerts.")
        ],
    ) -> None:
        """Delete a price alert of the caller. Raises NotFound."""
        id = PriceAlertId(price_alert_id[:_MAX_ID_LENGTH])
        await core.delete_price_alert(id, by=request.user)
        audit("price_alert_deleted", request, price_alert=id)
