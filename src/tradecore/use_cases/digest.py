"""Digests: admit one, make it as a job, and show its caller how it stands and what came of it."""

import asyncio
import re
from datetime import timedelta

from attrs import evolve, field, frozen

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.selection import Rules, Window
from tradecore.model.digests import Digest, DigestId, DigestResult, DigestState
from tradecore.model.errors import Invalid, KeyReused, QueueFull
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.news import DigestBrief
from tradecore.model.receipts import Once, Receipt
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.run import Claim

_VERB = "launch digest"
_PREFIX = "analyze_job_"
_USER = re.compile(r"[A-Za-z0-9_-]{1,128}")


@frozen(kw_only=True)
class DigestLimits:
    """What this installation admits: windows in hours, jobs that may wait, and how long it remembers what was told."""

    min_hours: int = 1
    max_hours: int = 24
    waiting_jobs: int = 1000
    memory: timedelta = timedelta(days=14)

    def __attrs_post_init__(self) -> None:
        if self.min_hours > self.max_hours:
            raise Invalid(
                f"The shortest window of news is {self.min_hours} hours and the longest {self.max_hours}; "
                "set TRADECORE_NEWS_MIN_HOURS and TRADECORE_NEWS_MAX_HOURS the other way round."
            )
        if self.memory < self.max_window + self.rules.grace:
            raise Invalid(
                f"What was told is remembered for {self.memory.days} days, but news of {self.max_hours} hours with "
                f"late arrivals reach back {2 * self.max_hours} hours, so something would be told twice; raise "
                "TRADECORE_NEWS_MEMORY_DAYS or lower TRADECORE_NEWS_MAX_HOURS."
            )

    @property
    def max_window(self) -> timedelta:
        """The longest window."""
        return timedelta(hours=self.max_hours)

    @property
    def rules(self) -> Rules:
        """How digests are made under these limits: a late arrival may be as old as the longest window is long."""
        return Rules(grace=self.max_window)


@frozen
class DigestTicket:
    """What a request for a digest is answered with; `hours` is the window as it was granted."""

    digest: DigestId
    state: DigestState
    hours: int


@frozen
class LaunchDigest:
    """Admit a new digest, or say the house is full."""

    store: Store
    now: Now
    new_id: NewId
    limits: DigestLimits

    @retry_on_conflict
    async def __call__(self, brief: DigestBrief, *, by: Caller, once: Once | None = None) -> DigestTicket:
        """Queue a digest for one of the caller's users; a longer window than the longest is cut to that.

        With `once`, the same request gets its first ticket again. Raises Invalid for a window shorter than the
        shortest and for what is no user id, QueueFull when too much waits, KeyReused when the key came with another
        request.
        """
        limits, now = self.limits, self.now()
        if brief.hours < limits.min_hours:
            short = f"A window of {brief.hours} h is too short; the shortest is {limits.min_hours} h."
            raise Invalid.one("hours", short)
        user = brief.user_id.strip()
        if not _USER.fullmatch(user):
            raise Invalid.one("user_id", "A user id has 1 to 128 letters, digits, underscores and hyphens.")
        brief = DigestBrief(user_id=UserId(user), hours=min(brief.hours, limits.max_hours))
        async with self.store.unit_of_work() as uow:
            if once and (earlier := await uow.receipts.find(by.user, _VERB, once.key)):
                return _again(earlier, once)
            if not await uow.jobs.room(limits.waiting_jobs):
                raise QueueFull("The queue is full; try again shortly.")
            id = DigestId(_PREFIX + self.new_id().replace("-", ""))
            digest = await uow.digests.put(Digest.begin(id, by.user, brief, at=now))
            turn = await uow.jobs.turn(digest.reader)
            await uow.jobs.put(Job.queue(JobId(id), digest.reader, Kind.DIGEST, at=now, turn=turn))
            ticket = DigestTicket(id, digest.state, brief.hours)
            if once:
                await uow.receipts.add(Receipt(by.user, _VERB, once, ticket, now))
        return ticket


def _again(earlier: Receipt, once: Once) -> DigestTicket:
    if earlier.once.fingerprint != once.fingerprint:
        raise KeyReused(f"The idempotency key {once.key!r} was used before with a different request.")
    if not isinstance(earlier.answer, DigestTicket):
        raise TypeError(f"The receipt of {once.key!r} holds no ticket.")
    return earlier.answer


@frozen
class DigestTask:
    """How a job of kind digest is done."""

    store: Store
    now: Now
    rules: Rules = field(factory=Rules)

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Begin an attempt: what is stored by now came before the window's end, all of it."""
        digest = await uow.digests.get(DigestId(job.id))
        # In this order: once the last item is known, nobody stores another before this unit of work ends.
        snapshot = await uow.items.last()
        await uow.digests.put(digest.start(at=self.now(), snapshot=snapshot))

    async def carry_out(self, claim: Claim) -> None:
        """Make the report; that it exists and that what it prints was told become true in one transaction."""
        id = DigestId(claim.job.id)
        async with self.store.snapshot() as uow:
            digest = await uow.digests.get(id)
            end = digest.started_at
            assert end, "a digest that is carried out was begun"
            previous = await uow.digests.last_end(digest.reader)
            since = Window.of(digest.brief, end, self.rules, previous).seen_from
            items = await uow.items.arrived(since, until=digest.snapshot)
            told = await uow.reported.related(digest.reader, since, until=digest.snapshot)
            sources = [each.health for each in await uow.subscriptions.all()]
        brief = evolve(digest.brief, user_id=digest.reader)
        report = await asyncio.to_thread(
            make_digest, brief, items, told, sources, end, previous_end=previous, rules=self.rules
        )
        async with self.store.unit_of_work() as uow:
            job = await claim.hold(uow)
            now = self.now()
            await uow.reported.add(report.entries(digest.reader, job.id, now))
            await uow.digests.add_result(DigestResult.of(id, report))
            await uow.digests.put(digest.complete(report.items_processed, at=now))
            await uow.jobs.put(job.complete(at=now))

    async def give_up(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Show the digest as failed; it told nothing."""
        digest = await uow.digests.get(DigestId(job.id))
        await uow.digests.put(digest.fail(error, at=self.now()))


@frozen
class DigestStatus:
    """Tell the caller how a digest stands."""

    store: Store

    async def __call__(self, id: DigestId, *, by: Caller) -> Digest:
        """Raises NotFound for unknown ids and those of other callers."""
        async with self.store.snapshot() as uow:
            return await uow.digests.get(id, owner=by.user)


@frozen
class DigestOutcome:
    """Hand the caller what came of a digest."""

    store: Store

    async def __call__(self, id: DigestId, *, by: Caller) -> tuple[Digest, DigestResult | None]:
        """The digest, and its result once it is completed; raises NotFound for unknown ids and other callers'."""
        async with self.store.snapshot() as uow:
            digest = await uow.digests.get(id, owner=by.user)
            done = digest.state is DigestState.COMPLETED
            return digest, await uow.digests.result(id) if done else None
