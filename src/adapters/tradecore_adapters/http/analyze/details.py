"""How routes below /analyze say no: one `detail`, and the one table from refusals to answers."""

from collections.abc import Mapping
from typing import Any

import msgspec
from attrs import frozen

from tradecore.model import errors
from tradecore.model.errors import NotSignedIn, Refusal
from tradecore_adapters.http.answers import Answer, Header, json_bytes
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.declined import Declined, Reason
from tradecore_adapters.http.routes import Promise
from tradecore_adapters.http.shapes import HEADERS_OF, headers_of


class NewsError(msgspec.Struct):
    """What went wrong, in a sentence."""

    detail: str


class NewsFault(msgspec.Struct, omit_defaults=True):
    """One thing wrong with one field: what kind, where, why, and what was sent there."""

    type: str
    loc: list[str | int]
    msg: str
    input: Any
    ctx: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class NewsFaults(msgspec.Struct):
    """Everything wrong with a body."""

    detail: list[NewsFault]


# Every leaf of the tree of refusals stands here.
REFUSALS: Mapping[type[Refusal], int] = {
    errors.Invalid: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotReady: 409,
    errors.IllegalMove: 409,
    errors.KeyReused: 422,
    errors.StillRunning: 409,
    errors.OverBudget: 402,
    errors.QueueFull: 503,
    errors.TooMany: 429,
    errors.Overspent: 429,
    errors.Stale: 409,
    errors.Unavailable: 503,
}

_UNKNOWN = "The API key is missing or not valid; send it as `Authorization: Bearer <API_KEY>`."


@frozen
class Details:
    """How routes below /analyze say no."""

    def refused(self, refusal: Refusal, asked: Asked) -> Answer:
        """By the table; a kind of refusal that came later shows as its nearest ancestor there."""
        status = next((REFUSALS[kind] for kind in type(refusal).__mro__ if kind in REFUSALS), 500)
        if isinstance(refusal, errors.KeyReused):
            key = asked.headers.get(b"idempotency-key", b"").decode("latin-1")
            fault = NewsFault("idempotency_key_reused", ["header", "Idempotency-Key"], str(refusal), key)
            return Answer(status, json_bytes(NewsFaults([fault])))
        # One body, whatever is wrong with the key.
        text = _UNKNOWN if isinstance(refusal, NotSignedIn) else str(refusal)
        return _say(status, text, *headers_of(status, refusal))

    def declined(self, declined: Declined, asked: Asked) -> Answer:
        """What the door did not let through."""
        text = f"{declined} (request {asked.id})" if declined.reason is Reason.BROKEN else str(declined)
        return _say(declined.reason.value, text, *declined.headers)


def _say(status: int, text: str, *headers: Header) -> Answer:
    return Answer(status, json_bytes(NewsError(text)), headers)


_MEANINGS: Mapping[int, str] = {
    400: "The window is shorter than the shortest one.",
    401: "No API key, or one that is not valid.",
    404: "There is no such job for this key.",
    409: "The first request with this idempotency key is under way.",
    413: "The body is too large.",
    422: "The body is not valid; `detail` names each field. Or the idempotency key came with another request.",
    429: "Too many requests.",
    500: "Something went wrong on our side.",
    503: "Too much is waiting, or something tradecore depends on is out of reach.",
}


def promises(content: Any, *errors: int, status: int = 200, description: str, **headers: str) -> dict[int, Promise]:
    """The documented answers of a route below /analyze: one success, its own errors, and those any route may give."""
    named = {name.replace("_", "-"): meaning for name, meaning in headers.items()}
    own = {status: Promise(description, content, named)}
    for each in sorted({*errors, 401, 429, 500, 503}):
        own[each] = Promise(_MEANINGS[each], NewsFaults if each == 422 else NewsError, HEADERS_OF.get(each, {}))
    return own
