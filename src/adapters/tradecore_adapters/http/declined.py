"""What the door itself says no to, before any verb of the core is asked."""

from collections.abc import Sequence
from enum import Enum

from tradecore_adapters.http.answers import Header


class Reason(Enum):
    """Why, with the status that says so."""

    MALFORMED = 400
    NO_ROUTE = 404
    WRONG_METHOD = 405
    BODY_TOO_LARGE = 413
    PATH_TOO_LONG = 414
    WRONG_MEDIA = 415
    HEADERS_TOO_LARGE = 431
    BROKEN = 500


class Declined(Exception):
    """A request that goes no further; the message is safe to show."""

    def __init__(self, reason: Reason, message: str, headers: Sequence[Header] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.headers = tuple(headers)
