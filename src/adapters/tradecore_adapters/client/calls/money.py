"""Requests about the portfolio, recommendations and orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def portfolio() -> Call[models.Portfolio]:
    """Cash, positions and performance at the newest prices."""
    return Call(models.Portfolio, "GET", "/api/portfolio")


def recommendations(
    status: str = "pending", *, limit: int = 200, page: int = 1
) -> Call[tuple[models.Recommendation, ...]]:
    """A page of recommendations that are `pending`, `executed`, `rejected` or `expired`, newest first."""
    query = {"status": status, "limit": str(limit), "page": str(page)}
    return Call(tuple[models.Recommendation, ...], "GET", "/api/portfolio/recommendations", query=query)


def recommendation(id: str) -> Call[models.Recommendation]:
    """A recommendation in any state, by its id, which is that of its analysis. Raises NotFound."""
    path = f"/api/portfolio/recommendations/{segment(id)}"
    return Call(models.Recommendation, "GET", path, resource_id=id, resource="recommendation")


def execute(id: str, *, confirm: bool = False, exits: str | None = None) -> Call[models.Execution]:
    """Execute a recommendation, at most once however often it is sent.

    `exits` is `bracket`, which places the stop and the target with the order, or `watch`; by default the server
    decides. Raises NotFound; NeedsConfirmation for what looks like a repetition, unless `confirm` is set; IllegalMove
    where it cannot be executed; StillRunning and Unavailable while the outcome is not known.
    """
    body = {"confirm": confirm, **({} if exits is None else {"exits": exits})}
    path = f"/api/portfolio/recommendations/{segment(id)}/execute"
    return Call(models.Execution, "POST", path, body, resource_id=id, idempotent=True, resource="recommendation")


def reject(id: str) -> Call[models.Rejection]:
    """Reject a recommendation for good. Raises NotFound, and IllegalMove once it was executed or has expired."""
    path = f"/api/portfolio/recommendations/{segment(id)}/reject"
    return Call(models.Rejection, "POST", path, resource_id=id, resource="recommendation")


def orders(*, limit: int = 50, page: int = 1) -> Call[models.Orders]:
    """A page of orders, newest first; `limit` is the size of a page."""
    return Call(models.Orders, "GET", "/api/portfolio/orders", query={"limit": str(limit), "page": str(page)})


def cancel_order(id: str) -> Call[models.Order]:
    """Cancel an order that the broker has accepted; its state afterwards.

    Raises NotFound, IllegalMove once it has ended otherwise, StillRunning while it is being submitted.
    """
    return Call(models.Order, "DELETE", f"/api/portfolio/orders/{segment(id)}", resource_id=id, resource="order")


def portfolio_history(days: int = 30) -> Call[models.PortfolioHistory]:
    """The value of the portfolio over the last `days`, at most 366, oldest first."""
    return Call(models.PortfolioHistory, "GET", "/api/portfolio/history", query={"days": str(days)})


def move_cash(amount: float) -> Call[models.Cash]:
    """Deposit an amount, or withdraw it below 0; the cash afterwards. Raises IllegalMove for more than there is."""
    return Call(models.Cash, "POST", "/api/portfolio/cash", {"amount": amount}, idempotent=True)


def import_positions(positions: Sequence[Mapping[str, Any]]) -> Call[models.Imported]:
    """Import positions with `symbol`, `quantity`, `price` and, optionally, `assetType`; each list once."""
    return Call(models.Imported, "POST", "/api/portfolio/import", {"positions": list(positions)})
