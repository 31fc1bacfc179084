"""Scores in SQL: scheduled scorings, scores, and the sums of calibration."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AnalysisId
from tradecore.model.track_record import (
    BUCKETS,
    WIN_THRESHOLD,
    Bucket,
    Calibration,
    CalibrationQuery,
    EngineTally,
    Score,
    Tally,
)
from tradecore_adapters.store.connection import Connection, first_row, micros
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import find, insert
from tradecore_adapters.store.history import covered

_WON = f"CASE WHEN actual_return > {WIN_THRESHOLD} THEN 1 ELSE 0 END"
_CALIBRATION_ERROR = f"(confidence / 10 - {_WON})"
_SUMS = (
    f"confidence_bucket, COUNT(*), SUM({_WON}), SUM(confidence), SUM({_CALIBRATION_ERROR} * {_CALIBRATION_ERROR}), "
    "SUM(actual_return), COUNT(benchmark_return), COALESCE(SUM(benchmark_return), 0)"
)


@frozen
class SqlScores:
    """The tables `scores` and `scheduled_scores`."""

    connection: Connection

    async def schedule_scoring(self, id: AnalysisId, *, due: datetime) -> None:
        await self.connection.execute(
            "INSERT INTO scheduled_scores (analysis_id, due_at) "
            "SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM scores WHERE analysis_id = ?) "
            "ON CONFLICT (analysis_id) DO UPDATE SET due_at = excluded.due_at",
            id, micros(due), id,
        )  # fmt: skip

    async def due(self, now: datetime, limit: int) -> tuple[AnalysisId, ...]:
        rows = await self.connection.rows(
            "SELECT analysis_id FROM scheduled_scores WHERE due_at <= ? ORDER BY due_at, analysis_id LIMIT ?",
            micros(now), limit,
        )  # fmt: skip
        return tuple(AnalysisId(id) for (id,) in rows)

    async def add(self, score: Score) -> None:
        id, outcome = score.analysis, score.outcome
        analysis = await first_row(
            self.connection,
            "SELECT user_id, created_at, symbol, asset_type, confidence, in_sample, engine, label FROM analyses "
            "WHERE id = ?", id,
        )  # fmt: skip
        if analysis is None:
            raise NotFound("analysis", id)
        user_id, created_at, symbol, asset_type, confidence, in_sample, engine, label = analysis
        columns = {
            "analysis_id": id,
            "user_id": user_id,
            "created_at": created_at,
            "symbol": symbol,
            "asset_type": asset_type,
            "confidence": confidence,
            "confidence_bucket": min(int(confidence), BUCKETS - 1),
            "actual_return": float(outcome.return_percent),
            "benchmark_return": None if outcome.benchmark is None else float(outcome.benchmark),
            "in_sample": in_sample,
            "engine": engine,
            "label": label,
            "doc": encode(score),
        }
        if not await insert(self.connection, "scores", columns, key=("analysis_id",)):
            raise Stale(f"Analysis {id} already has a score.")
        await self.connection.execute("DELETE FROM scheduled_scores WHERE analysis_id = ?", id)

    async def get(self, id: AnalysisId) -> Score:
        score = await find(self.connection, Score, "SELECT doc FROM scores WHERE analysis_id = ?", id)
        if score is None:
            raise NotFound("score of analysis", id)
        return score

    async def tally(self, query: CalibrationQuery) -> Tally:
        where, args = covered(query)
        [sums] = await self.connection.many_rows(
            f"SELECT COUNT(*), COALESCE(SUM(confidence), 0), COALESCE(SUM({_WON}), 0), "  # noqa: S608  # constants
            "COALESCE(SUM(actual_return), 0), COALESCE(SUM(actual_return * actual_return), 0) "
            f"FROM scores WHERE in_sample = 0 AND {where}",
            *args,
        )
        count, confidence, wins, returns, squares = sums
        return Tally(int(count), float(confidence), int(count), int(wins), float(returns), float(squares))

    async def calibration(self, query: CalibrationQuery) -> Calibration:
        where, args = covered(query)
        rows = await self.connection.many_rows(
            f"SELECT {_SUMS} FROM scores WHERE in_sample = 0 AND {where} GROUP BY confidence_bucket",  # noqa: S608  # every part is a constant
            *args,
        )
        return Calibration(_buckets(rows))

    async def calibrations(self, query: CalibrationQuery) -> tuple[Calibration, ...]:
        where, args = covered(query)
        rows = await self.connection.many_rows(
            f"SELECT engine, label, {_SUMS} FROM scores WHERE in_sample = 0 AND {where} "  # noqa: S608  # constants
            "GROUP BY engine, label, confidence_bucket",
            *args,
        )
        by_label: dict[tuple[str, str], list[Sequence[Any]]] = {}
        for engine, label, *sums in rows:
            by_label.setdefault((engine, label), []).append(sums)
        return tuple(Calibration(_buckets(sums), engine, label) for (engine, label), sums in sorted(by_label.items()))

    async def engine_tallies(self, query: CalibrationQuery) -> tuple[EngineTally, ...]:
        where, args = covered(query)
        counted = await self.connection.many_rows(
            "SELECT engine, label, COUNT(*), COUNT(cost), COALESCE(SUM(cost), 0) FROM analyses "  # noqa: S608  # constants
            f"WHERE state = 'completed' AND {where} GROUP BY engine, label ORDER BY engine, label",
            *args,
        )
        scored = await self.connection.many_rows(
            f"SELECT engine, label, COUNT(*), SUM({_WON}), SUM(actual_return), "  # noqa: S608  # constants
            f"SUM({_CALIBRATION_ERROR} * {_CALIBRATION_ERROR}) FROM scores WHERE in_sample = 0 AND {where} "
            "GROUP BY engine, label",
            *args,
        )
        sums = {(engine, label): (int(count), int(wins), *rest) for engine, label, count, wins, *rest in scored}
        return tuple(
            EngineTally(engine, label, int(count), int(priced), float(cost), *sums.get((engine, label), ()))
            for engine, label, count, priced, cost in counted
        )


def _buckets(rows: Iterable[Sequence[Any]]) -> tuple[Bucket, ...]:
    """All buckets from the sums of those that are not empty."""
    filled = {low: Bucket(low, *sums) for low, *sums in rows}
    return tuple(filled.get(low, Bucket(low)) for low in range(BUCKETS))
