"""`tradecore serve` and `tradecore worker`: the long-running processes."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import rich_click as click

from tradecore_app.heap import share_one_heap
from tradecore_app.settings import read_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, on uvloop where it is installed."""
    share_one_heap()
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--no-worker", is_flag=True, help="Run no jobs; `tradecore worker` does.")
@click.option("--tls-cert", type=_FILE, help="Serve https with this certificate and its chain, a PEM file.")
@click.option("--tls-key", type=_FILE, help="The key of the certificate, a PEM file.")
@click.option(
    "--demo",
    is_flag=True,
    help="Create a demo account, pace analyses by rules, and print a command that tries the API.",
)
def serve(host: str, port: int, no_worker: bool, tls_cert: Path | None, tls_key: Path | None, demo: bool) -> None:
    """Start the HTTP server, with a worker in the same process."""
    from tradecore_app.web import TlsFiles, serve_http

    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key are given together.")
    tls = TlsFiles(tls_cert, tls_key) if tls_cert and tls_key else None
    run_loop(serve_http(read_settings(), host=host, port=port, worker=not no_worker, demo=demo, tls=tls))


@click.command()
def worker() -> None:
    """Run jobs for servers that share the store. On SIGTERM it stops and releases unfinished jobs."""
    from tradecore_app.embed import run_worker
    from tradecore_app.logs import configure_logs
    from tradecore_app.production import require_production_secrets
    from tradecore_app.traces import traces_to_collector

    settings = read_settings()
    require_production_secrets(settings)

    async def work() -> None:
        configure_logs()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signal_number, stop.set)
        async with traces_to_collector(settings.telemetry), run_worker(settings):
            click.echo(f"The worker runs jobs, at most {settings.jobs.concurrency} at a time.")
            await stop.wait()

    run_loop(work())
