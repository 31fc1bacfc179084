"""Processes of the command `tradecore` that begin with its modules imported.

Python imports them anew at each start, which takes a second of processor time and more than most tests of processes
need for themselves. Here one process imports them once and forks for each start. What it forks has its own pid,
environment, working directory, signals and standard streams, and runs the same `main` as the installed command.

Tests of the start itself, of the installed command and of memory start Python.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from attrs import define, field

# What `tradecore serve` and `tradecore worker` import by themselves.
_MODULES = ("tradecore_app.cli", "tradecore_app.web", "tradecore_app.worker", "tradecore_app.commands.serve")
_MAX_BYTES = 1024 * 1024


@define
class ForkedProcess:
    """What `subprocess.Popen` is for a process that Python has started, as far as tests use it."""

    args: Sequence[str]
    pid: int
    stdout: IO[str] | None
    _status: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code; None while the process runs."""
        return self._wait(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one. Raises subprocess.TimeoutExpired."""
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None and self._readable(timeout):
            text = os.read(self._status, 10)
            os.close(self._status)
            # Nothing is written when the process that forks has died, which takes all others with it.
            self.returncode = int(text) if text else -signal.SIGKILL
        return self.returncode

    def _readable(self, timeout: float | None) -> bool:
        # Unlike select(), poll() takes any number of a file.
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        return bool(poll.poll(None if timeout is None else 1000 * timeout))


Process = subprocess.Popen[str] | ForkedProcess


@define
class Prefork:
    """The process that forks, and the connection to it."""

    _process: "subprocess.Popen[bytes]"
    _connection: socket.socket
    _lock: Lock = field(factory=Lock)

    def start(
        self,
        arguments: Sequence[object],
        environment: Mapping[str, str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        stderr: int,
    ) -> ForkedProcess:
        """Start the command. `stdin`, `stdout` and `stderr` are file descriptors, or a pipe for `stdout`."""
        shown = [str(argument) for argument in arguments]
        task = {"arguments": shown, "environment": dict(environment), "directory": str(Path.cwd())}
        status, status_written = os.pipe()
        opened = [status_written]
        output = None
        if stdin == subprocess.DEVNULL:
            opened.append(stdin := os.open(os.devnull, os.O_RDONLY))
        if stdout == subprocess.PIPE:
            read, stdout = os.pipe()
            opened.append(stdout)
            output = os.fdopen(read, "r")
        with self._lock:
            socket.send_fds(self._connection, [json.dumps(task).encode()], [stdin, stdout, stderr, status_written])
            pid = int(self._connection.recv(20))
        for descriptor in opened:
            os.close(descriptor)
        return ForkedProcess(["tradecore", *shown], pid, output, status)

    def run(
        self, arguments: Sequence[object], environment: Mapping[str, str], *, given: str = "", timeout: float = 60
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end, with `given` as standard input. Raises subprocess.TimeoutExpired."""
        with TemporaryFile("w+") as stdin, TemporaryFile("w+") as stdout, TemporaryFile("w+") as stderr:
            stdin.write(given)
            stdin.seek(0)
            process = self.start(
                arguments, environment, stdin=stdin.fileno(), stdout=stdout.fileno(), stderr=stderr.fileno()
            )
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            texts = []
            for stream in (stdout, stderr):
                stream.seek(0)
                texts.append(stream.read())
        return subprocess.CompletedProcess(process.args, code, *texts)

    def close(self) -> None:
        """End it, and every process that it has forked."""
        self._connection.close()
        self._process.wait(timeout=30)


@cache
def prefork() -> Prefork:
    """The one of this process, which starts with its first use."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MAX_BYTES)
    with theirs:
        command = [sys.executable, "-P", __file__, str(theirs.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    opened = Prefork(process, ours)
    atexit.register(opened.close)
    return opened


# --- the process that forks ---


def _fork_on_request(connection: socket.socket) -> tuple[dict[str, object], list[int]]:
    """Fork for each request. Returns in each process that was forked, with its task and its streams."""
    statuses: dict[int, int] = {}
    ended, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([connection, ended], [], [])
        if ended in ready:
            os.read(ended, 1000)
            _report_ended(statuses)
        if connection not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(connection, _MAX_BYTES, 4)
        if not message:
            for pid in statuses:
                os.kill(pid, signal.SIGKILL)
            sys.exit()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for descriptor in (ended, wakeup, connection.detach(), descriptors.pop(), *statuses.values()):
                os.close(descriptor)
            return json.loads(message), descriptors
        statuses[pid] = descriptors.pop()
        for descriptor in descriptors:
            os.close(descriptor)
        connection.send(str(pid).encode())


def _report_ended(statuses: dict[int, int]) -> None:
    while statuses:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        descriptor = statuses.pop(pid)
        with suppress(BrokenPipeError):  # nobody may wait for it any more
            os.write(descriptor, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(descriptor)


def _become(task: dict[str, object], descriptors: list[int]) -> None:
    """Take the arguments, the environment, the directory and the standard streams of a task."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(task["environment"])  # type: ignore[call-overload]
    os.chdir(str(task["directory"]))
    sys.argv = ["tradecore", *task["arguments"]]  # type: ignore[misc]
    time.tzset()


def _main() -> None:
    for name in _MODULES:
        import_module(name)
    from tradecore_app.cli import main

    gc.collect()
    gc.freeze()
    _become(*_fork_on_request(socket.socket(fileno=int(sys.argv[1]))))
    main()


if __name__ == "__main__":
    _main()
