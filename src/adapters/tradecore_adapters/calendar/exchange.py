"""Trading days of the New York exchanges from the `exchange-calendars` library; for crypto, every day."""

import asyncio
import sys
from bisect import bisect_right
from datetime import date, timedelta

from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType

# New York stands for all equities; for those of other exchanges a horizon may be off by a local holiday.
_EXCHANGE = "XNYS"
_TIMEOUT = 120.0


@define(eq=False)
class ExchangeCalendar:
    """Reads the list of days from the library in a subprocess, once it is needed and again where it ends.

    The library imports pandas, which would block this process for two seconds and occupy 65 MB.
    """

    _days: list[date] = field(factory=list, init=False)
    _loading: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def ahead(self, asset_type: AssetType, day: date, count: int) -> date:
        """The day `count` trading days after `day`. Days are known from 1990 to about a year ahead.

        Raises Unavailable for days beyond, and where the library cannot be read.
        """
        if asset_type is AssetType.CRYPTO:
            return day + timedelta(days=count)
        async with self._loading:
            # The list ends a year after it was read, and this process may run for longer.
            if not self._days or bisect_right(self._days, day) + count > len(self._days):
                self._days = await _load_sessions(_EXCHANGE)
            days = self._days
        index = bisect_right(days, day) + count - 1
        if day < days[0] or index >= len(days):
            raise Unavailable(
                f"The trading calendar covers {days[0]} to {days[-1]}, not {count} trading days after {day}; "
                "upgrade exchange-calendars for later years."
            )
        return days[index]


async def _load_sessions(exchange: str) -> list[date]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradecore_adapters.calendar.sessions", exchange),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TIMEOUT):
            output, errors = await process.communicate()
    except TimeoutError as error:
        raise Unavailable(f"The trading calendar of {exchange} did not answer within {_TIMEOUT:.0f} s.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        cause = RuntimeError(errors.decode(errors="replace")[-2000:])
        raise Unavailable(f"The trading calendar of {exchange} cannot be read; is its library installed?") from cause
    return [date.fromisoformat(line) for line in output.decode("ascii").split()]
