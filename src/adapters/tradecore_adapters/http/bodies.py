"""Reading request bodies: bounded in size, and parsed as strict JSON before any schema sees them."""

import json
from math import isinf
from typing import Any

from tradecore.model.errors import Invalid
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.text import printable, require_clean_text

# The documented bodies nest three levels; the rest leaves room to name the wrong field in a body that nests deeper.
_MAX_DEPTH = 16
# A body up to this size is read to its end after a 413, so that the connection stays usable; above, it is closed.
_DRAIN_LIMIT = 1024 * 1024

_CLOSE = ((b"connection", b"close"),)


async def read_json(context: RequestContext, limit: int) -> Any:
    """The request body as a JSON value.

    Raises HttpError: 415 unless the body is `application/json` in UTF-8 without compression; 413 above `limit` bytes;
    400 if it is not JSON (RFC 8259), holds NaN or a number out of range, or nests more than 16 levels. Raises Invalid,
    naming the field, for repeated names in an object and for text with control characters.
    """
    _require_json_media_type(context)
    return parse_json(await read_bytes(context, limit))


def parse_json(raw: bytes) -> Any:
    """Parse JSON. Raises HttpError (400) and Invalid as `read_json` does."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=_finite
        )
    except RecursionError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is not UTF-8.") from error
    except ValueError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is not valid JSON.") from error
    _require_clean_value(value, "", _MAX_DEPTH)
    return value


def _require_json_media_type(context: RequestContext) -> None:
    content_type = context.headers.get(b"content-type", b"").lower()
    media_type, _, parameters = content_type.partition(b";")
    charset = parameters.strip().replace(b'"', b"")
    if media_type.strip() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        raise HttpError(HttpErrorKind.WRONG_MEDIA, "Send the body as `Content-Type: application/json`, in UTF-8.")
    if context.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise HttpError(HttpErrorKind.WRONG_MEDIA, "Send the body without compression.")


async def read_bytes(context: RequestContext, limit: int) -> bytes:
    """The request body. Raises HttpError: 413 above `limit` bytes, 400 if the client disconnects before its end."""
    too_large = f"The body is larger than {limit} bytes."
    length = context.headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise HttpError(HttpErrorKind.BODY_TOO_LARGE, too_large, _CLOSE if int(length) > _DRAIN_LIMIT else ())
    body, more = bytearray(), True
    while more and len(body) <= limit:
        message: Any = await context.receive()
        if message["type"] == "http.disconnect":
            raise HttpError(HttpErrorKind.MALFORMED, "The body ended early.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > limit:
        raise HttpError(HttpErrorKind.BODY_TOO_LARGE, too_large, _CLOSE)
    return bytes(body)


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise Invalid.one(printable(repeated), "This name is given more than once.")
    return members


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise HttpError(HttpErrorKind.MALFORMED, "The body holds a number that is out of range.")
    return value


def _require_clean_value(value: Any, path: str, levels: int) -> None:
    if levels == 0:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is nested too deeply.")
    if isinstance(value, str):
        require_clean_text(value, path or "body")
    elif isinstance(value, dict):
        for name, inner in value.items():
            require_clean_text(name, path or "body")
            _require_clean_value(inner, f"{path}.{name}" if path else name, levels - 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _require_clean_value(inner, f"{path}.{index}" if path else str(index), levels - 1)
