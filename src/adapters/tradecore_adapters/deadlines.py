"""Deadlines: a call of a port ends, whatever its adapter does, and is counted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, wraps
from typing import Any, TypeVar, cast

from attrs import field, fields, frozen

from tradecore.model.errors import Unavailable
from tradecore_adapters.telemetry.outside_calls import OutsideCall

T = TypeVar("T")

DEADLINES: Mapping[str, Mapping[str, float]] = {
    "market": dict.fromkeys(("bars", "quote", "corporate_actions", "benchmark", "symbols", "search"), 10.0),
    "fundamentals": {"facts": 12.0},
    "fx": {"rates": 12.0},
    "embeddings": {"embed": 60.0},
    "calendar": {"ahead": 10.0, "last_finished": 10.0, "next_close": 10.0},
    # An order whose submission was given up is pending, and is looked up.
    "broker": {
        "exits_objection": 10.0,
        "submit": 15.0,
        "find": 10.0,
        "cancel": 10.0,
        "positions": 10.0,
        "account_number": 10.0,
    },
    "news": {"fetch": 60.0},
    "provider": {"begin": 10.0, "finish": 20.0, "read": 10.0},
    "passwords": {"hash": 20.0, "check": 20.0},
    "limits": {"hit": 2.0, "peek": 2.0},
    "queue": {"offer": 2.0, "depth": 2.0},
    "stream": {"publish": 2.0},
    "webhooks": {"send": 15.0},
    # Beyond the limits of the process that sends, which ends and says what is known.
    "notices": {"describe": 60.0, "send": 60.0},
}
"""The methods of each port, by its name in settings, and after how many seconds a call of one raises Unavailable."""


@frozen(slots=False)
class Deadlined:
    """An adapter whose methods have the deadlines of its port, in seconds by name; the rest is the adapter's own."""

    adapter: Any
    port: str
    deadlines: Mapping[str, float] = field(hash=False)

    def __attrs_post_init__(self) -> None:
        for name in dir(self.adapter):
            # As `_with_attributes`, for methods.
            if not name.startswith("_") and callable(getattr(self.adapter, name)) and name not in self.deadlines:
                object.__setattr__(self, name, getattr(self.adapter, name))
        for name, seconds in self.deadlines.items():
            if hasattr(self.adapter, name):
                object.__setattr__(self, name, _limited(getattr(self.adapter, name), self.port, name, seconds))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.adapter, name)


_OWN = frozenset(attribute.name for attribute in fields(Deadlined))


def with_deadlines(port: str, adapter: T) -> T:
    """The adapter with the deadlines of its port: a call that takes longer raises Unavailable and is cancelled."""
    values = (name for name in dir(adapter) if not name.startswith("_") and not callable(getattr(adapter, name)))
    return cast(T, _with_attributes(tuple(values))(adapter, port, DEADLINES[port]))


@cache
def _with_attributes(names: tuple[str, ...]) -> type[Deadlined]:
    """Deadlined with these attributes of its adapter, read anew each time."""

    def reading(name: str) -> property:
        return property(lambda deadlined: getattr(deadlined.adapter, name))

    # Since Python 3.12, isinstance with a protocol looks at attributes that exist, not at __getattr__.
    return type(Deadlined.__name__, (Deadlined,), {name: reading(name) for name in names if name not in _OWN})


def _limited(
    method: Callable[..., Awaitable[Any]], port: str, name: str, seconds: float
) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def call(*args: Any, **kwargs: Any) -> Any:
        deadline = asyncio.timeout(seconds)
        with OutsideCall(port, name) as outside:
            try:
                async with deadline:
                    outside.result = await method(*args, **kwargs)
            except TimeoutError as error:
                if not deadline.expired():
                    raise
                owner = type(getattr(method, "__self__", method)).__name__
                raise Unavailable(f"{owner}.{name} did not answer within {seconds:g} seconds; try again.") from error
        return outside.result

    return call
