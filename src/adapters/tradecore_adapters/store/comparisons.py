"""Comparisons of engines in SQL."""

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.comparisons import Comparison
from tradecore.model.errors import NotFound
from tradecore.model.ids import ComparisonId, UserId
from tradecore_adapters.store.connection import Connection, micros, scalar
from tradecore_adapters.store.entities import find_all, get, put


@frozen
class SqlComparisons:
    """The table `comparisons`."""

    connection: Connection

    async def get(self, id: ComparisonId, *, owner: UserId | None = None) -> Comparison:
        comparison = await get(self.connection, Comparison, "comparisons", id)
        if owner is not None and comparison.user != owner:
            raise NotFound("comparison", id)
        return comparison

    async def put(self, change: Change[Comparison]) -> Comparison:
        columns = {"user_id": change.entity.user, "created_at": micros(change.entity.created_at)}
        return await put(self.connection, "comparisons", change, columns, owner=change.entity.user)

    async def list(self, user: UserId, limit: int, skip: int) -> tuple[tuple[Comparison, ...], int]:
        comparisons = await find_all(
            self.connection,
            Comparison,
            "SELECT doc FROM comparisons WHERE user_id = ? ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
            user, limit, skip,
        )  # fmt: skip
        return comparisons, await scalar(self.connection, "SELECT COUNT(*) FROM comparisons WHERE user_id = ?", user)
