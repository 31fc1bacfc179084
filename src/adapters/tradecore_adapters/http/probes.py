"""Routes for whoever looks after the process: is it alive, can it work, what is it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import define, field, frozen
from msgspec import UNSET, Struct

from tradecore_adapters.http.answers import Answer, json_bytes
from tradecore_adapters.http.api import wire
from tradecore_adapters.http.api.envelope import promises, succeed
from tradecore_adapters.http.asked import Asked
from tradecore_adapters.http.options import HttpOptions
from tradecore_adapters.http.routes import Promise, Route

# However often it is asked, the store is tried this often at most.
_FRESH = timedelta(seconds=1)


class Welcome(Struct):
    """What stands at the root."""

    message: str


_WELCOME = json_bytes(Welcome("TradingAgents API v1.0"))


@define
class _Tried:
    at: datetime | None = None


@frozen
class Probes:
    """`/`, `/health` and `/ready`."""

    options: HttpOptions
    ready: Callable[[], Awaitable[None]]
    tried: _Tried = field(factory=_Tried)

    async def root(self, asked: Asked) -> Answer:
        """Say what this is."""
        return Answer(200, _WELCOME)

    async def health(self, asked: Asked) -> Answer:
        """Say that the process answers; nothing else is looked at."""
        told = wire.HealthData("ok")
        if self.options.details:
            told = wire.HealthData("ok", self.options.version, self.options.engine or UNSET)
        return succeed(asked, told)

    async def readiness(self, asked: Asked) -> Answer:
        """Say whether requests can be served. Raises Unavailable."""
        last = self.tried.at
        if last is None or not timedelta() <= asked.now - last < _FRESH:
            await self.ready()
            self.tried.at = asked.now
        return succeed(asked, wire.HealthData("ok"))

    def routes(self) -> tuple[Route, ...]:
        """What may be asked."""
        return (
            Route(
                "GET",
                "/",
                "root",
                "What this is",
                self.root,
                {200: Promise("A greeting.", Welcome)},
                tag="operation",
                open=True,
            ),
            Route(
                "GET",
                "/health",
                "health",
                "Whether the process answers",
                self.health,
                promises(wire.HealthData),
                tag="operation",
                open=True,
            ),
            Route(
                "GET",
                "/ready",
                "ready",
                "Whether requests can be served",
                self.readiness,
                promises(wire.HealthData),
                tag="operation",
                open=True,
            ),
        )
