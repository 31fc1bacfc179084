"""The decision: the plan that was proposed if every step before it holds, otherwise a HOLD that says why."""

from collections.abc import Collection
from decimal import Decimal

from attrs import evolve

from tradecore.engines.desk.placeholders import SKIPPED, held_for_review
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.wording import format_number
from tradecore.model.steps import Action, Assessed, Decided, Decision, Proposed, RiskRuling


def decide(case: Case, proposal: Proposed, *, valid: Collection[str] = ()) -> Decided:
    """Validate all steps of the case and decide on the proposal.

    Steps whose keys are in `valid` were validated as they are, without a fault, and are not validated again.
    A fault in any step gives a HOLD with zero confidence, whose `needs_review` names the first fault; so does the
    silence of all analysts. Otherwise analysts, sides of the debate and a risk manager that gave no usable answer are
    named in the verdict, and nothing else.
    """
    before = evolve(case, steps=())
    problems = [report.failure for report in case.reports] if case.silent else []
    for step in case.steps:
        if (step.voids or not step.failure) and step.key not in valid:
            problems += faults(before, step)
        before = before.with_step(step)
    if problems:
        # Steps are skipped because an earlier one failed, so that one is the reason to give.
        return _review(case, [fault for fault in dict.fromkeys(problems) if fault != SKIPPED] or [SKIPPED])
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
    return Decided(decision=decision, verdict=f"{_verdict(case, decision)}{_silent(case)}")


def _review(case: Case, problems: list[str]) -> Decided:
    further = len(problems) - 1
    more = {0: "", 1: " There is one further fault."}.get(further, f" There are {further} further faults.")
    return held_for_review(case, f"The desk's own output did not hold: {problems[0]}{more}")


def _silent(case: Case) -> str:
    """The sentences about steps without a usable answer, each once and preceded by a space; empty for none."""
    return "".join(f" {failure}" for failure in dict.fromkeys(step.failure for step in case.steps if step.failure))


def _verdict(case: Case, decision: Decision) -> str:
    balance = case.rulings[-1].balance
    if abs(balance) < Decimal("0.1"):
        debate = "the debate ended level"
    else:
        winner = "bull" if balance > 0 else "bear"
        debate = f"the {winner} had the better of the debate"
    if case.risk_ruling is not None and case.risk_ruling.ruling is RiskRuling.VETO:
        return f"Recommend HOLD: {debate}, but the risk manager vetoes the plan."
    if decision.action is Action.HOLD:
        return f"Recommend HOLD: {debate}, but together with the reports that is no sufficient reason to act."
    sign = 1 if decision.action is Action.BUY else -1
    reports_agree = sum((report.score for report in case.reports), Decimal(0)) * sign > 0
    if (balance > 0) is (sign > 0):
        rest = "and the reports point the same way" if reports_agree else "though the reports do not point the same way"
    else:
        rest = (
            "but the reports weigh more"
            if reports_agree
            else "but the trader sees more in the evidence than either side"
        )
    size = format_number(decision.position_size.normalize() if decision.position_size else Decimal(0))
    return f"Recommend {decision.action} with {size}% position size: {debate}, {rest}."
