"""Runs the command `tradecore` with faults of its own that a test can choose.

The file in CHAOS_CLOCK holds seconds to add to the clock. Analyses of the symbol in CHAOS_POISON crash the process.
Analyses of all others wait until the file in CHAOS_GATE exists.
"""

import asyncio
import ctypes
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tradecore.engines.desk import desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore_adapters import ambient


def set_clock(file: Path) -> None:
    """Add the seconds in a file to the time of the machine, from now on."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text() or 0))

    ambient.now = now


def change_collecting(poison: str, gate: Path | None) -> None:
    """Make analyses of the symbol `poison` read from address 0 when they collect evidence, and others wait."""
    collect = desk.collect

    async def changed(sources: Any, brief: AnalysisBrief, *rest: Any, **options: Any) -> Any:
        if brief.symbol == poison:
            ctypes.string_at(0)
        while gate and not gate.exists():
            await asyncio.sleep(0.02)
        return await collect(sources, brief, *rest, **options)

    desk.collect = changed


if __name__ == "__main__":
    from tradecore_app import isolated_job, isolated_runner
    from tradecore_app.cli import main

    # A process of one job has the same faults.
    isolated_runner.COMMAND = (sys.executable, "-P", __file__, "isolated job")
    if clock := os.environ.get("CHAOS_CLOCK"):
        set_clock(Path(clock))
    gate = os.environ.get("CHAOS_GATE")
    change_collecting(os.environ.get("CHAOS_POISON", ""), Path(gate) if gate else None)
    if sys.argv[1:] == ["isolated job"]:
        isolated_job.main()
    else:
        main()
