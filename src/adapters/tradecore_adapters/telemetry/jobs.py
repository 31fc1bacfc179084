"""Counts and traces the attempts of jobs in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from tradecore.model.errors import Stale, Unavailable
from tradecore.use_cases.run import Crashed, JobClaim
from tradecore_adapters.telemetry.metrics import JOB_ATTEMPTS, JOB_CLAIMS, JOB_SECONDS, JOB_START_SECONDS
from tradecore_adapters.telemetry.traces import Attributes, SpanKind, span


@contextmanager
def observed_attempt(claim: JobClaim, isolated: bool) -> Iterator[None]:
    """The context in which the job of a claim runs; it passes on every exception.

    `isolated`: in a process of its own, which stores what came of it.
    """
    job, began = claim.job, perf_counter()
    JOB_CLAIMS.add(job.kind, "abandoned" if claim.abandoned else "new" if job.attempt == 1 else "queued_again")
    if job.attempt == 1 and job.started_at:
        waited = (job.started_at - job.queued_at).total_seconds()
        JOB_START_SECONDS.observe(job.kind, seconds=max(0.0, waited))
    attributes: Attributes = {"tradecore.job.id": job.id, "tradecore.job.attempt": job.attempt}
    try:
        with span(f"job {job.kind}", SpanKind.CONSUMER, attributes, parent=job.trace):
            yield
    except BaseException as error:
        JOB_ATTEMPTS.add(job.kind, _outcome_of(error))
        raise
    if isolated:
        JOB_ATTEMPTS.add(job.kind, "isolated")
        return
    JOB_ATTEMPTS.add(job.kind, "completed")
    JOB_SECONDS.observe(job.kind, seconds=perf_counter() - began)


def _outcome_of(error: BaseException) -> str:
    match error:
        case Stale():
            return "lost"
        case Unavailable(transient=True):
            return "retried"
        case Crashed():
            return "crashed"
        case Exception():
            return "failed"
        case _:
            return "stopped"
