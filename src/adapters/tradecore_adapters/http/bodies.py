"""Strict JSON: request bodies are checked by these rules before any schema sees them."""

import json
from collections.abc import Mapping
from math import isinf
from typing import Any

from tradecore.model.errors import Invalid
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.text import is_clean_text, printable, require_clean_text

# The documented bodies nest three levels; the rest leaves room to name the wrong field in a body that nests deeper.
_MAX_DEPTH = 16


def parse_json(raw: bytes) -> Any:
    """Parse JSON.

    Raises HttpError (400) if it is not JSON (RFC 8259), holds NaN or a number out of range, or nests more than 16
    levels. Raises Invalid, naming the field, for repeated names in an object and for text with control characters.
    """
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is not UTF-8.") from error
    except ValueError as error:
        raise HttpError(HttpErrorKind.MALFORMED, "The body is not valid JSON.") from error
    # Most bodies show as a whole that no value in them is unsafe or nests too deeply.
    if "\\" in text or not is_clean_text(text) or text.count("{") + text.count("[") >= _MAX_DEPTH:
        _require_clean_value(value, "", _MAX_DEPTH)
    return value


def require_json_media_type(headers: Mapping[bytes, bytes]) -> None:
    """Raises HttpError (415) unless the headers announce `application/json` in UTF-8, without compression."""
    media_type, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    charset = parameters.strip().replace(b'"', b"")
    if media_type.strip() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        raise HttpError(HttpErrorKind.WRONG_MEDIA, "Send the body as `Content-Type: application/json`, in UTF-8.")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise HttpError(HttpErrorKind.WRONG_MEDIA, "Send the body without compression.")


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
