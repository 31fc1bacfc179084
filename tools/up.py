"""Runs a small cluster on this machine: 2 servers and 2 workers over a real Postgres and a real Redis.

    make up                     # servers on ports 8000 and 8001; Ctrl-C ends everything, and nothing is kept
    make up ARGS="--port 9000"  # on ports 9000 and 9001
    make up ARGS="--metrics 9464"    # with the metrics of the four processes on ports 9464 to 9467

Processes that die are started again, as a process manager does it. Settings of the environment apply to all of them.
`make chaos ARGS="--scenario outages"` starts the same cluster and kills what it consists of.
"""

import asyncio
import os
import secrets
import signal
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chaos.cluster import Cluster, open_cluster
from chaos.history import History
from servers import address


class _Shown(History):
    """A history that prints which processes have ended."""

    def add(self, event: str, **fields: Any) -> None:
        super().add(event, **fields)
        if event == "ended":
            print(f"{fields['node']} ended with {fields['code']}; started again", flush=True)


async def run(port: int, metrics: int | None) -> None:
    """Run the cluster until SIGINT or SIGTERM."""
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    environment = {"TRADECORE_SECRET": secrets.token_hex(32), **os.environ}
    metrics_ports = None if metrics is None else count(metrics)
    with (
        suppress(asyncio.CancelledError),
        TemporaryDirectory(prefix="tradecore-up-") as name,
        _Shown(Path(name, "history.jsonl")) as history,
    ):
        async with open_cluster(
            Path(name), history, environment, worker_nice=10, ports=count(port), metrics_ports=metrics_ports
        ) as cluster:
            _show(cluster)
            await asyncio.Event().wait()


def _show(cluster: Cluster) -> None:
    assert cluster.postgres
    assert cluster.redis
    for web in cluster.webs:
        lines = web.log.read_text(errors="replace").splitlines()
        # What it says of itself; the lines of its log are JSON.
        print(*(line for line in lines if not line.startswith("{")), sep="\n")
    print(f"Postgres {address(cluster.postgres)}, Redis {address(cluster.redis)}")
    print(f"Logs of all processes: {cluster.folder}/*.log", flush=True)


def main() -> None:
    """Read the command line."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000, help="the port of the first server")
    parser.add_argument("--metrics", type=int, help="the port of the metrics of the first process")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.port, arguments.metrics))


if __name__ == "__main__":
    main()
