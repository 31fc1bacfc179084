"""A process that prints an exchange's trading days: `python -m tradecore_adapters.calendar.sessions XNYS`."""

import sys

FIRST = "1990-01-01"


def main() -> None:
    """Print every session from FIRST to as far ahead as the library knows, one ISO day a line."""
    import exchange_calendars  # costs two seconds and 65 MB: the reason for this process

    calendar = exchange_calendars.get_calendar(sys.argv[1], start=FIRST)
    print("\n".join(f"{session:%Y-%m-%d}" for session in calendar.sessions))  # noqa: T201  # printing is its purpose


if __name__ == "__main__":
    main()
