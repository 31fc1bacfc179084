"""Requests about past decisions, how they turned out, and backtests."""

from collections.abc import Sequence
from datetime import date

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import ANALYSTS, Call, segment


def launch_backtest(
    symbols: Sequence[str],
    first: date,
    last: date,
    *,
    every: str = "week",
    engine: str = "rules",
    mode: str = "live",
    analysts: Sequence[str] = ANALYSTS,
    depth: int = 1,
) -> Call[models.BacktestTicket]:
    """Queue a backtest of symbols from `first` to `last`; an equal one continues where it stopped.

    `every` is day, week or month; `mode` is live, or recorded where the server replays recorded answers.
    """
    body = {
        "symbols": list(symbols),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "every": every,
        "engine": engine,
        "mode": mode,
        "analysts": list(analysts),
        "researchDepth": depth,
    }
    return Call(models.BacktestTicket, "POST", "/api/backtests", body, idempotent=True, resource="backtest")


def backtests(*, limit: int = 50, page: int = 1) -> Call[models.Backtests]:
    """A page of backtests without reports, newest first; `limit` is the size of a page."""
    return Call(models.Backtests, "GET", "/api/backtests", query={"limit": str(limit), "page": str(page)})


def backtest(id: str) -> Call[models.Backtest]:
    """A backtest, with its report once it is completed. Raises NotFound."""
    return Call(models.Backtest, "GET", f"/api/backtests/{segment(id)}", resource_id=id, resource="backtest")


def cancel_backtest(id: str) -> Call[models.Backtest]:
    """Cancel a backtest; an equal launch continues it. Raises NotFound, and IllegalMove once it has ended."""
    return Call(models.Backtest, "DELETE", f"/api/backtests/{segment(id)}", resource_id=id, resource="backtest")


def history(
    *,
    symbol: str | None = None,
    asset_type: str | None = None,
    engine: str | None = None,
    days: int = 30,
    limit: int = 50,
    page: int = 1,
    sort_by: str = "date",
    sort_order: str = "desc",
    by_engine: bool = False,
) -> Call[models.History]:
    """A page of past decisions, with metrics over all of them; `limit` is the size of a page.

    With `by_engine`, `groups` are the records of each engine and model.
    """
    query = {
        "days": str(days),
        "limit": str(limit),
        "page": str(page),
        "sortBy": sort_by,
        "sortOrder": sort_order,
        **({"symbol": symbol} if symbol else {}),
        **({"assetType": asset_type} if asset_type else {}),
        **({"engine": engine} if engine else {}),
        **({"groupBy": "engine"} if by_engine else {}),
    }
    return Call(models.History, "GET", "/api/history", query=query)


def calibration(*, engine: str | None = None, by_engine: bool = False) -> Call[models.Calibration]:
    """Scored decisions held against their confidence; with `by_engine`, `groups` are those of each engine and model."""
    query = {**({"engine": engine} if engine else {}), **({"groupBy": "engine"} if by_engine else {})}
    return Call(models.Calibration, "GET", "/api/history/calibration", query=query)
