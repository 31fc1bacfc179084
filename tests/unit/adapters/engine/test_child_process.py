"""Child processes: what they are given, how they end, and what they may write."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tradecore_adapters.engine.child_process import ChildFault, OutputLimits, open_child_process

NONE: Mapping[str, str] = {}
LOOK = """
import json, os, sys
task = json.loads(sys.stdin.readline())
print(json.dumps({"task": task, "folder": os.getcwd(), "files": os.listdir("."), "variables": sorted(os.environ)}))
sys.stderr.write("x" * 100_000 + "the end")
print(json.dumps({"rest": sys.stdin.read()}))
sys.exit(3)
"""


def shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


async def messages(command: tuple[str, ...], limits: OutputLimits | None = None) -> list[Mapping[str, Any]]:
    async with asyncio.timeout(30), open_child_process(command, NONE, limits) as child:
        return [message async for message in child.messages()]


def stat(pid: int) -> list[str]:
    """The fields of a process after its name: state, parent and so on; empty for none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


async def gone(pid: int) -> None:
    """Wait until a process is gone, at most a second; a zombie is."""
    async with asyncio.timeout(1):
        while stat(pid)[:1] not in ([], ["Z"]):
            await asyncio.sleep(0.01)


async def test_it_gets_the_task_a_folder_of_its_own_and_no_variables_but_those_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    async with asyncio.timeout(30), open_child_process((sys.executable, "-c", LOOK), {"GIVEN": "1"}) as child:
        child.send({"symbol": "NVDA"})
        received = child.messages()
        first = await anext(received)
        child.end_input()
        assert [message async for message in received] == [{"rest": ""}]
        assert await child.status() == 3
        assert child.errors.endswith("the end")
        assert len(child.errors) <= 2_000
    assert first["task"] == {"symbol": "NVDA"}
    assert first["files"] == []
    assert [name for name in first["variables"] if not name.startswith("XDG_")] == [
        "GIVEN", "HOME", "LANG", "PATH", "PYTHONUNBUFFERED", "TMPDIR",
    ]  # fmt: skip
    assert not Path(first["folder"]).exists()


async def test_a_command_that_cannot_be_started_says_why() -> None:
    with pytest.raises(ChildFault, match=r"^cannot be started: No such file or directory$"):
        await messages(("/nowhere/python",))


@pytest.mark.parametrize(
    ("script", "limits", "fault"),
    [
        ("echo '{}'; echo hello", OutputLimits(), r"wrote a line that is not JSON \(line 2\)"),
        ("echo '[1]'", OutputLimits(), r"wrote a line that is no JSON object \(line 1\)"),
        ("printf '[%.0s' $(seq 60000)", OutputLimits(), r"wrote a line that is not JSON \(line 1\)"),
        ("printf '\\377\\n'", OutputLimits(), r"wrote a line that is not JSON \(line 1\)"),
        ("head -c 200 /dev/zero", OutputLimits(line_bytes=100), "wrote a line of more than 100 bytes"),
        ("yes '{}'", OutputLimits(lines=100), "wrote more than 100 lines"),
        ("yes '{}'", OutputLimits(bytes=100), "wrote more than 100 bytes"),
    ],
)
async def test_what_it_may_not_write_is_a_fault(script: str, limits: OutputLimits, fault: str) -> None:
    with pytest.raises(ChildFault, match=f"^{fault}$"):
        await messages(shell(script), limits)


async def test_empty_lines_are_skipped_and_the_last_line_needs_no_end() -> None:
    assert await messages(shell("echo; printf '{\"a\": 1}'")) == [{"a": 1}]


STUBBORN = """trap '' TERM INT HUP
sleep 60 & echo "{\\"own\\": $$, \\"other\\": $!, \\"folder\\": \\"$PWD\\"}"
while :; do sleep 60; done"""


async def test_closing_kills_it_and_what_it_started_within_a_second() -> None:
    async with open_child_process(shell(STUBBORN), NONE) as child:
        started = await anext(child.messages())
    await gone(started["own"])
    await gone(started["other"])
    assert not Path(started["folder"]).exists()


async def test_what_it_started_ends_with_it() -> None:
    [started] = await messages(shell('sleep 60 & echo "{\\"other\\": $!}"'))
    await gone(started["other"])


async def test_it_is_gone_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = f"""
import asyncio
from tradecore_adapters.engine.child_process import open_child_process
async def main():
    async with open_child_process({shell(STUBBORN)!r}, {{}}) as child:
        print(__import__("json").dumps(await anext(child.messages())), flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout
    started = json.loads(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await gone(started["own"])
    await gone(started["other"])
    async with asyncio.timeout(1):
        while Path(started["folder"]).exists():
            await asyncio.sleep(0.01)


async def test_it_is_killed_even_when_its_guard_was() -> None:
    async with open_child_process(shell(STUBBORN), NONE) as child:
        started = await anext(child.messages())
        os.kill(int(stat(started["own"])[1]), signal.SIGKILL)
        assert await child.status() == -9
    await gone(started["own"])
    assert not Path(started["folder"]).exists()


def test_a_command_that_ended_without_reading_is_sent_nothing_on_the_loop_of_the_server() -> None:
    async def send_long_after() -> None:
        async with asyncio.timeout(30), open_child_process(shell("exit 0"), NONE) as child:
            assert await child.status() == 0
            # Writes after the first that finds no reader.
            for _ in range(1_000):
                child.send({"type": "task"})
                await asyncio.sleep(0)

    uvloop.run(send_long_after())


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_its_pipes_are_closed_although_it_wrote_more_than_was_read(stream: str) -> None:
    writes = f"import sys\nprint('{{}}', flush=True)\nsys.{stream}.write('x' * 1_000_000)\nsys.{stream}.flush()"
    before = os.listdir("/proc/self/fd")
    async with asyncio.timeout(30):
        async with open_child_process((sys.executable, "-c", writes), NONE, OutputLimits(line_bytes=1000)) as child:
            received = child.messages()
            assert await anext(received) == {}
            # Until the buffer of this process is full, after which its loop reads no further.
            await asyncio.sleep(0.3)
            await received.aclose()
        while len(os.listdir("/proc/self/fd")) > len(before):
            await asyncio.sleep(0.01)
