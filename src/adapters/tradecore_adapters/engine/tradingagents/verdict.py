"""The decision of TradingAgents with levels and sizes of ours."""

from collections.abc import Sequence
from decimal import Decimal

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import format_number
from tradecore.model.steps import Action, Assessed, Decided, Decision, Proposed
from tradecore_adapters.engine.tradingagents.forms import PortfolioDecision, Rating, quoted

# The framework states no confidence. These are by how decided the rating is, and what a disagreement takes away.
_DECIDED, _LEANING, _UNDECIDED, _DISAGREEMENT = Decimal(7), Decimal("5.5"), Decimal(3), Decimal(2)
_MAX_SUMMARY = 4_000


def confidence(rating: Rating | None, others: Sequence[Rating] = ()) -> Decimal:
    """The confidence 0..10 that is derived from a rating, lower where another one comes to another action."""
    if rating is None:
        return Decimal(0)
    base = {Decimal(1): _DECIDED, Decimal(0): _UNDECIDED}.get(abs(rating.balance), _LEANING)
    return base - _DISAGREEMENT if any(other.action is not rating.action for other in others) else base


def decide(
    case: Case, form: PortfolioDecision, plan: Proposed, assessed: Assessed, others: Sequence[Rating]
) -> Decided:
    """The decision that a rating comes to. `others` are the ratings of the trader and of the research manager."""
    size = Decimal(0) if plan.action is Action.HOLD else assessed.position_size
    symbol, rating = case.brief.symbol, form.rating.name
    opposed = any(other.action is not form.rating.action for other in others)
    lowered = ", lowered since its trader or its research manager points elsewhere" if opposed else ""
    named = f" It names {', '.join(form.named)}; that is not used." if form.named else ""
    decision = Decision(
        action=plan.action,
        confidence=plan.confidence,
        position_size=size,
        entry=plan.entry,
        stop=plan.stop,
        target=plan.target,
        reasoning=(
            f"TradingAgents rates {symbol} {rating}: “{quoted(f'{form.summary} {form.thesis}', _MAX_SUMMARY)}”{named} "
            f"It states no confidence; {format_number(plan.confidence.normalize())} of 10 is derived from the "
            f"rating{lowered}. Entry, stop, target and size are computed from the prices."
        ),
    )
    shown = format_number(size.normalize() if size else Decimal(0))
    with_size = "" if plan.action is Action.HOLD else f" with {shown}% position size"
    return Decided(
        decision=decision, verdict=f"Recommend {plan.action}{with_size}: TradingAgents rates it {rating}.", quoted=True
    )
