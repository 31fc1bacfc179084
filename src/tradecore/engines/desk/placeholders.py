"""Placeholders: steps without content, for which no usable answer came. Each holds the reason as a sentence."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve

from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.reports import missing_report
from tradecore.engines.desk.risk import assess
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Decided,
    Decision,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    RiskRuling,
    RiskVoice,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call

SKIPPED = "This step was skipped, since an earlier one gave no usable answer."


def hold_levels(case: Case) -> tuple[Decimal, Decimal, Decimal]:
    """Entry, stop and target of a HOLD that nobody argued for, as prices: the average ranges around the last close."""
    offered = levels(case.by_measure, Action.HOLD)
    zero = Decimal(0)
    return offered.entry.value or zero, offered.stops[-1].value or zero, offered.targets[-1].value or zero


def held_for_review(case: Case, reason: str) -> Decided:
    """A HOLD with a confidence and a size of zero that needs review. `reason` is a sentence."""
    entry, stop, target = hold_levels(case)
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


def placeholder_report(case: Case, analyst: Analyst, reason: str, calls: Sequence[Call] = ()) -> Reported:
    """An empty report. `calls` are those that led to it, here as below."""
    return Reported(
        analyst, Decimal(0), (), (), missing_report(case, analyst, reason), calls=tuple(calls), failure=reason
    )


def placeholder_argument(number: int, side: Side, reason: str, calls: Sequence[Call] = ()) -> Argued:
    """An argument without claims."""
    return Argued(number, side, (), reason, calls=tuple(calls), failure=reason)


def placeholder_ruling(number: int, reason: str, calls: Sequence[Call] = ()) -> Ruled:
    """A ruling with a balance of zero."""
    return Ruled(number, Decimal(0), reason, calls=tuple(calls), failure=reason)


def placeholder_plan(case: Case, reason: str, calls: Sequence[Call] = ()) -> Proposed:
    """A HOLD with a confidence of zero."""
    entry, stop, target = hold_levels(case)
    zero = Decimal(0)
    return Proposed(Action.HOLD, zero, entry, stop, target, reason, reason, (), calls=tuple(calls), failure=reason)


def vetoed_plan(case: Case, ruled: RiskRuled) -> Proposed:
    """The HOLD that a vetoed plan becomes."""
    entry, stop, target = hold_levels(case)
    thesis = f"The risk manager vetoes the {case.proposal.action}. {ruled.text}"
    again = "A new analysis may decide otherwise."
    return Proposed(Action.HOLD, Decimal(0), entry, stop, target, thesis, again, ruled.cites, revised=True)


def placeholder_concerns(computed: Assessed, reason: str, calls: Sequence[Call] = ()) -> Assessed:
    """The computed risk, with the reason as its only concern."""
    return evolve(computed, concerns=(reason,), calls=tuple(calls), failure=reason)


def placeholder_view(number: int, voice: RiskVoice, reason: str, calls: Sequence[Call] = ()) -> RiskArgued:
    """A view of the risk without statements."""
    return RiskArgued(number, voice, (), reason, calls=tuple(calls), failure=reason)


def placeholder_risk_ruling(reason: str, calls: Sequence[Call] = ()) -> RiskRuled:
    """A ruling that leaves the plan as it is."""
    return RiskRuled(RiskRuling.ACCEPT, reason, (), calls=tuple(calls), failure=reason)


def placeholder(case: Case, key: str) -> Step:
    """The placeholder of a plan's key that is skipped after an earlier step failed."""
    kind, *rest = key.split(":")
    if kind == "report":
        return placeholder_report(case, Analyst(rest[0]), SKIPPED)
    if kind == "argue":
        return placeholder_argument(int(rest[0]), Side(rest[1]), SKIPPED)
    if kind == "rule":
        return placeholder_ruling(int(rest[0]), SKIPPED)
    if kind == "risk":
        return placeholder_view(int(rest[0]), RiskVoice(rest[1]), SKIPPED)
    if kind == "risk_ruling":
        return placeholder_risk_ruling(SKIPPED)
    if kind in ("propose", "revise"):
        return evolve(placeholder_plan(case, SKIPPED), revised=kind == "revise")
    return placeholder_concerns(assess(case.by_measure, case.proposal), SKIPPED)
