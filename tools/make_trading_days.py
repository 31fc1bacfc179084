"""Make the shipped list of New York trading days from the `exchange-calendars` package, a development dependency.

Run `python tools/make_trading_days.py` once a year; it rewrites src/adapters/tradecore_adapters/calendar/new_york.json.
The exchange is open on every weekday but those listed, and closes at 16:00 but on the days with an early close. Future
closures are the announced and the regular ones.
"""

import json
from datetime import date, time, timedelta
from importlib.metadata import version
from pathlib import Path

import exchange_calendars

OUT = Path(__file__).parents[1] / "src/adapters/tradecore_adapters/calendar/new_york.json"
EXCHANGE = "XNYS"
FIRST, LAST = date(1990, 1, 1), date(2031, 12, 31)
USUAL_CLOSE = time(16)


def closures(calendar: exchange_calendars.ExchangeCalendar) -> list[date]:
    """The weekdays from FIRST to LAST on which the exchange is closed. Raises ValueError for a session on a weekend."""
    sessions = {session.date() for session in calendar.sessions}
    if weekend := [day for day in sessions if day.weekday() > 4]:
        raise ValueError(f"The calendar has sessions on weekends, which the list cannot say: {sorted(weekend)}.")
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in sessions]


def early_closes(calendar: exchange_calendars.ExchangeCalendar) -> dict[str, str]:
    """The local times at which sessions end that do not end at USUAL_CLOSE, by day."""
    ends = ((session.date(), close.tz_convert(calendar.tz).time()) for session, close in calendar.closes.items())
    return {day.isoformat(): f"{end:%H:%M}" for day, end in ends if end != USUAL_CLOSE}


def main() -> None:
    """Write the list."""
    calendar = exchange_calendars.get_calendar(EXCHANGE, start=FIRST.isoformat(), end=LAST.isoformat())
    document = {
        "exchange": EXCHANGE,
        "source": f"exchange-calendars {version('exchange-calendars')} (Apache-2.0)",
        "first": FIRST.isoformat(),
        "last": LAST.isoformat(),
        "zone": str(calendar.tz),
        "close": f"{USUAL_CLOSE:%H:%M}",
        "early_closes": early_closes(calendar),
        "closed_weekdays": [day.isoformat() for day in closures(calendar)],
    }
    OUT.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(document['closed_weekdays'])} closures -> {OUT.name}")


if __name__ == "__main__":
    main()
