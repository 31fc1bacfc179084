"""Alerts: what the caller should know, and that it was seen."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET

from tradecore.model.alerts import Alert
from tradecore.model.ids import AlertId
from tradecore.model.users import Scope
from tradecore.use_cases.alerts import MAX_PAGE_SIZE
from tradecore_adapters.http.api import alert_schemas as schemas
from tradecore_adapters.http.api.envelope import Succeeded, errors_of, succeed
from tradecore_adapters.http.api.paging import PAGE_LINKS, paginate
from tradecore_adapters.http.dependencies import Core
from tradecore_adapters.http.queries import require_strict_query
from tradecore_adapters.http.requests import JsonRequest
from tradecore_adapters.http.responses import utc
from tradecore_adapters.http.scopes import SCOPE
from tradecore_adapters.http.security import ACCESS_TOKEN

_MAX_PAGE, _MAX_ID_LENGTH = 1_000_000, 64


class AlertController(Controller):
    """The alerts of the caller."""

    path = "/api/alerts"
    tags = ("alerts",)
    security = (ACCESS_TOKEN,)

    @get(
        before_request=require_strict_query,
        operation_id="getAlerts",
        summary="List alerts, newest first",
        description="Kept for 90 days. Live events of the name `alert` bring new ones.",
        response_description="One page of alerts.",
        response_headers=(PAGE_LINKS,),
        responses=errors_of(401, 429),
    )
    async def alerts(
        self,
        request: JsonRequest,
        core: Core,
        page: Annotated[int, QueryParameter(ge=1, le=_MAX_PAGE, description="The page, from 1.")] = 1,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Alerts on a page.")] = 50,
    ) -> Succeeded[schemas.AlertsData]:
        """A page of alerts, newest first."""
        listed = await core.list_alerts(by=request.user, page=page, page_size=limit)
        pagination = paginate(request.context, listed.total, page, limit)
        return succeed(request.context, schemas.AlertsData([_alert(alert) for alert in listed.alerts], pagination))

    @post(
        "/{alertId:str}/ack",
        status_code=200,
        opt={SCOPE: Scope.READ},
        operation_id="acknowledgeAlert",
        summary="Acknowledge an alert",
        description="The first acknowledgement counts; repeated ones change nothing.",
        response_description="The alert, acknowledged.",
        responses=errors_of(401, 404, 429),
    )
    async def acknowledge(
        self,
        request: JsonRequest,
        core: Core,
        alert_id: Annotated[str, PathParameter(name="alertId", description="The `id` from the list of alerts.")],
    ) -> Succeeded[schemas.AlertData]:
        """Record that the caller has seen an alert. Raises NotFound."""
        alert = await core.acknowledge_alert(AlertId(alert_id[:_MAX_ID_LENGTH]), by=request.user)
        return succeed(request.context, _alert(alert))


def _alert(alert: Alert) -> schemas.AlertData:
    kind, _, id = alert.subject.partition(":")
    return schemas.AlertData(
        id=alert.id,
        kind=alert.kind.value,
        severity=alert.severity.value,
        message=alert.message,
        subject=schemas.SubjectData(kind, id),
        created_at=utc(alert.created_at),
        acknowledged_at=utc(alert.acknowledged_at) if alert.acknowledged_at else UNSET,
    )
