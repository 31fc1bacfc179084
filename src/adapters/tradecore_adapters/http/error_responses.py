"""Every error as a response in the format of its route group: the exception handlers of the application."""

from collections.abc import Sequence
from typing import Any

import structlog
from attrs import frozen
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from tradecore.model.errors import CallerError, NotAuthenticated, RateLimited, Refusal
from tradecore_adapters.caller_text import names_setting
from tradecore_adapters.http.console import accepts_html, console_page
from tradecore_adapters.http.context import SCOPE_KEY, RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind
from tradecore_adapters.http.queries import invalid_parameters
from tradecore_adapters.http.responses import BytesResponse, JsonResponse
from tradecore_adapters.http.route_groups import RouteGroup

audit = structlog.get_logger("tradecore.audit")
log = structlog.get_logger("tradecore.http")


@frozen
class ErrorResponses:
    """The response to each error. The format of the first group is also used for paths outside of every group."""

    groups: Sequence[RouteGroup]

    def group_of(self, path: str) -> RouteGroup | None:
        """The route group of a path."""
        return next((group for group in self.groups if group.matches(path)), None)

    def response_to(self, error: Exception, context: RequestContext) -> BytesResponse:
        """The response to an error. An error that is neither a refusal nor of the protocol is logged, and a 500."""
        error_format = (self.group_of(context.path) or self.groups[0]).error_format
        if isinstance(error, Refusal):
            if isinstance(error, RateLimited):
                audit.warning("limit_hit", **_log_fields(context), reason=str(error))
            outside = _has_outside_cause(error) and not isinstance(error, NotAuthenticated)
            if outside or names_setting(str(error)):
                name = type(error).__name__
                log.warning("refused", **_log_fields(context), path=context.path, error=name, exc_info=error)
            return error_format.refusal_response(error, context)
        if isinstance(error, HTTPException):
            error = _from_litestar(error)
        if not isinstance(error, HttpError):
            log.error("request_failed", **_log_fields(context), path=context.path, exc_info=error)
            message = "Something went wrong on our side; the log has the details under this id."
            error = HttpError(HttpErrorKind.INTERNAL, message)
        return error_format.http_error_response(error, context)


def _handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    errors: ErrorResponses = request.app.state.errors
    context: RequestContext = request.scope[SCOPE_KEY]  # type: ignore[literal-required]  # set by the middleware
    if _is_missing_page(request, error) and not errors.group_of(context.path):
        response = console_page(context.headers, context.root_path, status=HttpErrorKind.NO_ROUTE.value)
    else:
        response = errors.response_to(error, context)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
    media_type, _, _ = response.media_type.decode("latin-1").partition(";")  # Litestar adds the encoding of a text
    return JsonResponse(response.body, status_code=response.status, headers=headers, media_type=media_type)


def _is_missing_page(request: Request[Any, Any, Any], error: Exception) -> bool:
    """Whether a browser asks for a page that does not exist; the console then says so, with a way back."""
    context: RequestContext = request.scope[SCOPE_KEY]  # type: ignore[literal-required]  # set by the middleware
    missing = isinstance(error, HTTPException) and error.status_code == HttpErrorKind.NO_ROUTE.value
    return missing and request.method in ("GET", "HEAD") and accepts_html(context.headers)


def _handle_invalid_parameters(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    return _handle(request, invalid_parameters(request, error) or error)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {ValidationException: _handle_invalid_parameters, Exception: _handle}
"""Litestar's exception handlers, which respond by the `ErrorResponses` in the state of the application, `errors`."""


def _log_fields(context: RequestContext) -> dict[str, str | None]:
    caller = context.authenticated
    return {"request": context.id, "address": context.address, "user": caller.user if caller else None}


def _from_litestar(error: HTTPException) -> Exception:
    """The same error in our terms; an exception of Litestar with another status is a fault of ours and kept."""
    if error.status_code == HttpErrorKind.NO_ROUTE.value:
        return HttpError(HttpErrorKind.NO_ROUTE, "There is no such route.")
    if error.status_code == HttpErrorKind.WRONG_METHOD.value:
        allowed = {name.strip() for name in (error.headers or {}).get("allow", "").split(",")}
        if "GET" in allowed:
            allowed.add("HEAD")
        allow = ", ".join(sorted(allowed)).encode()
        return HttpError(HttpErrorKind.WRONG_METHOD, "This route does not know that method.", ((b"allow", allow),))
    if error.status_code == HttpErrorKind.MALFORMED.value:
        return HttpError(HttpErrorKind.MALFORMED, "The request is malformed.")
    return error


def _has_outside_cause(error: Refusal) -> bool:
    """Whether something outside of tradecore is the cause, and not a mistake of the caller in other words."""
    cause = error.__cause__
    while isinstance(cause, CallerError):
        cause = cause.__cause__
    return cause is not None
