"""The reasoner: who does the thinking at the desk. Rules or a language model; the desk treats them alike."""

from collections.abc import Mapping
from typing import Protocol

from attrs import Factory, evolve, field, frozen

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.evidence import Evidence
from tradecore.model.steps import (
    Analyst,
    Argued,
    Assessed,
    Collected,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
)


@frozen
class Case:
    """One analysis as far as it has come: what was asked, and every step so far, oldest first."""

    brief: AnalysisBrief
    collected: Collected
    steps: tuple[Step, ...] = ()
    by_measure: Mapping[str, Evidence] = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda self: {one.measure: one for one in self.evidence}, takes_self=True),
    )
    """The evidence by what it measures; of headlines, which all measure the same, the last."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that may be cited."""
        return self.collected.evidence

    @property
    def reports(self) -> tuple[Reported, ...]:
        """What the analysts said."""
        return tuple(step for step in self.steps if isinstance(step, Reported))

    @property
    def arguments(self) -> tuple[Argued, ...]:
        """The debate so far."""
        return tuple(step for step in self.steps if isinstance(step, Argued))

    @property
    def rulings(self) -> tuple[Ruled, ...]:
        """The judge's rulings so far."""
        return tuple(step for step in self.steps if isinstance(step, Ruled))

    @property
    def proposal(self) -> Proposed:
        """The trader's plan; a case that is to be assessed or decided has one."""
        return next(step for step in self.steps if isinstance(step, Proposed))

    def having(self, step: Step) -> "Case":
        """The case with one more step."""
        return evolve(self, steps=(*self.steps, step))


class Reasoner(Protocol):
    """Thinks the steps of an analysis, one call each.

    Every step keeps to the evidence of its case: it cites ids that exist, and each number in its text occurs in what it
    cites. `faults` are sentences about what was wrong with the same call's last answer; they come at most once, and a
    reasoner whose answers follow from the case alone may ignore them. Levels are chosen among `level.*` evidence.

    A reasoner that gets no usable answer from whomever it asks hands out a step that says so in `unusable`, rather than
    making one up; the sentence of the first such step comes back as the fault. `calls` are those of this answer only.
    Refusals (OverBudget, Unavailable, Invalid) pass through.
    """

    @property
    def name(self) -> str:
        """What `metadata.engine` says, such as `rule-based desk 1`; another name when cases may end differently."""
        ...

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """One analyst's report. Called for several analysts at once; `case` holds the evidence only."""
        ...

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """One side's argument in a round: new claims, and answers to the other side's."""
        ...

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """The ruling after a round; both arguments of it are in the case."""
        ...

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """The plan that follows from reports and debate."""
        ...

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """`computed` with its concerns said; nothing else of it may change."""
        ...
