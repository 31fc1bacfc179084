"""History in SQL: pages of past decisions, and sums over all of them from a table of daily sums."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.ids import AnalysisId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Action
from tradecore.model.track_record import (
    WIN_THRESHOLD,
    CalibrationQuery,
    History,
    HistoryQuery,
    PastDecision,
    SortBy,
    Tally,
    is_win,
)
from tradecore_adapters.store.connection import Connection, Row, first_row, from_micros, micros, scalar

_DAY = 86_400_000_000
_COLUMNS = "id, symbol, asset_type, action, confidence, as_of, created_at, shown_return, actual_return, in_sample"
# A return is null until it is known; nulls come last in both directions.
_ORDER_BY: dict[tuple[SortBy, bool], str] = {
    (SortBy.DATE, True): "as_of DESC, created_at DESC, id DESC",
    (SortBy.DATE, False): "as_of, created_at, id",
    (SortBy.CONFIDENCE, True): "confidence DESC, id DESC",
    (SortBy.CONFIDENCE, False): "confidence, id",
    (SortBy.RETURN, True): "shown_return DESC NULLS LAST, id DESC",
    (SortBy.RETURN, False): "shown_return NULLS LAST, id",
}
_SUMS = ("analyses", "confidence_sum", "scored", "wins", "return_sum", "squared_return_sum")
# Up to this offset, a page that an index returns in order is read on the event loop.
_MAX_INLINE_OFFSET = 1000


async def read_history(connection: Connection, query: HistoryQuery) -> History:
    """One page of past decisions, rows with equal keys ordered by id, and the tally over all pages."""
    condition, args = covered(query)
    skipped = (query.page - 1) * query.page_size
    in_order = query.sort_by is SortBy.DATE and not any((query.symbol, query.asset_type, query.engine))
    read = connection.rows if in_order and skipped <= _MAX_INLINE_OFFSET else connection.many_rows
    rows = await read(
        f"SELECT {_COLUMNS} FROM analyses WHERE state = 'completed' AND hidden = 0 AND {condition} "  # noqa: S608  # parts are constants
        f"ORDER BY {_ORDER_BY[query.sort_by, query.descending]} LIMIT ? OFFSET ?",
        *args, query.page_size, skipped,
    )  # fmt: skip
    hidden = await scalar(
        connection,
        f"SELECT COUNT(*) FROM analyses WHERE state = 'completed' AND hidden = 1 AND {condition}",  # noqa: S608  # constants
        *args,
    )
    # The daily sums are over all engines together.
    tally = await (_tally(connection, query) if query.engine is None else _tally_of_rows(connection, query))
    return History(tuple(_decision(row) for row in rows), tally, hidden)


async def _tally(connection: Connection, query: HistoryQuery) -> Tally:
    """Daily sums for whole days; the day on which the query begins is summed from its rows."""
    first, since = micros(query.since) // _DAY, micros(query.since)
    filters, args = _filters(query)
    sums = await first_row(
        connection,
        f"SELECT {', '.join(f'COALESCE(SUM({name}), 0)' for name in _SUMS)} FROM ("  # noqa: S608  # parts are constants
        f"SELECT {', '.join(_SUMS)} FROM daily_history WHERE user_id = ? AND day > ?{filters} UNION ALL "
        "SELECT 1, confidence, CASE WHEN shown_return IS NULL THEN 0 ELSE 1 END, "
        f"CASE WHEN shown_return > {WIN_THRESHOLD} THEN 1 ELSE 0 END, COALESCE(shown_return, 0), "
        "COALESCE(shown_return * shown_return, 0) FROM analyses "
        f"WHERE state = 'completed' AND user_id = ? AND created_at >= ? AND created_at < ?{filters}) AS covered",
        query.user, first, *args, query.user, since, (first + 1) * _DAY, *args,
    )  # fmt: skip
    assert sums, "a sum over no rows is one row"
    return _read_tally(sums)


async def _tally_of_rows(connection: Connection, query: HistoryQuery) -> Tally:
    condition, args = covered(query)
    [sums] = await connection.many_rows(
        "SELECT COUNT(*), COALESCE(SUM(confidence), 0), COUNT(shown_return), "  # noqa: S608  # parts are constants
        f"COALESCE(SUM(CASE WHEN shown_return > {WIN_THRESHOLD} THEN 1 ELSE 0 END), 0), "
        "COALESCE(SUM(shown_return), 0), COALESCE(SUM(shown_return * shown_return), 0) FROM analyses "
        f"WHERE state = 'completed' AND {condition}",
        *args,
    )
    return _read_tally(sums)


def _read_tally(sums: Row) -> Tally:
    total, confidence, scored, wins, returns, squares = sums
    return Tally(int(total), float(confidence), int(scored), int(wins), float(returns), float(squares))


async def counted_before(connection: Connection, analysis: Analysis) -> Row | None:
    """The confidence and return with which a completed analysis is in the daily sums so far; None if it is not."""
    if analysis.state is not AnalysisState.COMPLETED:
        return None
    return await first_row(
        connection,
        "SELECT confidence, shown_return FROM analyses WHERE id = ? AND state = 'completed'",
        analysis.id,
    )


async def add_to_day(connection: Connection, analysis: Analysis, before: Row | None) -> None:
    """Add a completed analysis to the sums of its day, in place of the values that `counted_before` returned."""
    if analysis.state is not AnalysisState.COMPLETED or analysis.decision is None:
        return
    shown_return = None if analysis.shown_return is None else float(analysis.shown_return)
    new = _summands(float(analysis.decision.confidence), shown_return)
    old = _summands(*before) if before else (0,) * len(_SUMS)
    differences = [after - earlier for after, earlier in zip(new, old, strict=True)]
    if not any(differences):
        return
    await connection.execute(
        f"INSERT INTO daily_history (user_id, day, symbol, asset_type, {', '.join(_SUMS)}) "  # noqa: S608  # parts are constants
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, day, symbol, asset_type) DO UPDATE SET "
        + ", ".join(f"{name} = daily_history.{name} + excluded.{name}" for name in _SUMS),
        analysis.user, micros(analysis.created_at) // _DAY, analysis.brief.symbol, analysis.brief.asset_type,
        *differences,
    )  # fmt: skip


def _summands(confidence: float, shown_return: float | None) -> tuple[float, ...]:
    """What one analysis adds to each of `_SUMS`."""
    if shown_return is None:
        return (1, confidence, 0, 0, 0.0, 0.0)
    return (1, confidence, 1, int(is_win(shown_return)), shown_return, shown_return * shown_return)


# The same pages are requested repeatedly, and a past decision depends on nothing but its row.
@lru_cache(4096)
def _decision(row: Row) -> PastDecision:
    id, symbol, asset_type, action, confidence, as_of, created_at, shown_return, actual_return, in_sample = row
    return PastDecision(
        id=AnalysisId(id),
        symbol=Symbol(symbol),
        asset_type=AssetType(asset_type),
        action=Action(action),
        confidence=Decimal(str(confidence)),
        as_of=date.fromisoformat(as_of),
        created_at=from_micros(created_at),
        shown_return=None if shown_return is None else Decimal(str(shown_return)),
        horizon_return=None if actual_return is None else Decimal(str(actual_return)),
        in_sample=bool(in_sample),
    )


def covered(query: HistoryQuery | CalibrationQuery) -> tuple[str, list[object]]:
    """The SQL condition, with its arguments, for the rows of `analyses` or `scores` that a query covers."""
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
    if query.engine is not None:
        condition += " AND engine = ?"
        args.append(query.engine)
    return condition, args
