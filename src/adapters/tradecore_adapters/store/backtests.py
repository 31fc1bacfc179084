"""Backtests in SQL: their decisions, requests, parts as jobs, and reports."""

from datetime import date

from attrs import frozen

from tradecore.model.backtest_runs import BacktestPart, BacktestRequest
from tradecore.model.backtests import Backtest, BacktestId, BacktestReport, Trial
from tradecore.model.errors import NotFound
from tradecore.model.ids import JobId, UserId
from tradecore.model.market import Symbol
from tradecore_adapters.store.connection import Connection, first_row, from_micros, micros, scalar
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import find, find_all, insert


@frozen
class SqlBacktests:
    """The tables `backtests` and `trials`, and those of backtests that run as jobs."""

    connection: Connection

    async def begin(self, backtest: Backtest) -> None:
        await insert(self.connection, "backtests", {"id": backtest.id, "doc": encode(backtest)}, key=("id",))

    async def get(self, id: BacktestId) -> Backtest:
        backtest = await find(self.connection, Backtest, "SELECT doc FROM backtests WHERE id = ?", id)
        if backtest is None:
            raise NotFound("backtest", id)
        return backtest

    async def add(self, id: BacktestId, trial: Trial) -> None:
        columns = {
            "backtest_id": id,
            "symbol": trial.symbol,
            "as_of": trial.as_of.isoformat(),
            "doc": encode(trial),
        }
        await insert(self.connection, "trials", columns, key=("backtest_id", "symbol", "as_of"))

    async def variants(self, backtest: Backtest) -> int:
        others = await find_all(self.connection, Backtest, "SELECT doc FROM backtests")
        return len({backtest.variant, *(other.variant for other in others if other.overlaps(backtest))})

    async def trials(self, id: BacktestId) -> tuple[Trial, ...]:
        sql = "SELECT doc FROM trials WHERE backtest_id = ? ORDER BY as_of, symbol"
        return await find_all(self.connection, Trial, sql, id)

    async def decided(self, id: BacktestId) -> frozenset[tuple[Symbol, date]]:
        rows = await self.connection.many_rows("SELECT symbol, as_of FROM trials WHERE backtest_id = ?", id)
        return frozenset((Symbol(symbol), date.fromisoformat(as_of)) for symbol, as_of in rows)

    async def add_request(self, request: BacktestRequest) -> None:
        await self.connection.execute(
            "INSERT INTO backtest_requests (user_id, backtest_id, requested_at, cancelled_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (user_id, backtest_id) "
            "DO UPDATE SET requested_at = excluded.requested_at, cancelled_at = excluded.cancelled_at",
            request.user, request.backtest, micros(request.at),
            None if request.cancelled_at is None else micros(request.cancelled_at),
        )  # fmt: skip

    async def request(self, id: BacktestId, user: UserId) -> BacktestRequest | None:
        row = await first_row(
            self.connection,
            "SELECT backtest_id, requested_at, cancelled_at FROM backtest_requests "
            "WHERE user_id = ? AND backtest_id = ?", user, id,
        )  # fmt: skip
        return _request(user, *row) if row else None

    async def is_requested(self, id: BacktestId) -> bool:
        sql = "SELECT COUNT(*) FROM backtest_requests WHERE backtest_id = ? AND cancelled_at IS NULL"
        return bool(await scalar(self.connection, sql, id))

    async def requests(self, user: UserId, limit: int, skip: int) -> tuple[tuple[BacktestRequest, ...], int]:
        rows = await self.connection.rows(
            "SELECT backtest_id, requested_at, cancelled_at FROM backtest_requests WHERE user_id = ? "
            "ORDER BY requested_at DESC, backtest_id LIMIT ? OFFSET ?",
            user, limit, skip,
        )  # fmt: skip
        total = await scalar(self.connection, "SELECT COUNT(*) FROM backtest_requests WHERE user_id = ?", user)
        return tuple(_request(user, *row) for row in rows), total

    async def part(self, job: JobId) -> BacktestPart:
        part = await find(self.connection, BacktestPart, "SELECT doc FROM backtest_parts WHERE id = ?", job)
        if part is None:
            raise NotFound("part of a backtest", job)
        return part

    async def parts(self, id: BacktestId) -> tuple[BacktestPart, ...]:
        sql = "SELECT doc FROM backtest_parts WHERE backtest_id = ? ORDER BY id"
        return await find_all(self.connection, BacktestPart, sql, id)

    async def delete_part(self, job: JobId) -> None:
        await self.connection.execute("DELETE FROM backtest_parts WHERE id = ?", job)

    async def put_report(self, report: BacktestReport) -> None:
        await self.connection.execute(
            "INSERT INTO backtest_reports (backtest_id, doc) VALUES (?, ?) "
            "ON CONFLICT (backtest_id) DO UPDATE SET doc = excluded.doc",
            report.backtest.id, encode(report),
        )  # fmt: skip

    async def has_report(self, id: BacktestId) -> bool:
        return bool(await scalar(self.connection, "SELECT COUNT(*) FROM backtest_reports WHERE backtest_id = ?", id))

    async def report(self, id: BacktestId) -> BacktestReport:
        sql = "SELECT doc FROM backtest_reports WHERE backtest_id = ?"
        report = await find(self.connection, BacktestReport, sql, id)
        if report is None:
            raise NotFound("report on backtest", id)
        return report


def _request(user: UserId, id: str, requested_at: int, cancelled_at: int | None) -> BacktestRequest:
    cancelled = None if cancelled_at is None else from_micros(cancelled_at)
    return BacktestRequest(BacktestId(id), user, from_micros(requested_at), cancelled)
