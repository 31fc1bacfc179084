"""The envelope of every answer below /api, and the one table from refusals to errors."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from attrs import frozen
from msgspec import Meta

from tradecore.model import errors
from tradecore.model.errors import Invalid, Refusal
from tradecore_adapters.http.answers import Answer, Header, json_bytes, utc
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.declined import Declined, Reason
from tradecore_adapters.http.routes import Promise
from tradecore_adapters.http.shapes import HEADERS_OF, headers_of

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
class Rule:
    """How a refusal shows: its status, its code for programs."""

    status: int
    code: str


# Every leaf of the tree of refusals stands here; the codes are part of the contract.
REFUSALS: Mapping[type[Refusal], Rule] = {
    errors.Invalid: Rule(400, "invalid_input"),
    errors.NotSignedIn: Rule(401, "not_signed_in"),
    errors.NotAllowed: Rule(403, "not_allowed"),
    errors.NotFound: Rule(404, "not_found"),
    errors.NotReady: Rule(425, "not_ready"),
    errors.IllegalMove: Rule(409, "illegal_move"),
    errors.KeyReused: Rule(422, "idempotency_key_reused"),
    errors.StillRunning: Rule(409, "request_in_progress"),
    errors.OverBudget: Rule(402, "over_budget"),
    errors.QueueFull: Rule(503, "queue_full"),
    errors.TooMany: Rule(429, "too_many_requests"),
    errors.Overspent: Rule(429, "spending_limit_reached"),
    errors.Stale: Rule(409, "changed_meanwhile"),
    errors.Unavailable: Rule(503, "unavailable"),
}

_CODES: Mapping[Reason, str] = {
    Reason.MALFORMED: "malformed_request",
    Reason.NO_ROUTE: "no_such_route",
    Reason.WRONG_METHOD: "method_not_allowed",
    Reason.BODY_TOO_LARGE: "body_too_large",
    Reason.PATH_TOO_LONG: "path_too_long",
    Reason.WRONG_MEDIA: "unsupported_media_type",
    Reason.HEADERS_TOO_LARGE: "headers_too_large",
    Reason.BROKEN: "internal_error",
}


def succeed(asked: Asked, data: object, *, status: int = 200, headers: tuple[Header, ...] = ()) -> Answer:
    """A success, with `data` as JSON or as bytes that are JSON already."""
    inner = data if isinstance(data, bytes) else json_bytes(data)
    timestamp = utc(asked.now).encode()
    return Answer(status, b'{"success":true,"data":%b,"timestamp":"%b"}' % (inner, timestamp), headers)


class Envelopes:
    """How routes below /api, and those that belong nowhere, say no."""

    def refused(self, refusal: Refusal, asked: Asked) -> Answer:
        """By the table; a kind of refusal that came later shows as its nearest ancestor there."""
        rule = next((REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS), None)
        if rule is None:
            return self.declined(Declined(Reason.BROKEN, "This refusal has no answer yet."), asked)
        error = Error(rule.code, str(refusal))
        if isinstance(refusal, Invalid):
            error.details = [Detail(problem.field, problem.message) for problem in refusal.problems]
        return _fail(rule.status, error, asked, headers_of(rule.status, refusal))

    def declined(self, declined: Declined, asked: Asked) -> Answer:
        """What the door did not let through."""
        error = Error(_CODES[declined.reason], str(declined))
        if declined.reason is Reason.BROKEN:
            error.request_id = asked.id
        return _fail(declined.reason.value, error, asked, declined.headers)


def _fail(status: int, error: Error, asked: Asked, headers: tuple[Header, ...]) -> Answer:
    return Answer(status, json_bytes(Failed(False, error, utc(asked.now))), headers)


_MEANINGS: Mapping[int, str] = {
    400: "Something asked for is not valid; `details` names the fields.",
    401: "No access token, or one that does not hold.",
    403: "Known, but may not.",
    404: "There is no such thing for this caller.",
    405: "The route does not know this method.",
    409: "The state of the thing does not allow it.",
    413: "The body is too large.",
    414: "The path or query is too long.",
    415: "The body is not sent as application/json.",
    422: "The idempotency key was used before with another request.",
    425: "Not completed yet, or failed: the message says which.",
    429: "Too many requests.",
    500: "Something went wrong on our side.",
    503: "Too much is waiting, or something tradecore depends on is out of reach.",
}


def promises(
    content: Any, *errors: int, status: int = 200, description: str = "", **headers: str
) -> dict[int, Promise]:
    """The documented answers of a route below /api: one success, its own errors, and those that any route may give."""
    named = {name.replace("_", "-"): meaning for name, meaning in headers.items()}
    own = {status: Promise(description or "As asked.", Succeeded[content], named)}
    for each in sorted({*errors, 400, 500, 503}):
        own[each] = Promise(_MEANINGS[each], Failed, HEADERS_OF.get(each, {}))
    return own
