"""What makes a family of routes one: where it begins, who may come in, and how it says no."""

from collections.abc import Mapping
from typing import Protocol

from attrs import frozen

from tradecore.model.errors import Busy, Refusal
from tradecore_adapters.http.answers import Answer, Header
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.bearer import Bearer
from tradecore_adapters.http.declined import Declined

# How long to wait before asking an outside world again that broke a promise, in seconds.
_PAUSE = 5

HEADERS_OF: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "`Bearer`"},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
"""What answers with these statuses carry, in every shape."""


def headers_of(status: int, refusal: Refusal) -> tuple[Header, ...]:
    """The headers that `HEADERS_OF` promises."""
    if status == 401:
        return ((b"www-authenticate", b"Bearer"),)
    if status in (429, 503):
        wait = max(1, refusal.retry_after) if isinstance(refusal, Busy) else _PAUSE
        return ((b"retry-after", b"%d" % wait),)
    return ()


class Shape(Protocol):
    """How a family of routes answers when it does not do what was asked."""

    def refused(self, refusal: Refusal, asked: Asked) -> Answer:
        """What the core refused."""
        ...

    def declined(self, declined: Declined, asked: Asked) -> Answer:
        """What the door itself did not let through."""
        ...


@frozen
class Realm:
    """All paths at and below `prefix`. Only `open` ones (exact paths) let in whom `bearer` does not know."""

    prefix: str
    shape: Shape
    bearer: Bearer
    open: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a path is in this realm."""
        return path.startswith(self.prefix) and path[len(self.prefix) :][:1] in ("", "/")

    async def admit(self, asked: Asked) -> None:
        """Settle who asks. Raises NotSignedIn, TooMany."""
        if asked.path not in self.open:
            asked.known = await self.bearer(asked)
