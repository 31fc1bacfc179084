"""The process of one job that may crash it: `python -m tradecore_app.isolated_job`, started by a worker."""

import asyncio
import os
import pickle  # noqa: TID251  # as multiprocessing does: the worker that started this process wrote it
import sys
from threading import Thread

import structlog
from attrs import evolve

from tradecore.model.errors import Refusal, Stale
from tradecore.use_cases.run import JobClaim
from tradecore_app.assembly import assemble
from tradecore_app.isolated_runner import BEGUN
from tradecore_app.logs import configure_logs
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings

log = structlog.get_logger("tradecore.worker")


def main() -> None:
    """Run the job of the claim on standard input. Exits with 1 when it cannot begin."""
    configure_logs()
    settings, sandbox, claim = pickle.load(sys.stdin.buffer)  # noqa: S301
    Thread(target=_exit_with_worker, daemon=True).start()
    try:
        asyncio.run(_run(settings, sandbox, claim))
    except Refusal as refusal:
        sys.exit(str(refusal))


async def _run(settings: Settings, sandbox: Sandbox | None, claim: JobClaim) -> None:
    async with assemble(settings, sandbox=sandbox) as assembled:
        try:
            async with assembled.store.read() as uow:
                job = await claim.verify(uow)
        except Stale:
            return
        assert job.lease, "a job that is held has a lease"
        # The stored lease goes on waiting, because the worker watches this process and counts its death itself.
        running = JobClaim(evolve(job, lease=evolve(job.lease, waiting=False)))
        os.write(sys.stdout.fileno(), BEGUN)
        try:
            await assembled.core.run_job(running)
        except Exception:
            log.exception("a job failed unexpectedly", job=job.id, kind=job.kind)


def _exit_with_worker() -> None:
    """Wait until the worker closes the pipe, or dies, and exit. Nothing more is ever sent."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
