"""What makes a family of routes one: where it begins, who may come in, and how it says no."""

from typing import Protocol

from attrs import frozen

from tradecore.model.errors import Refusal
from tradecore_adapters.http.answers import Answer
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.bearer import Bearer
from tradecore_adapters.http.declined import Declined


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
    bearer: Bearer | None
    open: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a path is in this realm."""
        return path.startswith(self.prefix) and path[len(self.prefix) :][:1] in ("", "/")

    async def admit(self, asked: Asked) -> None:
        """Settle who asks. Raises NotSignedIn."""
        if self.bearer is not None and asked.path not in self.open:
            asked.known = await self.bearer(asked.headers.get(b"authorization"), asked.now)
