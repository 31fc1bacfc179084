"""One request to the API."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from attrs import frozen

T = TypeVar("T")

ANALYSTS = ("technical", "sentiment", "news", "fundamentals")


def segment(text: str) -> str:
    """A text as one segment of a path, whatever it holds: an id with a slash names no other route."""
    # Dots alone are steps of a path, also when they are encoded once. No id has that form, so that it is not found.
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%252E")


@frozen
class Call(Generic[T]):
    """One request to the API.

    - `response_type`: the type of the `data` in the response.
    - `resource_id`: what a 404 response is about, and `resource` what that is.
    - `enveloped`: whether responses have an envelope; those of the news API do not.
    - `idempotent`: whether the request carries an idempotency key, so that a retry has no second effect.
    """

    response_type: type[T]
    method: str
    path: str
    body: Any = None
    query: Mapping[str, str | list[str]] = {}
    resource_id: str = ""
    idempotent: bool = False
    resource: str = "analysis"
    enveloped: bool = True
