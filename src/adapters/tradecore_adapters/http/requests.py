"""Litestar's request with what handlers of this API need: its context, its caller, and a body that is bounded."""

from collections.abc import Callable
from math import inf
from typing import Any, Self

from litestar import Request
from litestar.datastructures import State
from litestar.plugins.pydantic import PydanticInitPlugin
from pydantic import BaseModel

from tradecore.model.errors import NotAuthenticated
from tradecore.model.users import Caller
from tradecore_adapters.http.bodies import parse_json, require_json_media_type
from tradecore_adapters.http.context import SCOPE_KEY, RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind

# A body up to this size is read to its end after a 413, so that the connection stays usable; above, it is closed.
_DRAIN_LIMIT = 1024 * 1024
_CLOSE = ((b"connection", b"close"),)


class BoundedRequest(Request[Caller, None, State]):
    """A request whose body is bounded by `request_max_body_size` of its handler."""

    _read: bytes | None = None

    @property
    def context(self) -> RequestContext:
        """What the middleware has established about the request."""
        context: RequestContext = self.scope[SCOPE_KEY]  # type: ignore[literal-required]  # set by the middleware
        return context

    @property
    def user(self) -> Caller:
        """Who sends the request. Raises NotAuthenticated on a route without authentication."""
        caller = self.context.authenticated
        if caller is None:
            raise NotAuthenticated("Sign in, and send the access token as `Authorization: Bearer <token>`.")
        return caller

    async def body(self) -> bytes:
        """The body. Raises HttpError: 413 above the limit, 400 if the client disconnects before its end.

        Litestar's own method collects the body from a generator, which takes a twentieth of the time of a launch.
        """
        if self._read is None:
            self._read = await self._receive_body()
        return self._read

    async def _receive_body(self) -> bytes:
        limit = self.route_handler.resolve_request_max_body_size() or inf
        length = self.context.headers.get(b"content-length", b"")
        announced = int(length) if length.isdigit() else 0
        size, parts = 0, []
        while max(size, announced) <= limit:
            message = await self.receive()
            if message["type"] != "http.request":
                raise HttpError(HttpErrorKind.MALFORMED, "The body ended early.")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size <= limit and not message.get("more_body", False):
                return b"".join(parts)
        drained = 0 < announced <= _DRAIN_LIMIT
        raise HttpError(
            HttpErrorKind.BODY_TOO_LARGE, f"The body is larger than {limit} bytes.", () if drained else _CLOSE
        )


class JsonRequest(BoundedRequest):
    """A request whose body is strict JSON under `Content-Type: application/json`."""

    async def body(self) -> bytes:
        """The body. Raises HttpError: 415 unless it is JSON in UTF-8, 400 if it is empty, and as BoundedRequest."""
        require_json_media_type(self.context.headers)
        raw = await super().body()
        if not raw:
            raise HttpError(HttpErrorKind.MALFORMED, "The body is not valid JSON.")
        return raw

    async def json(self) -> Any:
        """The body as a JSON value. Raises HttpError and Invalid as `parse_json` does."""
        return parse_json(await self.body())


class OptionalJsonRequest(JsonRequest):
    """A request whose body may be left out; no body counts as an empty object."""

    async def body(self) -> bytes:
        """The body. Raises HttpError as JsonRequest does, except for an empty body."""
        return await super().body() if await BoundedRequest.body(self) else b"{}"


class CsvOrJsonRequest(JsonRequest):
    """A request whose body is JSON, or a table under `Content-Type: text/csv` that counts as `{"csv": table}`."""

    @property
    def _is_table(self) -> bool:
        media_type = self.context.headers.get(b"content-type", b"").lower().partition(b";")[0]
        return media_type.strip() == b"text/csv"

    async def body(self) -> bytes:
        """The body. Raises HttpError as JsonRequest does; a table may be empty."""
        return await (BoundedRequest.body(self) if self._is_table else super().body())

    async def json(self) -> Any:
        """The body as a JSON value. Raises HttpError, also for a table that is not UTF-8, and Invalid."""
        if not self._is_table:
            return await super().json()
        try:
            return {"csv": (await self.body()).decode("utf-8-sig")}
        except UnicodeDecodeError as error:
            raise HttpError(HttpErrorKind.MALFORMED, "The body is not UTF-8.") from error


class JsonBody(BaseModel):
    """A model of a request body that says itself how a JSON value becomes one."""

    @classmethod
    def parse(cls, value: Any) -> Self:
        """The validated body. Subclasses translate errors to those that have an exception handler."""
        return cls.model_validate(value)


def _is_body(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, JsonBody)


def _parse_body(model: type[JsonBody], value: Any) -> JsonBody:
    return model.parse(value)


class JsonBodies(PydanticInitPlugin):
    """Validates `data` by `JsonBody.parse`.

    Litestar's own decoder overrides the strictness of a model, and drops the type and the input of each error.
    """

    @classmethod
    def decoders(cls, validate_strict: bool = False) -> list[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]]]:
        """The decoder of request bodies."""
        return [(_is_body, _parse_body)]
