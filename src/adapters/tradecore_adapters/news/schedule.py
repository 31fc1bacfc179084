"""When a source is fetched next: as often as it publishes, the waits that it asks for, longer ones while it fails."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.model.news import FetchState, RawItem

# So many of the latest times of publication say how often a source publishes; fewer than the second say nothing.
_TIMES, _FEWEST_TIMES = 8, 3


@frozen(kw_only=True)
class FetchPolicy:
    """How often a source is fetched."""

    interval: timedelta = timedelta(minutes=15)
    """The time between two fetches of a source that publishes less often, or of which that is not known."""
    shortest: timedelta = timedelta(minutes=1)
    """The least time between two fetches of a source that publishes more often; `interval` where that is shorter."""
    longest: timedelta = timedelta(hours=24)
    """The longest time between two fetches, whatever the source asks for."""
    jitter: float = 0.1
    """The largest share of a wait that is added to it at random, so that fetches spread out."""


def observed(state: FetchState, items: Sequence[RawItem], now: datetime) -> FetchState:
    """The state with the times at which `items`, all entries of a document read at `now` (aware UTC), were published.

    Entries without a date count as published now, if they are others than those of the last fetch. Where the entries
    are the same as then nothing was published, whatever their dates say: some publishers date all entries anew.
    """
    names = sorted(item.guid or item.url or item.title for item in items)
    tag = sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()[:16]
    if tag == state.entries_tag:
        return state
    dates = {item.published_at for item in items if item.published_at is not None and item.published_at <= now}
    seen = {now} if state.entries_tag is not None and not dates else set[datetime]()
    times = sorted({*state.published, *dates, *seen}, reverse=True)[:_TIMES]
    return evolve(state, entries_tag=tag, published=tuple(times))


def usual_wait(state: FetchState, now: datetime, policy: FetchPolicy) -> timedelta:
    """The mean time between the latest publications of a source, from `policy.shortest` to `policy.interval`.

    The time since the last of them counts, so that a source that falls silent is fetched less and less often.
    """
    if len(state.published) < _FEWEST_TIMES:
        return policy.interval
    mean = (now - state.published[-1]) / len(state.published)
    return min(max(mean, policy.shortest), policy.interval)


def after_success(
    state: FetchState,
    now: datetime,
    policy: FetchPolicy,
    headers: Mapping[str, str],
    ttl: timedelta | None,
    chance: float,
) -> FetchState:
    """The state after a successful fetch at `now` (aware UTC).

    The wait is the longest that `headers` (lower-case names) or `ttl` ask for, at least the usual one and at most
    `policy.longest`, plus the share `chance` (0 to 1) of the jitter.
    """
    wait = max(usual_wait(state, now, policy), ttl or timedelta(0), *_requested_waits(headers, now))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, policy.longest), policy, chance),
        failures=0,
        refusals=0,
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
    *,
    refused: bool = False,
) -> FetchState:
    """The state after a failed fetch at `now` (aware UTC): each failure doubles the wait, up to `policy.longest`.

    `refused` says that the source has refused it for good.
    """
    failures = state.failures + 1
    backoff = usual_wait(state, now, policy) * 2 ** min(failures - 1, 16)
    wait = max(backoff, retry_after(headers or {}, now) or timedelta(0))
    return evolve(
        state,
        next_check=now + _jittered(min(wait, policy.longest), policy, chance),
        failures=failures,
        refusals=state.refusals + 1 if refused else 0,
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
