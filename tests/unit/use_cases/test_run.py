"""Running: every job ends once, whatever happens to those who run it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from attrs import define, field

from tradecore.engines.desk.desk import Desk
from tradecore.model.analyses import AgentState, Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.digests import Digest, DigestId
from tradecore.model.errors import Invalid, NotFound, Stale, Unavailable
from tradecore.model.ids import AnalysisId, JobId, TopicKind, UserId, topic_of
from tradecore.model.jobs import MAX_CRASHES, MAX_FAILURES, Job, JobState, Kind
from tradecore.model.news import DigestBrief
from tradecore.model.plan import Plan
from tradecore.model.steps import Step
from tradecore.model.users import Caller
from tradecore.ports.engine import Began, Budget
from tradecore.use_cases.analyses import GetAnalysisStatus
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.digest import DigestTask
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.run import LEASE, ClaimJob, JobClaim, JobTask, ReleaseJob, RenewLease, RunJob, UpdateHeldJob
from tradecore_adapters.calendar.exchange import ExchangeCalendar

Brief = Callable[..., AnalysisBrief]


class PowerCut(BaseException):
    """What a runner feels of kill -9: nothing after it happens."""


@define
class FragileDesk:
    """The real desk, which breaks after so many words."""

    desk: Desk
    after: int
    breaks_with: BaseException
    said: list[str] = field(factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncIterator[Began | Step]:
        async for each in self.desk.think(brief, plan, known, budget):
            if self.after == 0:
                raise self.breaks_with
            self.after -= 1
            if isinstance(each, Step):
                self.said.append(each.key)
            yield each


def tasks_with(world: Any, desk: Any) -> Mapping[Kind, JobTask]:
    return {Kind.ANALYSIS: AnalysisTask(world.store, world.now, Engines((desk,)), ExchangeCalendar())}


async def claim(world: Any, tasks: Mapping[Kind, JobTask], worker_id: str = "worker") -> JobClaim:
    taken = await ClaimJob(world.store, world.now, tasks)(worker_id)
    assert taken is not None
    return taken


async def look(world: Any, id: str) -> tuple[Analysis, Job]:
    async with world.store.snapshot() as uow:
        return await uow.analyses.get(AnalysisId(id)), await uow.jobs.get(JobId(id))


async def test_a_job_runs_to_its_result(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(depth=2), by=ann)
    taken = await claim(world, world.tasks)
    assert (await look(world, ticket.analysis))[0].state is AnalysisState.RUNNING
    await RunJob(world.store, world.now, world.tasks)(taken)
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, job.state, analysis.percent) == (AnalysisState.COMPLETED, JobState.COMPLETED, 100)
    assert {each.state for each in analysis.agents} == {AgentState.COMPLETED}
    async with world.store.snapshot() as uow:
        result = await uow.analyses.result(ticket.analysis, owner=ann.user)
        steps = await uow.analyses.steps(ticket.analysis)
        assert (await uow.measurements.run_times(world.desk.router.default_engine, brief(depth=2).shape)).count == 1
    assert [step.key for step in steps] == list(world.desk.plan(brief(depth=2)).keys)
    assert (result.decision, len(result.rounds)) == (analysis.decision, 2)
    assert await ClaimJob(world.store, world.now, world.tasks)("worker") is None


async def test_a_run_that_breaks_anywhere_is_taken_up_where_it_broke(world: Any, brief: Brief, ann: Caller) -> None:
    words, broken = 0, True
    undisturbed = await world.launch(waiting=1000)(brief(), by=ann)
    await RunJob(world.store, world.now, world.tasks)(await claim(world, world.tasks))
    while broken:
        ticket = await world.launch(waiting=1000)(brief(), by=ann)
        fragile = FragileDesk(world.desk, words, PowerCut())
        tasks = tasks_with(world, fragile)
        taken = await claim(world, tasks, "first")
        try:
            await RunJob(world.store, world.now, tasks)(taken)
            broken = False
        except PowerCut:
            world.pass_time(seconds=LEASE.total_seconds())
            second = FragileDesk(world.desk, -1, PowerCut())
            tasks = tasks_with(world, second)
            await RunJob(world.store, world.now, tasks)(await claim(world, tasks, "second"))
            assert fragile.said + second.said == list(world.desk.plan(brief()).keys)
        async with world.store.snapshot() as uow:
            events = await uow.events.after(topic_of(TopicKind.ANALYSIS, ticket.analysis), 0)
            result = await uow.analyses.result(ticket.analysis, owner=ann.user)
            expected = await uow.analyses.result(undisturbed.analysis, owner=ann.user)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        percents = [event.fact.percent for event in events[:-1]]
        assert percents == sorted(percents)
        assert result.decision == expected.decision
        words += 1
    assert words > 8


async def test_two_workers_never_hold_one_job(world: Any, brief: Brief, ann: Caller) -> None:
    await world.launch()(brief(), by=ann)
    await claim(world, world.tasks, "first")
    assert await ClaimJob(world.store, world.now, world.tasks)("second") is None


async def test_a_worker_that_was_thought_dead_can_write_nothing_more(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    zombie = await claim(world, world.tasks, "zombie")
    world.pass_time(seconds=LEASE.total_seconds())
    living = await claim(world, world.tasks, "living")
    await RunJob(world.store, world.now, world.tasks)(zombie)
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.done, job.state, job.attempt, job.crashed_attempts) == (0, JobState.RUNNING, 2, ())
    for verb in (RenewLease(world.store, world.now, world.tasks), ReleaseJob(world.store, world.now)):
        with pytest.raises(Stale):
            await verb(zombie)
    await RunJob(world.store, world.now, world.tasks)(living)
    assert (await look(world, ticket.analysis))[1].state is JobState.COMPLETED


async def test_a_renewed_lease_keeps_the_job(world: Any, brief: Brief, ann: Caller) -> None:
    await world.launch()(brief(), by=ann)
    taken = await claim(world, world.tasks)
    for _ in range(3):
        world.pass_time(seconds=LEASE.total_seconds() - 1)
        await RenewLease(world.store, world.now, world.tasks)(taken)
    assert await ClaimJob(world.store, world.now, world.tasks)("other") is None


async def test_a_job_that_keeps_killing_its_workers_is_ended(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    deadly = tasks_with(world, FragileDesk(world.desk, 0, PowerCut()))
    for _ in range(MAX_CRASHES):
        with pytest.raises(PowerCut):
            await RunJob(world.store, world.now, deadly)(await claim(world, world.tasks))
        world.pass_time(seconds=LEASE.total_seconds())
    assert await ClaimJob(world.store, world.now, world.tasks)("worker") is None
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, job.state) == (AnalysisState.FAILED, JobState.FAILED)
    assert analysis.error
    assert "3 times" in analysis.error


async def test_a_job_that_stores_a_step_before_each_crash_of_its_worker_is_completed(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    for word in range(30):
        # The second output of every attempt is a step; a later attempt resumes behind the steps that are stored.
        tasks = tasks_with(world, FragileDesk(world.desk, 2, PowerCut()))
        try:
            await RunJob(world.store, world.now, tasks)(await claim(world, tasks, f"worker {word}"))
            break
        except PowerCut:
            world.pass_time(seconds=LEASE.total_seconds())
    assert word > MAX_CRASHES
    assert (await look(world, ticket.analysis))[1].state is JobState.COMPLETED


async def test_a_worker_that_dies_while_a_suspect_waits_to_run_alone_is_not_its_doing(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    for _ in range(MAX_CRASHES - 1):
        await claim(world, world.tasks)
        world.pass_time(seconds=LEASE.total_seconds())
    for _ in range(3):
        suspect = await claim(world, world.tasks)
        assert suspect.job.suspect
        world.pass_time(seconds=LEASE.total_seconds())
    await RunJob(world.store, world.now, world.tasks)(await claim(world, world.tasks))
    assert (await look(world, ticket.analysis))[1].state is JobState.COMPLETED


@pytest.mark.parametrize("notices", ["when it renews its lease", "when it writes"])
async def test_a_worker_whose_lease_ran_out_while_it_lived_takes_the_crash_back(
    world: Any, brief: Brief, ann: Caller, notices: str
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    for number in range(2 * MAX_CRASHES):
        asleep = await claim(world, world.tasks, f"worker {number}")
        world.pass_time(seconds=LEASE.total_seconds())
        awake = await claim(world, world.tasks, "other")
        assert awake.job.crashed_attempts == (asleep.job.attempt,)
        if notices == "when it writes":
            await RunJob(world.store, world.now, world.tasks)(asleep)
        else:
            with pytest.raises(Stale):
                await RenewLease(world.store, world.now, world.tasks)(asleep)
        assert (await look(world, ticket.analysis))[1].crashed_attempts == ()
        await ReleaseJob(world.store, world.now)(awake)


async def test_a_worker_never_takes_a_job_over_from_itself(world: Any, brief: Brief, ann: Caller) -> None:
    await world.launch()(brief(), by=ann)
    taken = await claim(world, world.tasks)
    world.pass_time(hours=1)
    assert await ClaimJob(world.store, world.now, world.tasks)("worker", running={taken.job.id}) is None
    _, job = await look(world, taken.job.id)
    assert (job.attempt, job.crashed_attempts) == (1, ())
    assert job.lease.until == world.now() + LEASE


async def test_new_jobs_are_claimed_together_and_those_that_take_care_are_left(
    world: Any, brief: Brief, ann: Caller
) -> None:
    launch = world.launch(waiting=1000)
    ids = [JobId((await launch(brief(), by=ann)).analysis) for _ in range(4)]
    released = await claim(world, world.tasks)
    await ReleaseJob(world.store, world.now)(released)
    claim_job = ClaimJob(world.store, world.now, world.tasks)
    claims = await claim_job.new_jobs("w", limit=3, only=[*ids[:3], ids[1], JobId("unknown")])
    assert [(id, taken.job.attempt) for id, taken in sorted(claims.items())] == [(id, 1) for id in sorted(ids[1:3])]
    for id in claims:
        analysis, job = await look(world, id)
        assert (analysis.state, job.lease.worker_id) == (AnalysisState.RUNNING, "w")
    assert [*await claim_job.new_jobs("other", limit=9)] == ids[3:]
    assert await claim_job.new_jobs("other", limit=9) == {}
    for taken in claims.values():
        await RunJob(world.store, world.now, world.tasks)(taken)
        assert (await look(world, taken.job.id))[1].state is JobState.COMPLETED


async def test_of_new_digests_of_one_user_one_is_claimed(world: Any) -> None:
    users = [UserId(name) for name in ("ann", "ann", "ben")]
    async with world.store.unit_of_work() as uow:
        for number, user in enumerate(users):
            digest = Digest.begin(DigestId(f"d{number}"), user, DigestBrief(user_id=user, hours=24), at=world.now())
            await uow.jobs.add(Job.queue(JobId(f"d{number}"), user, Kind.DIGEST, at=world.now()), digest, limit=9)
    tasks = {Kind.DIGEST: DigestTask(world.store, world.now)}
    claims = await ClaimJob(world.store, world.now, tasks).new_jobs("w", limit=9)
    assert sorted(taken.job.user for taken in claims.values()) == ["ann", "ben"]


async def test_a_held_job_is_changed_although_its_lease_was_renewed_and_not_once_it_has_ended(
    world: Any, brief: Brief, ann: Caller
) -> None:
    await world.launch()(brief(), by=ann)
    taken = await claim(world, world.tasks)
    world.pass_time(seconds=LEASE.total_seconds() / 2)
    renewed = await RenewLease(world.store, world.now, world.tasks)(taken)
    assert renewed.version > taken.job.version
    update = UpdateHeldJob(world.store)
    both = await asyncio.gather(
        update(taken, lambda job: job.complete(at=world.now())),
        update(taken, lambda job: job.fail("too late", at=world.now())),
        return_exceptions=True,
    )
    assert [job.state if isinstance(job, Job) else type(job) for job in both] == [JobState.COMPLETED, Stale]


async def test_a_suspect_is_one_no_longer_once_it_has_stored_a_step(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    for _ in range(MAX_CRASHES - 1):
        await claim(world, world.tasks)
        world.pass_time(seconds=LEASE.total_seconds())
    renew = RenewLease(world.store, world.now, world.tasks)
    suspect = await claim(world, world.tasks)
    assert (await renew(suspect)).suspect
    with pytest.raises(PowerCut):
        await RunJob(world.store, world.now, tasks_with(world, FragileDesk(world.desk, 2, PowerCut())))(suspect)
    assert not (await renew(suspect)).suspect
    assert (await look(world, ticket.analysis))[1].crashed_attempts == ()


@define
class FlakyStore:
    """A store that cannot be reached for the next so many units of work."""

    store: Any
    away: int = 0
    refused: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[Any]:
        if self.away:
            self.away -= 1
            self.refused += 1
            raise Unavailable("The database cannot be reached.")
        async with self.store.unit_of_work() as uow:
            yield uow


async def test_a_store_that_is_away_for_a_while_costs_a_running_analysis_neither_a_step_nor_a_failure(
    world: Any, brief: Brief, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: no_time())
    ticket = await world.launch()(brief(), by=ann)
    taken, flaky = await claim(world, world.tasks), FlakyStore(world.store)
    desk = FragileDesk(world.desk, -1, PowerCut())
    tasks = {Kind.ANALYSIS: AnalysisTask(flaky, world.now, Engines((desk,)), ExchangeCalendar())}
    flaky.away = 5
    await RunJob(flaky, world.now, tasks)(taken)
    _, job = await look(world, ticket.analysis)
    assert (job.state, job.failures, job.attempt, flaky.refused) == (JobState.COMPLETED, 0, 1, 5)
    assert desk.said == list(desk.plan(brief()).keys)


@define
class ForgetfulStore:
    """A store that forgets what the `lost`-th unit of work wrote, as a replica does that takes over too early."""

    store: Any
    lost: int
    units: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[Any]:
        self.units += 1
        with suppress(PowerCut):
            async with self.store.unit_of_work() as uow:
                yield uow
                if self.units == self.lost:
                    raise PowerCut


async def test_F16_an_analysis_whose_stored_steps_are_lost_with_a_database_makes_them_again(
    world: Any, brief: Brief, ann: Caller
) -> None:
    retried = 0
    for lost in range(1, 6):
        ticket = await world.launch()(brief(), by=ann)
        taken, forgetful = await claim(world, world.tasks), ForgetfulStore(world.store, lost)
        desk = FragileDesk(world.desk, -1, PowerCut())
        tasks = {Kind.ANALYSIS: AnalysisTask(forgetful, world.now, Engines((desk,)), ExchangeCalendar())}
        await RunJob(forgetful, world.now, tasks)(taken)
        _, job = await look(world, ticket.analysis)
        if job.state is JobState.QUEUED:
            retried += 1
            world.pass_time(seconds=5)
            await RunJob(world.store, world.now, tasks)(await claim(world, world.tasks))
            _, job = await look(world, ticket.analysis)
        assert job.state is JobState.COMPLETED
    assert retried


async def test_a_failure_is_recorded_once_the_store_is_back(
    world: Any, brief: Brief, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: no_time())
    ticket = await world.launch()(brief(), by=ann)
    taken, flaky = await claim(world, world.tasks), FlakyStore(world.store, away=30)
    tasks = tasks_with(world, FragileDesk(world.desk, 0, Invalid("There are no prices that day.")))
    await RunJob(flaky, world.now, tasks)(taken)
    assert flaky.refused == 30
    assert (await look(world, ticket.analysis))[1].state is JobState.FAILED


async def no_time() -> None:
    """What `asyncio.sleep` is to tests that need not wait."""


async def test_a_released_job_starts_again_at_once_and_counts_no_crash(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    for _ in range(MAX_CRASHES + 1):
        await ReleaseJob(world.store, world.now)(await claim(world, world.tasks))
    _, job = await look(world, ticket.analysis)
    assert (job.state, job.crashed_attempts, job.failures) == (JobState.QUEUED, (), 0)


async def test_a_failure_that_may_pass_is_tried_again_later_and_not_for_ever(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    tasks = tasks_with(world, FragileDesk(world.desk, 0, Unavailable("The feed cannot be reached.")))
    for _ in range(MAX_FAILURES):
        await RunJob(world.store, world.now, tasks)(await claim(world, tasks))
        assert await ClaimJob(world.store, world.now, tasks)("worker") is None
        world.pass_time(minutes=10)
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, job.state, job.failures) == (AnalysisState.FAILED, JobState.FAILED, MAX_FAILURES)
    assert analysis.error == "The feed cannot be reached."


async def test_a_service_that_somebody_has_to_put_right_first_is_not_tried_again(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    refusal = Unavailable("The vendor rejects the key.", transient=False)
    tasks = tasks_with(world, FragileDesk(world.desk, 0, refusal))
    await RunJob(world.store, world.now, tasks)(await claim(world, tasks))
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, analysis.error) == (AnalysisState.FAILED, "The vendor rejects the key.")
    assert job.state is JobState.FAILED


async def test_a_status_says_what_an_analysis_waits_for_until_it_is_tried_again(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    status = GetAnalysisStatus(world.store, world.now)
    assert (await status(ticket.analysis, by=ann)).waiting_for == ""
    tasks = tasks_with(world, FragileDesk(world.desk, 0, Unavailable("The feed cannot be reached.")))
    await RunJob(world.store, world.now, tasks)(await claim(world, tasks))
    assert (await status(ticket.analysis, by=ann)).waiting_for == "The feed cannot be reached."
    world.pass_time(minutes=10)
    await claim(world, tasks)
    assert (await status(ticket.analysis, by=ann)).waiting_for == ""


async def test_a_refusal_fails_the_job_with_its_sentence_at_once(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    tasks = tasks_with(world, FragileDesk(world.desk, 2, Invalid("There are no prices that day.")))
    await RunJob(world.store, world.now, tasks)(await claim(world, tasks))
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, analysis.error, job.state) == (
        AnalysisState.FAILED, "There are no prices that day.", JobState.FAILED,
    )  # fmt: skip
    assert [each.error for each in analysis.agents if each.state is AgentState.ERROR] == [analysis.error]


async def test_a_bug_fails_the_job_without_telling_and_is_raised_for_the_log(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    tasks = tasks_with(world, FragileDesk(world.desk, 2, KeyError("/etc/secret")))
    taken = await claim(world, tasks)
    with pytest.raises(KeyError):
        await RunJob(world.store, world.now, tasks)(taken)
    analysis, _ = await look(world, ticket.analysis)
    assert analysis.state is AnalysisState.FAILED
    assert "secret" not in str(analysis.error)


async def test_cancelling_stops_the_run_at_its_next_word(world: Any, brief: Brief, ann: Caller, ben: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    taken = await claim(world, world.tasks)
    cancel = CancelAnalysis(world.store, world.now, world.tasks)
    with pytest.raises(NotFound):
        await cancel(ticket.analysis, by=ben)
    await cancel(ticket.analysis, by=ann)
    await RunJob(world.store, world.now, world.tasks)(taken)
    analysis, job = await look(world, ticket.analysis)
    assert (analysis.state, job.state, analysis.done) == (AnalysisState.CANCELLED, JobState.CANCELLED, 0)
    assert await ClaimJob(world.store, world.now, world.tasks)("worker") is None
