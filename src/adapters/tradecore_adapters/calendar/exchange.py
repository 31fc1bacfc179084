"""Sessions of the New York exchanges by the `exchange-calendars` library; for crypto, simply every day."""

import asyncio
import sys
from bisect import bisect_right
from datetime import date, timedelta

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType

# New York stands for all equities: where others trade, a horizon may be off by a local holiday.
_EXCHANGE = "XNYS"
_PATIENCE = 120.0


@define(eq=False)
class ExchangeCalendar:
    """Asks the library in a process of its own, when the first equity needs it, and again where its answer ends.

    The library brings pandas: importing it here would hold up everything else in this process for two seconds, and take
    65 MB for good. What is needed of it is a list of days.
    """

    _days: list[date] = field(factory=list, init=False)
    _asking: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        """See the port. Sessions are known from 1990 to about a year ahead."""
        if asset_type is AssetType.CRYPTO:
            return day + timedelta(days=count)
        async with self._asking:
            # It knows a year ahead of when it is asked, and this process may have been running for longer.
            if not self._days or bisect_right(self._days, day) + count > len(self._days):
                self._days = await _sessions(_EXCHANGE)
            days = self._days
        place = bisect_right(days, day) + count - 1
        if day < days[0] or place >= len(days):
            raise Unavailable(
                f"The trading calendar knows {days[0]} to {days[-1]}, not {count} trading days after {day}; "
                "newer versions of exchange-calendars know later years."
            )
        return days[place]


async def _sessions(exchange: str) -> list[date]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradecore_adapters.calendar.sessions", exchange),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            out, complaint = await process.communicate()
    except TimeoutError as error:
        raise Unavailable(f"The trading calendar of {exchange} did not answer within {_PATIENCE:.0f} s.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        cause = RuntimeError(complaint.decode(errors="replace")[-2000:])
        raise Unavailable(f"The trading calendar of {exchange} cannot be read; is its library installed?") from cause
    return [date.fromisoformat(line) for line in out.decode("ascii").split()]
