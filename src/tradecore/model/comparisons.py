"""Comparisons: the same brief to several engines over one snapshot of evidence, and where their answers differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import Invalid
from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.ids import AnalysisId, ComparisonId, UserId
from tradecore.model.steps import Action, Argued, Claim, Collected, Decided, Proposed, Reported, Ruled, Side, Step
from tradecore.model.usage import Usage

MIN_ENGINES, MAX_ENGINES = 2, 8
_ZERO = Decimal(0)


@frozen
class ComparedEngine:
    """An engine of a comparison by its name, and the analysis that it makes."""

    name: str
    analysis: AnalysisId


@frozen
class Comparison:
    """A comparison. `brief` names no engine. `evidence` is the snapshot, None until the first engine needs it.

    `max_cost` is the sum of what its analyses may cost, in US dollars; None where there is no upper bound.
    """

    id: ComparisonId
    user: UserId
    brief: AnalysisBrief
    engines: tuple[ComparedEngine, ...]
    created_at: datetime
    max_cost: Decimal | None = None
    evidence: Collected | None = None
    version: int = 0

    def with_evidence(self, evidence: Collected) -> Change["Comparison"]:
        """The comparison with its snapshot; the first one stays."""
        return Change(self if self.evidence else evolve(self, evidence=evidence))


def check_engines(names: Sequence[str]) -> None:
    """Raises Invalid about `engines` unless there are some to compare, each once."""
    if not MIN_ENGINES <= len(names) <= MAX_ENGINES or len(set(names)) < len(names):
        raise Invalid.one("engines", f"Name {MIN_ENGINES} to {MAX_ENGINES} engines, each once.")


class Stance(StrEnum):
    """What an engine takes a piece of evidence for."""

    BULLISH = "bullish"
    BEARISH = "bearish"
    NEUTRAL = "neutral"


@frozen
class CitedEvidence:
    """Evidence that engines rest on, with the stance of each that cites it. It is `disputed` between opposite ones."""

    evidence: Evidence
    stances: Mapping[str, Stance]

    @property
    def disputed(self) -> bool:
        """Whether one engine takes it for bullish, and another one for bearish."""
        return {Stance.BULLISH, Stance.BEARISH} <= set(self.stances.values())


@frozen
class Disagreement:
    """A question that engines answer differently, such as `action` or `news`, with the answer of each that has one."""

    subject: str
    answers: Mapping[str, str]


@frozen
class EngineAnswer:
    """One side of a comparison: an engine, its analysis, and the steps stored so far."""

    engine: str
    analysis: Analysis
    steps: tuple[Step, ...]

    @property
    def usage(self) -> Usage:
        """The calls of language models so far."""
        return Usage.of(call for step in self.steps for call in step.calls)

    @property
    def seconds(self) -> float | None:
        """How long the analysis ran; None before it has ended, and for one that never began."""
        started, ended = self.analysis.started_at, self.analysis.ended_at
        return None if started is None or ended is None else (ended - started).total_seconds()

    @property
    def verdict(self) -> str:
        """The verdict in one sentence; empty before there is one."""
        return next((step.verdict for step in self.steps if isinstance(step, Decided)), "")

    def views(self) -> Mapping[str, str]:
        """Its answers by subject: the action, the stance of each analyst, and that of the debate."""
        views = {}
        if self.analysis.decision is not None:
            views["action"] = str(self.analysis.decision.action)
        for step in self.steps:
            if isinstance(step, Reported) and not step.failure:
                views[str(step.analyst)] = str(_stance(step.score))
        rulings = [step for step in self.steps if isinstance(step, Ruled) and not step.failure]
        # A ruling on no argument at all is no view.
        if rulings and any(isinstance(step, Argued) and not step.failure for step in self.steps):
            views["debate"] = str(_stance(rulings[-1].balance))
        return views

    def citations(self) -> Mapping[EvidenceId, Stance]:
        """What it takes each piece of evidence for that it cites."""
        sums: dict[EvidenceId, Decimal] = {}
        for cites, weight in self._weights():
            for cite in cites:
                sums[cite] = sums.get(cite, _ZERO) + weight
        return {cite: _stance(weight) for cite, weight in sums.items()}

    @property
    def _plan(self) -> Proposed | None:
        """The plan that counts: the last one."""
        return next((step for step in reversed(self.steps) if isinstance(step, Proposed)), None)

    def _weights(self) -> Iterator[tuple[tuple[EvidenceId, ...], Decimal]]:
        for step in self.steps:
            if isinstance(step, Reported):
                yield _cites(step.points), _sign(step.score)
            elif isinstance(step, Argued):
                yield _cites(step.claims), Decimal(1 if step.side is Side.BULL else -1)
            elif isinstance(step, Proposed) and step is self._plan:
                yield step.cites, Decimal({Action.BUY: 1, Action.SELL: -1}.get(step.action, 0))


@frozen
class ComparisonView:
    """A comparison with the answers of its engines, in their order."""

    comparison: Comparison
    answers: tuple[EngineAnswer, ...]

    @property
    def ended(self) -> bool:
        """Whether all of its analyses have."""
        return all(answer.analysis.ended for answer in self.answers)

    @property
    def percent(self) -> int:
        """The progress of the whole, 0..100; 100 only once all analyses have ended."""
        if self.ended:
            return 100
        return min(99, sum(100 if a.analysis.ended else a.analysis.percent for a in self.answers) // len(self.answers))

    @property
    def cost(self) -> Decimal | None:
        """The cost of all calls so far in US dollars; None where that of one is not known."""
        return sum((answer.usage for answer in self.answers), Usage()).cost

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """The subjects that at least two engines answer differently; the action first."""
        views = {answer.engine: answer.views() for answer in self.answers}
        subjects = dict.fromkeys(subject for view in views.values() for subject in view)
        by_subject = {
            subject: {engine: view[subject] for engine, view in views.items() if subject in view}
            for subject in ("action", *(subject for subject in subjects if subject != "action"))
        }
        return tuple(Disagreement(s, answers) for s, answers in by_subject.items() if len(set(answers.values())) > 1)

    @property
    def evidence(self) -> tuple[CitedEvidence, ...]:
        """The evidence that any engine cites: disputed pieces first, then those cited by most, then in their order."""
        snapshot = self.comparison.evidence
        if snapshot is None:
            return ()
        citations = {answer.engine: answer.citations() for answer in self.answers}
        cited = [
            CitedEvidence(
                evidence, {engine: cites[evidence.id] for engine, cites in citations.items() if evidence.id in cites}
            )
            for evidence in snapshot.evidence
        ]
        shown = (row for row in cited if row.stances)
        return tuple(sorted(shown, key=lambda row: (not row.disputed, -len(row.stances))))


@frozen
class ComparisonPage:
    """One page of the comparisons of a user, newest first, and how many there are."""

    comparisons: tuple[ComparisonView, ...]
    total: int
    page: int
    page_size: int


def _cites(claims: Iterable[Claim]) -> tuple[EvidenceId, ...]:
    return tuple(cite for claim in claims for cite in claim.cites)


def _sign(number: Decimal) -> Decimal:
    return Decimal((number > 0) - (number < 0))


def _stance(number: Decimal) -> Stance:
    return Stance.BULLISH if number > 0 else Stance.BEARISH if number < 0 else Stance.NEUTRAL
