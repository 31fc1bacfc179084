"""Requests about watchlists and schedules."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def create_watchlist(name: str, symbols: Sequence[str]) -> Call[models.Watchlist]:
    """Create a list of symbols. Raises Invalid for what is no symbol or repeated, IllegalMove for one list too many."""
    return Call(models.Watchlist, "POST", "/api/watchlists", {"name": name, "assets": _assets(symbols)})


def watchlists(*, limit: int = 21, page: int = 1) -> Call[models.Watchlists]:
    """A page of the caller's watchlists, that of the positions first; `limit` is the size of a page."""
    return Call(models.Watchlists, "GET", "/api/watchlists", query={"limit": str(limit), "page": str(page)})


def update_watchlist(
    id: str, *, name: str | None = None, symbols: Sequence[str] | None = None
) -> Call[models.Watchlist]:
    """Change the name or all symbols of a watchlist; None leaves something as it is.

    Raises NotFound, IllegalMove for that of the positions, and Invalid as `create_watchlist` does.
    """
    body = _given({"name": name, "assets": None if symbols is None else _assets(symbols)})
    path = f"/api/watchlists/{segment(id)}"
    return Call(models.Watchlist, "PATCH", path, body, resource_id=id, resource="watchlist")


def delete_watchlist(id: str) -> Call[None]:
    """Delete a watchlist; a schedule that needs it is disabled. Raises NotFound, IllegalMove."""
    return Call(type(None), "DELETE", f"/api/watchlists/{segment(id)}", resource_id=id, resource="watchlist")


def create_schedule(
    name: str,
    *,
    cron: Mapping[str, str] | None = None,
    close: Mapping[str, Any] | None = None,
    analyses: Mapping[str, Any] | None = None,
    digest: Mapping[str, Any] | None = None,
    catch_up_hours: int | None = None,
    enabled: bool | None = None,
) -> Call[models.Schedule]:
    """Have something done at certain times; `next_run_at` of the response is the first of them.

    - `cron` as `{"expression": "0 8 * * 1-5", "timeZone": "Europe/Berlin"}`, or `close` as
      `{"exchange": "XNYS", "delayMinutes": 30}`.
    - `analyses` as `{"watchlist": ..., "analysts": [...], "config": {...}}`, or `digest` as `{"hours": 24}`.

    Raises Invalid for what is not possible, IllegalMove for one schedule too many.
    """
    choices = {
        "name": name,
        "cron": cron,
        "close": close,
        "analyses": analyses,
        "digest": digest,
        "catchUpHours": catch_up_hours,
        "enabled": enabled,
    }
    return Call(models.Schedule, "POST", "/api/schedules", _given(choices))


def schedules(*, limit: int = 20, page: int = 1) -> Call[models.Schedules]:
    """A page of the caller's schedules, newest first; `limit` is the size of a page."""
    return Call(models.Schedules, "GET", "/api/schedules", query={"limit": str(limit), "page": str(page)})


def update_schedule(
    id: str,
    *,
    name: str | None = None,
    cron: Mapping[str, str] | None = None,
    close: Mapping[str, Any] | None = None,
    analyses: Mapping[str, Any] | None = None,
    digest: Mapping[str, Any] | None = None,
    catch_up_hours: int | None = None,
    enabled: bool | None = None,
) -> Call[models.Schedule]:
    """Change a schedule, pause it (`enabled=False`) or let it go on; None leaves something as it is.

    Raises NotFound, and Invalid as `create_schedule` does.
    """
    choices = {
        "name": name,
        "cron": cron,
        "close": close,
        "analyses": analyses,
        "digest": digest,
        "catchUpHours": catch_up_hours,
        "enabled": enabled,
    }
    path = f"/api/schedules/{segment(id)}"
    return Call(models.Schedule, "PATCH", path, _given(choices), resource_id=id, resource="schedule")


def delete_schedule(id: str) -> Call[None]:
    """Delete a schedule with its runs; what they have launched stays. Raises NotFound."""
    return Call(type(None), "DELETE", f"/api/schedules/{segment(id)}", resource_id=id, resource="schedule")


def schedule_runs(id: str, *, limit: int = 50, page: int = 1) -> Call[models.ScheduleRuns]:
    """A page of the runs of a schedule, those due last before the others. Raises NotFound."""
    query: dict[str, str | list[str]] = {"limit": str(limit), "page": str(page)}
    path = f"/api/schedules/{segment(id)}/runs"
    return Call(models.ScheduleRuns, "GET", path, query=query, resource_id=id, resource="schedule")


def _assets(symbols: Sequence[str]) -> list[dict[str, str]]:
    return [{"symbol": symbol} for symbol in symbols]


def _given(choices: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, with mappings as JSON has them."""
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in choices.items()
        if value is not None
    }
