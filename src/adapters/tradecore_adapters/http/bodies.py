"""Request bodies: read up to a limit, as JSON in the strict sense, before any model looks at them."""

import json
from math import isinf
from typing import Any

from tradecore.model.errors import Invalid
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.declined import Declined, Reason
from tradecore_adapters.http.text import demand_clean, shown

# No body of ours nests deeper than three; this leaves room to say which field is wrong.
_DEEPEST = 16
# Up to here a sender is heard out, so that its connection stays usable; beyond, the connection is closed.
_HEARD_OUT = 1024 * 1024

_CLOSE = ((b"connection", b"close"),)


async def read_json(asked: Asked, limit: int) -> Any:
    """The body as a JSON value.

    Raises Declined: 415 unless it is sent as application/json, uncompressed; 413 past `limit` bytes; 400 for anything
    that is not JSON (RFC 8259) in UTF-8, for NaN and numbers out of range, for repeated names and deep nesting. Raises
    Invalid, naming the field, for text that holds control characters.
    """
    _demand_json_media(asked)
    return parse_json(await read_bytes(asked, limit))


def parse_json(raw: bytes) -> Any:
    """The JSON value that these bytes are; errors as for `read_json`."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite
        )
    except RecursionError as error:
        raise Declined(Reason.MALFORMED, "The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise Declined(Reason.MALFORMED, "The body is not UTF-8.") from error
    except ValueError as error:
        raise Declined(Reason.MALFORMED, "The body is not valid JSON.") from error
    _demand_clean_value(value, "", _DEEPEST)
    return value


def _demand_json_media(asked: Asked) -> None:
    media = asked.headers.get(b"content-type", b"").lower()
    kind, _, parameters = media.partition(b";")
    charset = parameters.strip().replace(b'"', b"")
    if kind.strip() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        raise Declined(Reason.WRONG_MEDIA, "Send the body as `Content-Type: application/json`, in UTF-8.")
    if asked.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Declined(Reason.WRONG_MEDIA, "Send the body without compression.")


async def read_bytes(asked: Asked, limit: int) -> bytes:
    """The body as it came. Raises Declined: 413 past `limit` bytes, 400 when it ends early."""
    too_large = f"The body is larger than {limit} bytes."
    length = asked.headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > limit:
        raise Declined(Reason.BODY_TOO_LARGE, too_large, _CLOSE if int(length) > _HEARD_OUT else ())
    body, more = bytearray(), True
    while more and len(body) <= limit:
        message: Any = await asked.receive()
        if message["type"] == "http.disconnect":
            raise Declined(Reason.MALFORMED, "The body ended early.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > limit:
        raise Declined(Reason.BODY_TOO_LARGE, too_large, _CLOSE)
    return bytes(body)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise Invalid.one(shown(repeated), "This name is given more than once.")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise Declined(Reason.MALFORMED, "The body holds a number that is out of range.")
    return value


def _demand_clean_value(value: Any, path: str, levels: int) -> None:
    if levels == 0:
        raise Declined(Reason.MALFORMED, "The body is nested too deeply.")
    if isinstance(value, str):
        demand_clean(value, path or "body")
    elif isinstance(value, dict):
        for name, inner in value.items():
            demand_clean(name, path or "body")
            _demand_clean_value(inner, f"{path}.{name}" if path else name, levels - 1)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            _demand_clean_value(inner, f"{path}.{n}" if path else str(n), levels - 1)
