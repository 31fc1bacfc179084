"""The repositories of money: accounts, the ledger, recommendations, orders, and the paper broker's book."""

from datetime import datetime

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.money import Account, Entry
from tradecore.model.orders import Order, Report
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore_adapters.store.connection import Connection, micros, row
from tradecore_adapters.store.documents import decode, encode
from tradecore_adapters.store.entities import get, put


@frozen
class SqlAccounts:
    """Accounts in a table."""

    connection: Connection

    async def find(self, user: UserId) -> Account | None:
        found = await self.connection.rows_to_change("SELECT doc FROM accounts WHERE id = ?", user)
        return decode(Account, found[0][0]) if found else None

    async def put(self, change: Change[Account]) -> Account:
        return await put(self.connection, "accounts", change, {})


@frozen
class SqlLedger:
    """Entries in a table, numbered per user: two writers at once cannot both have the next number."""

    connection: Connection

    async def entries(self, user: UserId) -> tuple[Entry, ...]:
        found = await self.connection.many_rows("SELECT doc FROM entries WHERE user_id = ? ORDER BY position", user)
        return tuple(decode(Entry, doc) for (doc,) in found)

    async def has(self, entry: Entry) -> bool:
        return await row(self.connection, "SELECT 1 FROM entries WHERE id = ?", entry.id) is not None

    async def add(self, entry: Entry) -> None:
        added = await self.connection.change(
            "INSERT INTO entries (id, user_id, position, doc) "
            "SELECT ?, ?, COALESCE(MAX(position), 0) + 1, ? FROM entries WHERE user_id = ? ON CONFLICT (id) DO NOTHING",
            entry.id, entry.user, encode(entry), entry.user,
        )  # fmt: skip
        if not added:
            raise Stale(f"The entry {entry.id} was written already.")


@frozen
class SqlRecommendations:
    """Recommendations in a table."""

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
        return await put(self.connection, "recommendations", change, columns)

    async def of(self, user: UserId, states: frozenset[RecommendationState], limit: int) -> tuple[Recommendation, ...]:
        marks = ", ".join("?" * len(states))
        found = await self.connection.many_rows(
            f"SELECT doc FROM recommendations WHERE user_id = ? AND state IN ({marks}) "  # noqa: S608  # only marks
            "ORDER BY created_at DESC, id DESC LIMIT ?",
            user, *sorted(states), limit,
        )  # fmt: skip
        return _recommendations(found)

    async def due(self, now: datetime, limit: int) -> tuple[Recommendation, ...]:
        found = await self.connection.rows(
            "SELECT doc FROM recommendations WHERE state = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
            micros(now), limit,
        )  # fmt: skip
        return _recommendations(found)

    async def live(self, user: UserId | None = None) -> tuple[Recommendation, ...]:
        whose, args = ("", ()) if user is None else ("AND user_id = ? ", (user,))
        found = await self.connection.many_rows(
            f"SELECT doc FROM recommendations WHERE live = 1 {whose}ORDER BY created_at, id",  # noqa: S608  # two cases
            *args,
        )
        return _recommendations(found)


def _recommendations(found: list[tuple[str, ...]]) -> tuple[Recommendation, ...]:
    return tuple(decode(Recommendation, doc) for (doc,) in found)


@frozen
class SqlOrders:
    """Orders in a table."""

    connection: Connection

    async def find(self, id: OrderId) -> Order | None:
        found = await row(self.connection, "SELECT doc FROM orders WHERE id = ?", id)
        return decode(Order, found[0]) if found else None

    async def put(self, change: Change[Order]) -> Order:
        order = change.entity
        columns: dict[str, object] = {"user_id": order.user, "state": order.state, "at": micros(order.at)}
        return await put(self.connection, "orders", change, columns)

    async def unsettled(self, *, lost_since: datetime, user: UserId | None = None) -> tuple[Order, ...]:
        whose, args = ("", ()) if user is None else ("AND user_id = ? ", (user,))
        found = await self.connection.rows(
            "SELECT doc FROM orders WHERE state IN ('intended', 'accepted', 'lost') "  # noqa: S608  # two cases
            f"AND (state <> 'lost' OR at >= ?) {whose}ORDER BY at, id",
            micros(lost_since), *args,
        )  # fmt: skip
        return tuple(decode(Order, doc) for (doc,) in found)


@frozen
class SqlPaperOrders:
    """What the paper broker executed, in a table."""

    connection: Connection

    async def find(self, id: OrderId) -> Report | None:
        found = await row(self.connection, "SELECT doc FROM paper_orders WHERE id = ?", id)
        return decode(Report, found[0]) if found else None

    async def add(self, id: OrderId, report: Report) -> None:
        added = await self.connection.change(
            "INSERT INTO paper_orders (id, doc) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", id, encode(report)
        )
        if not added:
            raise Stale(f"The paper broker has executed order {id} already.")
