"""Runs a small cluster on this machine: 2 servers and 2 workers over a real Postgres and a real Redis.

    make up                     # servers on ports 8000 and 8001; Ctrl-C ends everything, and nothing is kept
    make up ARGS="--port 9000"  # on ports 9000 and 9001
    make up ARGS="--metrics 9464"    # with the metrics of the four processes on ports 9464 to 9467

Processes that die are started again, as a process manager does it. Settings of the environment apply to all of them.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from servers import address, own_postgres, own_redis

_SERVERS, _WORKERS = 2, 2
_COMMAND = Path(sys.executable).with_name("tradecore")
# How long a supervisor waits before it starts a process again, and how long processes may take to stop, in seconds.
_RESTART_DELAY, _PATIENCE = 0.5, 30.0


def main() -> None:
    """Run the cluster until SIGINT or SIGTERM."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000, help="the port of the first server")
    parser.add_argument("--metrics", type=int, help="the port of the metrics of the first process")
    arguments = parser.parse_args()
    port, metrics = arguments.port, arguments.metrics
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="tradecore-up-"))
        servers = [own_postgres(), own_redis()]
        for server in servers:
            stack.callback(server.close)
            server.start()
        environment = {
            "TRADECORE_SECRET": secrets.token_hex(32),
            "TRADECORE_DATA": folder,
            **os.environ,
            "DATABASE_URL": address(servers[0]),
            "REDIS_URL": address(servers[1]),
        }
        subprocess.run([_COMMAND, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        commands = [["serve", "--no-worker", "--port", str(port + n)] for n in range(_SERVERS)]
        commands[0].append("--demo")
        commands += [["worker"]] * _WORKERS
        print(f"Postgres {address(servers[0])}, Redis {address(servers[1])}", flush=True)
        environments = [
            environment if metrics is None else {**environment, "TRADECORE_METRICS": f"127.0.0.1:{metrics + n}"}
            for n in range(len(commands))
        ]
        with suppress(KeyboardInterrupt):
            _supervise(commands, environments)


def _supervise(commands: list[list[str]], environments: list[dict[str, str]]) -> None:
    """Run the commands and start again those that end, until interrupted; then stop them all."""
    processes = [_started(*started) for started in zip(commands, environments, strict=True)]
    try:
        while True:
            time.sleep(_RESTART_DELAY)
            for n, process in enumerate(processes):
                if process.poll() is not None:
                    print(f"{' '.join(commands[n])} ended with {process.returncode}; started again", flush=True)
                    processes[n] = _started(commands[n], environments[n])
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _started(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    # Ctrl-C at the terminal is for this process, which stops the others in its own order.
    return subprocess.Popen([_COMMAND, *command], env=environment, start_new_session=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
