"""The errors of a vendor as errors of tradecore: who has to act, and a sentence that says how."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

from attrs import frozen
from pydantic import BaseModel, ValidationError

from tradecore.model.errors import Invalid, Refusal, Unavailable

# Error codes look like this; anything else may be prose that quotes the request.
_CODE = re.compile(r"[a-z_]{1,64}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_CREDIT = frozenset(
    {
        "insufficient_quota",
        "billing_error",
        "billing_hard_limit_reached",
        "insufficient_balance",
        "insufficient_credits",
    }
)
_TOO_LONG = frozenset({"context_length_exceeded", "request_too_large"})
_NO_MODEL = frozenset({"model_not_found", "model_not_available"})
# The names of rejected parts of a request. Effort comes first, since its name may contain that of the format.
_EFFORT = re.compile(r"\beffort\b|reasoning_effort", re.IGNORECASE)
_FORMAT = re.compile(r"response_format|json_schema|output_config|output_format|structured output", re.IGNORECASE)


# The statuses of requests that a server would not take in this form.
_REJECTED = frozenset({400, 404, 415, 422})


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


class _SuccessChoice(BaseModel):
    error: _Error | str | None = None


class _SuccessBody(BaseModel):
    error: _Error | str | None = None
    choices: tuple[_SuccessChoice, ...] | None = None


# The statuses of errors that are named by a word alone.
_STATUS_WORDS = {
    "rate_limit": 429,
    "quota": 429,
    "billing": 402,
    "authentication": 401,
    "invalid_api_key": 401,
    "permission": 403,
    "not_found": 404,
    "invalid_request": 400,
}


async def response_body(
    vendor: Vendor, model: str, sdk: ModuleType, call: Awaitable[Any], steps_down: Callable[[bytes], bool]
) -> bytes | None:
    """The body of a successful response to a call of the vendor's SDK.

    `steps_down` takes the body of a rejected request, and says whether it may succeed in another form; None then.

    The errors of the SDK are not chained: they hold the request, and text of the vendor that may quote the key.

    Raises: Unavailable; Invalid about `model` when there is no such model.
    """
    try:
        content: bytes = (await call).http_response.content
    except sdk.APIStatusError as error:
        if error.status_code in _REJECTED and steps_down(error.response.content):
            return None
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


class Unanswered(Unavailable):
    """A server did not answer in time."""


def timed_out(vendor: Vendor) -> Unanswered:
    """The error for a call that exceeded its limits; a network may be back when the analysis tries again."""
    return Unanswered(
        f"{vendor.title} does not answer in time; try again later, or set a longer TRADECORE_MODEL_SECONDS."
    )


def too_long(vendor: Vendor, model: str, limit: int) -> Unavailable:
    """The error for an answer of more than `limit` bytes."""
    return Unavailable(
        f"{vendor.title} sent an answer of more than {limit // 1024**2} MB for {model!r}; choose another model.",
        transient=False,
    )


def refusal_of(vendor: Vendor, model: str, status: int, body: bytes, request_id: str = "") -> Refusal:
    """The error for a response with an error status, with a VendorReport as its cause."""
    error = _error_in(body)
    refusal = _refusal(vendor, model, status, error)
    codes = (str(code) for code in (error.type, error.code)) if error else ()
    details = [code for code in codes if _CODE.fullmatch(code)]
    if _REQUEST_ID.fullmatch(request_id):
        details.append(request_id)
    refusal.__cause__ = VendorReport(" ".join((f"{vendor.provider}: {status}", *details)))
    return refusal


def _error_in(body: bytes) -> _Error | None:
    """The error in a body; None for a body of something other than the vendor's API."""
    try:
        error = _ErrorBody.model_validate_json(body).error
    except ValidationError:
        return None
    return _Error(message=error) if isinstance(error, str) else error


def is_no_credit(body: bytes) -> bool:
    """Whether the body of an error says that the account has no credit left."""
    return _is_no_credit(_error_in(body) or _Error())


def _is_no_credit(error: _Error) -> bool:
    return bool({error.type, error.code} & _NO_CREDIT)


def hidden_status(body: bytes) -> int | None:
    """The status of an error that came as a success, as some gateways send it; None for a body without an error."""
    if b'"error"' not in body:
        return None
    try:
        found = _SuccessBody.model_validate_json(body)
    except ValidationError:
        return None
    error = found.error or next((choice.error for choice in found.choices or () if choice.error), None)
    if not error:
        return None
    known = _Error(message=error) if isinstance(error, str) else error
    with suppress(ValueError, TypeError):
        if 400 <= (status := int(known.code or 0)) < 600:
            return status
    named = f"{known.type} {known.code}"
    return next((status for word, status in _STATUS_WORDS.items() if word in named), 502)


def _refusal(vendor: Vendor, model: str, status: int, error: _Error | None) -> Refusal:
    title, known = vendor.title, error or _Error()
    codes = {known.type, known.code}
    if codes & _NO_MODEL or known.param == "model" or (status == 404 and error is not None):
        return Invalid.one("model", f"{title} has no model {model!r} for this key; choose another one.")
    if not (_is_no_credit(known) or status == 402) and status == 429:
        return Unavailable(f"{title} accepts no more requests at present; try again later.")
    if status in (408, 409) or status >= 500:
        return Unavailable(f"{title} has an outage or is overloaded; try again later.")
    return Unavailable(_permanent(vendor, model, status, error), transient=False)


def _permanent(vendor: Vendor, model: str, status: int, error: _Error | None) -> str:
    """The sentence for a refusal that stays until somebody acts."""
    title, known = vendor.title, error or _Error()
    text = f"{known.param} {known.message}"
    if _is_no_credit(known) or status == 402 or (status == 400 and "credit balance" in known.message):
        return f"{title} requires payment; add credit to the account of {vendor.key}."
    if status == 401:
        return f"{title} rejects the key; check {vendor.key}."
    if status == 403:
        return f"{title} does not permit this use of the key; check the permissions of {vendor.key}."
    if status == 404 or 300 <= status < 400:
        return f"{title} is not at its address; check {vendor.address}."
    if {known.type, known.code} & _TOO_LONG or status == 413:
        return f"{title} does not accept a prompt of this length for {model!r}; choose a model with a larger context."
    if _EFFORT.search(text):
        return f"{title} does not accept this effort for {model!r}; change TRADECORE_MODEL_EFFORT."
    if _FORMAT.search(text):
        return f"{title} does not support a JSON schema for {model!r}; choose a model with structured output."
    return f"{title} rejects the request for {model!r}; choose another model."
