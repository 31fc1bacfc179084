"""Refusals, by who must act: the caller, time, another writer, or the outside world.

    Refusal
    ├── CallerError          ask differently
    │   ├── Invalid          something asked for is not possible; `problems` names each field
    │   ├── NotSignedIn      who is asking is not known
    │   ├── NotAllowed       known, but may not
    │   ├── NotFound         no such thing, or someone else's
    │   ├── NotReady         it will exist, but does not yet
    │   ├── IllegalMove      the thing's state does not allow it
    │   ├── KeyReused        an idempotency key came back with a different request
    │   ├── StillRunning     an idempotency key came back while its first request was under way
    │   └── OverBudget       going on would take more money or time than this may take
    ├── Busy                 try again after `retry_after` seconds
    │   ├── QueueFull        too much is waiting
    │   ├── TooMany          this caller asked too often
    │   └── Overspent        this caller's money for today is spent
    ├── Stale                someone else wrote first: read again
    └── Unavailable          the outside world broke a promise; the cause is chained

Sentences are stable and safe to show; nothing in them comes from a vendor's exception.
"""

from collections.abc import Sequence

from attrs import frozen


class Refusal(Exception):
    """Anything tradecore declines to do, with a sentence that says why."""


class CallerError(Refusal):
    """The caller has to ask differently."""


@frozen
class Problem:
    """One thing wrong with one field: its path as the caller wrote it, and a sentence."""

    field: str
    message: str


class Invalid(CallerError):
    """What was asked is not possible as asked; `problems` says where."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @classmethod
    def one(cls, field: str, message: str) -> "Invalid":
        """Refuse because of a single field."""
        return cls(message, (Problem(field, message),))


class NotSignedIn(CallerError):
    """Who is asking is not known: no credential, or one that does not hold."""


class NotAllowed(CallerError):
    """The caller is known and may not do this."""


class NotFound(CallerError):
    """There is no such thing for this caller; someone else's thing looks the same."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r}.")
        self.kind = kind
        self.id = id


class NotReady(CallerError):
    """The thing asked for is still being made, or could not be."""


class IllegalMove(CallerError):
    """The state of the thing does not allow this change."""


class KeyReused(CallerError):
    """An idempotency key was used again with a different request."""


class StillRunning(CallerError):
    """The first request with this idempotency key has not ended."""


class OverBudget(CallerError):
    """Going on would take more money or time than this may take."""


class Busy(Refusal):
    """Not now; `retry_after` is a whole number of seconds that makes sense to wait."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueueFull(Busy):
    """More work is waiting than this installation admits."""


class TooMany(Busy):
    """This caller has used up its share for now."""


class Overspent(Busy):
    """What this caller may spend on language models in a day is spent, or set aside for analyses under way."""


class Stale(Refusal):
    """Another writer changed the thing since it was read, or took the job over."""


class Unavailable(Refusal):
    """The outside world did not keep a promise; the vendor's error is the cause."""
