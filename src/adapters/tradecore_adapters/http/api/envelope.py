"""The envelope of every response below /api."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Meta

from tradecore.model.errors import Invalid, NeedsConfirmation, Refusal
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.error_codes import DESCRIPTIONS, HTTP_ERRORS, REFUSALS, ErrorCode
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.error_spec import ErrorSpec, error_spec
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind, InvalidRequest
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


class Confirmation(msgspec.Struct, rename="camel"):
    """What the caller holds; the same request with `"confirm": true` in its body succeeds."""

    confirmable: Literal[True]
    symbol: str
    held: Annotated[Decimal, Meta(description="Units held")]


class Error(msgspec.Struct, rename="camel", omit_defaults=True):
    """What went wrong: `code` for programs, `message` for people.

    `details` are the fields that are wrong, or what a confirmation is about.
    """

    code: ErrorCode
    message: str
    details: list[Detail] | Confirmation | msgspec.UnsetType = msgspec.UNSET
    request_id: str | msgspec.UnsetType = msgspec.UNSET


class Failed(msgspec.Struct):
    """The envelope of an error."""

    success: Literal[False]
    error: Error
    timestamp: Timestamp


class ProblemDetails(msgspec.Struct, rename="camel", omit_defaults=True):
    """An error in the format of RFC 9457, for those that accept `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: ErrorCode
    errors: list[Detail] | Confirmation | msgspec.UnsetType = msgspec.UNSET


_PROBLEM = "application/problem+json"
_REFUSED_PROBLEM = re.compile(rf"{re.escape(_PROBLEM)}\s*;\s*q=0(\.0*)?\s*(,|$)")
_EXAMPLE_TIME = "2024-10-10T14:23:45Z"

# The documented names of what the core calls by its own.
FIELD_NAMES: Mapping[str, str] = {
    "as_of": "date",
    "asset_type": "assetType",
    "catch_up": "catchUpHours",
    "compared": "compare",
    "delay": "close.delayMinutes",
    "depth": "config.researchDepth",
    "risk_rounds": "config.riskRounds",
    "engine": "config.engine",
    "excluded_words": "excludedWords",
    "expires_on": "expiresOn",
    "expires_in_days": "expiresInDays",
    "expression": "cron.expression",
    "idempotency_key": "Idempotency-Key",
    "issue": "issueRecommendations",
    "max_cost": "maxCost",
    "max_stories": "maxStories",
    "min_score": "minScore",
    "model": "config.llmModel",
    "page_size": "limit",
    "redirect_uri": "redirectUri",
    "provider": "config.llmProvider",
    "quiet_hours": "quietHours",
    "quiet_hours.time_zone": "quietHours.timeZone",
    "source_weights": "sourceWeights",
    "time_zone": "cron.timeZone",
}


def succeed(context: RequestContext, data: T) -> Succeeded[T]:
    """The envelope of a success, with the time of the request."""
    return Succeeded(True, data, utc(context.now))


def succeed_encoded(
    context: RequestContext, data: object, headers: Sequence[Header] = (), *, status: int = 200
) -> BytesResponse:
    """The same as bytes, for the busiest routes; `data` is a schema object, or bytes that are encoded JSON.

    Litestar sends it as it is, which saves a third of the time of a request.
    """
    encoded = data if isinstance(data, bytes) else json_bytes(data)
    body = b'{"success":true,"data":%b,"timestamp":"%b"}' % (encoded, utc(context.now).encode())
    return BytesResponse(status, body, headers)


class EnvelopeErrors:
    """The error format of the routes below /api and outside of every group: `Failed`, or `ProblemDetails`."""

    def refusal_response(self, refusal: Refusal, context: RequestContext) -> BytesResponse:
        """The entry of `REFUSALS`, of the nearest listed ancestor for a kind that is not listed; 500 without one."""
        code = next((REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS), None)
        if code is None:
            message = "Something went wrong on our side; this refusal has no error code."
            return self.http_error_response(HttpError(HttpErrorKind.INTERNAL, message), context)
        status, error = DESCRIPTIONS[code].status, Error(code, caller_text(str(refusal)))
        if isinstance(refusal, Invalid):
            names = {} if isinstance(refusal, InvalidRequest) else FIELD_NAMES
            error.details = [
                Detail(names.get(problem.field, problem.field), caller_text(problem.message))
                for problem in refusal.problems
            ]
        if isinstance(refusal, NeedsConfirmation):
            error.details = Confirmation(True, refusal.symbol, Decimal(refusal.held))
        return _fail(status, error, context, headers_of(status, refusal))

    def http_error_response(self, error: HttpError, context: RequestContext) -> BytesResponse:
        """The status of the error; a 500 carries the request id, under which the log has the details."""
        body = Error(HTTP_ERRORS[error.kind], str(error))
        if error.kind is HttpErrorKind.INTERNAL:
            body.request_id = context.id
        return _fail(error.kind.value, body, context, error.headers)


def _fail(status: int, error: Error, context: RequestContext, headers: tuple[Header, ...]) -> BytesResponse:
    accepted = context.headers.get(b"accept", b"").decode("latin-1").lower()
    if _PROBLEM in accepted and not _REFUSED_PROBLEM.search(accepted):
        problem = ProblemDetails(
            f"urn:tradecore:error:{error.code}",
            DESCRIPTIONS[error.code].meaning,
            status,
            error.message,
            f"urn:tradecore:request:{quote(context.id, safe='')}",
            error.code,
            error.details,
        )
        return BytesResponse(status, json_bytes(problem), headers, _PROBLEM.encode())
    return BytesResponse(status, json_bytes(Failed(False, error, utc(context.now))), headers)


def errors_of(*statuses: int, public: bool = False) -> dict[int, ErrorSpec]:
    """The documented errors of a route below /api: its own statuses, and those that every route has.

    A `public` route needs no credential. Every route that refuses large bodies with 413 refuses slow ones with 408.
    """
    of_credentials = () if public else (401, 403)
    of_bodies = (408,) if 413 in statuses else ()
    declared = {*statuses, *of_credentials, *of_bodies, 400, 429, 500, 503}
    return {status: _error_spec(status) for status in sorted(declared)}


def _error_spec(status: int) -> ErrorSpec:
    """What the codes of a status mean, with an example of its usual code."""
    codes = [code for code, described in DESCRIPTIONS.items() if described.status == status]
    example = Failed(False, Error(codes[0], DESCRIPTIONS[codes[0]].example), _EXAMPLE_TIME)
    return error_spec(example, " ".join(f"`{code}`: {DESCRIPTIONS[code].meaning}" for code in codes))
