"""Errors of requests themselves, raised before any use case runs."""

from collections.abc import Sequence
from enum import Enum

from tradecore.model.errors import Invalid
from tradecore_adapters.http.responses import Header


class HttpErrorKind(Enum):
    """What is wrong with a request; the value is the HTTP status of the response."""

    MALFORMED = 400
    NO_ROUTE = 404
    WRONG_METHOD = 405
    BODY_TOO_SLOW = 408
    BODY_TOO_LARGE = 413
    PATH_TOO_LONG = 414
    WRONG_MEDIA = 415
    NOT_UPGRADED = 426
    HEADERS_TOO_LARGE = 431
    INTERNAL = 500


class HttpError(Exception):
    """A request that cannot be served. The message is shown to the client; `headers` are added to the response."""

    def __init__(self, kind: HttpErrorKind, message: str, headers: Sequence[Header] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.headers = tuple(headers)


class InvalidRequest(Invalid):
    """Fields or parameters that are not valid, under their names in the request rather than in the core."""
