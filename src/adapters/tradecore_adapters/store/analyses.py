"""Analyses in SQL: their steps, results and run times."""

from datetime import datetime

from attrs import frozen

from tradecore.model.agent_steps import StoredStep
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_lists import AnalysisPage, AnalysisQuery
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.estimates import RunTimes
from tradecore.model.ids import AnalysisId, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.steps import Step
from tradecore.model.track_record import History, HistoryQuery
from tradecore_adapters.store.connection import Connection, first_row, from_micros, micros
from tradecore_adapters.store.documents import decode_named, encode, name_of
from tradecore_adapters.store.entities import find, find_all, get, insert, put
from tradecore_adapters.store.history import add_to_day, counted_before, read_history


def analysis_columns(analysis: Analysis) -> dict[str, object]:
    """The columns beside its document."""
    decision, actual_return, shown_return = analysis.decision, analysis.actual_return, analysis.shown_return
    return {
        "user_id": analysis.user,
        "symbol": analysis.brief.symbol,
        "asset_type": analysis.brief.asset_type,
        "state": analysis.state,
        "as_of": analysis.brief.as_of.isoformat(),
        "created_at": micros(analysis.created_at),
        "action": decision.action if decision else None,
        "confidence": float(decision.confidence) if decision else None,
        "actual_return": None if actual_return is None else float(actual_return),
        "shown_return": None if shown_return is None else float(shown_return),
        "engine": analysis.brief.engine or "",
        "hidden": int(analysis.hidden),
        "in_sample": int(analysis.in_sample),
        "label": analysis.engine,
        "cost": None if analysis.cost is None else float(analysis.cost),
    }


@frozen
class SqlAnalyses:
    """The tables `analyses`, `steps` and `analysis_results`."""

    connection: Connection

    async def get(self, id: AnalysisId, *, owner: UserId | None = None) -> Analysis:
        analysis = await get(self.connection, Analysis, "analyses", id)
        if owner is not None and analysis.user != owner:
            raise NotFound("analysis", id)
        return analysis

    async def put(self, change: Change[Analysis]) -> Analysis:
        before = await counted_before(self.connection, change.entity)
        stored = await put(
            self.connection, "analyses", change, analysis_columns(change.entity), owner=change.entity.user
        )
        await add_to_day(self.connection, stored, before)
        return stored

    async def analysed_since(self, since: datetime, limit: int) -> tuple[Asset, ...]:
        rows = await self.connection.many_rows(
            "SELECT symbol, asset_type FROM analyses WHERE created_at >= ? "
            "GROUP BY symbol, asset_type ORDER BY MAX(created_at) DESC, symbol LIMIT ?",
            micros(since), limit,
        )  # fmt: skip
        return tuple(Asset(Symbol(symbol), AssetType(asset_type)) for symbol, asset_type in rows)

    async def steps(self, id: AnalysisId) -> tuple[Step, ...]:
        rows = await self.connection.rows("SELECT kind, doc FROM steps WHERE analysis_id = ? ORDER BY position", id)
        return tuple(decode_named(kind, doc) for kind, doc in rows)

    async def stored_steps(self, id: AnalysisId, skip: int = 0) -> tuple[StoredStep, ...]:
        rows = await self.connection.rows(
            "SELECT kind, doc, at, events_before FROM steps WHERE analysis_id = ? AND position >= ? ORDER BY position",
            id, skip,
        )  # fmt: skip
        return tuple(
            StoredStep(decode_named(kind, doc), from_micros(at), events_before) for kind, doc, at, events_before in rows
        )

    async def add_step(self, id: AnalysisId, step: Step, *, at: datetime) -> None:
        added = await self.connection.execute(
            "INSERT INTO steps (analysis_id, key, position, kind, doc, at, events_before) "
            "SELECT ?, ?, COUNT(*), ?, ?, CAST(? AS BIGINT), "
            "(SELECT COALESCE(MAX(seq), 0) FROM events WHERE topic = ?) FROM steps WHERE analysis_id = ? "
            "ON CONFLICT (analysis_id, key) DO NOTHING",
            id, step.key, name_of(step), encode(step), micros(at), topic_of(TopicKind.ANALYSIS, id), id,
        )  # fmt: skip
        if not added:
            raise Stale(f"Analysis {id} already has a step {step.key}.")

    async def result(self, id: AnalysisId, *, owner: UserId) -> AnalysisResult:
        sql = "SELECT doc FROM analysis_results WHERE analysis_id = ? AND user_id = ?"
        result = await find(self.connection, AnalysisResult, sql, id, owner)
        if result is None:
            raise NotFound("result of analysis", id)
        return result

    async def add_result(self, result: AnalysisResult) -> None:
        columns = {"analysis_id": result.id, "user_id": result.user, "doc": encode(result)}
        if not await insert(self.connection, "analysis_results", columns, key=("analysis_id",)):
            raise Stale(f"Analysis {result.id} already has a result.")

    async def list(self, query: AnalysisQuery) -> AnalysisPage:
        condition, args = _listed(query)
        analyses = await find_all(
            self.connection,
            Analysis,
            f"SELECT doc FROM analyses WHERE {condition} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",  # noqa: S608  # constants
            *args, query.page_size, (query.page - 1) * query.page_size,
        )  # fmt: skip
        [[total]] = await self.connection.many_rows(
            f"SELECT COUNT(*) FROM analyses WHERE {condition}",  # noqa: S608  # constants
            *args,
        )
        return AnalysisPage(analyses, total)

    async def history(self, query: HistoryQuery) -> History:
        return await read_history(self.connection, query)


def _listed(query: AnalysisQuery) -> tuple[str, list[object]]:
    """The SQL condition, with its arguments, for the analyses that a query lists."""
    condition, args = "user_id = ? AND hidden = 0", list[object]([query.user])
    if query.states:
        condition += f" AND state IN ({', '.join('?' * len(query.states))})"
        args += sorted(query.states)
    for column, value in (("symbol", query.symbol), ("asset_type", query.asset_type), ("engine", query.engine)):
        if value is not None:
            condition += f" AND {column} = ?"
            args.append(value)
    return condition, args


@frozen
class SqlMeasurements:
    """The table `run_times`: a count and a mean in seconds per engine and shape."""

    connection: Connection

    async def run_times(self, engine: str, shape: str) -> RunTimes:
        row = await first_row(
            self.connection, "SELECT count, mean FROM run_times WHERE engine = ? AND shape = ?", engine, shape
        )
        return RunTimes(*row) if row else RunTimes()

    async def add_run_time(self, engine: str, shape: str, seconds: float) -> None:
        times = (await self.run_times(engine, shape)).add(seconds)
        await self.connection.execute(
            "INSERT INTO run_times (engine, shape, count, mean) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (engine, shape) DO UPDATE SET count = excluded.count, mean = excluded.mean",
            engine, shape, times.count, times.mean,
        )  # fmt: skip
