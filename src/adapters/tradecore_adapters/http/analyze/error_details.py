"""Error responses of the routes below /analyze: a `detail` in the manner of FastAPI, and a status for each refusal."""

from collections.abc import Mapping
from typing import Any

import msgspec
from attrs import frozen

from tradecore.model import errors
from tradecore.model.errors import NotAuthenticated, Refusal
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.error_spec import ErrorSpec, error_spec
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.responses import BytesResponse, Header, json_bytes
from tradecore_adapters.http.route_groups import headers_of


class NewsError(msgspec.Struct):
    """What went wrong, in a sentence."""

    detail: str


class NewsFault(msgspec.Struct, omit_defaults=True):
    """One thing wrong with one field: what kind, where, why, and what was sent there."""

    type: str
    loc: list[str | int]
    msg: str
    input: Any
    ctx: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class NewsFaults(msgspec.Struct):
    """Everything wrong with a body."""

    detail: list[NewsFault]


# Complete: a test checks that every refusal of the core has a status here.
REFUSALS: Mapping[type[Refusal], int] = {
    errors.Invalid: 400,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotReady: 409,
    errors.IllegalMove: 409,
    errors.NeedsConfirmation: 409,
    errors.KeyReused: 422,
    errors.StillRunning: 409,
    errors.OverBudget: 402,
    errors.QueueFull: 503,
    errors.RateLimited: 429,
    errors.Overspent: 429,
    errors.Stale: 409,
    errors.Unavailable: 503,
}

_NOT_AUTHENTICATED = "The API key is missing or not valid; send it as `Authorization: Bearer <API_KEY>`."


@frozen
class DetailErrors:
    """The error format of the routes below /analyze: `{"detail": ...}`."""

    def refusal_response(self, refusal: Refusal, context: RequestContext) -> BytesResponse:
        """The status from `REFUSALS`, of the nearest listed ancestor for a kind that is not listed; 500 without one."""
        status = next((REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS), 500)
        if isinstance(refusal, errors.KeyReused):
            key = context.headers.get(b"idempotency-key", b"").decode("latin-1")
            fault = NewsFault("idempotency_key_reused", ["header", "Idempotency-Key"], str(refusal), key)
            return BytesResponse(status, json_bytes(NewsFaults([fault])))
        # The same body for a missing, malformed and unknown key.
        text = _NOT_AUTHENTICATED if isinstance(refusal, NotAuthenticated) else caller_text(str(refusal))
        return _error(status, text, *headers_of(status, refusal))

    def http_error_response(self, error: HttpError, context: RequestContext) -> BytesResponse:
        """The status of the error; a 500 names the request id, under which the log has the details."""
        text = f"{error} (request {context.id})" if error.kind is HttpErrorKind.INTERNAL else str(error)
        return _error(error.kind.value, text, *error.headers)


def _error(status: int, text: str, *headers: Header) -> BytesResponse:
    return BytesResponse(status, json_bytes(NewsError(text)), headers)


_DESCRIPTIONS: Mapping[int, str] = {
    400: "The window is shorter than the shortest one, or the idempotency key is not valid.",
    401: "The API key is missing or not valid.",
    403: "The credential does not have the scope of this route.",
    404: "This key has no such job.",
    409: "The first request with this idempotency key is still running.",
    408: "The body arrived too slowly.",
    413: "The body is too large.",
    422: "The body is not valid; `detail` names each field. Or the idempotency key was used for another request.",
    429: "Too many requests.",
    500: "An internal error; the request id finds it in the server's log.",
    503: "The queue is full, a dependency is unavailable, or the request took too long.",
}


def errors_of(*statuses: int) -> dict[int, ErrorSpec]:
    """The documented errors of a route below /analyze: its own statuses, and those that every route has.

    Every route that refuses large bodies with 413 refuses slow ones with 408.
    """
    slow = {408} if 413 in statuses else set()
    return {status: _error_spec(status) for status in sorted({*statuses, 401, 403, 429, 500, 503} | slow)}


def _error_spec(status: int) -> ErrorSpec:
    fault = NewsFault("missing", ["body", "hours"], "Field required", {"user_id": "user-42"})
    example = NewsFaults([fault]) if status == 422 else NewsError(_DESCRIPTIONS[status])
    return error_spec(example, _DESCRIPTIONS[status])
