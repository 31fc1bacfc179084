"""Errors that tradecore raises on purpose, by who has to act: the caller, time, another writer, or an outside service.

    Refusal
    ├── CallerError            the caller has to change the request
    │   ├── Invalid            a value is not possible; `problems` names each field
    │   ├── NotAuthenticated   the caller is not known
    │   ├── NotAllowed         the caller is known and has no permission
    │   ├── NotFound           no such thing, or it belongs to someone else
    │   ├── NotReady           the thing does not exist yet
    │   ├── IllegalMove        the state of the thing does not allow the change
    │   │   └── NeedsConfirmation  the same request with a confirmation succeeds
    │   ├── KeyReused          an idempotency key came back with a different request
    │   ├── StillRunning       an idempotency key came back while its first request was running
    │   └── OverBudget         going on would exceed the money or time allowed
    ├── Busy                   try again after `retry_after` seconds
    │   ├── QueueFull          too many jobs wait
    │   ├── RateLimited        the caller sent too many requests
    │   └── Overspent          the caller's budget for today is spent
    ├── Stale                  another writer was first: read again
    └── Unavailable            an outside service failed; its error is the cause

Messages are stable and safe to show: nothing in them comes from a vendor's exception.
"""

from collections.abc import Sequence
from typing import Self

from attrs import frozen


class Refusal(Exception):
    """The base of all errors that tradecore raises on purpose; the message is a sentence that says why."""


class CallerError(Refusal):
    """The caller has to change the request."""


@frozen
class Problem:
    """One invalid field: its name in the core (each API translates it), and a sentence."""

    field: str
    message: str


class Invalid(CallerError):
    """The request has values that are not possible; `problems` holds one entry per field."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @classmethod
    def one(cls, field: str, message: str) -> Self:
        """An error about a single field."""
        return cls(message, (Problem(field, message),))


class NotAuthenticated(CallerError):
    """The caller is not known: there is no credential, or it is not valid."""


class NotAllowed(CallerError):
    """The caller is known and has no permission to do this."""


class NotFound(CallerError):
    """There is no such thing for this caller. Something that belongs to someone else looks the same."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r}.")
        self.kind = kind
        self.id = id


class NotReady(CallerError):
    """The thing is still being made, or could not be made."""


class IllegalMove(CallerError):
    """The state of the entity does not allow this change."""


class NeedsConfirmation(IllegalMove):
    """The request looks like a repetition by mistake; with a confirmation it succeeds.

    `held` is how many units of `symbol` the caller holds, as plain decimal text.
    """

    def __init__(self, message: str, symbol: str = "", held: str = "0") -> None:
        super().__init__(message)
        self.symbol = symbol
        self.held = held


class KeyReused(CallerError):
    """An idempotency key was used before with a different request."""


class StillRunning(CallerError):
    """The first request for this is still running."""


class OverBudget(CallerError):
    """Going on would exceed the money or the time allowed."""


class Busy(Refusal):
    """The request can succeed later; `retry_after` is a number of whole seconds to wait."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueueFull(Busy):
    """As many jobs wait as this installation admits."""


class RateLimited(Busy):
    """The caller sent too many requests within a window of time."""


class Overspent(Busy):
    """The caller's daily budget for language models is spent, or reserved for analyses that are running."""


class Stale(Refusal):
    """Another writer changed the entity since it was read, or took the job over."""


class Unavailable(Refusal):
    """An outside service failed; its error is the cause.

    `transient` says whether the same call may succeed soon. It is false where somebody has to act first.
    """

    def __init__(self, message: str, *, transient: bool = True) -> None:
        super().__init__(message)
        self.transient = transient
