"""Parameters that several routes share, as Litestar annotations."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated

from litestar.params import HeaderParameter

from tradecore.model.receipts import IdempotencyKey

# The core checks the key; the schema only documents what it accepts.
IdempotencyHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A retry with the same key and the same request gets the response to the first one.",
        schema_extra={"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    ),
]

PreferHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Prefer",
        description="`wait=5` answers when the state changes, or after 5 seconds; `Preference-Applied` repeats it.",
        schema_extra={"examples": ["wait=5"]},
    ),
]

_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*([0-9]{1,6})\s*(?:$|[,;])", re.ASCII | re.IGNORECASE)
# A request that waits for longer would look dead to proxies.
_MAX_WAIT = 30.0
# What the response itself may take of the deadline of a request, in seconds.
_RESERVE = 1.0


def wait_seconds(header: str | None, deadline_seconds: float | None) -> float:
    """How long the `Prefer` header lets a response wait: below the deadline of the request and 30 s; 0 without it.

    A header that is not valid is ignored, as RFC 7240 demands.
    """
    match = _WAIT.search(header or "")
    if match is None:
        return 0.0
    longest = _MAX_WAIT if deadline_seconds is None else min(_MAX_WAIT, deadline_seconds - _RESERVE)
    return max(0.0, min(float(match[1]), longest))


def idempotency_key_of(header: str | None, fingerprint: Callable[[], str]) -> IdempotencyKey | None:
    """The `Idempotency-Key` header with a hash of the fingerprint, or None without the header.

    `fingerprint` returns a canonical text of everything the request contains; the same key with another fingerprint is
    a conflict. Raises Invalid if the header's value is not a valid key.
    """
    return None if header is None else IdempotencyKey(header, sha256(fingerprint().encode()).hexdigest())
