"""The reasoner of the desk: rules or a language model, behind the same protocol."""

from collections.abc import Mapping
from typing import Protocol

from attrs import Factory, evolve, field, frozen

from tradecore.engines.desk.languages import ENGLISH, Language
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.steps import (
    Analyst,
    Argued,
    Assessed,
    Collected,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    RiskVoice,
    Ruled,
    Side,
    Step,
)


@frozen
class Case:
    """The state of one analysis: its brief, its evidence, and its steps so far, oldest first, in one language."""

    brief: AnalysisBrief
    collected: Collected
    steps: tuple[Step, ...] = ()
    language: Language = ENGLISH
    judged: dict[tuple[str, tuple[EvidenceId, ...]], tuple[Evidence, ...]] = field(factory=dict, repr=False, eq=False)
    """The contradictions of sentences that were compared already, by sentence and citations; kept for one run."""
    by_measure: Mapping[str, Evidence] = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda self: {item.measure: item for item in self.evidence}, takes_self=True),
    )
    """The evidence by measure; of headlines, which share one measure, the last."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence that may be cited."""
        return self.collected.evidence

    @property
    def reports(self) -> tuple[Reported, ...]:
        """The reports of the analysts."""
        return tuple(step for step in self.steps if isinstance(step, Reported))

    @property
    def silent(self) -> bool:
        """Whether every analyst gave no usable answer, so that there is nothing to decide about."""
        return {report.analyst for report in self.reports if report.failure} == set(self.brief.analysts)

    @property
    def arguments(self) -> tuple[Argued, ...]:
        """The arguments of the debate so far, both sides."""
        return tuple(step for step in self.steps if isinstance(step, Argued))

    @property
    def rulings(self) -> tuple[Ruled, ...]:
        """The judge's rulings so far."""
        return tuple(step for step in self.steps if isinstance(step, Ruled))

    @property
    def proposal(self) -> Proposed:
        """The trader's last plan. Raises StopIteration before there is one."""
        return next(step for step in reversed(self.steps) if isinstance(step, Proposed))

    @property
    def risk_views(self) -> tuple[RiskArgued, ...]:
        """The debate about the risk of the plan so far."""
        return tuple(step for step in self.steps if isinstance(step, RiskArgued))

    @property
    def risk_ruling(self) -> RiskRuled | None:
        """The ruling of the risk manager on the plan; None before it, and without a debate about risk."""
        return next((step for step in self.steps if isinstance(step, RiskRuled)), None)

    def with_step(self, step: Step) -> "Case":
        """The case with this step appended."""
        return evolve(self, steps=(*self.steps, step))


class Reasoner(Protocol):
    """Produces the steps of an analysis, one call each.

    A step keeps to the evidence of its case: it cites existing ids, each number in its text occurs in the evidence it
    cites, and entry, stop and target are `level.*` evidence.

    `faults` are sentences about what was wrong with the step that the same call returned before. There is at most one
    such turn; a reasoner whose answers follow from the case alone may ignore it.

    A reasoner that gets no usable answer returns a step with the reason in `failure` instead of inventing one; it is
    not called again for that step. `calls` are those of this answer only.

    Every method raises OverBudget, Unavailable and Invalid as the language model behind it does.
    """

    @property
    def name(self) -> str:
        """The value of `metadata.engine`, such as `rule-based desk 2`. It changes whenever results may change."""
        ...

    @property
    def risk_debate(self) -> "RiskDebate | None":
        """Who debates the risk of plans; None for a reasoner that cannot."""
        ...

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """One analyst's report. Called for several analysts concurrently; `case` holds the evidence only."""
        ...

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """One side's argument in round `number`, from 1: new claims, and answers to those of the other side."""
        ...

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """The ruling after round `number`; both arguments of that round are in the case."""
        ...

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """The plan that follows from reports and debate."""
        ...

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """`computed` with concerns in words; all its numbers and classes stay as they are."""
        ...


class RiskDebate(Protocol):
    """The debate about the risk of a plan. Its steps keep to what `Reasoner` says of steps."""

    async def view(self, case: Case, number: int, voice: RiskVoice, faults: tuple[str, ...] = ()) -> RiskArgued:
        """What a voice says in round `number`, from 1. In the first round no voice hears the others."""
        ...

    async def rule(self, case: Case, faults: tuple[str, ...] = ()) -> RiskRuled:
        """What becomes of the plan: it is accepted, returned to the trader once, or vetoed."""
        ...
