"""What a vendor's errors mean here: who has to act, and a sentence that says on what."""

import re
from collections.abc import Awaitable
from types import ModuleType
from typing import Any, TypeVar

from attrs import frozen
from pydantic import BaseModel, ValidationError

from tradecore.model.errors import Invalid, Refusal, Unavailable

_Envelope = TypeVar("_Envelope", bound=BaseModel)
# Codes of vendors are such words; anything else may be prose, and quote what was sent.
_CODE = re.compile(r"[a-z_]{1,64}")
_REQUEST = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_CREDIT = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached"})
_TOO_LONG = frozenset({"context_length_exceeded", "request_too_large"})
_NO_MODEL = frozenset({"model_not_found", "model_not_available"})
# By these a vendor names the part of a request that it does not take; the first may stand within the second.
_EFFORT = re.compile(r"\beffort\b|reasoning_effort", re.IGNORECASE)
_SHAPE = re.compile(r"response_format|json_schema|output_config|output_format|structured output", re.IGNORECASE)


@frozen
class Vendor:
    """Who is asked. `key` and `address` are the settings that an administrator would have to look at."""

    provider: str
    title: str
    key: str
    address: str


class VendorReport(Exception):
    """What is worth knowing of a vendor's error and holds nothing of prompts, answers or keys."""


class _Fault(BaseModel):
    """What vendors say of an error, as far as it is looked at."""

    type: str | None = None
    code: str | int | None = None
    param: str | None = None
    message: str = ""


class _FaultBody(BaseModel):
    error: _Fault | str | None = None


async def answer_of(vendor: Vendor, model: str, kit: ModuleType, call: Awaitable[Any]) -> bytes:
    """The body of a good answer to a call of a vendor's kit. Raises Unavailable and Invalid, see the port.

    The kit's own errors are not chained: they hold the request, and a vendor's words, which may quote a key.
    """
    try:
        content: bytes = (await call).http_response.content
    except kit.APIStatusError as error:
        refusal = refused(vendor, model, error.status_code, error.response.content, error.request_id or "")
    except kit.APITimeoutError:
        refusal = late(vendor)
    except kit.APIConnectionError as error:
        refusal = Unavailable(f"{vendor.title} cannot be reached; try again later.")
        refusal.__cause__ = VendorReport(f"{vendor.provider}: {type(error.__cause__).__name__}")
    else:
        return content
    raise refusal


def understood(shape: type[_Envelope], content: bytes, vendor: Vendor) -> _Envelope:
    """What a body says. Raises Unavailable for one that is no answer."""
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        report = VendorReport(f"{vendor.provider}: {faults[0]['type']}, in {len(content)} bytes")
    raise Unavailable(f"{vendor.title} gave an answer that cannot be understood; try again later.") from report


def late(vendor: Vendor) -> Unavailable:
    """For a call that was given up."""
    return Unavailable(
        f"{vendor.title} does not answer in time; try again later, or set a longer TRADECORE_MODEL_SECONDS."
    )


def refused(vendor: Vendor, model: str, status: int, body: bytes, request: str = "") -> Refusal:
    """What an answer other than a good one means for the call, with what may be told of it as the cause."""
    fault = _fault(body)
    refusal = _refusal(vendor, model, status, fault)
    codes = (str(code) for code in (fault.type, fault.code)) if fault else ()
    known = [code for code in codes if _CODE.fullmatch(code)] + [request] * bool(_REQUEST.fullmatch(request))
    refusal.__cause__ = VendorReport(" ".join((f"{vendor.provider}: {status}", *known)))
    return refusal


def _fault(body: bytes) -> _Fault | None:
    """What stands in the body of an error; None for one that does not come from such an API at all."""
    try:
        said = _FaultBody.model_validate_json(body).error
    except ValidationError:
        return None
    return _Fault(message=said) if isinstance(said, str) else said


def _refusal(vendor: Vendor, model: str, status: int, fault: _Fault | None) -> Refusal:
    title, known = vendor.title, fault or _Fault()
    codes = {known.type, known.code}
    if codes & _NO_MODEL or known.param == "model" or (status == 404 and fault is not None):
        return Invalid.one("config.llmModel", f"{title} has no model {model!r} for this key; choose another one.")
    if codes & _NO_CREDIT or status == 402 or (status == 400 and "credit balance" in known.message):
        return Unavailable(f"{title} wants to be paid first; add credit to the account of {vendor.key}.")
    if status == 401:
        return Unavailable(f"{title} does not take the key; check {vendor.key}.")
    if status == 403:
        return Unavailable(f"{title} does not allow this use of the key; check the rights of {vendor.key}.")
    if status == 404 or 300 <= status < 400:
        return Unavailable(f"{title} is not at its address; check {vendor.address}.")
    if codes & _TOO_LONG or status == 413:
        return Unavailable(f"{title} takes no prompt of this length for {model!r}; choose a model that takes more.")
    if status == 429:
        return Unavailable(f"{title} takes no more requests for now; try again later.")
    if status in (408, 409) or status >= 500:
        return Unavailable(f"{title} is out of order or overloaded; try again later.")
    if _EFFORT.search(f"{known.param} {known.message}"):
        return Unavailable(f"{title} takes no such effort for {model!r}; change TRADECORE_MODEL_EFFORT.")
    if _SHAPE.search(f"{known.param} {known.message}"):
        return Unavailable(f"{title} cannot keep {model!r} to a JSON schema; choose a model with structured output.")
    return Unavailable(f"{title} does not take such a request for {model!r}; choose another model.")
