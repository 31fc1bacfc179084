"""The errors of a vendor as errors of tradecore: who has to act, and a sentence that says how."""

import re
from collections.abc import Awaitable
from types import ModuleType
from typing import Any

from attrs import frozen
from pydantic import BaseModel, ValidationError

from tradecore.model.errors import Invalid, Refusal, Unavailable

# Error codes look like this; anything else may be prose that quotes the request.
_CODE = re.compile(r"[a-z_]{1,64}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_CREDIT = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached"})
_TOO_LONG = frozenset({"context_length_exceeded", "request_too_large"})
_NO_MODEL = frozenset({"model_not_found", "model_not_available"})
# The names of rejected parts of a request. Effort comes first, since its name may contain that of the format.
_EFFORT = re.compile(r"\beffort\b|reasoning_effort", re.IGNORECASE)
_FORMAT = re.compile(r"response_format|json_schema|output_config|output_format|structured output", re.IGNORECASE)


@frozen
class Vendor:
    """A vendor in error messages. `key` and `address` are the settings that an administrator has to check."""

    provider: str
    title: str
    key: str
    address: str


class VendorReport(Exception):
    """The cause of an error: provider, status, error codes and request id; nothing of prompts, answers or keys."""


class _Error(BaseModel):
    type: str | None = None
    code: str | int | None = None
    param: str | None = None
    message: str = ""


class _ErrorBody(BaseModel):
    error: _Error | str | None = None


async def response_body(vendor: Vendor, model: str, sdk: ModuleType, call: Awaitable[Any]) -> bytes:
    """The body of a successful response to a call of the vendor's SDK.

    The errors of the SDK are not chained: they hold the request, and text of the vendor that may quote the key.

    Raises: Unavailable; Invalid about `model` when there is no such model.
    """
    try:
        content: bytes = (await call).http_response.content
    except sdk.APIStatusError as error:
        refusal = refusal_of(vendor, model, error.status_code, error.response.content, error.request_id or "")
    except sdk.APITimeoutError:
        refusal = timed_out(vendor)
    except sdk.APIConnectionError as error:
        refusal = Unavailable(f"{vendor.title} cannot be reached; try again later.")
        refusal.__cause__ = VendorReport(f"{vendor.provider}: {type(error.__cause__).__name__}")
    else:
        return content
    raise refusal


def unreadable(vendor: Vendor, error: ValidationError, size: int) -> Unavailable:
    """The error for a successful response of `size` bytes whose body is not of the vendor's API."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    refusal = Unavailable(f"{vendor.title} returned an invalid response; try again later.")
    refusal.__cause__ = VendorReport(f"{vendor.provider}: {details[0]['type']}, in {size} bytes")
    return refusal


def timed_out(vendor: Vendor) -> Unavailable:
    """The error for a call that exceeded its limits."""
    return Unavailable(
        f"{vendor.title} does not answer in time; try again later, or set a longer TRADECORE_MODEL_SECONDS."
    )


def refusal_of(vendor: Vendor, model: str, status: int, body: bytes, request_id: str = "") -> Refusal:
    """The error for a response with an error status, with a VendorReport as its cause."""
    error = _error(body)
    refusal = _refusal(vendor, model, status, error)
    codes = (str(code) for code in (error.type, error.code)) if error else ()
    details = [code for code in codes if _CODE.fullmatch(code)]
    if _REQUEST_ID.fullmatch(request_id):
        details.append(request_id)
    refusal.__cause__ = VendorReport(" ".join((f"{vendor.provider}: {status}", *details)))
    return refusal


def _error(body: bytes) -> _Error | None:
    """The error in a body; None for a body of something other than the vendor's API."""
    try:
        error = _ErrorBody.model_validate_json(body).error
    except ValidationError:
        return None
    return _Error(message=error) if isinstance(error, str) else error


def _refusal(vendor: Vendor, model: str, status: int, error: _Error | None) -> Refusal:
    title, known = vendor.title, error or _Error()
    codes = {known.type, known.code}
    if codes & _NO_MODEL or known.param == "model" or (status == 404 and error is not None):
        return Invalid.one("model", f"{title} has no model {model!r} for this key; choose another one.")
    if codes & _NO_CREDIT or status == 402 or (status == 400 and "credit balance" in known.message):
        return Unavailable(f"{title} requires payment; add credit to the account of {vendor.key}.")
    if status == 401:
        return Unavailable(f"{title} rejects the key; check {vendor.key}.")
    if status == 403:
        return Unavailable(f"{title} does not permit this use of the key; check the permissions of {vendor.key}.")
    if status == 404 or 300 <= status < 400:
        return Unavailable(f"{title} is not at its address; check {vendor.address}.")
    if codes & _TOO_LONG or status == 413:
        return Unavailable(
            f"{title} does not accept a prompt of this length for {model!r}; choose a model with a larger context."
        )
    if status == 429:
        return Unavailable(f"{title} accepts no more requests at present; try again later.")
    if status in (408, 409) or status >= 500:
        return Unavailable(f"{title} has an outage or is overloaded; try again later.")
    if _EFFORT.search(f"{known.param} {known.message}"):
        return Unavailable(f"{title} does not accept this effort for {model!r}; change TRADECORE_MODEL_EFFORT.")
    if _FORMAT.search(f"{known.param} {known.message}"):
        return Unavailable(
            f"{title} does not support a JSON schema for {model!r}; choose a model with structured output."
        )
    return Unavailable(f"{title} rejects the request for {model!r}; choose another model.")
