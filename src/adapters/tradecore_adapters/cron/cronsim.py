"""The cron port over the library `cronsim`."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen
from cronsim import CronSim, CronSimError

from tradecore.model.errors import Invalid

_MAX_LENGTH, _FIELDS = 100, 5
# Names of the IANA database; a key of `ZoneInfo` may be any file below its folders.
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)
_FIELD = re.compile(r"[A-Za-z0-9*,/#-]+", re.ASCII)


@frozen
class CronSimTimes:
    """Cron expressions without seconds, in every time zone of the IANA database."""

    def next_time(self, expression: str, time_zone: str, after: datetime) -> datetime:
        zone = _zone(time_zone)
        fields = expression.split()
        if (
            len(expression) > _MAX_LENGTH
            or len(fields) != _FIELDS
            or not all(_FIELD.fullmatch(field) for field in fields)
        ):
            raise _impossible("it has five fields: minute, hour, day of month, month, day of week")
        try:
            times = CronSim(" ".join(fields), after.astimezone(zone))
            # A time that the clocks repeat is given as the first one, also when that has passed.
            return next(at for time in times if (at := time.astimezone(UTC)) > after)
        except CronSimError as error:
            raise _impossible(f"{str(error)[:1].lower()}{str(error)[1:]}") from None
        except (StopIteration, ValueError, OverflowError):
            raise _impossible("it names no time in the next 50 years") from None

    def local_day(self, time_zone: str, at: datetime) -> date:
        return at.astimezone(_zone(time_zone)).date()

    def instant(self, time_zone: str, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, _zone(time_zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    """The time zone of a name. Raises Invalid about `time_zone`."""
    if len(name) <= _MAX_LENGTH and _ZONE.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    raise Invalid.one("time_zone", f"There is no time zone {shown!r}; write a name such as Europe/Berlin or UTC.")


def _impossible(reason: str) -> Invalid:
    message = f"This is no cron expression ({reason}); write one such as 0 8 * * 1-5 for eight on weekdays."
    return Invalid.one("expression", message)
