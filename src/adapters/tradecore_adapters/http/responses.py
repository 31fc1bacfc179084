"""Responses, and the conversion of values to JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from attrs import frozen
from litestar import Response
from litestar.types import Receive, Scope, Send

from tradecore.model.money import rounded_price

T = TypeVar("T")

# Digits after the point in numbers of a response; prices need no more, and quotients would show noise.
PLACES = 8
# Below this, eight decimals are too few for a price.
_SMALL_PRICE = Decimal("0.001")
# A 28-digit decimal context cannot round a number this large to 8 places.
_HUGE, _DIGITS = Decimal(10) ** 20, 28
_TAG_BYTES = 8

Header = tuple[bytes, bytes]

_encoder = msgspec.json.Encoder(decimal_format="number")


@frozen
class BytesResponse:
    """A status, headers and encoded bytes: an ASGI application, for the middleware and for routes that clients poll."""

    status: int
    body: bytes = b""
    headers: Sequence[Header] = ()
    media_type: bytes = b"application/json"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        headers = list(self.headers)
        if self.status not in (204, 304):  # a 204 carries no Content-Length (RFC 9110, 8.6), a 304 not that of its body
            headers.append((b"content-length", b"%d" % len(self.body)))
        if self.body:
            headers.append((b"content-type", self.media_type))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class JsonResponse(Response[T]):
    """Litestar's response with decimals as JSON numbers; bytes are sent as they are."""

    def render(self, content: Any, media_type: Any, enc_hook: Any = None) -> bytes:
        """The encoded body."""
        return content if isinstance(content, bytes) else json_bytes(content)


def entity_tag(body: bytes) -> bytes:
    """A weak entity tag of a body: what a response means, whatever its time and its compression."""
    return b'W/"%b"' % blake2b(body, digest_size=_TAG_BYTES).hexdigest().encode()


def cacheable(tag: bytes) -> tuple[Header, ...]:
    """The headers of what does not change any more: the client may keep it, and asks whether it still holds."""
    return ((b"etag", tag), (b"cache-control", b"private, no-cache"))


def matches_tag(headers: Mapping[bytes, bytes], tag: bytes) -> bool:
    """Whether a request's `If-None-Match` has the tag, compared weakly (RFC 9110, 13.1.2)."""
    known = headers.get(b"if-none-match")
    if known is None:
        return False
    opaque = tag.removeprefix(b"W/")
    return any(given.strip().removeprefix(b"W/") in (opaque, b"*") for given in known.split(b","))


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8; decimals become JSON numbers with all their digits."""
    return _encoder.encode(value)


# A page of history repeats the same few numbers.
@lru_cache(4096)
def number(value: Decimal) -> Decimal:
    """A decimal for JSON: at most 8 places, no trailing zeros, no negative zero."""
    # Adding zero drops the sign of a negative zero.
    normalized = ((round(value, PLACES) if abs(value) < _HUGE else value) + 0).normalize()
    exponent = normalized.as_tuple().exponent
    has_exponent = isinstance(exponent, int) and exponent > 0 and normalized.adjusted() < _DIGITS
    return normalized.quantize(Decimal(1)) if has_exponent else normalized


def price(value: Decimal) -> Decimal:
    """A price for JSON: like `number`, with at least four digits that count, however small it is."""
    return number(value) if abs(value) >= _SMALL_PRICE else rounded_price(value).normalize() + 0


def seconds(duration: float) -> float:
    """A duration in seconds for JSON, rounded to the millisecond; whole seconds are an int."""
    rounded = round(duration, 3)
    return int(rounded) if rounded.is_integer() else rounded


def utc(at: datetime) -> str:
    """A UTC time for JSON: ISO 8601 with whole seconds and `Z`."""
    return f"{at.isoformat()[:19]}Z"
