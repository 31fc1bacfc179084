"""Trading days of the New York exchanges from a shipped list of closures; for crypto, every day."""

import json
from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

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


@cache
def _sessions() -> tuple[date, ...]:
    document = json.loads(_CLOSURES.read_text(encoding="utf-8"))
    first, last = date.fromisoformat(document["first"]), date.fromisoformat(document["last"])
    closed = frozenset(map(date.fromisoformat, document["closed_weekdays"]))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < 5 and day not in closed)
