"""Results of completed analyses, built from all their steps."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.engine_records import DecisionCalibration
from tradecore.model.errors import IllegalMove
from tradecore.model.evidence import Evidence
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.plan import Plan
from tradecore.model.steps import (
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    FlawedAnswer,
    Reported,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call, Usage


@frozen
class Round:
    """One round of the debate, counted from 1: both arguments and the judge's ruling, as text."""

    number: int
    bull: str
    bear: str
    ruling: str


@frozen
class AgentUsage:
    """The models that an agent called, and the usage of all its calls."""

    agent: str
    models: tuple[str, ...]
    usage: Usage


@frozen
class AnalysisResult:
    """The result of a completed analysis. `usage` has an entry for each agent that called a language model.

    `quoted` names the agents whose text is that of another system; `ungrounded` counts the numbers in it that no
    evidence holds. `silent` names the agents of which a step has no usable answer. `flawed_answers` are the answers of
    language models that did not hold as they came, each with the agent that gave it. `objection` is the sentence that
    says why the decision is not offered as a recommendation, empty where it is, None in results of older versions. It
    is `in_sample` when one of its models may have read what came after the day. `calibration` is what the record of the
    engine said of the decision, None in results of older versions.
    """

    id: AnalysisId
    user: UserId
    brief: AnalysisBrief
    engine: str
    decision: Decision
    reports: tuple[Reported, ...]
    rounds: tuple[Round, ...]
    verdict: str
    risk: Assessed
    evidence: tuple[Evidence, ...]
    sources: tuple[str, ...]
    started_at: datetime
    completed_at: datetime
    usage: tuple[AgentUsage, ...] = ()
    quoted: tuple[str, ...] = ()
    ungrounded: int = 0
    silent: tuple[str, ...] = ()
    flawed_answers: tuple[tuple[str, FlawedAnswer], ...] = ()
    objection: str | None = None
    in_sample: bool = False
    calibration: DecisionCalibration | None = None

    @property
    def synthetic(self) -> bool:
        """Whether a generated series took part."""
        return any("synthetic" in source.lower() for source in self.sources)


def build_result(analysis: Analysis, steps: Sequence[Step], *, at: datetime) -> AnalysisResult:
    """The result of an analysis from all its steps. Raises IllegalMove when a step of its plan is missing."""
    by_key = {step.key: step for step in steps}
    missing = [key for key in analysis.plan.keys if key not in by_key]
    if missing:
        raise IllegalMove(f"Analysis {analysis.id} has no result yet; its plan still lacks {', '.join(missing)}.")
    known = by_key.values()
    collected = next(step for step in known if isinstance(step, Collected))
    decided = next(step for step in known if isinstance(step, Decided))
    rulings = {step.round: step.text for step in known if isinstance(step, Ruled)}
    cases = {(step.round, step.side): step.text for step in known if isinstance(step, Argued)}
    reports = {step.analyst: step for step in known if isinstance(step, Reported)}
    return AnalysisResult(
        id=analysis.id,
        user=analysis.user,
        brief=analysis.brief,
        engine=analysis.engine,
        decision=decided.decision,
        reports=tuple(reports[analyst] for analyst in analysis.brief.analysts if analyst in reports),
        rounds=tuple(Round(n, cases[n, Side.BULL], cases[n, Side.BEAR], rulings[n]) for n in sorted(rulings)),
        verdict=decided.verdict,
        risk=next(step for step in known if isinstance(step, Assessed)),
        evidence=collected.evidence,
        sources=collected.sources,
        started_at=analysis.started_at or at,
        completed_at=at,
        usage=tuple(_used(steps, analysis.plan)),
        quoted=_agents_of([step for step in steps if step.quoted], analysis.plan),
        ungrounded=sum(step.ungrounded for step in steps),
        silent=_agents_of([step for step in steps if step.failure], analysis.plan),
        flawed_answers=tuple(
            (agent, answer)
            for step in steps
            for answer in step.flawed_answers
            if (agent := analysis.plan.agent_of(step.key))
        ),
    )


def _agents_of(steps: Sequence[Step], plan: Plan) -> tuple[str, ...]:
    """The agents of these steps, each once."""
    return tuple(dict.fromkeys(agent for step in steps if (agent := plan.agent_of(step.key))))


def _used(steps: Sequence[Step], plan: Plan) -> Iterator[AgentUsage]:
    calls: dict[str, list[Call]] = {}
    for step in steps:
        if step.calls and (agent := plan.agent_of(step.key)):
            calls.setdefault(agent, []).extend(step.calls)
    for agent in (planned.name for planned in plan.agents if planned.name in calls):
        models = dict.fromkeys(call.model for call in calls[agent])
        yield AgentUsage(agent, tuple(models), Usage.of(calls[agent]))
