"""The life of jobs as a machine: workers that crash, stall and come back, against a plain dict."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from opening import open_adapter
from servers import SettingOf
from tradecore.model.digests import Digest, DigestId
from tradecore.model.errors import Stale
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import MOVES, Job, JobState, Kind
from tradecore.model.news import DigestBrief
from tradecore_app.registry import rows

LEASE = timedelta(seconds=10)


@define
class Known:
    """What must be true of a job."""

    user: str
    kind: Kind
    state: JobState = JobState.QUEUED
    attempt: int = 0
    leased_until: datetime | None = None


def job_machine(row: str, setting_of: SettingOf) -> type[RuleBasedStateMachine]:
    """The machine over one row of the table of stores."""

    class JobMachine(RuleBasedStateMachine):
        claims: Bundle[tuple[JobId, str, int]] = Bundle("claims")

        def __init__(self) -> None:
            super().__init__()
            self.runner = asyncio.Runner()
            self.folder = tempfile.TemporaryDirectory()
            self.setting = setting_of(row)
            chosen = self.runner.run(self.setting.__aenter__())
            self.opened = open_adapter("store", chosen, data=Path(self.folder.name))
            self.store = self.runner.run(self.opened.__aenter__())
            self.now = datetime(2026, 1, 1, tzinfo=UTC)
            self.known: dict[str, Known] = {}

        def teardown(self) -> None:
            self.runner.run(self.opened.__aexit__(None, None, None))
            self.runner.run(self.setting.__aexit__(None, None, None))
            self.runner.close()
            self.folder.cleanup()

        @rule(user=st.sampled_from("abc"), kind=st.sampled_from(Kind))
        def queue(self, user: str, kind: Kind) -> None:
            async def put() -> None:
                async with self.store.unit_of_work() as uow:
                    id = JobId(f"j{len(self.known)}")
                    digest = Digest.begin(
                        DigestId(id), UserId(user), DigestBrief(user_id=UserId(user), hours=24), at=self.now
                    )
                    await uow.jobs.add(Job.queue(id, UserId(user), kind, at=self.now), digest, limit=1000)
                    self.known[id] = Known(user, kind)

            self.runner.run(put())

        @rule(target=claims, worker_id=st.sampled_from(["w1", "w2"]))
        def claim(self, worker_id: str) -> Any:
            async def take() -> Job | None:
                async with self.store.unit_of_work() as uow:
                    jobs = await uow.jobs.next(self.now)
                    return await uow.jobs.put(jobs[0].claim(worker_id, at=self.now, lease=LEASE)) if jobs else None

            job = self.runner.run(take())
            if job is None:
                assert not self.claimable()
                return multiple()
            assert job.id in self.claimable()
            known = self.known[job.id]
            assert job.attempt == known.attempt + 1
            self.known[job.id] = Known(known.user, known.kind, JobState.RUNNING, job.attempt, self.now + LEASE)
            return (job.id, worker_id, job.attempt)

        def claimable(self) -> set[str]:
            lapsed = {id for id, job in self.known.items() if job.leased_until and job.leased_until <= self.now}
            if lapsed:
                return lapsed
            busy = {j.user for j in self.known.values() if j.kind is Kind.DIGEST and j.state is JobState.RUNNING}
            return {
                id
                for id, job in self.known.items()
                if job.state is JobState.QUEUED and not (job.kind is Kind.DIGEST and job.user in busy)
            }

        @rule(claim=claims, verb=st.sampled_from(["complete", "fail", "release", "renew"]))
        def write(self, claim: tuple[JobId, str, int], verb: str) -> None:
            """A runner writes, whether or not it is still the job's: only the last claim's writes count."""
            id, worker_id, attempt = claim

            async def act() -> None:
                async with self.store.unit_of_work() as uow:
                    job = (await uow.jobs.get(id)).require_held_by(worker_id, attempt)
                    change = {
                        "complete": lambda: job.complete(at=self.now),
                        "fail": lambda: job.fail("no", at=self.now),
                        "release": lambda: job.release(at=self.now),
                        "renew": lambda: job.renew(at=self.now, lease=LEASE),
                    }[verb]()
                    await uow.jobs.put(change)

            known = self.known[id]
            if known.state is JobState.RUNNING and known.attempt == attempt:
                self.runner.run(act())
                states = {"complete": JobState.COMPLETED, "fail": JobState.FAILED, "release": JobState.QUEUED}
                state = states.get(verb, JobState.RUNNING)
                until = self.now + LEASE if verb == "renew" else None
                self.known[id] = Known(known.user, known.kind, state, attempt, until)
            else:
                with pytest.raises(Stale):
                    self.runner.run(act())

        @rule(seconds=st.integers(1, 15))
        def pass_time(self, seconds: int) -> None:
            self.now += timedelta(seconds=seconds)

        @invariant()
        def nothing_is_lost_or_revived(self) -> None:
            async def read() -> dict[str, Job]:
                async with self.store.snapshot() as uow:
                    return {id: await uow.jobs.get(JobId(id)) for id in self.known}

            for id, job in self.runner.run(read()).items():
                known = self.known[id]
                assert (job.state, job.attempt) == (known.state, known.attempt)
                assert job.ended == (not MOVES[known.state])

    return JobMachine


@pytest.mark.parametrize("row", sorted(rows("store")))
def test_whatever_workers_do_no_job_is_lost_and_none_ends_twice(row: str, setting_of: SettingOf) -> None:
    run_state_machine_as_test(job_machine(row, setting_of), settings=settings(max_examples=25, stateful_step_count=40))
