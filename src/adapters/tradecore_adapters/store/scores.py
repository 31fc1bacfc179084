"""Scores and backtests in SQL: what is owed, what came of it, and how it compares with confidence."""

from datetime import datetime

from attrs import frozen

from tradecore.model.backtests import Backtest, BacktestId, Trial
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AnalysisId
from tradecore.model.track_record import BUCKETS, Bucket, Calibration, CalibrationQuery, Score
from tradecore_adapters.store.connection import Connection, micros, row
from tradecore_adapters.store.documents import decode, encode
from tradecore_adapters.store.history import covered

_WON = "CASE WHEN returned > 0 THEN 1 ELSE 0 END"
_AMISS = f"(confidence / 10 - {_WON})"
_SUMS = (
    f"bucket, COUNT(*), SUM({_WON}), SUM(confidence), SUM({_AMISS} * {_AMISS}), SUM(returned), "
    "COUNT(benchmark), COALESCE(SUM(benchmark), 0)"
)


@frozen
class SqlScores:
    """Scores in one table, those still to come in another."""

    connection: Connection

    async def owe(self, id: AnalysisId, *, due: datetime) -> None:
        await self.connection.change(
            "INSERT INTO owed_scores (analysis_id, due_at) "
            "SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM scores WHERE analysis_id = ?) "
            "ON CONFLICT (analysis_id) DO UPDATE SET due_at = excluded.due_at",
            id, micros(due), id,
        )  # fmt: skip

    async def owed(self, now: datetime, limit: int) -> tuple[AnalysisId, ...]:
        found = await self.connection.rows(
            "SELECT analysis_id FROM owed_scores WHERE due_at <= ? ORDER BY due_at, analysis_id LIMIT ?",
            micros(now), limit,
        )  # fmt: skip
        return tuple(AnalysisId(id) for (id,) in found)

    async def add(self, score: Score) -> None:
        id, outcome = score.analysis, score.outcome
        of = await row(
            self.connection,
            "SELECT user_id, created_at, symbol, asset_type, confidence FROM analyses WHERE id = ?", id,
        )  # fmt: skip
        if of is None:
            raise NotFound("analysis", id)
        *columns, confidence = of
        added = await self.connection.change(
            "INSERT INTO scores (analysis_id, user_id, created_at, symbol, asset_type, confidence, bucket, returned, "
            "benchmark, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (analysis_id) DO NOTHING",
            id, *columns, confidence, min(int(confidence), BUCKETS - 1), float(outcome.returned),
            None if outcome.benchmark is None else float(outcome.benchmark), encode(score),
        )  # fmt: skip
        if not added:
            raise Stale(f"Analysis {id} was scored already.")
        await self.connection.change("DELETE FROM owed_scores WHERE analysis_id = ?", id)

    async def get(self, id: AnalysisId) -> Score:
        found = await row(self.connection, "SELECT doc FROM scores WHERE analysis_id = ?", id)
        if found is None:
            raise NotFound("score of analysis", id)
        return decode(Score, found[0])

    async def calibration(self, query: CalibrationQuery) -> Calibration:
        where, args = covered(query)
        found = await self.connection.many_rows(
            f"SELECT {_SUMS} FROM scores WHERE {where} GROUP BY bucket",  # noqa: S608  # every part is ours
            *args,
        )
        full = {low: Bucket(low, *sums) for low, *sums in found}
        return Calibration(tuple(full.get(low, Bucket(low)) for low in range(BUCKETS)))


@frozen
class SqlBacktests:
    """Backtests and their trials in two tables."""

    connection: Connection

    async def begin(self, backtest: Backtest) -> None:
        await self.connection.change(
            "INSERT INTO backtests (id, doc) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", backtest.id, encode(backtest)
        )

    async def get(self, id: BacktestId) -> Backtest:
        found = await row(self.connection, "SELECT doc FROM backtests WHERE id = ?", id)
        if found is None:
            raise NotFound("backtest", id)
        return decode(Backtest, found[0])

    async def add(self, id: BacktestId, trial: Trial) -> None:
        await self.connection.change(
            "INSERT INTO trials (backtest_id, symbol, as_of, doc) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (backtest_id, symbol, as_of) DO NOTHING",
            id, trial.symbol, trial.as_of.isoformat(), encode(trial),
        )  # fmt: skip

    async def trials(self, id: BacktestId) -> tuple[Trial, ...]:
        found = await self.connection.many_rows(
            "SELECT doc FROM trials WHERE backtest_id = ? ORDER BY as_of, symbol", id
        )
        return tuple(decode(Trial, doc) for (doc,) in found)
