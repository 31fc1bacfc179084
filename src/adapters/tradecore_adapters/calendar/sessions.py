"""A program that prints the trading days of an exchange: `python -m tradecore_adapters.calendar.sessions XNYS`."""

import sys

FIRST = "1990-01-01"


def main() -> None:
    """Print every trading day from FIRST to the last one that the library knows, one ISO date per line."""
    import exchange_calendars  # costs two seconds and 65 MB: the reason for this process

    calendar = exchange_calendars.get_calendar(sys.argv[1], start=FIRST)
    print("\n".join(f"{session:%Y-%m-%d}" for session in calendar.sessions))  # noqa: T201  # printing is its purpose


if __name__ == "__main__":
    main()
