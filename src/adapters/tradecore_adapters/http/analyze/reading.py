"""What may be sent to /analyze, and what is said of a body that does not hold, field by field."""

import json
from typing import Annotated, Any, NoReturn

from attrs import frozen
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import PydanticKnownError

from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.bodies import read_bytes

USER_ID = r"^[A-Za-z0-9_-]{1,128}$"


def _no_boolean(value: object) -> object:
    """JSON's true is no number, though Python's is."""
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
class Unreadable(Exception):
    """A body that does not hold; `faults` is the JSON that says why, ready to be sent."""

    faults: bytes


async def read_request(asked: Asked, limit: int) -> AnalyzeRequest:
    """The body. Raises Unreadable with each offending field, Declined when it is larger than `limit` bytes."""
    raw = await read_bytes(asked, limit)
    if not raw:
        _refuse([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
    try:
        value: Any = _parsed(raw) if _is_json(asked) else raw.decode("utf-8", "replace")
        if value is None:
            _refuse([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
        return AnalyzeRequest.model_validate(value, from_attributes=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        try:
            _refuse([{**each, "loc": ["body", *each["loc"]]} for each in found])
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


def _is_json(asked: Asked) -> bool:
    """Whether the body says that it is JSON, or says nothing."""
    media = asked.headers.get(b"content-type", b"application/json").lower().partition(b";")[0].strip()
    return media == b"application/json" or (media.startswith(b"application/") and media.endswith(b"+json"))


def _parsed(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("A number is out of range")
    return value


def _whole(text: str) -> int:
    if len(text) > 1000:
        raise ValueError("A number is out of range")
    return int(text)


def _malformed(at: int, why: str) -> NoReturn:
    fault = {"type": "json_invalid", "loc": ["body", at], "msg": "JSON decode error", "input": {}}
    _refuse([{**fault, "ctx": {"error": why}}])


def _refuse(faults: list[dict[str, Any]]) -> NoReturn:
    # Escaped throughout: what was sent may hold halves of characters, which no other encoding lets pass.
    raise Unreadable(json.dumps({"detail": faults}, separators=(",", ":")).encode("ascii")) from None
