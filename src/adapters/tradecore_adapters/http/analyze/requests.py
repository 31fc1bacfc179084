"""The request body of POST /analyze, and the details of an invalid one in the format of FastAPI."""

import json
from typing import Annotated, Any, NoReturn

from attrs import frozen
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import PydanticKnownError

from tradecore_adapters.http.bodies import read_bytes
from tradecore_adapters.http.context import RequestContext

USER_ID = r"^[A-Za-z0-9_-]{1,128}$"


def _no_boolean(value: object) -> object:
    """Refuse true and false, which Python counts as integers and JSON does not."""
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


class AnalyzeRequest(BaseModel):
    """News to digest."""

    hours: Annotated[int, BeforeValidator(_no_boolean)] = Field(
        gt=0, description="How far the window reaches back; more than the longest is cut to that"
    )
    user_id: Annotated[str, StringConstraints(strip_whitespace=True, pattern=USER_ID)] = Field(
        description="Who is told each thing once; whitespace around it does not count"
    )


@frozen
class InvalidBody(Exception):
    """An invalid body; `details` is the encoded JSON of the 422 response."""

    details: bytes


async def read_request(context: RequestContext, limit: int) -> AnalyzeRequest:
    """The validated body. Raises InvalidBody with every invalid field, HttpError (413) above `limit` bytes."""
    raw = await read_bytes(context, limit)
    if not raw:
        _refuse([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
    try:
        value: Any = _parsed(raw) if _is_json(context) else raw.decode("utf-8", "replace")
        if value is None:
            _refuse([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
        return AnalyzeRequest.model_validate(value, from_attributes=True)
    except ValidationError as error:
        try:
            _refuse([{**detail, "loc": ["body", *detail["loc"]]} for detail in error.errors(include_url=False)])
        except RecursionError:
            _malformed(0, "The body is nested too deeply")
    except json.JSONDecodeError as error:
        _malformed(error.pos, error.msg)
    except UnicodeDecodeError as error:
        _malformed(error.start, "The body is not UTF-8")
    except RecursionError:
        _malformed(0, "The body is nested too deeply")
    except ValueError as error:
        _malformed(0, str(error))


def _is_json(context: RequestContext) -> bool:
    """Whether the Content-Type is JSON or missing."""
    media = context.headers.get(b"content-type", b"application/json").lower().partition(b";")[0].strip()
    return media == b"application/json" or (media.startswith(b"application/") and media.endswith(b"+json"))


def _parsed(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite, parse_int=_bounded_int)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("A number is out of range")
    return value


def _bounded_int(text: str) -> int:
    if len(text) > 1000:
        raise ValueError("A number is out of range")
    return int(text)


def _malformed(position: int, reason: str) -> NoReturn:
    detail = {"type": "json_invalid", "loc": ["body", position], "msg": "JSON decode error", "input": {}}
    _refuse([{**detail, "ctx": {"error": reason}}])


def _refuse(details: list[dict[str, Any]]) -> NoReturn:
    # ASCII with escapes, because the input may hold unpaired surrogates, which UTF-8 cannot encode.
    raise InvalidBody(json.dumps({"detail": details}, separators=(",", ":")).encode("ascii")) from None
