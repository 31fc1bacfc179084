"""The repositories, written once for every SQL dialect: key columns for what is looked up, a document for the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model.analyses import Analysis, AnalysisResult
from tradecore.model.change import Change, Event
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.estimates import RunTimes
from tradecore.model.ids import AnalysisId, JobId, KeyId, SessionId, Topic, UserId
from tradecore.model.jobs import Job
from tradecore.model.receipts import Once, Receipt
from tradecore.model.steps import Step
from tradecore.model.track_record import History, HistoryQuery
from tradecore.model.users import ApiKey, Session, User
from tradecore.ports.store import Unsent
from tradecore_adapters.store.connection import Connection, from_micros, micros, row
from tradecore_adapters.store.documents import decode, decode_fact, decode_named, encode, name_of
from tradecore_adapters.store.entities import get, put
from tradecore_adapters.store.history import count, counted_before, read_history
from tradecore_adapters.store.money import SqlAccounts, SqlLedger, SqlOrders, SqlPaperOrders, SqlRecommendations
from tradecore_adapters.store.news import SqlDigests, SqlItems, SqlReported, SqlSubscriptions
from tradecore_adapters.store.scores import SqlBacktests, SqlScores
from tradecore_adapters.store.spending import SqlSpending

# No more units of work are under way at once, in all processes: so many jobs may be queued that nobody sees yet.
_UNDER_WAY = 200


@frozen
class SqlJobs:
    """The queue of record in a table."""

    connection: Connection

    async def get(self, id: JobId) -> Job:
        return await get(self.connection, Job, "jobs", id)

    async def put(self, change: Change[Job]) -> Job:
        job = change.entity
        columns: dict[str, object] = {
            "user_id": job.user,
            "kind": job.kind,
            "state": job.state,
            "turn": job.turn,
            "queued_at": micros(job.queued_at),
            "not_before": micros(job.not_before) if job.not_before else 0,
            "lease_until": micros(job.lease.until) if job.lease else None,
        }
        return await put(self.connection, "jobs", change, columns)

    async def next(self, now: datetime) -> Job | None:
        abandoned = await self.connection.rows_for_update(
            "SELECT doc FROM jobs WHERE state = 'running' AND lease_until <= ? ORDER BY lease_until LIMIT 1",
            micros(now), of="jobs",
        )  # fmt: skip
        found = abandoned or await self.connection.rows_for_update(
            "SELECT doc FROM jobs AS mine WHERE state = 'queued' AND not_before <= ? "
            "AND NOT (kind = 'digest' AND EXISTS (SELECT 1 FROM jobs AS theirs WHERE theirs.user_id = mine.user_id "
            "AND theirs.state = 'running' AND theirs.kind = 'digest')) "
            "ORDER BY turn, queued_at, id LIMIT 1",
            micros(now), of="mine",
        )  # fmt: skip
        return decode(Job, found[0][0]) if found else None

    async def turn(self, user: UserId) -> int:
        mine = await row(self.connection, "SELECT MAX(turn) FROM jobs WHERE state = 'queued' AND user_id = ?", user)
        first = await row(self.connection, "SELECT MIN(turn) FROM jobs WHERE state = 'queued'")
        now = first[0] if first and first[0] is not None else 0
        return max(now, mine[0] + 1) if mine and mine[0] is not None else int(now)

    async def waiting(self) -> int:
        found = await row(self.connection, "SELECT COUNT(*) FROM jobs WHERE state = 'queued'")
        return int(found[0]) if found else 0

    async def room(self, limit: int) -> bool:
        found = await row(
            self.connection,
            "SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1 OFFSET ?",
            max(0, limit - _UNDER_WAY - 1),
        )
        if found is None and limit > _UNDER_WAY:
            return True
        await self.connection.alone("queue")
        return await self.waiting() < limit

    async def ahead_of(self, job: Job) -> int:
        found = await row(
            self.connection,
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND (turn, queued_at, id) < (?, ?, ?)",
            job.turn, micros(job.queued_at), job.id,
        )  # fmt: skip
        return int(found[0]) if found else 0

    async def forget(self, before: datetime, limit: int) -> tuple[Job, ...]:
        found = await self.connection.rows(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs "
            "WHERE state IN ('completed', 'failed', 'cancelled') AND queued_at < ? ORDER BY queued_at LIMIT ?) "
            "RETURNING doc",
            micros(before), limit,
        )  # fmt: skip
        return tuple(decode(Job, doc) for (doc,) in found)


@frozen
class SqlAnalyses:
    """Analyses, their steps and results in three tables."""

    connection: Connection

    async def get(self, id: AnalysisId, *, owner: UserId | None = None) -> Analysis:
        analysis = await get(self.connection, Analysis, "analyses", id)
        if owner is not None and analysis.user != owner:
            raise NotFound("analysis", id)
        return analysis

    async def put(self, change: Change[Analysis]) -> Analysis:
        analysis = change.entity
        decision = analysis.decision
        returned = analysis.actual_return
        columns: dict[str, object] = {
            "user_id": analysis.user,
            "symbol": analysis.brief.symbol,
            "asset_type": analysis.brief.asset_type,
            "state": analysis.state,
            "as_of": analysis.brief.as_of.isoformat(),
            "created_at": micros(analysis.created_at),
            "action": decision.action if decision else None,
            "confidence": float(decision.confidence) if decision else None,
            "actual_return": None if returned is None else float(returned),
        }
        before = await counted_before(self.connection, analysis)
        kept = await put(self.connection, "analyses", change, columns)
        await count(self.connection, kept, before)
        return kept

    async def steps(self, id: AnalysisId) -> tuple[Step, ...]:
        found = await self.connection.rows("SELECT kind, doc FROM steps WHERE analysis_id = ? ORDER BY position", id)
        return tuple(decode_named(kind, doc) for kind, doc in found)

    async def add_step(self, id: AnalysisId, step: Step) -> None:
        added = await self.connection.change(
            "INSERT INTO steps (analysis_id, key, position, kind, doc) "
            "SELECT ?, ?, COUNT(*), ?, ? FROM steps WHERE analysis_id = ? ON CONFLICT (analysis_id, key) DO NOTHING",
            id, step.key, name_of(step), encode(step), id,
        )  # fmt: skip
        if not added:
            raise Stale(f"Analysis {id} has a step {step.key} already.")

    async def result(self, id: AnalysisId, *, owner: UserId) -> AnalysisResult:
        found = await row(self.connection, "SELECT doc FROM results WHERE analysis_id = ? AND user_id = ?", id, owner)
        if found is None:
            raise NotFound("result of analysis", id)
        return decode(AnalysisResult, found[0])

    async def add_result(self, result: AnalysisResult) -> None:
        added = await self.connection.change(
            "INSERT INTO results (analysis_id, user_id, doc) VALUES (?, ?, ?) ON CONFLICT (analysis_id) DO NOTHING",
            result.id, result.user, encode(result),
        )  # fmt: skip
        if not added:
            raise Stale(f"Analysis {result.id} has a result already.")

    async def history(self, query: HistoryQuery) -> History:
        return await read_history(self.connection, query)


@frozen
class SqlMeasurements:
    """Run times in a table, one row per engine and shape."""

    connection: Connection

    async def run_times(self, engine: str, shape: str) -> RunTimes:
        found = await row(
            self.connection, "SELECT count, mean FROM run_times WHERE engine = ? AND shape = ?", engine, shape
        )
        return RunTimes(*found) if found else RunTimes()

    async def add_run_time(self, engine: str, shape: str, seconds: float) -> None:
        times = (await self.run_times(engine, shape)).add(seconds)
        await self.connection.change(
            "INSERT INTO run_times (engine, shape, count, mean) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (engine, shape) DO UPDATE SET count = excluded.count, mean = excluded.mean",
            engine, shape, times.count, times.mean,
        )  # fmt: skip


@frozen
class SqlUsers:
    """People, sign-ins and keys in three tables."""

    connection: Connection

    async def get(self, id: UserId) -> User:
        return await get(self.connection, User, "users", id)

    async def by_email(self, email: str) -> User | None:
        found = await row(self.connection, "SELECT doc FROM users WHERE email = ?", email)
        return decode(User, found[0]) if found else None

    async def put(self, change: Change[User]) -> User:
        user = change.entity
        other = await row(self.connection, "SELECT 1 FROM users WHERE email = ? AND id <> ?", user.email, user.id)
        if other:
            raise IllegalMove(f"There is an account with the address {user.email} already.")
        return await put(self.connection, "users", change, {"email": user.email})

    async def session(self, id: SessionId) -> Session:
        return await get(self.connection, Session, "sessions", id)

    async def put_session(self, change: Change[Session]) -> Session:
        columns: dict[str, object] = {
            "user_id": change.entity.user,
            "expires_at": micros(change.entity.expires_at),
        }
        return await put(self.connection, "sessions", change, columns)

    async def forget_sessions(self, before: datetime, limit: int) -> int:
        return await self.connection.change(
            "DELETE FROM sessions WHERE id IN "
            "(SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?)",
            micros(before), limit,
        )  # fmt: skip

    async def key(self, id: KeyId) -> ApiKey:
        return await get(self.connection, ApiKey, "api_keys", id)

    async def keys(self) -> tuple[ApiKey, ...]:
        found = await self.connection.rows("SELECT doc FROM api_keys ORDER BY created_at, id")
        return tuple(decode(ApiKey, doc) for (doc,) in found)

    async def put_key(self, change: Change[ApiKey]) -> ApiKey:
        return await put(self.connection, "api_keys", change, {"created_at": micros(change.entity.created_at)})


@frozen
class SqlReceipts:
    """Answers to requests that must not be carried out twice, in a table."""

    connection: Connection

    async def find(self, owner: str, verb: str, key: str) -> Receipt | None:
        found = await row(
            self.connection,
            "SELECT fingerprint, at, kind, doc FROM receipts WHERE owner = ? AND verb = ? AND key = ?",
            owner, verb, key,
        )  # fmt: skip
        if found is None:
            return None
        fingerprint, at, kind, doc = found
        return Receipt(owner, verb, Once(key, fingerprint), decode_named(kind, doc), from_micros(at))

    async def add(self, receipt: Receipt) -> None:
        added = await self.connection.change(
            "INSERT INTO receipts (owner, verb, key, fingerprint, at, kind, doc) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (owner, verb, key) DO NOTHING",
            receipt.owner, receipt.verb, receipt.once.key, receipt.once.fingerprint, micros(receipt.at),
            name_of(receipt.answer), encode(receipt.answer),
        )  # fmt: skip
        if not added:
            raise Stale(f"The idempotency key {receipt.once.key!r} was used by another request meanwhile.")

    async def forget(self, before: datetime, limit: int) -> int:
        return await self.connection.change(
            "DELETE FROM receipts WHERE (owner, verb, key) IN "
            "(SELECT owner, verb, key FROM receipts WHERE at < ? ORDER BY at LIMIT ?)",
            micros(before), limit,
        )  # fmt: skip


@frozen
class SqlChores:
    """When scheduled tasks are due, in a table."""

    connection: Connection

    async def due(self, name: str) -> datetime | None:
        found = await row(self.connection, "SELECT due_at FROM scheduled_tasks WHERE name = ?", name)
        return from_micros(found[0]) if found else None

    async def take(self, name: str, *, at: datetime, every: timedelta) -> bool:
        taken = await self.connection.change(
            "INSERT INTO scheduled_tasks (name, due_at) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE scheduled_tasks.due_at <= ?",
            name, micros(at + every), micros(at),
        )  # fmt: skip
        return taken > 0


@frozen
class SqlFacts:
    """Facts and the outbox in two tables."""

    connection: Connection

    async def after(self, topic: Topic, seq: int, limit: int = 1000) -> tuple[Event, ...]:
        found = await self.connection.rows(
            "SELECT seq, kind, doc FROM facts WHERE topic = ? AND seq > ? ORDER BY seq LIMIT ?", topic, seq, limit
        )
        return tuple(Event(seq, decode_fact(kind, doc)) for seq, kind, doc in found)

    async def first(self, topic: Topic) -> int:
        found = await row(self.connection, "SELECT COALESCE(MIN(seq), 0) FROM facts WHERE topic = ?", topic)
        return int(found[0]) if found else 0

    async def last(self, topic: Topic) -> int:
        found = await row(self.connection, "SELECT COALESCE(MAX(seq), 0) FROM facts WHERE topic = ?", topic)
        return int(found[0]) if found else 0

    async def unsent(self, limit: int) -> tuple[Unsent, ...]:
        found = await self.connection.rows_for_update(
            "SELECT position, seq, kind, doc FROM outbox JOIN facts USING (topic, seq) ORDER BY position LIMIT ?",
            limit, of="outbox",
        )  # fmt: skip
        return tuple(Unsent(position, Event(seq, decode_fact(kind, doc))) for position, seq, kind, doc in found)

    async def sent(self, facts: Sequence[Unsent]) -> None:
        await self.connection.change_each("DELETE FROM outbox WHERE position = ?", [(fact.position,) for fact in facts])

    async def forget(self, topic: Topic, *, but_last: bool = False) -> None:
        until = await self.last(topic) - int(but_last)
        await self.connection.change("DELETE FROM outbox WHERE topic = ? AND seq <= ?", topic, until)
        await self.connection.change("DELETE FROM facts WHERE topic = ? AND seq <= ?", topic, until)


@frozen
class SqlWork:
    """One open transaction, as the core sees it."""

    connection: Connection

    @property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self.connection)

    @property
    def analyses(self) -> SqlAnalyses:
        return SqlAnalyses(self.connection)

    @property
    def scores(self) -> SqlScores:
        return SqlScores(self.connection)

    @property
    def backtests(self) -> SqlBacktests:
        return SqlBacktests(self.connection)

    @property
    def measurements(self) -> SqlMeasurements:
        return SqlMeasurements(self.connection)

    @property
    def spending(self) -> SqlSpending:
        return SqlSpending(self.connection)

    @property
    def users(self) -> SqlUsers:
        return SqlUsers(self.connection)

    @property
    def receipts(self) -> SqlReceipts:
        return SqlReceipts(self.connection)

    @property
    def scheduled_tasks(self) -> SqlChores:
        return SqlChores(self.connection)

    @property
    def facts(self) -> SqlFacts:
        return SqlFacts(self.connection)

    @property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self.connection)

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.connection)

    @property
    def recommendations(self) -> SqlRecommendations:
        return SqlRecommendations(self.connection)

    @property
    def orders(self) -> SqlOrders:
        return SqlOrders(self.connection)

    @property
    def paper_orders(self) -> SqlPaperOrders:
        return SqlPaperOrders(self.connection)

    @property
    def items(self) -> SqlItems:
        return SqlItems(self.connection)

    @property
    def reported(self) -> SqlReported:
        return SqlReported(self.connection)

    @property
    def subscriptions(self) -> SqlSubscriptions:
        return SqlSubscriptions(self.connection)

    @property
    def digests(self) -> SqlDigests:
        return SqlDigests(self.connection)
