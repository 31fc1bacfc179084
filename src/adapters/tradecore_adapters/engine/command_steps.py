"""The steps that the lines of a command become.

Its words are quoted. Sizes are computed here, and so are the levels that it does not give.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from attrs import evolve, field, frozen

from tradecore.engines.desk.concerns import synthetic_data_warning
from tradecore.engines.desk.grounding import ungrounded_numbers
from tradecore.engines.desk.levels import choose_levels
from tradecore.engines.desk.placeholders import hold_levels, placeholder_report
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.wording import numbers_in
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Claim,
    Decided,
    Decision,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call
from tradecore_adapters.engine.command_lines import ArgumentLine, CitingText, DecisionLine, ReportLine, RulingLine

S = TypeVar("S", bound=Step)

_ZERO = Decimal(0)
# As shares of the last close: a plan for the coming weeks has no level outside of them.
_LOWEST, _HIGHEST = Decimal("0.25"), Decimal(2)


@frozen
class CommandSteps:
    """Makes the steps of one run of the engine `name` over the evidence of a case."""

    name: str
    case: Case
    _numbers: frozenset[Decimal] = field(init=False, repr=False)

    @_numbers.default
    def _numbers_of_evidence(self) -> frozenset[Decimal]:
        return frozenset(
            number
            for evidence in self.case.evidence
            for number in (*numbers_in(evidence.full_text), *(() if evidence.value is None else (abs(evidence.value),)))
        )

    def of(self, line: ReportLine | ArgumentLine | RulingLine, calls: Sequence[Call]) -> Step:
        """The step of a line other than the decision; `calls` are those that led to it."""
        if isinstance(line, ReportLine):
            report = Reported(line.analyst, line.score, _claims(line.points), tuple(line.risks), line.text)
            return self._quoted(report, (line.text, *(point.text for point in line.points), *line.risks), calls)
        if isinstance(line, ArgumentLine):
            argument = Argued(1, line.side, _claims(line.claims), line.text)
            return self._quoted(argument, (line.text, *(claim.text for claim in line.claims)), calls)
        return self._quoted(Ruled(1, line.balance, line.text), (line.text,), calls)

    def missing(self, key: str) -> Step:
        """The step in place of a report, an argument or a ruling that the command did not give."""
        kind, *rest = key.split(":")
        if kind == "report":
            return placeholder_report(self.case, Analyst(rest[0]), f"{self.name} gave no report of this analyst.")
        if kind == "argue":
            reason = f"{self.name} made no {rest[1]} case."
            return Argued(1, Side(rest[1]), (), reason, failure=reason)
        return Ruled(1, _ZERO, f"{self.name} ruled on no debate.")

    def proposal(self, line: DecisionLine, calls: Sequence[Call]) -> Proposed:
        """The plan: the action and the confidence of the command, with its levels, or with those computed for it."""
        entry, stop, target = line.levels or self._levels(line.action)
        cites = tuple(map(EvidenceId, line.cites))
        plan = Proposed(line.action, line.confidence, entry, stop, target, line.reasoning, "", cites)
        return self._quoted(plan, (line.reasoning,), calls)

    def risk(self, line: DecisionLine, proposal: Proposed) -> Assessed:
        """The computed risk, with the concerns of the command."""
        concerns = (*synthetic_data_warning(self.case), *line.concerns)
        computed = evolve(assess(self.case.by_measure, proposal), concerns=concerns)
        return self._quoted(computed, line.concerns, ())

    def decision(self, proposal: Proposed, risk: Assessed) -> Decided:
        """The plan as decision, or a HOLD that needs review where its levels make no plan."""
        if fault := self._fault(proposal):
            entry, stop, target = hold_levels(self.case)
            reason = f"The plan of {self.name} does not hold: {fault}"
            decision = Decision(Action.HOLD, _ZERO, _ZERO, entry, stop, target, reason, needs_review=reason)
            return Decided(decision, "No verdict: the analysis needs review before anyone acts on it.", quoted=True)
        decision = Decision(
            action=proposal.action,
            confidence=proposal.confidence,
            position_size=_ZERO if proposal.action is Action.HOLD else risk.position_size,
            entry=proposal.entry,
            stop=proposal.stop,
            target=proposal.target,
            reasoning=proposal.thesis,
        )
        return Decided(decision, f"{self.name} recommends {decision.action}.", quoted=True)

    def _levels(self, action: Action) -> tuple[Decimal, Decimal, Decimal]:
        """The levels that the rules choose for the action."""
        entry, stop, target = choose_levels(self.case.by_measure, action)
        return entry.value or _ZERO, stop.value or _ZERO, target.value or _ZERO

    def _fault(self, plan: Proposed) -> str:
        """The sentence that says why the levels make no plan; empty where they do."""
        if plan.action is Action.SELL:
            if not plan.target < plan.entry < plan.stop:
                return f"a SELL needs target < entry < stop, not {plan.target}, {plan.entry}, {plan.stop}."
        elif not plan.stop < plan.entry < plan.target:
            return f"a {plan.action} needs stop < entry < target, not {plan.stop}, {plan.entry}, {plan.target}."
        close = self.case.by_measure["close"].value or _ZERO
        for name, price in (("entry", plan.entry), ("stop", plan.stop), ("target", plan.target)):
            if not _LOWEST * close <= price <= _HIGHEST * close:
                return f"the {name} {price} is not plausible beside the last close {close}."
        return ""

    def _quoted(self, step: S, texts: Iterable[str], calls: Sequence[Call]) -> S:
        """The step with the mark of foreign words, and with the count of numbers in them that no evidence holds."""
        foreign = sum(len(ungrounded_numbers(text, (), self.case.brief, self._numbers)) for text in texts)
        return evolve(step, quoted=True, ungrounded=foreign, calls=tuple(calls))


def _claims(claims: Sequence[CitingText]) -> tuple[Claim, ...]:
    return tuple(Claim(claim.text, tuple(map(EvidenceId, claim.cites))) for claim in claims)
