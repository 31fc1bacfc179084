"""Trading days of the New York exchanges from a shipped list of closures and early closes; for crypto, every day."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType

# New York stands for all equities; for those of other exchanges a horizon may be off by a local holiday.
_CLOSURES = files("tradecore_adapters.calendar").joinpath("new_york.json")


@frozen
class ExchangeCalendar:
    """The trading days of the New York Stock Exchange, which `tools/make_trading_days.py` writes to a file."""

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        """The day `count` trading days after `day`. Days are known from 1990 to the end of the shipped list.

        Raises Unavailable for days beyond.
        """
        if asset_type is AssetType.CRYPTO:
            return day + timedelta(days=count)
        sessions = _sessions()
        index = bisect_right(sessions, day) + count - 1
        if day < sessions[0] or index >= len(sessions):
            raise Unavailable(
                f"The trading calendar covers {sessions[0]} to {sessions[-1]}, not {count} trading days after {day}; "
                "upgrade tradecore for later years."
            )
        return sessions[index]

    async def last_finished(self, asset_type: AssetType, at: datetime) -> date:
        """The newest day that is over: a session at its close, in the time of New York; for crypto at midnight UTC.

        Raises Unavailable for days that are not in the shipped list.
        """
        if asset_type is AssetType.CRYPTO:
            return at.astimezone(UTC).date() - timedelta(days=1)
        hours = _hours()
        local = at.astimezone(hours.zone)
        over = local.date() if local.time() >= hours.close_of(local.date()) else local.date() - timedelta(days=1)
        sessions = _sessions()
        if not sessions[0] <= over <= sessions[-1]:
            raise Unavailable(
                f"The trading calendar covers {sessions[0]} to {sessions[-1]}, not {over}; upgrade tradecore for later "
                "years."
            )
        return sessions[bisect_right(sessions, over) - 1]

    async def next_close(self, asset_type: AssetType, after: datetime) -> datetime:
        """The next close of a session, in UTC; for crypto the next midnight UTC. Raises Unavailable as `ahead` does."""
        if asset_type is AssetType.CRYPTO:
            return datetime.combine(after.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        # Of the newest session that has closed by then, the next one closes after it.
        session = await self.ahead(asset_type, await self.last_finished(asset_type, after), 1)
        hours = _hours()
        return datetime.combine(session, hours.close_of(session), hours.zone).astimezone(UTC)


@frozen
class _Hours:
    """The local times at which sessions end."""

    zone: ZoneInfo
    close: time
    early_closes: Mapping[date, time]

    def close_of(self, day: date) -> time:
        return self.early_closes.get(day, self.close)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_CLOSURES.read_text(encoding="utf-8"))
    return document


@cache
def _hours() -> _Hours:
    document = _document()
    early = {date.fromisoformat(day): time.fromisoformat(end) for day, end in document["early_closes"].items()}
    return _Hours(ZoneInfo(document["zone"]), time.fromisoformat(document["close"]), early)


@cache
def _sessions() -> tuple[date, ...]:
    document = _document()
    first, last = date.fromisoformat(document["first"]), date.fromisoformat(document["last"])
    closed = frozenset(map(date.fromisoformat, document["closed_weekdays"]))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < 5 and day not in closed)
