"""Reads what an engine may know about the caller of an analysis."""

from datetime import date, timedelta

from tradecore.model.analyses import Analysis
from tradecore.model.caller_context import (
    CallerContext,
    DecisionOutcome,
    EarlierDecision,
    HeldPosition,
    PortfolioContext,
)
from tradecore.model.errors import NotFound
from tradecore.model.ledger import book
from tradecore.model.money import ZERO, Asset
from tradecore.model.steps import Action
from tradecore.model.track_record import HistoryQuery, PastDecision
from tradecore.ports.store import UnitOfWork

# An analysis reads a handful of decisions; those later than its day are left out by the engine.
_DECISIONS = 20
_LOOK_BACK = timedelta(days=2 * 365)


async def read_caller_context(
    uow: UnitOfWork, analysis: Analysis, today: date, *, with_portfolio: bool
) -> CallerContext:
    """The caller's completed decisions on the symbol of an analysis, newest first, and their account as of `today`."""
    brief = analysis.brief
    query = HistoryQuery(
        analysis.user, analysis.created_at - _LOOK_BACK, brief.symbol, brief.asset_type, page_size=_DECISIONS
    )
    rows = (await uow.analyses.history(query)).rows
    decisions = [await _decision(uow, row) for row in rows]
    return CallerContext(tuple(decisions), await _portfolio(uow, analysis, today) if with_portfolio else None)


async def _decision(uow: UnitOfWork, row: PastDecision) -> EarlierDecision:
    outcome = None
    if row.action is not Action.HOLD:
        try:
            score = (await uow.scores.get(row.id)).outcome
        except NotFound:
            pass
        else:
            outcome = DecisionOutcome(score.exited_on, score.return_percent, score.reason)
    return EarlierDecision(row.as_of, max(row.as_of, row.created_at.date()), row.action, row.confidence, outcome)


async def _portfolio(uow: UnitOfWork, analysis: Analysis, today: date) -> PortfolioContext | None:
    """The account; None for a caller who has none yet."""
    if await uow.accounts.find(analysis.user) is None:
        return None
    held = book(await uow.ledger.entries(analysis.user))
    own = held.positions.get(Asset(analysis.brief.symbol, analysis.brief.asset_type))
    cost = sum((position.cost for position in held.positions.values()), ZERO) - (own.cost if own else ZERO)
    position = HeldPosition(own.quantity, own.average_price) if own else None
    return PortfolioContext(min(today, analysis.brief.as_of), held.cash, cost, len(held.positions), position)
