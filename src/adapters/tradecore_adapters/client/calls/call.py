"""One request to the API."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from attrs import frozen

T = TypeVar("T")

ANALYSTS = ("technical", "sentiment", "news", "fundamentals")


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
