"""Runs a job that may crash its process in one of its own, which its worker watches."""

import asyncio
import pickle  # noqa: TID251  # it only writes one
import sys
from asyncio.subprocess import PIPE

from tradecore.model.errors import Unavailable
from tradecore.use_cases.run import Crashed, JobClaim
from tradecore_app.sandbox import Sandbox
from tradecore_app.settings import Settings

# What is run with the settings, the sandbox and the claim on standard input, which stays open as long as this process.
COMMAND = (sys.executable, "-P", "-m", "tradecore_app.isolated_job")
# What it prints when it begins to run the job.
BEGUN = b"begun\n"

# How many such processes a worker has at most at a time; each takes as much memory as a worker.
_MAX_PROCESSES = 4


def task(settings: Settings, sandbox: Sandbox | None, claim: JobClaim) -> bytes:
    """What the process reads from standard input."""
    return pickle.dumps((settings, sandbox, claim))


class IsolatedRunner:
    """Runs claimed jobs in processes that open the adapters of the same settings."""

    def __init__(self, settings: Settings, sandbox: Sandbox | None) -> None:
        self._settings = settings
        self._sandbox = sandbox
        self._slots = asyncio.Semaphore(_MAX_PROCESSES)

    async def __call__(self, claim: JobClaim) -> None:
        """Return when the job has ended, was queued again or is held by another worker.

        Raises Crashed when the process died while it ran the job, Unavailable when it could not begin. A process
        outlives neither a cancellation of this nor the process of the worker.
        """
        async with self._slots:
            process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE)
            try:
                assert process.stdin, "it is a pipe"
                assert process.stdout, "it is a pipe"
                process.stdin.write(task(self._settings, self._sandbox, claim))
                printed = await process.stdout.read()
                code = await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if code and printed.startswith(BEGUN):
            raise Crashed
        if code:
            raise Unavailable(f"A process for the job {claim.job.id} could not begin; the log of the worker says why.")
