"""Ports for time, chance and traces, one callable each."""

from collections.abc import Callable
from datetime import datetime

# The current time: aware, UTC.
Now = Callable[[], datetime]
# A new id: a UUID as text, never the same twice.
NewId = Callable[[], str]
# A new secret of 256 random bits, as URL-safe text.
NewSecret = Callable[[], str]
# The trace that the caller is part of, as a W3C `traceparent`; None where nothing is traced.
CurrentTrace = Callable[[], str | None]


def untraced() -> None:
    """The trace of a caller that is part of none."""
