"""The pace of requests to a vendor, and the pause after a refusal, are those of all processes of a machine together."""

import asyncio
import fcntl
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tradecore.testing import ManualClock
from tradecore_adapters.vendors.pace import Pace, Pause
from tradecore_adapters.vendors.shared_state import SharedState

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Takes turns on a shared file, and prints when each of them came.
WORKER = """
import asyncio, sys, time
from datetime import datetime, UTC
from pathlib import Path
from tradecore_adapters.vendors.pace import Pace
from tradecore_adapters.vendors.shared_state import SharedState

pace = Pace(40.0, 2, lambda: datetime.now(UTC), time.monotonic, SharedState(Path(sys.argv[1])))

async def run():
    for _ in range(10):
        await pace.turn()
        print(time.monotonic(), flush=True)

asyncio.run(run())
"""

NewPace = Callable[[], Pace]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def new_pace(tmp_path: Path, clock: ManualClock) -> NewPace:
    """A pace as each process has it, all with the same file."""
    return lambda: Pace(1000.0, 1000, clock.now, time.monotonic, SharedState(tmp_path / "vendors/yahoo-finance.json"))


async def test_two_processes_keep_the_pace_of_one(tmp_path: Path) -> None:
    commands = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, str(tmp_path / "vendor.json"), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    outputs = [(await command.communicate())[0] for command in commands]
    times = sorted(float(line) for output in outputs for line in output.split())
    assert len(times) == 20
    # Two at once, then forty a second; a turn is taken a moment before it is printed.
    for earlier, later in zip(times, times[6:], strict=False):
        assert later - earlier >= 4 / 40 - 0.02


async def test_a_refusal_stops_every_process_and_an_answer_to_one_ends_the_doubling_for_all(
    new_pace: NewPace, clock: ManualClock
) -> None:
    web, worker = new_pace(), new_pace()
    assert await web.begin_pause(429) == Pause(NOON + MINUTE, 429)
    assert await worker.turn() == Pause(NOON + MINUTE, 429)
    assert await worker.begin_pause(429) == Pause(NOON + MINUTE, 429)
    clock.advance(60)
    assert await worker.turn() is None
    assert await worker.begin_pause(429) == Pause(NOON + 3 * MINUTE, 429)
    assert await new_pace().turn() == Pause(NOON + 3 * MINUTE, 429)
    clock.advance(120)
    assert await web.turn() is None
    await web.answered()
    assert await worker.begin_pause(None) == Pause(NOON + 4 * MINUTE, None)


async def test_an_answer_that_was_on_its_way_does_not_end_a_pause(new_pace: NewPace) -> None:
    pace = new_pace()
    await pace.turn()
    pause = await pace.begin_pause(429)
    await pace.answered()
    assert await pace.turn() == pause


async def test_a_request_that_waited_for_its_turn_is_stopped_by_a_refusal_meanwhile(clock: ManualClock) -> None:
    pace = Pace(20.0, 1, clock.now, time.monotonic)
    assert await pace.turn() is None
    waiting = asyncio.ensure_future(pace.turn())
    await asyncio.sleep(0)
    pause = await pace.begin_pause(429)
    assert await waiting == pause


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"due": "soon"}', b'{"due": 1e300, "refusals": 9}', b'{"until": "yesterday"}'],
    ids=repr,
)
async def test_a_file_that_holds_no_state_counts_as_a_new_one(
    new_pace: NewPace, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors/yahoo-finance.json").write_bytes(content)
    pace = new_pace()
    async with asyncio.timeout(5):
        assert await pace.turn() is None
        assert await pace.begin_pause(429)


async def test_an_end_that_lies_too_far_ahead_is_of_a_clock_that_was_set_back(
    new_pace: NewPace, clock: ManualClock
) -> None:
    pace = new_pace()
    clock.advance(365 * 86_400)
    await pace.begin_pause(429)
    clock.advance(-365 * 86_400)
    assert await pace.turn() is None


async def test_a_process_that_holds_the_lock_for_ever_stops_nobody(new_pace: NewPace, tmp_path: Path) -> None:
    pace = new_pace()
    await pace.turn()
    file = os.open(tmp_path / "vendors/yahoo-finance.json", os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        async with asyncio.timeout(5):
            assert await pace.turn() is None
            pause = await pace.begin_pause(429)
            assert await pace.turn() == pause
    finally:
        os.close(file)


async def test_without_a_folder_to_write_to_the_pace_is_that_of_the_process(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").write_text("")
    pace = Pace(1000.0, 10, clock.now, time.monotonic, SharedState(tmp_path / "file/below.json"))
    pause = await pace.begin_pause(429)
    assert await pace.turn() == pause
