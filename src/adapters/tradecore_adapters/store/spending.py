"""Spending in SQL: what language models cost each user by day, and what is set aside for analyses under way."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

from attrs import frozen

from tradecore.model.ids import AnalysisId, UserId
from tradecore_adapters.store.connection import Connection, row

_FIRST_DAY = date(1970, 1, 1)
_MILLION = 1_000_000


@frozen
class SqlSpending:
    """Two tables, both in millionths of a US dollar."""

    connection: Connection

    async def reserve(self, id: AnalysisId, user: UserId, day: date, amount: Decimal, *, cap: Decimal) -> bool:
        # Two launches must not both find the same room.
        await self.connection.alone(f"spending of {user}")
        found = await row(self.connection, "SELECT COALESCE(SUM(amount), 0) FROM reserve WHERE user_id = ?", user)
        held = int(found[0]) if found else 0
        if await self._spent(user, day) + held + _millionths(amount) > _millionths(cap):
            return False
        await self.connection.change(
            "INSERT INTO reserve (analysis_id, user_id, amount) VALUES (?, ?, ?)", id, user, _millionths(amount)
        )
        return True

    async def book(self, id: AnalysisId, user: UserId, day: date, cost: Decimal) -> None:
        spent = _millionths(cost)
        await self.connection.change(
            "INSERT INTO spending (user_id, day, spent) VALUES (?, ?, ?) "
            "ON CONFLICT (user_id, day) DO UPDATE SET spent = spending.spent + excluded.spent",
            user, _number(day), spent,
        )  # fmt: skip
        await self.connection.change(
            "UPDATE reserve SET amount = CASE WHEN amount > ? THEN amount - ? ELSE 0 END WHERE analysis_id = ?",
            spent, spent, id,
        )  # fmt: skip

    async def release(self, id: AnalysisId) -> None:
        await self.connection.change("DELETE FROM reserve WHERE analysis_id = ?", id)

    async def spent(self, user: UserId, day: date) -> Decimal:
        return Decimal(await self._spent(user, day)) / _MILLION

    async def _spent(self, user: UserId, day: date) -> int:
        found = await row(
            self.connection, "SELECT spent FROM spending WHERE user_id = ? AND day = ?", user, _number(day)
        )
        return int(found[0]) if found else 0


def _number(day: date) -> int:
    return (day - _FIRST_DAY).days


def _millionths(amount: Decimal) -> int:
    # Upwards: a thousand calls that cost next to nothing cost something.
    return int((amount * _MILLION).to_integral_value(ROUND_CEILING))
