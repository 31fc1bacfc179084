"""Everything about one user in SQL, for export and deletion."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from tradecore.model.account_records import AccountRecord, RecordKind
from tradecore.model.ids import UserId
from tradecore_adapters.store.connection import Connection, micros
from tradecore_adapters.store.entities import insert

_ENDED = "state IN ('completed', 'failed', 'cancelled')"
# The recipients of an owner are `<owner>:<user_id>`; a semicolon is the character after a colon.
_OF_OWNER = "recipient > ? || ':' AND recipient < ? || ';'"

# Of each kind: the key, the tables, and the condition with one argument per `?`, which is the user.
_QUERIES: Mapping[RecordKind, tuple[str, str, str]] = {
    RecordKind.ANALYSES: ("id", "analyses", "user_id = ? AND hidden = 0"),
    RecordKind.HIDDEN_ANALYSES: ("id", "analyses", "user_id = ? AND hidden = 1"),
    RecordKind.STEPS: (
        "steps.analysis_id || '/' || steps.key",
        "steps JOIN analyses ON analyses.id = steps.analysis_id",
        "analyses.user_id = ?",
    ),
    RecordKind.RESULTS: (
        "analysis_results.analysis_id",
        "analysis_results JOIN analyses ON analyses.id = analysis_results.analysis_id",
        "analyses.user_id = ?",
    ),
    RecordKind.SCORES: ("analysis_id", "scores", "user_id = ?"),
    RecordKind.COMPARISONS: ("id", "comparisons", "user_id = ?"),
    RecordKind.RECOMMENDATIONS: ("id", "recommendations", "user_id = ?"),
    RecordKind.ORDERS: ("id", "orders", "user_id = ?"),
    RecordKind.LEDGER: ("id", "ledger_entries", "user_id = ?"),
    RecordKind.ALERTS: ("id", "alerts", "user_id = ?"),
    RecordKind.PRICE_ALERTS: ("id", "price_alerts", "user_id = ?"),
    RecordKind.DIGESTS: ("id", "digests", _OF_OWNER),
    RecordKind.DIGEST_RESULTS: (
        "digest_results.digest_id",
        "digest_results JOIN digests ON digests.id = digest_results.digest_id",
        _OF_OWNER,
    ),
    RecordKind.DELIVERIES: ("recipient || '/' || item_id", "deliveries", _OF_OWNER),
    RecordKind.INTERESTS: ("id", "reader_interests", "id = ?"),
    RecordKind.WEBHOOK_DELIVERIES: ("id", "webhook_deliveries", "user_id = ?"),
    RecordKind.NOTICES: ("id", "notices", "user_id = ?"),
    RecordKind.WATCHLISTS: ("id", "watchlists", "user_id = ?"),
    RecordKind.SCHEDULES: ("id", "schedules", "user_id = ?"),
    RecordKind.SCHEDULE_RUNS: ("id", "schedule_runs", "user_id = ?"),
}
_DOCUMENTS = {RecordKind.STEPS: "steps.doc", RecordKind.RESULTS: "analysis_results.doc"} | {
    RecordKind.DIGEST_RESULTS: "digest_results.doc"
}
# What belongs to an analysis, and goes with it.
_OF_ANALYSIS = ("steps", "analysis_results", "scheduled_scores", "scores")
# Tables with rows of a user by themselves: name, key, and condition as above.
_DELETED: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("alerts", ("id",), "user_id = ?"),
    ("recommendations", ("id",), "user_id = ? AND state NOT IN ('executing', 'executed')"),
    ("deliveries", ("recipient", "item_id"), _OF_OWNER),
    ("daily_history", ("user_id", "day", "symbol", "asset_type"), "user_id = ?"),
    ("spending", ("user_id", "day"), "user_id = ?"),
    ("model_usage", ("user_id", "day", "agent", "model"), "user_id = ?"),
    ("comparisons", ("id",), "user_id = ?"),
    ("backtest_requests", ("user_id", "backtest_id"), "user_id = ?"),
    ("idempotency_receipts", ("owner", "operation", "key"), "owner = ?"),
)

DELETED_TABLES = frozenset({"analyses", "digests", *(table for table, _, _ in _DELETED)})
"""The tables whose rows of a removed user are deleted; what refers to those rows goes with them."""


@frozen
class SqlAccountRecords:
    """The tables that have rows of users, and the table `removed_users`."""

    connection: Connection

    async def page(self, user: UserId, kind: RecordKind, *, after: str, limit: int) -> tuple[AccountRecord, ...]:
        key, tables, condition = _QUERIES[kind]
        document = _DOCUMENTS.get(kind, "doc")
        rows = await self.connection.many_rows(
            f"SELECT {key} AS record_key, {document} FROM {tables} "  # noqa: S608  # names are constants
            f"WHERE {condition} AND {key} > ? ORDER BY record_key LIMIT ?",
            *[user] * condition.count("?"), after, limit,
        )  # fmt: skip
        return tuple(AccountRecord(key, document) for key, document in rows)

    async def mark_removed(self, user: UserId, *, at: datetime) -> None:
        await insert(self.connection, "removed_users", {"id": user, "removed_at": micros(at)}, key=("id",))

    async def removed(self, limit: int) -> Sequence[UserId]:
        rows = await self.connection.rows("SELECT id FROM removed_users ORDER BY removed_at, id LIMIT ?", limit)
        return [UserId(id) for (id,) in rows]

    async def delete(self, user: UserId, limit: int) -> int:
        for hidden in (0, 1):
            if deleted := await self._delete_analyses(user, f"hidden = {hidden}", limit):
                return deleted
        if deleted := await self._delete_digests(user, limit):
            return deleted
        for table, key, condition in _DELETED:
            columns = ", ".join(key)
            deleted = await self.connection.execute(
                f"DELETE FROM {table} WHERE ({columns}) IN "  # noqa: S608  # names are constants
                f"(SELECT {columns} FROM {table} WHERE {condition} LIMIT ?)",
                *[user] * condition.count("?"), limit,
            )  # fmt: skip
            if deleted:
                return deleted
        if not await self._works_for(user):
            await self.connection.execute("DELETE FROM removed_users WHERE id = ?", user)
        return 0

    async def _delete_analyses(self, user: UserId, condition: str, limit: int) -> int:
        ids = await self.connection.rows(
            f"SELECT id FROM analyses WHERE user_id = ? AND {condition} AND {_ENDED} LIMIT ?",  # noqa: S608  # constants
            user, limit,
        )  # fmt: skip
        for table in _OF_ANALYSIS:
            await self.connection.execute_many(f"DELETE FROM {table} WHERE analysis_id = ?", ids)  # noqa: S608  # constant
        await self.connection.execute_many("DELETE FROM analyses WHERE id = ?", ids)
        return len(ids)

    async def _delete_digests(self, user: UserId, limit: int) -> int:
        ids = await self.connection.rows(
            f"SELECT id FROM digests WHERE {_OF_OWNER} AND {_ENDED} LIMIT ?",  # noqa: S608  # names are constants
            user, user, limit,
        )  # fmt: skip
        await self.connection.execute_many("DELETE FROM digest_results WHERE digest_id = ?", ids)
        await self.connection.execute_many("DELETE FROM digests WHERE id = ?", ids)
        return len(ids)

    async def _works_for(self, user: UserId) -> bool:
        left = [
            await self.connection.rows("SELECT 1 FROM analyses WHERE user_id = ? AND hidden = 0 LIMIT 1", user),
            await self.connection.rows(f"SELECT 1 FROM digests WHERE {_OF_OWNER} LIMIT 1", user, user),  # noqa: S608
        ]
        return any(left)
