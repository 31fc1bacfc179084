"""When a source is fetched next: the waits that it asks for, and longer ones while it fails."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from attrs import evolve, frozen

from tradecore.model.news import FetchState


@frozen(kw_only=True)
class FetchPolicy:
    """How often a source is fetched."""

    interval: timedelta = timedelta(minutes=15)
    """The least time between two fetches."""
    longest: timedelta = timedelta(hours=24)
    """The longest time between two fetches, whatever the source asks for."""
    jitter: float = 0.1
    """The largest share of a wait that is added to it at random, so that fetches spread out."""


def after_success(
    state: FetchState,
    now: datetime,
    policy: FetchPolicy,
    headers: Mapping[str, str],
    ttl: timedelta | None,
    chance: float,
) -> FetchState:
    """The state after a successful fetch at `now` (aware UTC).

    The wait is the longest that `headers` (lower-case names) or `ttl` ask for, at least `policy.interval` and at most
    `policy.longest`, plus the share `chance` (0 to 1) of the jitter.
    """
    wait = max(policy.interval, ttl or timedelta(0), *_requested_waits(headers, now))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, policy.longest), policy, chance),
        failures=0,
        last_success=now,
        last_error=None,
    )


def after_failure(
    state: FetchState,
    now: datetime,
    policy: FetchPolicy,
    reason: str,
    chance: float,
    headers: Mapping[str, str] | None = None,
) -> FetchState:
    """The state after a failed fetch at `now` (aware UTC): each failure doubles the wait, up to `policy.longest`."""
    failures = state.failures + 1
    backoff = policy.interval * 2 ** min(failures - 1, 16)
    wait = max(backoff, retry_after(headers or {}, now) or timedelta(0))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, policy.longest), policy, chance),
        failures=failures,
        last_error=reason,
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait that `Retry-After` asks for, in seconds or as a date; None without a readable one."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    moment = http_date(value)
    return None if moment is None else max(timedelta(0), moment - now)


def http_date(value: str) -> datetime | None:
    """The date of a header (aware UTC); None when it cannot be read."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _requested_waits(headers: Mapping[str, str], now: datetime) -> list[timedelta]:
    waits = [retry_after(headers, now) or timedelta(0)]
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    ages = [part.removeprefix("max-age=").strip('"') for part in directives if part.startswith("max-age=")]
    if ages:
        if ages[0].isascii() and ages[0].isdigit():
            waits.append(timedelta(seconds=min(int(ages[0][:9]), 10**8)))
    elif (expires := http_date(headers.get("expires", ""))) is not None:
        # `Date` is the clock of the server, which may differ from this one.
        waits.append(expires - (http_date(headers.get("date", "")) or now))
    return waits


def _jittered(wait: timedelta, policy: FetchPolicy, chance: float) -> timedelta:
    return wait + wait * policy.jitter * max(0.0, min(1.0, chance))
