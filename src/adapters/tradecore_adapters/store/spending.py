"""Spending in SQL: costs of language models by user and day, and budget reserved for analyses in progress."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from attrs import frozen

from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.usage import Call, DailyUsage, Usage
from tradecore_adapters.store.connection import Connection, scalar

_FIRST_DAY = date(1970, 1, 1)
_MILLION = 1_000_000


@frozen
class SqlSpending:
    """The tables `spending`, `budget_reservations` and `model_usage`, all in millionths of a US dollar."""

    connection: Connection

    async def reserve(self, id: AnalysisId, user: UserId, day: date, amount: Decimal, *, cap: Decimal) -> bool:
        # Two concurrent launches must not both reserve the same remaining budget.
        await self.connection.lock(f"spending of {user}")
        reserved = await scalar(self.connection, "SELECT SUM(amount) FROM budget_reservations WHERE user_id = ?", user)
        if await self._spent(user, day) + reserved + _millionths(amount) > _millionths(cap):
            return False
        await self.connection.execute(
            "INSERT INTO budget_reservations (analysis_id, user_id, amount) VALUES (?, ?, ?)",
            id, user, _millionths(amount),
        )  # fmt: skip
        return True

    async def book(self, id: AnalysisId, user: UserId, day: date, cost: Decimal) -> None:
        spent = _millionths(cost)
        await self.connection.execute(
            "INSERT INTO spending (user_id, day, spent) VALUES (?, ?, ?) "
            "ON CONFLICT (user_id, day) DO UPDATE SET spent = spending.spent + excluded.spent",
            user, _day_number(day), spent,
        )  # fmt: skip
        await self.connection.execute(
            "UPDATE budget_reservations SET amount = CASE WHEN amount > ? THEN amount - ? ELSE 0 END "
            "WHERE analysis_id = ?",
            spent, spent, id,
        )  # fmt: skip

    async def release(self, id: AnalysisId) -> None:
        await self.connection.execute("DELETE FROM budget_reservations WHERE analysis_id = ?", id)

    async def spent(self, user: UserId, day: date) -> Decimal:
        return Decimal(await self._spent(user, day)) / _MILLION

    async def reserved(self, user: UserId) -> Decimal:
        sql = "SELECT SUM(amount) FROM budget_reservations WHERE user_id = ?"
        return Decimal(await scalar(self.connection, sql, user)) / _MILLION

    async def add_usage(self, user: UserId, day: date, agent: str, calls: Collection[Call]) -> None:
        for model in sorted({call.model for call in calls}):
            usage = Usage.of(call for call in calls if call.model == model)
            await self.connection.execute(
                "INSERT INTO model_usage "
                "(user_id, day, agent, model, calls, input_tokens, cached_tokens, output_tokens, cost, unpriced) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, day, agent, model) DO UPDATE SET "
                "calls = model_usage.calls + excluded.calls, "
                "input_tokens = model_usage.input_tokens + excluded.input_tokens, "
                "cached_tokens = model_usage.cached_tokens + excluded.cached_tokens, "
                "output_tokens = model_usage.output_tokens + excluded.output_tokens, "
                "cost = model_usage.cost + excluded.cost, unpriced = model_usage.unpriced + excluded.unpriced",
                user, _day_number(day), agent, model, usage.calls, usage.input_tokens, usage.cached_tokens,
                usage.output_tokens, _millionths(usage.cost or Decimal(0)), int(usage.cost is None),
            )  # fmt: skip

    async def usage(self, user: UserId, since: date) -> tuple[DailyUsage, ...]:
        rows = await self.connection.many_rows(
            "SELECT day, agent, model, calls, input_tokens, cached_tokens, output_tokens, cost, unpriced "
            "FROM model_usage WHERE user_id = ? AND day >= ? ORDER BY day, agent, model",
            user, _day_number(since),
        )  # fmt: skip
        return tuple(
            DailyUsage(
                _FIRST_DAY + timedelta(days=day),
                agent,
                model,
                Usage(calls, sent, cached, written, None if unpriced else Decimal(cost) / _MILLION),
            )
            for day, agent, model, calls, sent, cached, written, cost, unpriced in rows
        )

    async def _spent(self, user: UserId, day: date) -> int:
        sql = "SELECT spent FROM spending WHERE user_id = ? AND day = ?"
        return await scalar(self.connection, sql, user, _day_number(day))


def _day_number(day: date) -> int:
    return (day - _FIRST_DAY).days


def _millionths(amount: Decimal) -> int:
    # Rounded up, so that a thousand calls that each cost less than a millionth are not free.
    return int((amount * _MILLION).to_integral_value(ROUND_CEILING))
