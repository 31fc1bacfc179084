"""Requests about alerts."""

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def alerts(*, limit: int = 50, page: int = 1) -> Call[models.Alerts]:
    """A page of alerts, newest first; `limit` is the size of a page."""
    return Call(models.Alerts, "GET", "/api/alerts", query={"limit": str(limit), "page": str(page)})


def acknowledge_alert(id: str) -> Call[models.Alert]:
    """Record that an alert was seen; the first time counts. Raises NotFound."""
    return Call(models.Alert, "POST", f"/api/alerts/{segment(id)}/ack", resource_id=id)
