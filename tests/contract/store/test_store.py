"""What every store promises, asked of each."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.agent_steps import StoredStep
from tradecore.model.analyses import Analysis, AnalysisBrief, AnalysisState
from tradecore.model.analysis_lists import AnalysisQuery
from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId
from tradecore.model.errors import NotFound, Stale, Unavailable
from tradecore.model.ids import AnalysisId, JobId, KeyId, SessionId, TopicKind, UserId, topic_of
from tradecore.model.jobs import Job, Kind, QueuedJob
from tradecore.model.market import AssetType, Symbol
from tradecore.model.news import DigestBrief
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.steps import Analyst, Collected, Reported
from tradecore.model.users import ApiKey, Session, User, fingerprint
from tradecore.ports.store import Store
from tradecore.use_cases.launch import Ticket

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
LEASE = timedelta(seconds=10)
BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS, Analyst.TECHNICAL), 2, "gpt-4o-mini", "openai"
)


def a_user(id: UserId, email: str) -> User:
    return User(id=id, email=email, name="Ann", password_hash="$argon2id$x", created_at=AT)


async def queue(store: Store, id: str, user: UserId = ANN, kind: Kind = Kind.ANALYSIS, at: datetime = AT) -> Job:
    return (await add(store, id, user, kind, at)).job


async def add(store: Store, id: str, user: UserId, kind: Kind = Kind.ANALYSIS, at: datetime = AT) -> QueuedJob:
    brief = DigestBrief(user_id=user, hours=24)
    digest = Digest.begin(DigestId(id), user, brief, at=at)
    analysis = Analysis.begin(AnalysisId(id), user, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=at)
    async with store.unit_of_work() as uow:
        work = digest if kind is Kind.DIGEST else analysis
        added = await uow.jobs.add(Job.queue(JobId(id), user, kind, at=at), work, limit=10_000)
    assert added
    return added


async def claim_next(store: Store, at: datetime = AT) -> str | None:
    async with store.unit_of_work() as uow:
        job = await uow.jobs.next(at)
        if job is None:
            return None
        await uow.jobs.put(job.claim("worker", at=at, lease=LEASE))
        return job.id


async def test_everything_comes_back_as_it_was_put(store: Store) -> None:
    analysis = Analysis.begin(
        AnalysisId("a"), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT
    ).entity
    session = Session(SessionId("s"), ANN, fingerprint("x"), True, AT, AT + LEASE, AT, ("spent", "too"))
    key = ApiKey(KeyId("k"), "reader", fingerprint("y"), AT, AT, None)
    async with store.unit_of_work() as uow:
        user = await uow.users.put(Change(a_user(ANN, "ann@example.com")))
        kept = (
            user,
            await uow.analyses.put(Change(analysis)),
            await uow.jobs.put(Job.queue(JobId("a"), ANN, Kind.ANALYSIS, at=AT)),
            await uow.users.put_session(Change(session)),
            await uow.users.put_key(Change(key)),
        )
    async with store.snapshot() as uow:
        found = (
            await uow.users.get(ANN),
            await uow.analyses.get(AnalysisId("a"), owner=ANN),
            await uow.jobs.get(JobId("a")),
            await uow.users.session(SessionId("s")),
            await uow.users.key(KeyId("k")),
        )
        assert await uow.users.keys() == (kept[4],)
        assert await uow.users.by_email("ann@example.com") == user
    assert found == kept
    assert [evolve(each, version=0) for each in found[:2]] == [a_user(ANN, "ann@example.com"), analysis]
    assert all(each.version == 1 for each in found)


async def test_what_is_not_there_or_not_yours_is_not_found(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.analyses.put(
            Analysis.begin(AnalysisId("a"), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)
        )
        for missing in (
            uow.jobs.get(JobId("a")),
            uow.analyses.get(AnalysisId("b")),
            uow.analyses.get(AnalysisId("a"), owner=BEN),
            uow.analyses.result(AnalysisId("a"), owner=ANN),
            uow.users.get(ANN),
            uow.users.session(SessionId("s")),
            uow.users.key(KeyId("k")),
        ):
            with pytest.raises(NotFound):
                await missing
        assert await uow.users.by_email("nobody@example.com") is None


async def test_an_exception_forgets_the_whole_unit_of_work(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.unit_of_work() as uow:
            await uow.users.put(Change(a_user(ANN, "ann@example.com")))
            await uow.jobs.put(Job.queue(JobId("j"), ANN, Kind.ANALYSIS, at=AT))
            raise ZeroDivisionError
    async with store.snapshot() as uow:
        assert await uow.users.by_email("ann@example.com") is None
        assert await uow.jobs.waiting() == 0
        assert not await uow.events.waiting()


async def test_a_cancelled_unit_of_work_leaves_nothing_and_blocks_nobody(store: Store) -> None:
    begun = asyncio.Event()

    async def write_and_wait() -> None:
        async with store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(JobId("j"), ANN, Kind.ANALYSIS, at=AT))
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_and_wait())
    await begun.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert await queue(store, "j")


async def test_the_slower_of_two_writers_is_stale(store: Store) -> None:
    job = await queue(store, "j")
    async with store.unit_of_work() as uow:
        await uow.jobs.put(job.claim("fast", at=AT, lease=LEASE))
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(job.claim("slow", at=AT, lease=LEASE))
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(JobId("j"), BEN, Kind.ANALYSIS, at=AT))
    async with store.snapshot() as uow:
        job = await uow.jobs.get(JobId("j"))
    assert job.lease
    assert (job.lease.worker_id, job.attempt, job.user) == ("fast", 1, ANN)


async def test_a_view_and_a_glance_cannot_write(store: Store) -> None:
    for reading in (store.snapshot, store.read):
        async with reading() as uow:
            with pytest.raises(Unavailable):
                await uow.jobs.put(Job.queue(JobId("j"), ANN, Kind.ANALYSIS, at=AT))
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 0


async def test_facts_count_from_one_within_their_topic(store: Store) -> None:
    for id in ("a", "b"):
        async with store.unit_of_work() as uow:
            analysis = await uow.analyses.put(
                Analysis.begin(AnalysisId(id), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)
            )
            analysis = await uow.analyses.put(analysis.start(at=AT))
            for key in ("report:news", "report:technical"):
                analysis = await uow.analyses.put(analysis.step_began(key, at=AT))
    async with store.snapshot() as uow:
        stored = await uow.events.after(topic_of(TopicKind.ANALYSIS, AnalysisId("a")), 0)
        assert [(event.fact.topic, event.seq) for event in stored] == [("analysis:a", 1), ("analysis:a", 2)]
        assert await uow.events.after(topic_of(TopicKind.ANALYSIS, AnalysisId("a")), 1) == stored[1:]
        assert await uow.events.after(topic_of(TopicKind.ANALYSIS, AnalysisId("a")), 0, limit=1) == stored[:1]
        assert (
            await uow.events.last(topic_of(TopicKind.ANALYSIS, AnalysisId("a"))),
            await uow.events.last(topic_of(TopicKind.ANALYSIS, AnalysisId("c"))),
        ) == (
            2,
            0,
        )


async def test_whoever_waits_for_facts_hears_of_a_commit_and_of_nothing_else(store: Store) -> None:
    await store.wait_for_events(0.01)
    waiting = asyncio.create_task(store.wait_for_events(30))
    await asyncio.sleep(0)
    async with store.snapshot() as uow:
        await uow.jobs.waiting()
    assert not waiting.done()
    await queue(store, "j")
    await asyncio.wait_for(waiting, 5)


async def test_jobs_are_next_in_turn_over_users_then_by_age(store: Store) -> None:
    for n in range(3):
        await queue(store, f"ann{n}", ANN, at=AT + timedelta(seconds=n))
    await queue(store, "ben0", BEN, at=AT + timedelta(seconds=9))
    assert [await claim_next(store) for _ in range(5)] == ["ann0", "ben0", "ann1", "ann2", None]


async def test_a_new_job_gets_the_next_round_of_its_user_behind_those_of_earlier_rounds(store: Store) -> None:
    places = []
    for n, user in enumerate((ANN, ANN, ANN, BEN, ANN, BEN)):
        queued = await add(store, f"j{n}", user, at=AT + timedelta(seconds=n))
        async with store.snapshot() as uow:
            assert await uow.jobs.get(queued.job.id) == queued.job
        places.append((queued.job.round, queued.ahead))
    assert places == [(0, 0), (1, 1), (2, 2), (0, 1), (3, 4), (1, 3)]


async def test_the_number_ahead_is_right_at_the_ends_and_in_the_middle_of_a_long_queue(store: Store) -> None:
    async with store.unit_of_work() as uow:
        for n in range(900):
            await uow.jobs.put(Job.queue(JobId(f"j{n}"), UserId("heavy"), Kind.ANALYSIS, at=AT, round=n))
        await uow.jobs.put(Job.queue(JobId("ben"), BEN, Kind.ANALYSIS, at=AT, round=449))
    # Ben is behind "new", who is now in the first round.
    places = {user: (await add(store, f"next of {user}", UserId(user))).ahead for user in ("heavy", "new", BEN)}
    assert places == {"heavy": 901, "new": 1, BEN: 453}


async def test_a_job_and_its_work_are_added_together_or_not_at_all(store: Store) -> None:
    def job(id: str) -> Change[Job]:
        return Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=AT)

    def analysis(id: str) -> Change[Analysis]:
        return Analysis.begin(AnalysisId(id), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)

    async with store.unit_of_work() as uow:
        added = await uow.jobs.add(job("a"), analysis("a"), limit=2)
        assert added == QueuedJob(await uow.jobs.get(JobId("a")), ahead=0)
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.jobs.add(job("a"), analysis("b"), limit=9)
    async with store.unit_of_work() as uow:
        assert await uow.jobs.add(job("c"), analysis("c"), limit=1) is None
    async with store.snapshot() as uow:
        assert (await uow.analyses.get(AnalysisId("a"), owner=ANN)).version == 1
        assert [event.seq for event in await uow.events.after(topic_of(TopicKind.JOB, "a"), 0)] == [1]
        for missing in (uow.analyses.get(AnalysisId("b")), uow.analyses.get(AnalysisId("c")), uow.jobs.get(JobId("c"))):
            with pytest.raises(NotFound):
                await missing


async def test_a_single_write_is_stored_and_announced(store: Store) -> None:
    async def added_below(id: str, limit: int) -> bool:
        async with store.single_write() as uow:
            job = Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=AT)
            analysis = Analysis.begin(
                AnalysisId(id), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT
            )
            added = await uow.jobs.add(job, analysis, limit=limit)
        return added is not None

    await store.wait_for_events(0.01)
    waiting = asyncio.create_task(store.wait_for_events(30))
    assert [await added_below(id, limit) for id, limit in (("far", 1000), ("near", 2), ("full", 2))] == [
        True,
        True,
        False,
    ]
    await asyncio.wait_for(waiting, 5)
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 2
    with pytest.raises(Stale):
        await added_below("near", 1000)


async def test_the_number_of_queued_jobs_follows_every_move(store: Store) -> None:
    async def waiting() -> int:
        async with store.snapshot() as uow:
            return await uow.jobs.waiting()

    counted = [await waiting()]
    job = await queue(store, "j")
    await queue(store, "k")
    counted.append(await waiting())
    async with store.unit_of_work() as uow:
        job = await uow.jobs.put(job.claim("worker", at=AT, lease=LEASE))
    counted.append(await waiting())
    async with store.unit_of_work() as uow:
        job = await uow.jobs.put(job.renew(at=AT, lease=LEASE))
        job = await uow.jobs.put(job.release(at=AT))
    counted.append(await waiting())
    async with store.unit_of_work() as uow:
        await uow.jobs.put(job.cancel(at=AT))
    counted.append(await waiting())
    assert counted == [0, 2, 1, 2, 1]


async def test_a_late_comer_starts_in_the_current_round_not_before_everybody(store: Store) -> None:
    for n in range(3):
        await queue(store, f"ann{n}", ANN, at=AT + timedelta(seconds=n))
    assert [await claim_next(store), await claim_next(store)] == ["ann0", "ann1"]
    await queue(store, "ben0", BEN, at=AT + timedelta(seconds=9))
    assert [await claim_next(store), await claim_next(store)] == ["ann2", "ben0"]


async def test_steps_come_back_in_the_order_of_writing_and_each_once(store: Store) -> None:
    step = Collected((), "0" * 64, ("sample",))
    async with store.unit_of_work() as uow:
        await uow.analyses.put(
            Analysis.begin(AnalysisId("a"), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)
        )
        await uow.analyses.add_step(AnalysisId("a"), step, at=AT)
    async with store.snapshot() as uow:
        assert await uow.analyses.steps(AnalysisId("a")) == (step,)
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.analyses.add_step(AnalysisId("a"), step, at=AT)


async def test_a_stored_step_has_its_time_and_its_place_among_the_events(store: Store) -> None:
    begun = Analysis.begin(AnalysisId("a"), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)
    report = Reported(Analyst.NEWS, Decimal(0), (), (), "# News")
    async with store.unit_of_work() as uow:
        analysis = await uow.analyses.put(Change(begun.entity.start(at=AT).entity))
        await uow.analyses.add_step(analysis.id, Collected((), "0" * 64, ()), at=AT)
        analysis = await uow.analyses.put(analysis.step_began("report:news", at=AT))
    async with store.unit_of_work() as uow:
        await uow.analyses.add_step(analysis.id, report, at=AT + timedelta(microseconds=1))
        await uow.analyses.put(analysis.record(report, at=AT))
    async with store.snapshot() as uow:
        assert await uow.analyses.stored_steps(analysis.id) == (
            StoredStep(Collected((), "0" * 64, ()), AT, 0),
            StoredStep(report, AT + timedelta(microseconds=1), 1),
        )


async def test_the_oldest_receipts_are_forgotten_first(store: Store) -> None:
    ticket = Ticket(AnalysisId("a"), AnalysisState.QUEUED, 1, 1)
    async with store.unit_of_work() as uow:
        for n in range(5):
            at = AT + timedelta(seconds=n)
            await uow.receipts.add(IdempotencyReceipt(ANN, "launch", IdempotencyKey(f"key{n}", "f" * 64), ticket, at))
        assert await uow.receipts.delete_before(AT + timedelta(seconds=4), 3) == 3
        assert [n for n in range(5) if await uow.receipts.find(ANN, "launch", f"key{n}")] == [3, 4]
        assert await uow.receipts.delete_before(AT + timedelta(seconds=4), 3) == 1
        assert await uow.receipts.find(ANN, "launch", "key4")


async def test_ended_jobs_are_forgotten_by_age_and_others_never(store: Store) -> None:
    for n in range(5):
        await queue(store, f"j{n}", at=AT + timedelta(seconds=n))
    async with store.unit_of_work() as uow:
        for id in ("j0", "j1", "j3", "j4"):
            await uow.jobs.put((await uow.jobs.get(JobId(id))).cancel(at=AT))
        before = AT + timedelta(seconds=4)
        assert [each.id for each in await uow.jobs.delete_before(before, 1)] == ["j0"]
        assert {each.id for each in await uow.jobs.delete_before(before, 10)} == {"j1", "j3"}
        assert await uow.jobs.delete_before(before, 10) == ()
        assert [(await uow.jobs.get(JobId(id))).state for id in ("j2", "j4")] == ["queued", "cancelled"]


async def test_receipts_of_two_owners_or_verbs_never_meet(store: Store) -> None:
    ticket = Ticket(
        AnalysisId("a"),
        Analysis.begin(
            AnalysisId("a"), ANN, BRIEF, engine="r", plan=plan_desk(BRIEF, by_model=False), at=AT
        ).entity.state,
        3,
        1,
    )
    receipt = IdempotencyReceipt(ANN, "launch", IdempotencyKey("key", "f" * 64), ticket, AT)
    async with store.unit_of_work() as uow:
        await uow.receipts.add(receipt)
    async with store.snapshot() as uow:
        assert await uow.receipts.find(ANN, "launch", "key") == receipt
        assert await uow.receipts.find(BEN, "launch", "key") is None
        assert await uow.receipts.find(ANN, "execute", "key") is None
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.receipts.add(receipt)


async def test_run_times_average_and_let_the_old_fade(store: Store) -> None:
    async with store.unit_of_work() as uow:
        for seconds in (1.0, 3.0):
            await uow.measurements.add_run_time("rules", "4x3", seconds)
    async with store.snapshot() as uow:
        times = await uow.measurements.run_times("rules", "4x3")
        assert (times.count, times.mean) == (2, 2.0)
        assert (await uow.measurements.run_times("rules", "4x1")).count == 0
    async with store.unit_of_work() as uow:
        for _ in range(200):
            await uow.measurements.add_run_time("rules", "4x3", 10.0)
    async with store.snapshot() as uow:
        assert 9.8 < (await uow.measurements.run_times("rules", "4x3")).mean <= 10.0


async def test_money_and_times_keep_every_digit(store: Store) -> None:
    exact = Decimal("0.1000000000000000000001")
    async with store.unit_of_work() as uow:
        analysis = Analysis.begin(
            AnalysisId("a"), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT
        ).entity
        await uow.analyses.put(Change(evolve(analysis, actual_return=exact)))
    async with store.snapshot() as uow:
        found = await uow.analyses.get(AnalysisId("a"))
    assert (found.actual_return, found.created_at) == (exact, AT)


async def test_it_says_that_it_works(store: Store) -> None:
    await store.check()


async def test_a_certain_job_is_claimed_only_if_it_may_run(store: Store) -> None:
    running = await queue(store, "running", kind=Kind.DIGEST)
    for id, user, kind in (("same", ANN, Kind.DIGEST), ("other", BEN, Kind.DIGEST), ("second", ANN, Kind.ANALYSIS)):
        await queue(store, id, user, kind)
    retried = await queue(store, "later")
    async with store.unit_of_work() as uow:
        await uow.jobs.put(running.claim("worker", at=AT, lease=LEASE))
        claimed = await uow.jobs.put(retried.claim("worker", at=AT, lease=LEASE))
        await uow.jobs.put(claimed.retry("down", at=AT, after=LEASE))

    async def may_run(at: datetime) -> list[str]:
        async with store.unit_of_work() as uow:
            ids = ("second", "running", "same", "other", "later", "nothing")
            jobs = [await uow.jobs.next(at, only=JobId(id)) for id in ids]
            return [job.id for job in jobs if job]

    assert await may_run(AT) == ["second", "other"]
    # An abandoned digest still counts as running until it is claimed again.
    assert await may_run(AT + LEASE) == ["second", "running", "other", "later"]


async def test_due_jobs_are_the_abandoned_and_then_the_queued_ones_the_oldest_first(store: Store) -> None:
    for n, (id, user) in enumerate((("a", ANN), ("b", BEN), ("c", ANN), ("d", ANN))):
        job = await queue(store, id, user, at=AT + timedelta(seconds=n))
        if id in ("c", "d"):
            async with store.unit_of_work() as uow:
                await uow.jobs.put(job.claim("worker", at=AT, lease=LEASE))
    async with store.unit_of_work() as uow:
        ended = await uow.jobs.put((await uow.jobs.get(JobId("d"))).complete(at=AT))

    async def due(at: datetime, limit: int = 10, like: Job | None = None) -> list[str]:
        async with store.snapshot() as uow:
            return [job.id for job in await uow.jobs.due(at, limit, like=like)]

    assert await due(AT) == ["a", "b"]
    assert await due(AT + LEASE) == ["c", "a", "b"]
    assert await due(AT + LEASE, limit=2) == ["c", "a"]
    assert await due(AT + LEASE, limit=1) == ["c"]
    assert await due(AT, like=ended) == ["a"]


async def test_analyses_are_listed_newest_first_by_state_symbol_and_engine_without_hidden_ones(store: Store) -> None:
    async with store.unit_of_work() as uow:
        for n, (id, engine) in enumerate((("a", "rules"), ("b", "desk"), ("c", "rules"), ("d", None))):
            brief, at = evolve(BRIEF, engine=engine), AT + timedelta(seconds=n)
            begun = Analysis.begin(
                AnalysisId(id), ANN, brief, engine="x", plan=plan_desk(brief, by_model=False), at=at
            ).entity
            change = begun.fail("The model is out of reach.", at=at) if id in "cd" else Change(begun)
            stored = await uow.analyses.put(change)
            if id == "d":
                await uow.analyses.put(stored.hide())

    async def listed(**query: object) -> tuple[list[str], int]:
        async with store.snapshot() as uow:
            page = await uow.analyses.list(AnalysisQuery(ANN, **query))  # type: ignore[arg-type]  # by name
        return [analysis.id for analysis in page.analyses], page.total

    assert await listed() == (["c", "b", "a"], 3)
    assert await listed(page_size=2, page=2) == (["a"], 3)
    assert await listed(engine="rules") == (["c", "a"], 2)
    assert await listed(states=frozenset({AnalysisState.FAILED, AnalysisState.QUEUED}), engine="desk") == (["b"], 1)
    assert await listed(symbol=Symbol("AAPL")) == ([], 0)
    async with store.snapshot() as uow:
        assert (await uow.analyses.get(AnalysisId("d"))).hidden
        assert (await uow.analyses.list(AnalysisQuery(BEN))).total == 0
