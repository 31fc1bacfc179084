"""Requests about comparisons of engines."""

from collections.abc import Sequence
from datetime import date

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.analysis import launch
from tradecore_adapters.client.calls.call import ANALYSTS, Call, segment


def launch_comparison(
    symbol: str,
    day: date,
    engines: Sequence[str],
    *,
    asset_type: str = "equity",
    analysts: Sequence[str] = ANALYSTS,
    depth: int = 1,
    risk_rounds: int = 0,
    model: str = "rules",
    provider: str = "",
    max_cost: float | None = None,
) -> Call[models.ComparisonTicket]:
    """Queue the same analysis for several engines over one snapshot of evidence, all or none.

    Nothing is launched where they may cost more than `max_cost`, in US dollars, together.
    """
    body = {
        **launch(
            symbol,
            day,
            asset_type=asset_type,
            analysts=analysts,
            depth=depth,
            risk_rounds=risk_rounds,
            model=model,
            provider=provider,
        ).body,
        "engines": list(engines),
        **({} if max_cost is None else {"maxCost": max_cost}),
    }
    return Call(models.ComparisonTicket, "POST", "/api/compare", body, idempotent=True)


def comparisons(*, limit: int = 20, page: int = 1) -> Call[models.Comparisons]:
    """A page of comparisons, newest first; `limit` is the size of a page."""
    return Call(models.Comparisons, "GET", "/api/compare", query={"limit": str(limit), "page": str(page)})


def comparison(id: str) -> Call[models.Comparison]:
    """A comparison side by side. Raises NotFound."""
    return Call(models.Comparison, "GET", f"/api/compare/{segment(id)}", resource_id=id, resource="comparison")


def cancel_comparison(id: str) -> Call[models.Comparison]:
    """Cancel what of a comparison still runs. Raises NotFound, and IllegalMove once all has ended."""
    return Call(models.Comparison, "DELETE", f"/api/compare/{segment(id)}", resource_id=id, resource="comparison")
