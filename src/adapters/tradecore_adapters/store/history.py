"""History in SQL: a page of past decisions and the sums over all of them, without reading documents."""

from datetime import date
from decimal import Decimal

from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action
from tradecore.model.track_record import CalibrationQuery, History, HistoryQuery, PastDecision, SortBy, Tally
from tradecore_adapters.store.connection import Connection, from_micros, micros

_COLUMNS = "id, symbol, asset_type, action, confidence, as_of, created_at, actual_return"
_TALLY = (
    "COUNT(*), COALESCE(SUM(confidence), 0), COUNT(actual_return), "
    "COALESCE(SUM(CASE WHEN actual_return > 0 THEN 1 ELSE 0 END), 0), "
    "COALESCE(SUM(actual_return), 0), COALESCE(SUM(actual_return * actual_return), 0)"
)
_SORTED: dict[SortBy, str] = {
    SortBy.DATE: "created_at",
    SortBy.CONFIDENCE: "confidence",
    SortBy.RETURN: "actual_return",
}


async def read_history(connection: Connection, query: HistoryQuery) -> History:
    """One page and the tally; equal keys are ordered by id, rows without a return come last."""
    of_user, args = covered(query)
    where = f"state = 'completed' AND {of_user}"
    direction = "DESC" if query.descending else "ASC"
    last = "(actual_return IS NULL), " if query.sort_by is SortBy.RETURN else ""
    found = await connection.many_rows(
        f"SELECT {_COLUMNS} FROM analyses WHERE {where} "  # noqa: S608  # every part is from a table of ours
        f"ORDER BY {last}{_SORTED[query.sort_by]} {direction}, id {direction} LIMIT ? OFFSET ?",
        *args, query.page_size, (query.page - 1) * query.page_size,
    )  # fmt: skip
    [sums] = await connection.many_rows(f"SELECT {_TALLY} FROM analyses WHERE {where}", *args)  # noqa: S608  # as above
    rows = tuple(
        PastDecision(
            id=AnalysisId(id),
            symbol=Symbol(symbol),
            asset_type=AssetType(asset_type),
            action=Action(action),
            confidence=Decimal(str(confidence)),
            as_of=date.fromisoformat(as_of),
            created_at=from_micros(created_at),
            actual_return=None if returned is None else Decimal(str(returned)),
        )
        for id, symbol, asset_type, action, confidence, as_of, created_at, returned in found
    )
    return History(rows, Tally(*sums))


def covered(query: HistoryQuery | CalibrationQuery) -> tuple[str, list[object]]:
    """The condition under which a row with the columns of `analyses` is covered, and its arguments."""
    where = "user_id = ? AND created_at >= ?"
    args: list[object] = [query.user, micros(query.since)]
    if query.symbol is not None:
        where += " AND symbol = ?"
        args.append(query.symbol)
    if query.asset_type is not None:
        where += " AND asset_type = ?"
        args.append(query.asset_type)
    return where, args
