"""The audit log: who changed what, and from where."""

import structlog

from tradecore_adapters.http.requests import JsonRequest

_log = structlog.get_logger("tradecore.audit")


def audit(event: str, request: JsonRequest, **subject: str) -> None:
    """Record that a request has changed something; `subject` names it by its kind, such as `webhook="..."`."""
    context = request.context
    _log.info(event, request=context.id, address=context.address, user=request.user.user, **subject)
