"""When a source is visited next: what it asks for, and what patience it costs when it fails."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from attrs import evolve, frozen

from tradecore.model.news import FetchState


@frozen(kw_only=True)
class Manners:
    """How often a source may be visited."""

    interval: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=24)
    jitter: float = 0.1
    """The largest part of a wait that is added to it by chance, so that visits do not come in step."""


def after_success(
    state: FetchState,
    now: datetime,
    manners: Manners,
    headers: Mapping[str, str],
    ttl: timedelta | None,
    chance: float,
) -> FetchState:
    """The state after a visit that worked: all that the source asks to wait, at least our interval, at most a day."""
    wait = max(manners.interval, ttl or timedelta(0), *_asked(headers, now))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, manners.longest), manners, chance),
        failures=0,
        last_success=now,
        last_error=None,
    )


def after_failure(
    state: FetchState,
    now: datetime,
    manners: Manners,
    reason: str,
    chance: float,
    headers: Mapping[str, str] | None = None,
) -> FetchState:
    """The state after a visit that failed: the wait doubles with each failure in a row, up to a day."""
    failures = state.failures + 1
    backoff = manners.interval * 2 ** min(failures - 1, 16)
    wait = max(backoff, retry_after(headers or {}, now) or timedelta(0))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, manners.longest), manners, chance),
        failures=failures,
        last_error=reason,
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait that `Retry-After` asks for, in seconds or as a date; None when it asks for none."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    moment = http_date(value)
    return None if moment is None else max(timedelta(0), moment - now)


def http_date(value: str) -> datetime | None:
    """A date of a header, aware; None when it cannot be read."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _asked(headers: Mapping[str, str], now: datetime) -> list[timedelta]:
    waits = [retry_after(headers, now) or timedelta(0)]
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    ages = [part.removeprefix("max-age=").strip('"') for part in directives if part.startswith("max-age=")]
    if ages:
        if ages[0].isascii() and ages[0].isdigit():
            waits.append(timedelta(seconds=min(int(ages[0][:9]), 10**8)))
    elif (expires := http_date(headers.get("expires", ""))) is not None:
        # By the server's own clock, which need not be ours.
        waits.append(expires - (http_date(headers.get("date", "")) or now))
    return waits


def _jittered(wait: timedelta, manners: Manners, chance: float) -> timedelta:
    return wait + wait * manners.jitter * max(0.0, min(1.0, chance))
