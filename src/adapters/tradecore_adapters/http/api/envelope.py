"""The envelope of every response below /api, and the status and error code of each refusal."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from attrs import frozen
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from tradecore.model import errors
from tradecore.model.errors import Invalid, Refusal
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.responses import BytesResponse, Header, json_bytes, utc
from tradecore_adapters.http.route_groups import headers_of

T = TypeVar("T")

Timestamp = Annotated[str, Meta(description="UTC, whole seconds, with `Z`", extra_json_schema={"format": "date-time"})]


class Succeeded(msgspec.Struct, Generic[T]):
    """The envelope of a success."""

    success: Literal[True]
    data: T
    timestamp: Timestamp


class Detail(msgspec.Struct):
    """One thing wrong with one field, by its path in what was sent."""

    field: str
    message: str


class Error(msgspec.Struct, rename="camel", omit_defaults=True):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str
    details: list[Detail] | msgspec.UnsetType = msgspec.UNSET
    request_id: str | msgspec.UnsetType = msgspec.UNSET


class Failed(msgspec.Struct):
    """The envelope of an error."""

    success: Literal[False]
    error: Error
    timestamp: Timestamp


@frozen
class ErrorCode:
    """The HTTP status and the code, for programs, of an error."""

    status: int
    code: str


# Complete: a test checks that every refusal of the core is listed. Clients rely on the codes.
REFUSALS: Mapping[type[Refusal], ErrorCode] = {
    errors.Invalid: ErrorCode(400, "invalid_input"),
    errors.NotAuthenticated: ErrorCode(401, "not_signed_in"),
    errors.NotAllowed: ErrorCode(403, "not_allowed"),
    errors.NotFound: ErrorCode(404, "not_found"),
    errors.NotReady: ErrorCode(425, "not_ready"),
    errors.IllegalMove: ErrorCode(409, "illegal_move"),
    errors.KeyReused: ErrorCode(422, "idempotency_key_reused"),
    errors.StillRunning: ErrorCode(409, "request_in_progress"),
    errors.OverBudget: ErrorCode(402, "over_budget"),
    errors.QueueFull: ErrorCode(503, "queue_full"),
    errors.RateLimited: ErrorCode(429, "too_many_requests"),
    errors.Overspent: ErrorCode(429, "spending_limit_reached"),
    errors.Stale: ErrorCode(409, "changed_meanwhile"),
    errors.Unavailable: ErrorCode(503, "unavailable"),
}

# The documented names of what the core calls by its own.
FIELD_NAMES: Mapping[str, str] = {
    "as_of": "date",
    "asset_type": "assetType",
    "depth": "config.researchDepth",
    "engine": "config.engine",
    "expires_in_days": "expiresInDays",
    "idempotency_key": "Idempotency-Key",
    "model": "config.llmModel",
    "page_size": "limit",
    "redirect_uri": "redirectUri",
    "provider": "config.llmProvider",
}

_CODES: Mapping[HttpErrorKind, str] = {
    HttpErrorKind.MALFORMED: "malformed_request",
    HttpErrorKind.NO_ROUTE: "no_such_route",
    HttpErrorKind.WRONG_METHOD: "method_not_allowed",
    HttpErrorKind.BODY_TOO_SLOW: "body_too_slow",
    HttpErrorKind.BODY_TOO_LARGE: "body_too_large",
    HttpErrorKind.PATH_TOO_LONG: "path_too_long",
    HttpErrorKind.WRONG_MEDIA: "unsupported_media_type",
    HttpErrorKind.HEADERS_TOO_LARGE: "headers_too_large",
    HttpErrorKind.INTERNAL: "internal_error",
}


def succeed(context: RequestContext, data: T) -> Succeeded[T]:
    """The envelope of a success, with the time of the request."""
    return Succeeded(True, data, utc(context.now))


def succeed_encoded(context: RequestContext, data: object, headers: Sequence[Header] = ()) -> BytesResponse:
    """The same as bytes, for routes that clients poll; `data` is a schema object, or bytes that are encoded JSON.

    Litestar sends it as it is, which saves a third of the time of a request.
    """
    encoded = data if isinstance(data, bytes) else json_bytes(data)
    body = b'{"success":true,"data":%b,"timestamp":"%b"}' % (encoded, utc(context.now).encode())
    return BytesResponse(200, body, headers)


class EnvelopeErrors:
    """The error format of the routes below /api and outside of every group: the `Failed` envelope."""

    def refusal_response(self, refusal: Refusal, context: RequestContext) -> BytesResponse:
        """The entry of `REFUSALS`, of the nearest listed ancestor for a kind that is not listed; 500 without one."""
        code = next((REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS), None)
        if code is None:
            message = "Something went wrong on our side; this refusal has no error code."
            return self.http_error_response(HttpError(HttpErrorKind.INTERNAL, message), context)
        error = Error(code.code, str(refusal))
        if isinstance(refusal, Invalid):
            error.details = [
                Detail(FIELD_NAMES.get(problem.field, problem.field), problem.message) for problem in refusal.problems
            ]
        return _fail(code.status, error, context, headers_of(code.status, refusal))

    def http_error_response(self, error: HttpError, context: RequestContext) -> BytesResponse:
        """The status of the error; a 500 carries the request id, under which the log has the details."""
        body = Error(_CODES[error.kind], str(error))
        if error.kind is HttpErrorKind.INTERNAL:
            body.request_id = context.id
        return _fail(error.kind.value, body, context, error.headers)


def _fail(status: int, error: Error, context: RequestContext, headers: tuple[Header, ...]) -> BytesResponse:
    return BytesResponse(status, json_bytes(Failed(False, error, utc(context.now))), headers)


_DESCRIPTIONS: Mapping[int, str] = {
    400: "The request is not valid; `details` names the fields.",
    401: "The access token is missing, expired or not valid.",
    403: "The credential does not have the scope of this route.",
    404: "The caller has no such resource.",
    409: "The state of the resource does not allow it.",
    408: "The body arrived too slowly.",
    413: "The body is too large.",
    415: "The body is not sent as `application/json`.",
    422: "The idempotency key was used before with another request.",
    425: "The analysis has not completed, or has failed; the message says which.",
    429: "Too many requests.",
    500: "An internal error; `requestId` finds it in the server's log.",
    503: "The queue is full, a dependency is unavailable, or the request took too long.",
}


def errors_of(*statuses: int, public: bool = False) -> dict[int, ResponseSpec]:
    """The documented errors of a route below /api: its own statuses, and those that every route has.

    A `public` route needs no credential. Every route that refuses large bodies with 413 refuses slow ones with 408.
    """
    of_credentials = () if public else (401, 403)
    of_bodies = (408,) if 413 in statuses else ()
    return {
        status: ResponseSpec(Failed, description=_DESCRIPTIONS[status], generate_examples=False)
        for status in sorted({*statuses, *of_credentials, *of_bodies, 400, 429, 500, 503})
    }
