"""Requests about analyses: their launch, their progress, and what their agents said."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import ANALYSTS, Call, segment


def launch(
    symbol: str,
    day: date,
    *,
    asset_type: str = "equity",
    analysts: Sequence[str] = ANALYSTS,
    depth: int = 1,
    risk_rounds: int = 0,
    model: str = "rules",
    provider: str = "",
    engine: str = "",
) -> Call[models.Ticket]:
    """Queue an analysis as of a day, once even if the request has to be sent again; `depth` is 1 to 5 debate rounds.

    `risk_rounds` are those of a debate about the risk of the plan, 0 to 3. `engine` is one of `engines`; without one,
    the server chooses.
    """
    config: dict[str, Any] = {"researchDepth": depth, "llmModel": model}
    if risk_rounds:
        config["riskRounds"] = risk_rounds
    if provider:
        config["llmProvider"] = provider
    if engine:
        config["engine"] = engine
    body = {
        "symbol": symbol,
        "assetType": asset_type,
        "date": day.isoformat(),
        "analysts": list(analysts),
        "config": config,
    }
    return Call(models.Ticket, "POST", "/api/analyze", body, idempotent=True)


def status(id: str) -> Call[models.Status]:
    """The progress of an analysis. Raises NotFound."""
    return Call(models.Status, "GET", f"/api/analyze/{segment(id)}/status", resource_id=id)


def results(id: str) -> Call[models.Results]:
    """The results of a completed analysis. Raises NotReady before it is completed, and if it failed."""
    return Call(models.Results, "GET", f"/api/analyze/{segment(id)}/results", resource_id=id)


def analyses(
    *,
    status: Sequence[str] = (),
    symbol: str | None = None,
    asset_type: str | None = None,
    engine: str | None = None,
    limit: int = 50,
    page: int = 1,
) -> Call[models.Analyses]:
    """A page of analyses in every state, or in those of `status`, newest first; `limit` is the size of a page."""
    query: dict[str, Any] = {"limit": str(limit), "page": str(page)}
    filters = {"status": list(status), "symbol": symbol, "assetType": asset_type, "engine": engine}
    query |= {name: value for name, value in filters.items() if value}
    return Call(models.Analyses, "GET", "/api/analyses", query=query)


def steps(id: str) -> Call[models.Steps]:
    """What the agents of an analysis have said so far. Raises NotFound."""
    return Call(models.Steps, "GET", f"/api/analyze/{segment(id)}/steps", resource_id=id)


def cancel(id: str) -> Call[models.Status]:
    """Cancel an analysis; its status afterwards. Raises NotFound, and IllegalMove once it has ended."""
    return Call(models.Status, "DELETE", f"/api/analyze/{segment(id)}", resource_id=id)


def hide(id: str) -> Call[None]:
    """Leave an analysis out of lists. Raises NotFound, and IllegalMove before it has ended."""
    return Call(type(None), "DELETE", f"/api/analyses/{segment(id)}", resource_id=id)
