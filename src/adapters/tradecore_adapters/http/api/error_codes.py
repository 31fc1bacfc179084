"""The error codes below /api: the status of each, what it means, and what a client does about it."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from tradecore.model import errors
from tradecore.model.errors import Refusal
from tradecore_adapters.http.http_errors import HttpErrorKind


class ErrorCode(StrEnum):
    """What went wrong, for programs. Codes stay; new versions may add some."""

    INVALID_INPUT = "invalid_input"
    MALFORMED_REQUEST = "malformed_request"
    NOT_SIGNED_IN = "not_signed_in"
    OVER_BUDGET = "over_budget"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NO_SUCH_ROUTE = "no_such_route"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    BODY_TOO_SLOW = "body_too_slow"
    ILLEGAL_MOVE = "illegal_move"
    CONFIRMATION_NEEDED = "confirmation_needed"
    REQUEST_IN_PROGRESS = "request_in_progress"
    CHANGED_MEANWHILE = "changed_meanwhile"
    BODY_TOO_LARGE = "body_too_large"
    PATH_TOO_LONG = "path_too_long"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    NOT_READY = "not_ready"
    TOO_MANY_REQUESTS = "too_many_requests"
    SPENDING_LIMIT_REACHED = "spending_limit_reached"
    UPGRADE_REQUIRED = "upgrade_required"
    HEADERS_TOO_LARGE = "headers_too_large"
    INTERNAL_ERROR = "internal_error"
    UNAVAILABLE = "unavailable"
    QUEUE_FULL = "queue_full"


@frozen
class ErrorDescription:
    """The HTTP status of a code, what it means, what to do about it, and a message as it is sent."""

    status: int
    meaning: str
    remedy: str
    example: str


# In the order of their statuses; the first code of a status is its usual one.
DESCRIPTIONS: Mapping[ErrorCode, ErrorDescription] = {
    ErrorCode.INVALID_INPUT: ErrorDescription(
        400,
        "A field or a parameter has a value that is not possible.",
        "Show `details`: each entry has the `field` and a sentence about it. The same request fails again.",
        "The request is not valid.",
    ),
    ErrorCode.MALFORMED_REQUEST: ErrorDescription(
        400,
        "The body is not JSON in UTF-8, it is nested too deeply, or a header is given twice.",
        "Mend the client: it sends something that it does not mean.",
        "The body is not valid JSON.",
    ),
    ErrorCode.NOT_SIGNED_IN: ErrorDescription(
        401,
        "The access token is missing, has expired, or belongs to a session that has ended. Signing in: the password is "
        "wrong.",
        "Refresh the access token once and repeat the request; if that fails, ask the user to sign in.",
        "Sign in, and send the access token as `Authorization: Bearer <token>`.",
    ),
    ErrorCode.OVER_BUDGET: ErrorDescription(
        402,
        "The request would cost more than it may.",
        "Choose fewer analysts, a lower depth or a cheaper model.",
        "The analysis would cost more than it may.",
    ),
    ErrorCode.NOT_ALLOWED: ErrorDescription(
        403,
        "The caller is known and may not do this.",
        "Use a credential that may.",
        "This credential does not allow that.",
    ),
    ErrorCode.NOT_FOUND: ErrorDescription(
        404,
        "There is no such thing, or it belongs to another user.",
        "Forget the id. Lists show what there is.",
        "There is no analysis 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'.",
    ),
    ErrorCode.NO_SUCH_ROUTE: ErrorDescription(
        404,
        "The path is not part of the API.",
        "Compare the path with `/docs`, and its prefix with that of the proxy.",
        "There is no such route.",
    ),
    ErrorCode.METHOD_NOT_ALLOWED: ErrorDescription(
        405,
        "The path has no such method.",
        "Use a method that the header `Allow` names.",
        "This route does not know that method.",
    ),
    ErrorCode.BODY_TOO_SLOW: ErrorDescription(
        408,
        "The body arrived too slowly.",
        "Repeat the request, with the same idempotency key.",
        "The body arrived too slowly.",
    ),
    ErrorCode.ILLEGAL_MOVE: ErrorDescription(
        409,
        "The state of the thing does not allow the change: a recommendation that has expired, an analysis that has "
        "ended, cash that is missing.",
        "Read the thing again and show the message. The same request fails again while the state lasts.",
        "The recommendation has expired.",
    ),
    ErrorCode.CONFIRMATION_NEEDED: ErrorDescription(
        409,
        "The symbol was traded less than a minute ago, or on the same evidence: the request may be a double click.",
        'Show `details`, which say what is held, and ask. `{"confirm": true}` in the body says that it is meant.',
        "NVDA was traded less than a minute ago; 15 units are held. Confirm to trade again.",
    ),
    ErrorCode.REQUEST_IN_PROGRESS: ErrorDescription(
        409,
        "The first request with this idempotency key, or for this order, is still running.",
        "Repeat the request with the same key after a second.",
        "The first request with this idempotency key is still running.",
    ),
    ErrorCode.CHANGED_MEANWHILE: ErrorDescription(
        409,
        "Another request has changed the thing at the same time.",
        "Read it again, and repeat the request if it still makes sense.",
        "Another request has changed this meanwhile.",
    ),
    ErrorCode.BODY_TOO_LARGE: ErrorDescription(
        413,
        "The body is larger than the server accepts.",
        "Send less; the message names the limit.",
        "The body is larger than 65536 bytes.",
    ),
    ErrorCode.PATH_TOO_LONG: ErrorDescription(
        414,
        "The path and the query are too long.",
        "Send fewer or shorter parameters.",
        "The path and query are too long.",
    ),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: ErrorDescription(
        415,
        "The body is not announced as JSON, or it is compressed.",
        "Send `Content-Type: application/json` and the plain body.",
        "Send the body as `Content-Type: application/json`, in UTF-8.",
    ),
    ErrorCode.IDEMPOTENCY_KEY_REUSED: ErrorDescription(
        422,
        "The idempotency key came before with another request.",
        "Use a new key for each new intention, and the old one only for retries.",
        "This idempotency key was used with another request.",
    ),
    ErrorCode.NOT_READY: ErrorDescription(
        425,
        "The analysis has not completed, or has failed; the message says which.",
        "Follow its events or its status until it has ended. The result of a failed one never comes.",
        "Analysis a1b2c3d4-e5f6-7890-abcd-ef1234567890 is running; its result is not there yet.",
    ),
    ErrorCode.UPGRADE_REQUIRED: ErrorDescription(
        426,
        "The address of the WebSocket was requested without the headers that open one.",
        "Connect with a WebSocket client. Behind a proxy, let it pass on `Upgrade` and `Connection`.",
        "A WebSocket is opened here, with `Upgrade: websocket`. If a WebSocket client sent this request, a proxy on "
        "the way has dropped the headers `Upgrade` and `Connection`.",
    ),
    ErrorCode.TOO_MANY_REQUESTS: ErrorDescription(
        429,
        "More requests, sign-ins or connections in a minute than one user or address may have.",
        "Wait for the seconds of `Retry-After`; `RateLimit` tells in advance how many are left.",
        "More than 100 requests in a minute; try again later.",
    ),
    ErrorCode.SPENDING_LIMIT_REACHED: ErrorDescription(
        429,
        "What the caller may spend on language models today is spent or reserved.",
        "Wait until tomorrow (UTC), or choose the rules.",
        "The budget of today is spent.",
    ),
    ErrorCode.HEADERS_TOO_LARGE: ErrorDescription(
        431,
        "The headers are too many or too large.",
        "Send fewer headers; cookies of other applications on the same host are a usual cause.",
        "The request's headers are too many or too large.",
    ),
    ErrorCode.INTERNAL_ERROR: ErrorDescription(
        500,
        "A mistake of the server.",
        "Give `requestId` to the operator: the log has the details under it.",
        "Something went wrong on our side; the log has the details under this id.",
    ),
    ErrorCode.UNAVAILABLE: ErrorDescription(
        503,
        "A service that the request needs does not respond, or the request took too long.",
        "Repeat the request after the seconds of `Retry-After`, with the same idempotency key.",
        "The database does not respond; try again.",
    ),
    ErrorCode.QUEUE_FULL: ErrorDescription(
        503,
        "As many analyses wait as the server admits.",
        "Repeat the request after the seconds of `Retry-After`.",
        "The analysis queue is full; try again shortly.",
    ),
}

# Complete: a test checks that every refusal of the core is listed.
REFUSALS: Mapping[type[Refusal], ErrorCode] = {
    errors.Invalid: ErrorCode.INVALID_INPUT,
    errors.NotAuthenticated: ErrorCode.NOT_SIGNED_IN,
    errors.NotAllowed: ErrorCode.NOT_ALLOWED,
    errors.NotFound: ErrorCode.NOT_FOUND,
    errors.NotReady: ErrorCode.NOT_READY,
    errors.IllegalMove: ErrorCode.ILLEGAL_MOVE,
    errors.NeedsConfirmation: ErrorCode.CONFIRMATION_NEEDED,
    errors.KeyReused: ErrorCode.IDEMPOTENCY_KEY_REUSED,
    errors.StillRunning: ErrorCode.REQUEST_IN_PROGRESS,
    errors.OverBudget: ErrorCode.OVER_BUDGET,
    errors.QueueFull: ErrorCode.QUEUE_FULL,
    errors.RateLimited: ErrorCode.TOO_MANY_REQUESTS,
    errors.Overspent: ErrorCode.SPENDING_LIMIT_REACHED,
    errors.Stale: ErrorCode.CHANGED_MEANWHILE,
    errors.Unavailable: ErrorCode.UNAVAILABLE,
}

HTTP_ERRORS: Mapping[HttpErrorKind, ErrorCode] = {
    HttpErrorKind.MALFORMED: ErrorCode.MALFORMED_REQUEST,
    HttpErrorKind.NO_ROUTE: ErrorCode.NO_SUCH_ROUTE,
    HttpErrorKind.WRONG_METHOD: ErrorCode.METHOD_NOT_ALLOWED,
    HttpErrorKind.BODY_TOO_SLOW: ErrorCode.BODY_TOO_SLOW,
    HttpErrorKind.BODY_TOO_LARGE: ErrorCode.BODY_TOO_LARGE,
    HttpErrorKind.PATH_TOO_LONG: ErrorCode.PATH_TOO_LONG,
    HttpErrorKind.WRONG_MEDIA: ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    HttpErrorKind.NOT_UPGRADED: ErrorCode.UPGRADE_REQUIRED,
    HttpErrorKind.HEADERS_TOO_LARGE: ErrorCode.HEADERS_TOO_LARGE,
    HttpErrorKind.INTERNAL: ErrorCode.INTERNAL_ERROR,
}
