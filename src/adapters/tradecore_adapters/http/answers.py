"""Answers: a status, headers and bytes that are ready to be sent, and how values become JSON."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec
from attrs import frozen
from litestar.types import Receive, Scope, Send

# Prices need no more, and a reader is spared the noise of a division.
PLACES = 8
# From here on a decimal of 28 digits has no room for them, and nobody looks for them.
_HUGE, _DIGITS = Decimal(10) ** 20, 28

Header = tuple[bytes, bytes]

_encoder = msgspec.json.Encoder(decimal_format="number")


@frozen
class Answer:
    """What is sent back; an ASGI application, so that Litestar passes it through as it is."""

    status: int
    body: bytes = b""
    headers: Sequence[Header] = ()
    media: bytes = b"application/json"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = list(self.headers)
        if self.status != 204:  # which has no body, and says nothing of its length (RFC 9110, 8.6)
            headers.append((b"content-length", b"%d" % len(self.body)))
        if self.body:
            headers.append((b"content-type", self.media))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def json_bytes(value: object) -> bytes:
    """Compact JSON; decimals become numbers, digit by digit."""
    return _encoder.encode(value)


# A page of history holds the same few numbers again and again.
@lru_cache(4096)
def number(value: Decimal) -> Decimal:
    """A decimal as it is shown: at most 8 places, no trailing zeros, no negative zero."""
    # Adding nothing takes the sign from a zero.
    tidy = ((round(value, PLACES) if abs(value) < _HUGE else value) + 0).normalize()
    exponent = tidy.as_tuple().exponent
    written_out = isinstance(exponent, int) and exponent > 0 and tidy.adjusted() < _DIGITS
    return tidy.quantize(Decimal(1)) if written_out else tidy


def seconds(length: float) -> float:
    """A duration as it is shown: seconds, to the millisecond; whole ones without a point."""
    shown = round(length, 3)
    return int(shown) if shown.is_integer() else shown


def utc(at: datetime) -> str:
    """A time in UTC as it is shown: whole seconds, with `Z`."""
    return f"{at.isoformat()[:19]}Z"
