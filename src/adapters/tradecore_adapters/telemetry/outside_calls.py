"""Counts the calls of ports and how long they take."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import perf_counter
from typing import Any

from attrs import define, frozen

from tradecore.model.errors import Refusal, Unavailable
from tradecore.model.news import FetchState
from tradecore.ports.news import FetchResult, NewsSource
from tradecore_adapters.telemetry.metrics import PORT_CALLS, PORT_SECONDS

# Methods that return their failures.
_OUTCOMES: Mapping[tuple[str, str], Callable[[Any], str]] = {
    ("news", "fetch"): lambda result: str(result.status),
    ("webhooks", "send"): lambda answer: f"{answer.status // 100}xx",
}


@define
class OutsideCall:
    """One call: a context that counts how it ended. `result` is set by whoever makes the call."""

    port: str
    method: str
    result: Any = None
    _began: float = 0.0

    def __enter__(self) -> "OutsideCall":
        self._began = perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        PORT_SECONDS.observe(self.port, self.method, seconds=perf_counter() - self._began)
        PORT_CALLS.add(self.port, self.method, self._outcome(error))

    def _outcome(self, error: BaseException | None) -> str:
        if error is None:
            outcome_of = _OUTCOMES.get((self.port, self.method))
            return "ok" if outcome_of is None else outcome_of(self.result)
        return outcome_of_error(error)


def outcome_of_error(error: BaseException) -> str:
    """The label of a failure: timeout, unavailable, refused, error, or cancelled."""
    match error:
        case Unavailable() if isinstance(error.__cause__, TimeoutError):
            return "timeout"
        case Unavailable():
            return "unavailable"
        case Refusal():
            return "refused"
        case Exception():
            return "error"
        case _:
            return "cancelled"


@frozen
class CountedSource:
    """A source of news whose fetches are counted."""

    source: NewsSource

    @property
    def name(self) -> str:
        """The name of the source."""
        return self.source.name

    @property
    def url(self) -> str | None:
        """The address of the source."""
        return self.source.url

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """See `NewsSource`."""
        with OutsideCall("news", "fetch") as call:
            call.result = result = await self.source.fetch(state, now, force=force)
        return result
