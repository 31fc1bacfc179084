"""Caller features: the caller's earlier decisions on the symbol and their portfolio, as evidence."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.risk import LARGEST_POSITION
from tradecore.engines.desk.wording import format_number, format_signed, rounded
from tradecore.model.caller_context import CallerContext, EarlierDecision, PortfolioContext
from tradecore.model.market import Symbol

_DECISIONS = 5
_OWN_RECORD, _OWN_ACCOUNT = "the caller's record", "the caller's account"
_ENDS = {"stop": "at its stop", "target": "at its target", "horizon": "at the end of its horizon"}


def caller_evidence(
    context: CallerContext, symbol: Symbol, close: Decimal | None, as_of: date
) -> Iterator[EvidenceDraft]:
    """The newest five earlier decisions, each dated when its outcome was known, and the portfolio.

    What was known later than `as_of` is left out. `close` is the last close of the symbol in the currency of the
    account, None where it is quoted in another one; without it, and for all other positions, a position counts at what
    it cost.
    """
    known = [decision for decision in context.decisions if decision.known_on <= as_of]
    for decision in known[:_DECISIONS]:
        yield _memory(decision, as_of)
    if context.portfolio is not None and context.portfolio.as_of <= as_of:
        yield from _portfolio(context.portfolio, symbol, close)


def _memory(decision: EarlierDecision, as_of: date) -> EvidenceDraft:
    outcome = decision.outcome if decision.outcome and decision.outcome.known_on <= as_of else None
    text = f"The desk decided {decision.action} as of {decision.as_of} with confidence {decision.confidence:f} of 10"
    if outcome is None:
        end = "; what became of it is not known yet."
    else:
        change = format_signed(rounded(outcome.return_percent, 1))
        end = f"; it ended {_ENDS[outcome.reason]} on {outcome.known_on} with a return of {change}% after fees."
    return EvidenceDraft(
        measure="memory",
        statement=text + end,
        as_of=outcome.known_on if outcome else decision.known_on,
        source=_OWN_RECORD,
        digest="",
        value=rounded(outcome.return_percent, 1) if outcome else None,
    )


def _portfolio(portfolio: PortfolioContext, symbol: Symbol, close: Decimal | None) -> Iterator[EvidenceDraft]:
    def draft(measure: str, statement: str, value: Decimal) -> EvidenceDraft:
        return EvidenceDraft(
            measure=measure,
            statement=statement,
            as_of=portfolio.as_of,
            source=_OWN_ACCOUNT,
            digest="",
            value=value,
        )

    held = portfolio.held
    worth = held.units * (close or held.average_price) if held else Decimal(0)
    total = rounded(portfolio.cash + portfolio.cost + worth, 2)
    others = portfolio.positions - (held is not None)
    count = {0: "no other position", 1: "one other position"}.get(others, f"{others} other positions")
    yield draft(
        "portfolio.value",
        f"The portfolio is worth {format_number(total)} with {count}, which counts at what it cost.",
        total,
    )
    cash = rounded(portfolio.cash, 2)
    share = rounded(100 * cash / total, 1) if total > 0 else Decimal(0)
    yield draft(
        "portfolio.cash", f"Of it, {format_number(cash)} is cash, {format_number(share)}% of the portfolio.", cash
    )
    if held is None:
        yield draft("portfolio.position", f"No {symbol} is held.", Decimal(0))
    else:
        weight = rounded(100 * worth / total, 1) if total > 0 else Decimal(0)
        price, units = format_number(rounded(held.average_price, 2)), format_number(held.units.normalize())
        gain = ""
        if close is not None and held.average_price > 0:
            change = rounded(100 * (close / held.average_price - 1), 1)
            gain = f", with a gain of {format_signed(change)}% at the last close"
        yield draft(
            "portfolio.position",
            f"{units} {symbol} are held at an average price of {price}: {format_number(weight)}% of the "
            f"portfolio{gain}.",
            weight,
        )
    yield draft(
        "portfolio.limits",
        f"No position is sized above {format_number(LARGEST_POSITION)}% of the portfolio; without a holding, a SELL "
        "is shown and not offered.",
        LARGEST_POSITION,
    )
