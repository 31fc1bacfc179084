"""The interpretation of responses."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from tradecore.model import errors
from tradecore.model.errors import Busy, Invalid, NeedsConfirmation, NotFound, Problem, Refusal, Unavailable
from tradecore_adapters.client.calls.call import Call, T
from tradecore_adapters.typed_json import convert

# The refusal of each error code. A code that is not listed comes from a newer server, and is read as Unavailable.
_REFUSALS: Mapping[str, type[Refusal]] = {
    "invalid_input": errors.Invalid,
    "not_signed_in": errors.NotAuthenticated,
    "not_allowed": errors.NotAllowed,
    "not_ready": errors.NotReady,
    "illegal_move": errors.IllegalMove,
    "confirmation_needed": errors.NeedsConfirmation,
    "idempotency_key_reused": errors.KeyReused,
    "request_in_progress": errors.StillRunning,
    "over_budget": errors.OverBudget,
    "queue_full": errors.QueueFull,
    "too_many_requests": errors.RateLimited,
    "spending_limit_reached": errors.Overspent,
    "changed_meanwhile": errors.Stale,
    "unavailable": errors.Unavailable,
}

# The error codes of the status codes of the news API, which sends none.
_NEWS_CODES: Mapping[int, str] = {
    400: "invalid_input",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "request_in_progress",
    422: "invalid_input",
    429: "too_many_requests",
    503: "unavailable",
}

# The names that the core, and the parameters here, have for the documented fields.
_FIELD_NAMES: Mapping[str, str] = {
    "assetType": "asset_type",
    "config.researchDepth": "depth",
    "config.riskRounds": "risk_rounds",
    "config.llmModel": "model",
    "config.llmProvider": "provider",
    "config.engine": "engine",
    "Idempotency-Key": "idempotency_key",
    "maxCost": "max_cost",
    "excludedWords": "excluded_words",
    "expiresInDays": "expires_in_days",
    "maxStories": "max_stories",
    "minScore": "min_score",
    "sourceWeights": "source_weights",
}


def read(call: Call[T], status: int, headers: Mapping[str, str], body: bytes) -> T:
    """The data of a response. Raises the refusal of an error response, and Unavailable for one that is not ours."""
    try:
        if status == 204:
            return convert(None, call.response_type)
        if 200 <= status < 300 and call.response_type is bytes:
            return cast(T, body)
        envelope = msgspec.json.decode(body)
        if 200 <= status < 300:
            data = envelope["data"] if call.enveloped else envelope
            return convert(data, call.response_type, str_keys=True)
        error = envelope["error"] if call.enveloped else _news_error(status, envelope["detail"])
    except (msgspec.MsgspecError, KeyError, TypeError) as problem:
        raise Unavailable(f"The server answered {call.path} with {status} and an unexpected body.") from problem
    raise refusal(
        error.get("code", ""),
        error.get("message", ""),
        resource=call.resource,
        resource_id=call.resource_id,
        details=error.get("details", ()),
        retry_after=headers.get("retry-after", ""),
    )


def _news_error(status: int, detail: Any) -> Mapping[str, Any]:
    """The error of the news API in the form of the trading API: a sentence, or a list of what is wrong with fields."""
    code = _NEWS_CODES.get(status, "")
    if isinstance(detail, str):
        return {"code": code, "message": detail}
    problems = [{"field": str(problem["loc"][-1]), "message": problem["msg"]} for problem in detail]
    return {"code": code, "message": "The request is not valid.", "details": problems}


def refusal(
    code: str,
    message: str,
    *,
    resource: str = "analysis",
    resource_id: str = "",
    details: Any = (),
    retry_after: str = "",
) -> Refusal:
    """The refusal of an error code, with the field names of the core; `retry_after` in seconds."""
    if code == "not_found":
        return NotFound(resource, resource_id)
    kind = _REFUSALS.get(code, Unavailable)
    if issubclass(kind, Invalid):
        problems = [
            Problem(_FIELD_NAMES.get(detail["field"], detail["field"]), detail["message"]) for detail in details
        ]
        if [problem.message for problem in problems] == [message] and problems[0].field not in message:
            message = f"{problems[0].field}: {message}"
        # A server that refuses several fields names them in the details only.
        unsaid = [f"{problem.field}: {problem.message}" for problem in problems if problem.message not in message]
        return kind(" ".join([message, *unsaid]), problems)
    if issubclass(kind, NeedsConfirmation) and isinstance(details, Mapping):
        return kind(message, str(details.get("symbol", "")), str(details.get("held", "0")))
    if issubclass(kind, Busy):
        return kind(message, int(retry_after) if retry_after.isdigit() else 5)
    return kind(message)
