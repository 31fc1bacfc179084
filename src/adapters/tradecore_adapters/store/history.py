"""History in SQL: a page of past decisions, and sums over all of them that were kept day by day."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action
from tradecore.model.track_record import CalibrationQuery, History, HistoryQuery, PastDecision, SortBy, Tally
from tradecore_adapters.store.connection import Connection, Row, from_micros, micros, row

_DAY = 86_400_000_000
_COLUMNS = "id, symbol, asset_type, action, confidence, as_of, created_at, actual_return"
# Returns are kept null until they are known; those come last whichever way the rest is sorted.
_SORTED: dict[tuple[SortBy, bool], str] = {
    (SortBy.DATE, True): "created_at DESC, id DESC",
    (SortBy.DATE, False): "created_at, id",
    (SortBy.CONFIDENCE, True): "confidence DESC, id DESC",
    (SortBy.CONFIDENCE, False): "confidence, id",
    (SortBy.RETURN, True): "actual_return DESC NULLS LAST, id DESC",
    (SortBy.RETURN, False): "actual_return NULLS LAST, id",
}
_SUMS = ("total", "confidence", "scored", "wins", "returns", "squares")
# Rows that an index gives in order, up to here, are read where they are asked for.
_SHALLOW = 1000


async def read_history(connection: Connection, query: HistoryQuery) -> History:
    """One page and the tally; equal keys are ordered by id."""
    condition, args = covered(query)
    skipped = (query.page - 1) * query.page_size
    in_order = query.sort_by is SortBy.DATE and query.symbol is None and query.asset_type is None
    read = connection.rows if in_order and skipped <= _SHALLOW else connection.many_rows
    found = await read(
        f"SELECT {_COLUMNS} FROM analyses WHERE state = 'completed' AND {condition} "  # noqa: S608  # parts of our own
        f"ORDER BY {_SORTED[query.sort_by, query.descending]} LIMIT ? OFFSET ?",
        *args, query.page_size, skipped,
    )  # fmt: skip
    return History(tuple(_decision(each) for each in found), await _tally(connection, query))


async def _tally(connection: Connection, query: HistoryQuery) -> Tally:
    """Whole days from their sums, and the rest of the day on which the query begins from its rows."""
    first, since = micros(query.since) // _DAY, micros(query.since)
    filters, args = _filters(query)
    found = await row(
        connection,
        f"SELECT {', '.join(f'COALESCE(SUM({name}), 0)' for name in _SUMS)} FROM ("  # noqa: S608  # parts of our own
        f"SELECT {', '.join(_SUMS)} FROM history_days WHERE user_id = ? AND day > ?{filters} UNION ALL "
        "SELECT 1, confidence, CASE WHEN actual_return IS NULL THEN 0 ELSE 1 END, "
        "CASE WHEN actual_return > 0 THEN 1 ELSE 0 END, COALESCE(actual_return, 0), "
        "COALESCE(actual_return * actual_return, 0) FROM analyses "
        f"WHERE state = 'completed' AND user_id = ? AND created_at >= ? AND created_at < ?{filters}) AS counted",
        query.user, first, *args, query.user, since, (first + 1) * _DAY, *args,
    )  # fmt: skip
    assert found, "a sum over no rows is a row"
    total, confidence, scored, wins, returns, squares = found
    return Tally(int(total), float(confidence), int(scored), int(wins), float(returns), float(squares))


async def counted_before(connection: Connection, analysis: Analysis) -> Row | None:
    """What an analysis that is about to be written has counted for until now: confidence and return, if it has."""
    if analysis.state is not AnalysisState.COMPLETED:
        return None
    return await row(
        connection,
        "SELECT confidence, actual_return FROM analyses WHERE id = ? AND state = 'completed'",
        analysis.id,
    )


async def count(connection: Connection, analysis: Analysis, before: Row | None) -> None:
    """Count a completed analysis in the sums of its day, in place of what it counted for before."""
    if analysis.state is not AnalysisState.COMPLETED or analysis.decision is None:
        return
    returned = None if analysis.actual_return is None else float(analysis.actual_return)
    new, old = _counts(float(analysis.decision.confidence), returned), _counts(*before) if before else (0,) * 6
    change = [after - earlier for after, earlier in zip(new, old, strict=True)]
    if not any(change):
        return
    await connection.change(
        f"INSERT INTO history_days (user_id, day, symbol, asset_type, {', '.join(_SUMS)}) "  # noqa: S608  # as above
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, day, symbol, asset_type) DO UPDATE SET "
        + ", ".join(f"{name} = history_days.{name} + excluded.{name}" for name in _SUMS),
        analysis.user, micros(analysis.created_at) // _DAY, analysis.brief.symbol, analysis.brief.asset_type, *change,
    )  # fmt: skip


def _counts(confidence: float, returned: float | None) -> tuple[float, ...]:
    """What one analysis adds to each of `_SUMS`."""
    if returned is None:
        return (1, confidence, 0, 0, 0.0, 0.0)
    return (1, confidence, 1, int(returned > 0), returned, returned * returned)


# Pages of history are asked for again and again; a row is made of what it says and nothing else.
@lru_cache(4096)
def _decision(found: Row) -> PastDecision:
    id, symbol, asset_type, action, confidence, as_of, created_at, returned = found
    return PastDecision(
        id=AnalysisId(id),
        symbol=Symbol(symbol),
        asset_type=AssetType(asset_type),
        action=Action(action),
        confidence=Decimal(str(confidence)),
        as_of=date.fromisoformat(as_of),
        created_at=from_micros(created_at),
        actual_return=None if returned is None else Decimal(str(returned)),
    )


def covered(query: HistoryQuery | CalibrationQuery) -> tuple[str, list[object]]:
    """The condition under which a row with the columns of `analyses` is covered, and its arguments."""
    filters, args = _filters(query)
    return f"user_id = ? AND created_at >= ?{filters}", [query.user, micros(query.since), *args]


def _filters(query: HistoryQuery | CalibrationQuery) -> tuple[str, list[object]]:
    condition, args = "", list[object]()
    if query.symbol is not None:
        condition += " AND symbol = ?"
        args.append(query.symbol)
    if query.asset_type is not None:
        condition += " AND asset_type = ?"
        args.append(query.asset_type)
    return condition, args
