"""What the client says over HTTP, and how it reads the answers. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from attrs import frozen

from tradecore.model import errors
from tradecore.model.errors import Busy, Invalid, NotFound, Problem, Refusal, Unavailable
from tradecore_adapters.client import shapes

T = TypeVar("T")

ANALYSTS = ("technical", "sentiment", "news", "fundamentals")

# How often a call that got no answer is made again, after how many seconds. Launches carry an idempotency key.
RETRIES = (0.2, 1.0)
TIMEOUT = 30.0

# The codes of the error envelope; any other is that of a server which this client does not understand.
_KINDS: Mapping[str, type[Refusal]] = {
    "invalid_input": errors.Invalid,
    "not_signed_in": errors.NotSignedIn,
    "not_allowed": errors.NotAllowed,
    "not_ready": errors.NotReady,
    "illegal_move": errors.IllegalMove,
    "idempotency_key_reused": errors.KeyReused,
    "request_in_progress": errors.StillRunning,
    "over_budget": errors.OverBudget,
    "queue_full": errors.QueueFull,
    "too_many_requests": errors.TooMany,
    "spending_limit_reached": errors.Overspent,
    "changed_meanwhile": errors.Stale,
    "unavailable": errors.Unavailable,
}


@frozen
class Call(Generic[T]):
    """One request, and what its answer's `data` is. `about` is the id it asks for."""

    answer: type[T]
    method: str
    path: str
    body: Any = None
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    about: str = ""


def sign_in(email: str, password: str) -> Call[shapes.Tokens]:
    """Exchange a password for tokens."""
    return Call(shapes.Tokens, "POST", "/api/auth/login", {"email": email, "password": password})


def refresh(token: str) -> Call[shapes.Tokens]:
    """Exchange a refresh token for another access token."""
    return Call(shapes.Tokens, "POST", "/api/auth/refresh", {"refreshToken": token})


def launch(
    symbol: str, day: date, *, asset_type: str, analysts: Sequence[str], depth: int, model: str, provider: str, key: str
) -> Call[shapes.Ticket]:
    """Launch an analysis; the same `key` gets the same ticket."""
    config: dict[str, Any] = {"researchDepth": depth, "llmModel": model}
    if provider:
        config["llmProvider"] = provider
    body = {
        "symbol": symbol,
        "assetType": asset_type,
        "date": day.isoformat(),
        "analysts": list(analysts),
        "config": config,
    }
    return Call(shapes.Ticket, "POST", "/api/analyze", body, headers={"Idempotency-Key": key})


def status(id: str) -> Call[shapes.Status]:
    """How far it is."""
    return Call(shapes.Status, "GET", f"/api/analyze/{id}/status", about=id)


def results(id: str) -> Call[shapes.Results]:
    """What it found."""
    return Call(shapes.Results, "GET", f"/api/analyze/{id}/results", about=id)


def history(
    symbol: str | None, asset_type: str | None, days: int, limit: int, page: int, sort_by: str, sort_order: str
) -> Call[shapes.History]:
    """A page of past decisions."""
    query = {
        "days": str(days),
        "limit": str(limit),
        "page": str(page),
        "sortBy": sort_by,
        "sortOrder": sort_order,
        **({"symbol": symbol} if symbol else {}),
        **({"assetType": asset_type} if asset_type else {}),
    }
    return Call(shapes.History, "GET", "/api/history", query=query)


def read(call: Call[T], status: int, headers: Mapping[str, str], body: bytes) -> T:
    """The answer, or the refusal that it is, as the core itself would have raised it."""
    try:
        envelope = msgspec.json.decode(body)
        if 200 <= status < 300:
            return msgspec.convert(envelope["data"], call.answer, str_keys=True)
        error = envelope["error"]
    except (msgspec.MsgspecError, KeyError, TypeError) as problem:
        raise Unavailable(f"The server answered {call.path} with {status} and something unexpected.") from problem
    raise refusal(
        error.get("code", ""),
        error.get("message", ""),
        about=call.about,
        problems=error.get("details", ()),
        wait=headers.get("retry-after", ""),
    )


def refusal(code: str, message: str, *, about: str = "", problems: Sequence[Any] = (), wait: str = "") -> Refusal:
    """The refusal that an error stands for."""
    if code == "not_found":
        return NotFound("analysis", about)
    kind = _KINDS.get(code, Unavailable)
    if issubclass(kind, Invalid):
        return kind(message, [Problem(each["field"], each["message"]) for each in problems])
    if issubclass(kind, Busy):
        return kind(message, int(wait) if wait.isdigit() else 5)
    return kind(message)
