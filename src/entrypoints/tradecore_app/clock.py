"""The clock of an installation: the real one, or one that starts on a chosen day."""

from datetime import date

from tradecore.ports.ambient import Now


def starting_on(day: date | None, clock: Now) -> Now:
    """A clock that shows `day` when it is made and goes on from there, at the time of day of `clock`.

    `clock` itself without a day.
    """
    if day is None:
        return clock
    offset = day - clock().date()
    return lambda: clock() + offset
