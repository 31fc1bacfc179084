"""The decision: what was proposed, if every step behind it holds; otherwise a HOLD that says why."""

from decimal import Decimal

from tradecore.engines.desk.blanks import NOT_ASKED, band
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.wording import plain
from tradecore.model.steps import Action, Assessed, Decided, Decision, Proposed


def decide(case: Case, proposal: Proposed) -> Decided:
    """Validate all that was said and decide. A fault anywhere makes it a HOLD that needs review, never a guess."""
    before = Case(case.brief, case.collected)
    wrong: list[str] = []
    for step in case.steps:
        wrong += faults(before, step)
        before = before.having(step)
    if wrong:
        # That later steps were not asked for follows from the step that could not be used.
        return _review(case, [fault for fault in dict.fromkeys(wrong) if fault != NOT_ASKED] or [NOT_ASKED])
    risk = next(step for step in case.steps if isinstance(step, Assessed))
    decision = Decision(
        action=proposal.action,
        confidence=proposal.confidence,
        position_size=Decimal(0) if proposal.action is Action.HOLD else risk.position_size,
        entry=proposal.entry,
        stop=proposal.stop,
        target=proposal.target,
        reasoning=f"{proposal.thesis} {proposal.invalidation}",
    )
    return Decided(decision=decision, verdict=_verdict(case, decision))


def _review(case: Case, wrong: list[str]) -> Decided:
    entry, stop, target = band(case)
    more = {1: "", 2: " There is one further fault."}.get(len(wrong), f" There are {len(wrong) - 1} further faults.")
    reason = f"The desk's own output did not hold: {wrong[0]}{more}"
    decision = Decision(
        action=Action.HOLD,
        confidence=Decimal(0),
        position_size=Decimal(0),
        entry=entry,
        stop=stop,
        target=target,
        reasoning=f"{reason} Nothing is recommended until someone has looked at it.",
        needs_review=reason,
    )
    return Decided(decision=decision, verdict="No verdict: the analysis needs review before anyone acts on it.")


def _verdict(case: Case, decision: Decision) -> str:
    balance = case.rulings[-1].balance
    if abs(balance) < Decimal("0.1"):
        debate = "the debate ended level"
    else:
        winner = "bull" if balance > 0 else "bear"
        debate = f"the {winner} had the better of the debate"
    if decision.action is Action.HOLD:
        return f"Recommend HOLD: {debate}, but together with the reports that is no sufficient reason to act."
    way = 1 if decision.action is Action.BUY else -1
    reported = sum((report.score for report in case.reports), Decimal(0)) * way > 0
    if (balance > 0) is (way > 0):
        rest = "and the reports point the same way" if reported else "though the reports do not point the same way"
    else:
        rest = "but the reports weigh more" if reported else "but the trader sees more in the evidence than either side"
    size = plain(decision.position_size.normalize() if decision.position_size else Decimal(0))
    return f"Recommend {decision.action} with {size}% position size: {debate}, {rest}."
