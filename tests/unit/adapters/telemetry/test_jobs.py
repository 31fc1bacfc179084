"""How attempts of jobs are counted: by what ends them."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.model.errors import Invalid, Stale, Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.use_cases.run import Crashed, JobClaim
from tradecore_adapters.telemetry.jobs import observed_attempt
from tradecore_adapters.telemetry.metrics import JOB_ATTEMPTS, JOB_CLAIMS, JOB_SECONDS, JOB_START_SECONDS

AT = datetime(2024, 10, 10, tzinfo=UTC)
QUEUED = Job.queue(JobId("job"), UserId("ann"), Kind.BACKTEST, at=AT).entity
CLAIM = JobClaim(QUEUED.claim("worker", at=AT + timedelta(seconds=7), lease=timedelta(seconds=10)).entity)


def counted() -> dict[str, float]:
    return {labels["outcome"]: value for _, labels, value in JOB_ATTEMPTS.samples() if labels["kind"] == "backtest"}


def durations() -> float:
    return sum(
        value for suffix, labels, value in JOB_SECONDS.samples() if suffix == "_count" and labels["kind"] == "backtest"
    )


@pytest.mark.parametrize(
    ("error", "isolated", "outcome"),
    [
        (None, False, "completed"),
        (Unavailable("Later."), False, "retried"),
        (Unavailable("Never.", transient=False), False, "failed"),
        (Invalid("No."), False, "failed"),
        (Stale("Another has it."), False, "lost"),
        (asyncio.CancelledError(), False, "stopped"),
        (None, True, "isolated"),
        (Crashed(), True, "crashed"),
    ],
)
def test_an_attempt_is_counted_by_what_ended_it(error: BaseException | None, isolated: bool, outcome: str) -> None:
    before, completed = counted(), durations()
    with pytest.raises(type(error)) if error else nullcontext(), observed_attempt(CLAIM, isolated):
        if error:
            raise error
    gained = {name: value - before.get(name, 0) for name, value in counted().items()}
    assert {name: value for name, value in gained.items() if value} == {outcome: 1}
    assert durations() - completed == (outcome == "completed")


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        (CLAIM, "new"),
        (JobClaim(evolve(CLAIM.job, attempt=2)), "queued_again"),
        (JobClaim(evolve(CLAIM.job, attempt=2), abandoned=True), "abandoned"),
    ],
)
def test_a_claim_is_counted_by_what_became_of_the_attempt_before(claim: JobClaim, of: str) -> None:
    def claimed() -> dict[str, float]:
        return {labels["of"]: value for _, labels, value in JOB_CLAIMS.samples() if labels["kind"] == "backtest"}

    before = claimed()
    with observed_attempt(claim, False):
        gained = {name: value - before.get(name, 0) for name, value in claimed().items()}
    assert {name: value for name, value in gained.items() if value} == {of: 1}


def test_only_the_first_attempt_tells_how_long_a_job_was_queued() -> None:
    def waited() -> float:
        return sum(
            value
            for suffix, labels, value in JOB_START_SECONDS.samples()
            if suffix == "_sum" and labels["kind"] == "backtest"
        )

    before = waited()
    with observed_attempt(JobClaim(evolve(CLAIM.job, attempt=2)), False):
        assert waited() == before
    with observed_attempt(CLAIM, False):
        assert waited() == before + 7
