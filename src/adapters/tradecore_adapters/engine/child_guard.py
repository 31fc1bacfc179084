"""Runs a command for as long as its parent lives: `python -I -S child_guard.py LIFELINE FOLDER COMMAND...`.

It needs the standard library only. LIFELINE is the number of a socket that the parent holds the other end of. The first
line written to it is `{"pid": N}` once the command runs, or `{"error": reason}`; the last line is `{"status": N}`, the
exit status, negative for a signal. When the parent closes its end or dies, and when the command ends, every process of
the command's group is killed and FOLDER is removed.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading


def guard(lifeline: int, folder: str, command: list[str]) -> None:
    """Run the command in the folder, with the standard streams of this process."""
    try:
        child = subprocess.Popen(command, cwd=folder, process_group=0)  # noqa: S603  # it is what the operator chose
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        _report(lifeline, error=error.strerror or "it cannot be run")
        return
    _report(lifeline, pid=child.pid)
    # The streams belong to the command: the parent sees their end when the command closes them.
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    threading.Thread(target=_kill_at_end_of, args=(lifeline, child.pid), daemon=True).start()
    status = child.wait()
    _kill_group(child.pid)
    shutil.rmtree(folder, ignore_errors=True)
    _report(lifeline, status=status)


def _kill_at_end_of(lifeline: int, group: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(lifeline, 1024):
            pass
    _kill_group(group)


def _kill_group(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)


def _report(lifeline: int, **fields: object) -> None:
    with contextlib.suppress(OSError):
        os.write(lifeline, json.dumps(fields).encode() + b"\n")


if __name__ == "__main__":
    guard(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
