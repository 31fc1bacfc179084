"""Jobs: no path leaves the table of moves, and every end is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import IllegalMove, Stale
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import MAX_CRASHES, MAX_FAILURES, MOVES, Job, JobEnded, JobQueued, JobState, Kind

AT = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=10)

VERBS = {
    "claim": lambda job, at: job.claim("worker", at=at, lease=LEASE),
    "start": lambda job, at: job.start(),
    "renew": lambda job, at: job.renew(at=at, lease=LEASE),
    "release": lambda job, at: job.release(at=at),
    "retry": lambda job, at: job.retry("later", at=at, after=LEASE),
    "complete": lambda job, at: job.complete(at=at),
    "fail": lambda job, at: job.fail("no", at=at),
    "cancel": lambda job, at: job.cancel(at=at),
}


def a_job() -> Job:
    return Job.queue(JobId("j"), UserId("ann"), Kind.ANALYSIS, at=AT).entity


@given(st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 12)), max_size=25))
def test_whatever_is_tried_moves_stay_in_the_table_attempts_grow_and_one_end_is_told(
    tried: list[tuple[str, int]],
) -> None:
    job, now, ends = a_job(), AT, 0
    for verb, seconds in tried:
        now += timedelta(seconds=seconds)
        try:
            change = VERBS[verb](job, now)
        except IllegalMove:
            continue
        after = change.entity
        assert after.state in MOVES[job.state]
        assert after.attempt - job.attempt == (verb == "claim")
        assert (after.lease is not None) == (after.state is JobState.RUNNING)
        ends += sum(isinstance(fact, JobEnded) for fact in change.facts)
        assert any(isinstance(fact, JobQueued) for fact in change.facts) == (after.state is JobState.QUEUED)
        job = after
    assert ends == job.ended


def test_a_claim_of_an_abandoned_job_counts_a_crash_and_any_other_does_not() -> None:
    job = a_job().claim("first", at=AT, lease=LEASE).entity
    with pytest.raises(IllegalMove):
        job.claim("second", at=AT + LEASE - timedelta(microseconds=1), lease=LEASE)
    taken_over = job.claim("second", at=AT + LEASE, lease=LEASE).entity
    assert (job.crashed_attempts, taken_over.crashed_attempts, taken_over.attempt) == ((), (1,), 2)
    assert taken_over.release(at=AT).entity.claim("third", at=AT, lease=LEASE).entity.crashed_attempts == (1,)


def taken_over(times: int, *, steps: int = 0) -> Job:
    """A job that was claimed once more than `times`, each time from a worker that had disappeared."""
    job = a_job().claim("worker 0", at=AT, lease=LEASE).entity
    for number in range(times):
        job = job.claim(f"worker {number + 1}", at=job.lease.until, lease=LEASE, steps=steps * (number + 1)).entity
        if job.lease.waiting:
            job = job.start().entity
    return job


def test_a_step_that_was_stored_since_the_claim_forgets_all_crashes() -> None:
    assert taken_over(5, steps=1).crashed_attempts == ()
    twice = taken_over(2)
    assert twice.crashed_attempts == (1, 2)
    assert twice.crashes(at=twice.lease.until, steps=1) == ()
    assert twice.release(at=AT).entity.claim("next", at=AT, lease=LEASE, steps=1).entity.crashed_attempts == ()


def test_a_job_one_crash_short_of_failing_is_suspect_and_is_not_blamed_before_it_starts() -> None:
    once = taken_over(MAX_CRASHES - 2)
    assert not once.suspect
    waiting = once.claim("next", at=once.lease.until, lease=LEASE).entity
    assert (waiting.suspect, waiting.lease.waiting) == (True, True)
    renewed = waiting.renew(at=AT, lease=LEASE).entity
    assert renewed.lease.waiting
    assert renewed.crashes(at=renewed.lease.until, steps=0) == waiting.crashed_attempts
    started = renewed.start().entity
    assert len(started.crashes(at=started.lease.until, steps=0)) == MAX_CRASHES


def test_the_death_of_its_own_process_queues_a_job_again_or_fails_it() -> None:
    suspect = taken_over(2)
    failed = suspect.crash("died", at=AT, steps=0).entity
    assert (failed.state, failed.error, failed.crashed_attempts) == (JobState.FAILED, "died", (1, 2, 3))
    again = suspect.crash("died", at=AT, steps=1)
    assert (again.entity.state, again.entity.crashed_attempts, again.entity.lease) == (JobState.QUEUED, (), None)
    assert again.facts == (JobQueued(suspect.topic, AT, suspect.kind),)
    assert taken_over(0).crash("died", at=AT, steps=0).entity.crashed_attempts == (1,)


def test_a_crash_is_taken_back_once_its_worker_shows_that_it_lives() -> None:
    job = taken_over(2)
    back = job.take_back_crash(1).entity
    assert (back.crashed_attempts, back.suspect, back.attempt, back.lease) == ((2,), False, job.attempt, job.lease)
    assert back.take_back_crash(1).entity == back


def test_only_the_living_claim_holds_a_job() -> None:
    job = a_job().claim("first", at=AT, lease=LEASE).entity
    assert job.require_held_by("first", 1) == job
    later = job.claim("second", at=AT + LEASE, lease=LEASE).entity
    for worker_id, attempt, of in (
        ("first", 1, later),
        ("second", 1, later),
        ("first", 2, later),
        ("first", 1, a_job()),
    ):
        with pytest.raises(Stale):
            of.require_held_by(worker_id, attempt)
    with pytest.raises(Stale):
        job.complete(at=AT).entity.require_held_by("first", 1)


def test_retries_end_in_failure_with_the_last_reason() -> None:
    job = a_job()
    for _ in range(MAX_FAILURES):
        assert job.state is JobState.QUEUED
        job = job.claim("worker", at=AT, lease=LEASE).entity.retry("the feed is down", at=AT, after=LEASE).entity
    assert (job.state, job.error, job.failures) == (JobState.FAILED, "the feed is down", MAX_FAILURES)
