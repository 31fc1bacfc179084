"""Digests: launch one, make it as a job, and return its status and result."""

import asyncio
import re
from datetime import timedelta

from attrs import evolve, field, frozen

from tradecore.engines.digest.digest import report_of, select_news
from tradecore.engines.digest.editor import DigestEditor
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.digests import Digest, DigestId, DigestItem, DigestResult, DigestState
from tradecore.model.errors import Invalid, QueueFull
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.news import DigestBrief, ItemKind
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller, Scope
from tradecore.ports.ambient import CurrentTrace, NewId, Now, untraced
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.interests import check_interests
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.run import JobClaim

MAX_PAGE_SIZE = 200
FEED_LENGTH = 20
"""How many reports a feed of digests has."""
_OPERATION = "launch digest"
_USER_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@frozen(kw_only=True)
class DigestLimits:
    """The limits of an installation on digests.

    `min_hours` and `max_hours` bound the window, in hours; `waiting_jobs` bounds the queue; `memory` is how long the
    delivery ledger is kept. Raises Invalid when the bounds are the wrong way round, or when the memory is shorter than
    the time from which news can still be reported.
    """

    min_hours: int = 1
    max_hours: int = 24
    waiting_jobs: int = 1000
    memory: timedelta = timedelta(days=14)

    def __attrs_post_init__(self) -> None:
        if self.min_hours > self.max_hours:
            raise Invalid(
                f"The shortest window of news is {self.min_hours} hours and the longest {self.max_hours}; "
                "set them the other way round."
            )
        if self.memory < self.max_window + self.rules.grace:
            raise Invalid(
                f"Deliveries are remembered for {self.memory.days} days, but a window of {self.max_hours} hours with "
                f"late arrivals reaches back {2 * self.max_hours} hours, so an item could be delivered twice; remember "
                "deliveries for longer, or shorten the longest window."
            )

    @property
    def max_window(self) -> timedelta:
        """The longest window, `max_hours` as a timedelta."""
        return timedelta(hours=self.max_hours)

    @property
    def rules(self) -> Rules:
        """The rules of digests under these limits: a late arrival may be as old as the longest window is long."""
        return Rules(grace=self.max_window)


@frozen
class DigestTicket:
    """The response to a request for a digest; `hours` is the granted window."""

    digest: DigestId
    state: DigestState
    hours: int


@frozen
class LaunchDigest:
    """Queue a new digest."""

    store: Store
    now: Now
    new_id: NewId
    limits: DigestLimits
    trace: CurrentTrace = untraced

    @retry_on_conflict
    async def __call__(
        self, brief: DigestBrief, *, by: Caller, idempotency: IdempotencyKey | None = None
    ) -> DigestTicket:
        """Queue a digest for one of the caller's users; a window longer than `max_hours` is cut to it.

        What the brief leaves open of the interests is as the caller's account has it.
        With `idempotency`, the same request gets its first ticket again. Raises Invalid for a window shorter than
        `min_hours`, a malformed user id and interests that cannot be; QueueFull when too many jobs wait; KeyReused when
        the idempotency key was used for a different request.
        """
        brief, now = self.grant(brief), self.now()
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, DigestTicket):
                return first
            account = await uow.interests.get(by.user)
            brief = evolve(brief, interests=brief.interests.over(account.interests))
            id = DigestId(self.new_id())
            digest = Digest.begin(id, by.user, brief, at=now)
            job = Job.queue(JobId(id), digest.entity.recipient, Kind.DIGEST, at=now, trace=self.trace())
            if await uow.jobs.add(job, digest, limit=self.limits.waiting_jobs) is None:
                raise QueueFull("The queue is full; try again shortly.")
            ticket = DigestTicket(id, digest.entity.state, brief.hours)
            await keep_response(uow, by.user, _OPERATION, idempotency, ticket, at=now)
        return ticket

    def grant(self, brief: DigestBrief) -> DigestBrief:
        """The brief with a window of at most `max_hours`. Raises Invalid as a launch does."""
        if brief.hours < self.limits.min_hours:
            short = f"A window of {brief.hours} h is too short; the shortest is {self.limits.min_hours} h."
            raise Invalid.one("hours", short)
        user = brief.user_id.strip()
        if not _USER_ID.fullmatch(user):
            raise Invalid.one("user_id", "A user id has 1 to 128 letters, digits, underscores and hyphens.")
        check_interests(brief.interests)
        return evolve(brief, user_id=UserId(user), hours=min(brief.hours, self.limits.max_hours))


@frozen
class DigestTask:
    """The job of making a digest."""

    store: Store
    now: Now
    rules: Rules = field(factory=Rules)
    editor: DigestEditor | None = None
    """Writes the stories of digests; without one they keep extracts of their items."""
    language: str = "en"
    """The language that the editor writes in, as a code of two letters."""

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        """A digest has no steps; it is stored as a whole."""
        return 0

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Begin an attempt: everything stored by now belongs to the window. Raises NotFound, IllegalMove."""
        digest = await uow.digests.get(DigestId(job.id))
        # `last` comes first because it locks the items: none is stored between it and the end of the window.
        snapshot = await uow.items.last()
        await uow.digests.put(digest.start(at=self.now(), snapshot=snapshot))

    async def run(self, claim: JobClaim) -> None:
        """Make the report. The report, its deliveries and the final states are stored in one transaction.

        Raises Stale when the claim on the job is lost, NotFound when the digest is gone.
        """
        id = DigestId(claim.job.id)
        async with self.store.snapshot() as uow:
            digest = await uow.digests.get(id)
            end = digest.started_at
            assert end, "begin() sets the end of the window"
            previous = await uow.digests.last_end(digest.recipient)
            since = Window.of(digest.brief, end, self.rules, previous).seen_from
            arrived = await uow.items.arrived(since, until=digest.snapshot)
            items = tuple(item for item in arrived if item.kind is not ItemKind.SOCIAL)
            deliveries = await uow.deliveries.related(digest.recipient, since, until=digest.snapshot)
            sources = [subscription.health for subscription in await uow.subscriptions.all()]
        brief = evolve(digest.brief, user_id=digest.recipient)
        selection = await asyncio.to_thread(
            select_news, brief, items, deliveries, end, previous_end=previous, rules=self.rules
        )
        edition = (
            None
            if self.editor is None
            else await self.editor.edit(selection, brief.interests.language or self.language)
        )
        report = await asyncio.to_thread(report_of, brief, selection, sources, edition)
        async with self.store.unit_of_work() as uow:
            job = await claim.verify(uow)
            now = self.now()
            await uow.deliveries.add(report.deliveries(digest.recipient, job.id, now))
            await uow.digests.add_result(DigestResult.of(id, report))
            await uow.digests.put(digest.complete(report.items_processed, at=now))
            await uow.jobs.put(job.complete(at=now))

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """End the digest as failed; nothing was delivered. Raises NotFound, IllegalMove."""
        digest = await uow.digests.get(DigestId(job.id))
        await uow.digests.put(digest.fail(error, at=self.now()))


@frozen
class DigestPage:
    """A page of digests, newest first, and how many there are on all pages."""

    digests: tuple[Digest, ...]
    total: int


@frozen
class ListDigests:
    """List the digests of the caller."""

    store: Store

    async def __call__(self, *, by: Caller, page: int = 1, page_size: int = 50) -> DigestPage:
        """A page of what the caller requested for all of its users, in every state, newest first.

        Raises Invalid for a page below 1, or a page size out of 1..MAX_PAGE_SIZE.
        """
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            digests = await uow.digests.of(by.user, limit=page_size, offset=(page - 1) * page_size)
            return DigestPage(digests, await uow.digests.count(by.user))


@frozen
class ListReports:
    """List the newest reports of the caller, for a feed reader."""

    store: Store

    async def __call__(self, *, by: Caller) -> tuple[tuple[Digest, DigestResult], ...]:
        """The newest `FEED_LENGTH` completed digests with their results. Raises NotAllowed without the scope `feed`."""
        by.require(Scope.FEED)
        async with self.store.read() as uow:
            return await uow.digests.results(by.user, limit=FEED_LENGTH)


@frozen
class GetDigestStatus:
    """Return a digest to its caller."""

    store: Store

    async def __call__(self, id: DigestId, *, by: Caller) -> Digest:
        """Raises NotFound for an unknown id or a digest of another caller."""
        async with self.store.read() as uow:
            return await uow.digests.get(id, owner=by.user)


@frozen
class GetDigestResult:
    """Return a digest with its result to its caller."""

    store: Store

    async def __call__(self, id: DigestId, *, by: Caller) -> tuple[Digest, DigestResult | None]:
        """The digest, and its result once it is completed.

        Raises NotFound for an unknown id or a digest of another caller.
        """
        async with self.store.snapshot() as uow:
            digest = await uow.digests.get(id, owner=by.user)
            completed = digest.state is DigestState.COMPLETED
            return digest, await uow.digests.result(id) if completed else None


@frozen
class GetDigestItems:
    """Return the items that a digest considered or set aside to its caller."""

    store: Store

    async def __call__(self, id: DigestId, *, by: Caller) -> tuple[Digest, tuple[DigestItem, ...]]:
        """The digest, and its items in the order of publication; none unless it is completed.

        Raises NotFound for an unknown id or a digest of another caller.
        """
        async with self.store.snapshot() as uow:
            digest = await uow.digests.get(id, owner=by.user)
            return digest, await uow.digests.items(id) if digest.state is DigestState.COMPLETED else ()
