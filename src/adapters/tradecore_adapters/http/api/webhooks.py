"""The webhooks of the caller, and what was delivered to them."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from tradecore.model.ids import DeliveryId, WebhookId
from tradecore.model.users import Scope
from tradecore.model.webhooks import DeliveryState
from tradecore.use_cases.webhook_deliveries import MAX_PAGE_SIZE
from tradecore.use_cases.webhooks import MAX_WEBHOOKS
from tradecore_adapters.http.api import webhook_schemas as schemas
from tradecore_adapters.http.api.audit import audit
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest, OptionalJsonRequest
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64
_WebhookIdPath = Annotated[str, PathParameter(name="webhookId", description="The `id` from the list of webhooks.")]
# Litestar keeps the name `state` of a parameter for itself.
_StateQuery = Annotated[
    DeliveryState | None, QueryParameter(name="state", description="Deliveries in this state only.")
]


class WebhookController(Controller):
    """Addresses that the caller's events are posted to."""

    path = "/api/webhooks"
    tags = ("webhooks",)
    security = (ACCESS_TOKEN,)

    @post(
        status_code=201,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="createWebhook",
        summary="Create a webhook",
        description=(
            "Every event of these kinds is posted there from now on, signed as Standard Webhooks describes. `secret` "
            f"verifies the signatures and is shown this once. A user has at most {MAX_WEBHOOKS}. A request that is "
            "sent again creates a second webhook."
        ),
        response_description="Created.",
        responses=errors_of(409, 413, 415),
    )
    async def create(
        self, request: JsonRequest, core: Core, data: JSONBody[schemas.CreateWebhookRequest]
    ) -> Succeeded[schemas.WebhookWithSecretData]:
        """Create a webhook. Raises Invalid, IllegalMove as CreateWebhook does."""
        created = await core.create_webhook(data.url, data.kinds, by=request.user)
        audit("webhook_created", request, webhook=created.webhook.id)
        return succeed(request.context, schemas.with_secret(created.webhook, created.secret))

    @get(
        before_request=require_strict_query,
        operation_id="listWebhooks",
        summary="List the webhooks, newest first",
        response_description="One page of webhooks, without their secrets.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(),
    )
    async def webhooks(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=MAX_WEBHOOKS, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_WEBHOOKS, description="Webhooks on a page.")] = MAX_WEBHOOKS,
    ) -> Succeeded[schemas.WebhooksData]:
        """A page of the caller's webhooks."""
        webhooks = await core.list_webhooks(by=request.user)
        shown = [schemas.show_webhook(webhook) for webhook in webhooks[(page - 1) * limit : page * limit]]
        pagination = paginate(request.context, len(webhooks), page, limit)
        return succeed(request.context, schemas.WebhooksData(shown, pagination))

    @patch(
        "/{webhookId:str}",
        request_class=OptionalJsonRequest,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="updateWebhook",
        summary="Change a webhook, or rotate its secret",
        description=(
            "A `secret` is in the answer to `rotateSecret` only; for a day after it, deliveries have a signature of "
            "each of the two. A webhook that was disabled because its receiver answered 410 can be enabled again."
        ),
        response_description="The webhook after the change.",
        responses=errors_of(404, 409, 413, 415),
    )
    async def update(
        self,
        request: OptionalJsonRequest,
        core: Core,
        data: JSONBody[schemas.UpdateWebhookRequest],
        webhook_id: _WebhookIdPath,
    ) -> Succeeded[schemas.WebhookWithSecretData]:
        """Change a webhook of the caller. Raises NotFound, Invalid as UpdateWebhook does."""
        updated = await core.update_webhook(
            WebhookId(webhook_id[:_MAX_ID_LENGTH]),
            by=request.user,
            url=data.url,
            kinds=data.kinds,
            enabled=data.enabled,
            rotate_secret=data.rotate_secret,
        )
        audit("webhook_changed", request, webhook=updated.webhook.id)
        return succeed(request.context, schemas.with_secret(updated.webhook, updated.secret))

    @delete(
        "/{webhookId:str}",
        status_code=204,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="deleteWebhook",
        summary="Delete a webhook with its deliveries",
        response_description="Deleted.",
        responses=errors_of(404),
    )
    async def delete(self, request: JsonRequest, core: Core, webhook_id: _WebhookIdPath) -> None:
        """Delete a webhook of the caller. Raises NotFound."""
        id = WebhookId(webhook_id[:_MAX_ID_LENGTH])
        await core.delete_webhook(id, by=request.user)
        audit("webhook_deleted", request, webhook=id)

    @get(
        "/{webhookId:str}/deliveries",
        before_request=require_strict_query,
        operation_id="listWebhookDeliveries",
        summary="List the deliveries of a webhook, newest first",
        description="Kept for 30 days. Those whose `state` is `failed` were tried for a day and are not tried again.",
        response_description="One page of deliveries.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(404),
    )
    async def deliveries(
        self,
        request: JsonRequest,
        core: Core,
        webhook_id: _WebhookIdPath,
        delivery_state: _StateQuery = None,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Deliveries on a page.")] = 50,
    ) -> Succeeded[schemas.WebhookDeliveriesData]:
        """A page of the deliveries of a webhook of the caller. Raises NotFound."""
        id = WebhookId(webhook_id[:_MAX_ID_LENGTH])
        listed = await core.list_webhook_deliveries(
            id, by=request.user, state=delivery_state, page=page, page_size=limit
        )
        pagination = paginate(request.context, listed.total, page, limit)
        shown = [schemas.show_delivery(delivery) for delivery in listed.deliveries]
        return succeed(request.context, schemas.WebhookDeliveriesData(shown, pagination))

    @post(
        "/{webhookId:str}/deliveries/{deliveryId:str}/retry",
        status_code=200,
        opt={SCOPE: Scope.LAUNCH},
        operation_id="retryWebhookDelivery",
        summary="Deliver an event again",
        description="Also one that was delivered. It has the id and the body of the first time, and a day of attempts.",
        response_description="The delivery, pending.",
        responses=errors_of(404),
    )
    async def retry(
        self,
        request: JsonRequest,
        core: Core,
        webhook_id: _WebhookIdPath,
        delivery_id: Annotated[
            str, PathParameter(name="deliveryId", description="The `id` from the list of deliveries.")
        ],
    ) -> Succeeded[schemas.WebhookDeliveryData]:
        """Post a delivery again. Raises NotFound."""
        id, webhook = DeliveryId(delivery_id[:_MAX_ID_LENGTH]), WebhookId(webhook_id[:_MAX_ID_LENGTH])
        delivery = await core.retry_webhook_delivery(id, webhook, by=request.user)
        return succeed(request.context, schemas.show_delivery(delivery))
