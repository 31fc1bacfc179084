"""Records of engines in SQL: live decisions, and the records measured from them or from backtests."""

from attrs import evolve, frozen

from tradecore.model.engine_records import EngineRecord, LiveDecision, LiveOutcome
from tradecore.model.ids import AnalysisId
from tradecore_adapters.store.connection import Connection
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import find, find_all, insert


@frozen
class SqlEngineRecords:
    """The tables `live_decisions` and `engine_records`."""

    connection: Connection

    async def add(self, decision: LiveDecision) -> None:
        columns = {
            "engine": decision.engine,
            "symbol": decision.asset.symbol,
            "asset_type": decision.asset.asset_type,
            "as_of": decision.as_of.isoformat(),
            "analysis_id": decision.analysis,
            "doc": encode(decision),
        }
        await insert(self.connection, "live_decisions", columns, key=("engine", "symbol", "asset_type", "as_of"))

    async def set_outcome(self, id: AnalysisId, outcome: LiveOutcome) -> None:
        decision = await find(self.connection, LiveDecision, "SELECT doc FROM live_decisions WHERE analysis_id = ?", id)
        if decision is not None:
            await self.connection.execute(
                "UPDATE live_decisions SET doc = ? WHERE analysis_id = ?", encode(evolve(decision, outcome=outcome)), id
            )

    async def engines(self) -> tuple[str, ...]:
        rows = await self.connection.many_rows("SELECT DISTINCT engine FROM live_decisions ORDER BY engine")
        return tuple(engine for (engine,) in rows)

    async def decisions(self, engine: str) -> tuple[LiveDecision, ...]:
        sql = "SELECT doc FROM live_decisions WHERE engine = ? ORDER BY as_of, symbol, asset_type"
        return await find_all(self.connection, LiveDecision, sql, engine)

    async def put(self, record: EngineRecord) -> None:
        await self.connection.execute(
            "INSERT INTO engine_records (engine, doc) VALUES (?, ?) "
            "ON CONFLICT (engine) DO UPDATE SET doc = excluded.doc",
            record.engine, encode(record),
        )  # fmt: skip

    async def get(self, engine: str) -> EngineRecord | None:
        return await find(self.connection, EngineRecord, "SELECT doc FROM engine_records WHERE engine = ?", engine)
