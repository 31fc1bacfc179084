"""Spans of a trace: no-ops until a process sends traces, and OpenTelemetry is loaded only then.

Attributes are ids of tradecore, names of the installation and numbers. Prompts, answers, keys, paths and messages of
errors are never among them.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol

Attributes = dict[str, str | int | float]


class SpanKind(StrEnum):
    """The role of a span in a trace, as OpenTelemetry names them."""

    SERVER = "server"
    CONSUMER = "consumer"
    CLIENT = "client"


class Span(Protocol):
    """A part of a trace that is under way."""

    def name(self, name: str) -> None:
        """Give the span another name."""
        ...

    def set(self, attribute: str, value: str | int | float) -> None:
        """Set an attribute."""
        ...

    def fail(self, reason: str) -> None:
        """Mark the span as failed, for a reason such as a status or the name of a class."""
        ...


class Tracer(Protocol):
    """What records spans."""

    def span(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int | float], parent: str | None
    ) -> AbstractContextManager[Span]:
        """A span for as long as the context lasts; see `span`."""
        ...

    def current_trace(self) -> str | None:
        """See `current_trace`."""
        ...


class _NoSpan:
    def name(self, name: str) -> None:
        """Nothing is named."""

    def set(self, attribute: str, value: str | int | float) -> None:
        """Nothing is set."""

    def fail(self, reason: str) -> None:
        """Nothing fails."""


_NO_SPAN = nullcontext(_NoSpan())
_tracer: Tracer | None = None


def use_tracer(tracer: Tracer | None) -> None:
    """Record the spans of this process with a tracer; None records none."""
    global _tracer  # a process has one, as it has one log
    _tracer = tracer


def span(
    name: str, kind: SpanKind, attributes: Mapping[str, str | int | float], parent: str | None = None
) -> AbstractContextManager[Span]:
    """A span for as long as the context lasts, below the one that is under way or below `parent`, a `traceparent`.

    An exception marks it as failed, with the name of its class.
    """
    return _NO_SPAN if _tracer is None else _tracer.span(name, kind, attributes, parent)


def current_trace() -> str | None:
    """The span that is under way as a W3C `traceparent`; None where there is none."""
    return None if _tracer is None else _tracer.current_trace()
