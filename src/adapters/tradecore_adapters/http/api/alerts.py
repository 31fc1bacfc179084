"""Routes of alerts: what the caller should know, and that it was seen."""

from attrs import frozen
from msgspec import UNSET

from tradecore.core import Tradecore
from tradecore.model.alerts import Alert
from tradecore.model.ids import AlertId
from tradecore.use_cases.alerts import MAX_PAGE_SIZE
from tradecore_adapters.http.api import alert_schemas as schemas
from tradecore_adapters.http.api.envelope import responses, succeed
from tradecore_adapters.http.api.history import QueryReader
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import BytesResponse, utc
from tradecore_adapters.http.routes import Parameter, Route

_LIMIT, _MAX_PAGE, _MAX_ID_LENGTH = 50, 1_000_000, 64
ALERT_ID = Parameter("alertId", "path", {"type": "string"}, "The id under which it is listed", required=True)
PARAMETERS = (
    Parameter(
        "limit",
        "query",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": _LIMIT},
        "Alerts on a page",
    ),
    Parameter(
        "page", "query", {"type": "integer", "minimum": 1, "maximum": _MAX_PAGE, "default": 1}, "Which page, from 1"
    ),
)


@frozen
class AlertRoutes:
    """The alerts of the caller."""

    core: Tradecore

    async def alerts(self, context: RequestContext) -> BytesResponse:
        """A page of alerts, newest first. Raises Invalid for a wrong parameter."""
        params = QueryReader(context.query_params(frozenset({"limit", "page"})))
        page = params.number("page", 1, _MAX_PAGE)
        limit = params.number("limit", _LIMIT, MAX_PAGE_SIZE)
        params.raise_if_invalid()
        listed = await self.core.list_alerts(by=context.caller, page=page, page_size=limit)
        pagination = PaginationData(listed.total, page, limit, page * limit < listed.total)
        return succeed(context, schemas.AlertsData([_alert(alert) for alert in listed.alerts], pagination))

    async def acknowledge(self, context: RequestContext) -> BytesResponse:
        """Record that the caller has seen an alert."""
        id = AlertId(context.path_param("alertId")[:_MAX_ID_LENGTH])
        return succeed(context, _alert(await self.core.acknowledge_alert(id, by=context.caller)))

    def routes(self) -> tuple[Route, ...]:
        """The routes of this resource."""
        return (
            Route(
                "GET",
                "/api/alerts",
                "getAlerts",
                "What the caller should know, newest first",
                self.alerts,
                responses(schemas.AlertsData, 401, 429),
                description="Kept for 90 days. Live events of the name `alert` bring new ones.",
                tag="alerts",
                parameters=PARAMETERS,
            ),
            Route(
                "POST",
                "/api/alerts/{alertId}/ack",
                "acknowledgeAlert",
                "Acknowledge an alert",
                self.acknowledge,
                responses(schemas.AlertData, 401, 404, 429),
                description="The first acknowledgement counts; repeated ones change nothing.",
                tag="alerts",
                parameters=(ALERT_ID,),
            ),
        )


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
