"""Accounts, the ledger, recommendations, orders and the paper broker's book in SQL."""

from datetime import datetime

from attrs import frozen

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.execution_reports import ExecutionReport
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.money import Account, Entry
from tradecore.model.orders import Order, RestingOrder
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore_adapters.store.connection import Connection, first_row, micros, scalar
from tradecore_adapters.store.documents import decode, encode
from tradecore_adapters.store.entities import find, find_all, get, insert, put


@frozen
class SqlAccounts:
    """The table `accounts`."""

    connection: Connection

    async def find(self, user: UserId) -> Account | None:
        rows = await self.connection.rows_for_update("SELECT doc FROM accounts WHERE id = ?", user)
        return decode(Account, rows[0][0]) if rows else None

    async def put(self, change: Change[Account]) -> Account:
        return await put(self.connection, "accounts", change, {})


@frozen
class SqlLedger:
    """The table `ledger_entries`, numbered per user: two concurrent writers cannot both take the next number."""

    connection: Connection

    async def entries(self, user: UserId) -> tuple[Entry, ...]:
        sql = "SELECT doc FROM ledger_entries WHERE user_id = ? ORDER BY position"
        return await find_all(self.connection, Entry, sql, user)

    async def users(self) -> tuple[UserId, ...]:
        rows = await self.connection.rows("SELECT DISTINCT user_id FROM ledger_entries ORDER BY user_id")
        return tuple(UserId(row[0]) for row in rows)

    async def has(self, entry: Entry) -> bool:
        return await first_row(self.connection, "SELECT 1 FROM ledger_entries WHERE id = ?", entry.id) is not None

    async def add(self, entry: Entry) -> None:
        added = await self.connection.execute(
            "INSERT INTO ledger_entries (id, user_id, position, doc) SELECT ?, ?, COALESCE(MAX(position), 0) + 1, ? "
            "FROM ledger_entries WHERE user_id = ? ON CONFLICT (id) DO NOTHING",
            entry.id, entry.user, encode(entry), entry.user,
        )  # fmt: skip
        if not added:
            raise Stale(f"The ledger entry {entry.id} already exists.")


@frozen
class SqlRecommendations:
    """The table `recommendations`."""

    connection: Connection

    async def get(self, id: RecommendationId, *, owner: UserId | None = None) -> Recommendation:
        recommendation = await get(self.connection, Recommendation, "recommendations", id)
        if owner is not None and recommendation.user != owner:
            raise NotFound("recommendation", id)
        return recommendation

    async def put(self, change: Change[Recommendation]) -> Recommendation:
        recommendation = change.entity
        columns: dict[str, object] = {
            "user_id": recommendation.user,
            "state": recommendation.state,
            "created_at": micros(recommendation.created_at),
            "expires_at": micros(recommendation.expires_at),
            "live": int(recommendation.live),
        }
        return await put(self.connection, "recommendations", change, columns, owner=recommendation.user)

    async def of(
        self,
        user: UserId,
        states: frozenset[RecommendationState],
        limit: int,
        *,
        offset: int = 0,
        at: datetime | None = None,
    ) -> tuple[Recommendation, ...]:
        condition, args = _in_states(states, at)
        return await find_all(
            self.connection,
            Recommendation,
            f"SELECT doc FROM recommendations WHERE user_id = ? AND {condition} "  # noqa: S608  # constants
            "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            user, *args, limit, offset,
        )  # fmt: skip

    async def count(self, user: UserId, states: frozenset[RecommendationState], *, at: datetime | None = None) -> int:
        condition, args = _in_states(states, at)
        return await scalar(
            self.connection,
            f"SELECT COUNT(*) FROM recommendations WHERE user_id = ? AND {condition}",  # noqa: S608  # constants
            user, *args,
        )  # fmt: skip

    async def lock(self, user: UserId) -> None:
        await self.connection.lock(f"recommendations of {user}")

    async def due(self, now: datetime, limit: int) -> tuple[Recommendation, ...]:
        return await find_all(
            self.connection,
            Recommendation,
            "SELECT doc FROM recommendations WHERE state = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
            micros(now), limit,
        )  # fmt: skip

    async def live(self, user: UserId | None = None) -> tuple[Recommendation, ...]:
        condition, args = _of_user(user)
        return await find_all(
            self.connection,
            Recommendation,
            f"SELECT doc FROM recommendations WHERE live = 1{condition} ORDER BY created_at, id",  # noqa: S608  # two cases
            *args,
        )


@frozen
class SqlOrders:
    """The table `orders`."""

    connection: Connection

    async def find(self, id: OrderId) -> Order | None:
        return await find(self.connection, Order, "SELECT doc FROM orders WHERE id = ?", id)

    async def put(self, change: Change[Order]) -> Order:
        order = change.entity
        columns = {
            "user_id": order.user,
            "state": order.state,
            "created_at": micros(order.at),
            "guarded": int(order.guarded),
        }
        return await put(self.connection, "orders", change, columns, owner=order.user)

    async def unsettled(self, *, unknown_since: datetime, user: UserId | None = None) -> tuple[Order, ...]:
        condition, args = _of_user(user)
        return await find_all(
            self.connection,
            Order,
            "SELECT doc FROM orders "  # noqa: S608  # two cases
            "WHERE state IN ('pending', 'accepted', 'cancelling', 'unknown') "
            f"AND (state <> 'unknown' OR created_at >= ?){condition} ORDER BY created_at, id",
            micros(unknown_since), *args,
        )  # fmt: skip

    async def guarded(self, user: UserId | None = None) -> tuple[Order, ...]:
        condition, args = _of_user(user)
        return await find_all(
            self.connection,
            Order,
            f"SELECT doc FROM orders WHERE guarded = 1{condition} ORDER BY created_at, id",  # noqa: S608  # two cases
            *args,
        )

    async def of(self, user: UserId, limit: int, offset: int = 0) -> tuple[Order, ...]:
        sql = "SELECT doc FROM orders WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?"
        return await find_all(self.connection, Order, sql, user, limit, offset)

    async def count(self, user: UserId) -> int:
        return await scalar(self.connection, "SELECT COUNT(*) FROM orders WHERE user_id = ?", user)


@frozen
class SqlBrokerAccounts:
    """The table `broker_accounts`."""

    connection: Connection

    async def find(self, user: UserId) -> BrokerAccount | None:
        return await find(self.connection, BrokerAccount, "SELECT doc FROM broker_accounts WHERE id = ?", user)

    async def all(self) -> tuple[BrokerAccount, ...]:
        return await find_all(self.connection, BrokerAccount, "SELECT doc FROM broker_accounts ORDER BY id")

    async def put(self, change: Change[BrokerAccount]) -> BrokerAccount:
        return await put(self.connection, "broker_accounts", change, {})

    async def delete(self, user: UserId) -> None:
        await self.connection.execute("DELETE FROM broker_accounts WHERE id = ?", user)


@frozen
class SqlPaperOrders:
    """The table `paper_orders`: what the paper broker executed."""

    connection: Connection

    async def find(self, id: OrderId) -> ExecutionReport | None:
        return await find(self.connection, ExecutionReport, "SELECT doc FROM paper_orders WHERE id = ?", id)

    async def add(self, id: OrderId, report: ExecutionReport, *, resting: RestingOrder | None = None) -> None:
        columns = {"id": id, "doc": encode(report), "resting": None if resting is None else encode(resting)}
        if not await insert(self.connection, "paper_orders", columns, key=("id",)):
            raise Stale(f"The paper broker already has order {id}.")

    async def resting(self, id: OrderId) -> RestingOrder | None:
        sql = "SELECT resting FROM paper_orders WHERE id = ? AND resting IS NOT NULL"
        rows = await self.connection.rows_for_update(sql, id)
        return decode(RestingOrder, rows[0][0]) if rows else None

    async def end(self, id: OrderId, report: ExecutionReport) -> None:
        sql = "UPDATE paper_orders SET doc = ?, resting = NULL WHERE id = ? AND resting IS NOT NULL"
        if not await self.connection.execute(sql, encode(report), id):
            raise Stale(f"Order {id} of the paper broker has ended.")


def _in_states(states: frozenset[RecommendationState], at: datetime | None) -> tuple[str, list[object]]:
    """A condition on `state`, and its arguments; a pending row whose time is over at `at` counts as expired."""
    args: list[object] = [*sorted(states)]
    marks = ", ".join("?" * len(states))
    if at is None:
        return f"state IN ({marks})", args
    shown = "CASE WHEN state = 'pending' AND expires_at <= ? THEN 'expired' ELSE state END"
    return f"{shown} IN ({marks})", [micros(at), *args]


def _of_user(user: UserId | None) -> tuple[str, tuple[str, ...]]:
    """A further condition on `user_id`, and its arguments; none where rows of all users are wanted."""
    return ("", ()) if user is None else (" AND user_id = ?", (user,))
