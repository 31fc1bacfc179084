"""The request body of POST /analyze, and the details of an invalid one in the format of FastAPI.

Litestar reads bodies otherwise than FastAPI, so the request and the model of this route do what FastAPI does.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, Self

from attrs import frozen
from pydantic import BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import PydanticKnownError

from tradecore.model.news import Interests
from tradecore_adapters.http.requests import BoundedRequest, JsonBody

USER_ID = r"^[A-Za-z0-9_-]{1,128}$"


def _no_boolean(value: object) -> object:
    """Refuse true and false, which Python counts as integers and JSON does not."""
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


@frozen
class InvalidBody(Exception):
    """An invalid body; `details` is the encoded JSON of the 422 response."""

    details: bytes


class AnalyzeRequest(JsonBody):
    """Which news to report, and to whom."""

    hours: Annotated[int, BeforeValidator(_no_boolean)] = Field(
        gt=0, description="The length of the time window; capped at the longest one"
    )
    user_id: Annotated[str, StringConstraints(strip_whitespace=True, pattern=USER_ID)] = Field(
        description="The reader, who gets each story once; surrounding whitespace is removed"
    )

    # Optional: what is left out, or null, is as the interests of the account have it. They are lists and not tuples,
    # because an error names their type in the words of JSON.
    assets: list[str] | None = Field(None, description="Only stories about one of these: names, tickers, `$ON`")
    categories: list[str] | None = Field(
        None, description="Only stories of these sections of the report, besides those about `assets`"
    )
    excluded_words: list[str] | None = Field(None, description="No stories with one of these in a headline")
    min_score: int | None = Field(None, description="The least score of a story, 0 to 100")
    max_stories: int | None = Field(None, description="The most new stories, 1 to 200")
    source_weights: dict[str, int] | None = Field(
        None, description="Points for stories of a source, -20 to 20, by the name of the source"
    )
    language: str | None = Field(None, description="The language in which a model edits the digest, such as `de`")

    @property
    def interests(self) -> Interests:
        """What the request chooses."""
        return Interests(
            assets=None if self.assets is None else tuple(self.assets),
            categories=None if self.categories is None else tuple(self.categories),
            excluded_words=None if self.excluded_words is None else tuple(self.excluded_words),
            min_score=self.min_score,
            max_stories=self.max_stories,
            source_weights=self.source_weights,
            language=self.language,
        )

    @classmethod
    def parse(cls, value: Any) -> Self:
        """The validated body. Raises InvalidBody with every invalid field."""
        try:
            return cls.model_validate(value, from_attributes=True)
        except ValidationError as error:
            try:
                _refuse([{**detail, "loc": ["body", *detail["loc"]]} for detail in error.errors(include_url=False)])
            except RecursionError:
                _malformed(0, "The body is nested too deeply")


class DigestRequest(BoundedRequest):
    """A request whose body is read as FastAPI reads it: any Content-Type is accepted."""

    async def body(self) -> bytes:
        """The body. Raises InvalidBody if it is empty, and HttpError (413)."""
        raw = await super().body()
        return raw or _missing()

    async def json(self) -> Any:
        """The body as a JSON value, or as text under another Content-Type. Raises InvalidBody for invalid JSON."""
        raw = await self.body()
        try:
            value = _parsed(raw) if _is_json(self.context.headers) else raw.decode("utf-8", "replace")
        except json.JSONDecodeError as error:
            _malformed(error.pos, error.msg)
        except UnicodeDecodeError as error:
            _malformed(error.start, "The body is not UTF-8")
        except RecursionError:
            _malformed(0, "The body is nested too deeply")
        except ValueError as error:
            _malformed(0, str(error))
        return _missing() if value is None else value


def _is_json(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the Content-Type is JSON or missing."""
    media = headers.get(b"content-type", b"application/json").lower().partition(b";")[0].strip()
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


def _missing() -> NoReturn:
    _refuse([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])


def _malformed(position: int, reason: str) -> NoReturn:
    detail = {"type": "json_invalid", "loc": ["body", position], "msg": "JSON decode error", "input": {}}
    _refuse([{**detail, "ctx": {"error": reason}}])


def _refuse(details: list[dict[str, Any]]) -> NoReturn:
    # ASCII with escapes, because the input may hold unpaired surrogates, which UTF-8 cannot encode.
    raise InvalidBody(json.dumps({"detail": details}, separators=(",", ":")).encode("ascii")) from None
