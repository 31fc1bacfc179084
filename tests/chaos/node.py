"""Runs the command `tradecore` with a clock that a test can set: the file in CHAOS_CLOCK holds seconds to add."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tradecore_adapters import ambient

CLOCK = Path(os.environ["CHAOS_CLOCK"])


def now() -> datetime:
    """The time of the machine, moved."""
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text() or 0))


ambient.now = now

if __name__ == "__main__":
    from tradecore_app.cli import main

    main()
