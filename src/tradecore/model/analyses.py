"""Analyses: what was asked, how far it is, and what came of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.evidence import Evidence
from tradecore.model.ids import AnalysisId, JobId, Topic, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import (
    Action,
    Agent,
    Analyst,
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    Reported,
    Ruled,
    Side,
    Step,
    plan,
)
from tradecore.model.usage import Call, Usage

DEPTHS = range(1, 6)
# The provider that is nobody's: the written-down rules of the desk.
RULES = "rules"


class AnalysisState(StrEnum):
    """Where an analysis is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AgentState(StrEnum):
    """Where one agent is in its part."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    ERROR = "error"


@frozen
class AnalysisBrief:
    """What is asked of the desk. Analysts are distinct and at least one; `depth`: debate rounds, 1..5."""

    symbol: Symbol
    asset_type: AssetType
    as_of: date
    analysts: tuple[Analyst, ...]
    depth: int
    model: str
    provider: str | None = None

    def __attrs_post_init__(self) -> None:
        if not self.analysts or len(set(self.analysts)) < len(self.analysts):
            raise Invalid.one("analysts", f"Name each of {', '.join(Analyst)} at most once, and at least one.")
        if self.depth not in DEPTHS:
            raise Invalid.one(
                "depth", f"A debate of {self.depth} rounds cannot be held; {DEPTHS[0]} to {DEPTHS[-1]} can."
            )

    @property
    def by_model(self) -> bool:
        """Whether a language model was chosen to think."""
        return self.provider not in (None, RULES)

    @property
    def shape(self) -> str:
        """What its running time depends on: past runs of the same shape tell how long it will take."""
        return f"{len(self.analysts)}x{self.depth}"


@frozen
class AgentProgress:
    """How far one agent is."""

    agent: Agent
    state: AgentState = AgentState.PENDING
    began_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None


def topic_of(analysis: AnalysisId) -> Topic:
    """The topic under which an analysis's facts are stored and followed."""
    return Topic(f"analysis:{analysis}")


@frozen
class AgentBegan(Fact):
    """An agent started its part; `percent` is the progress of the whole, 0..100."""

    agent: Agent
    percent: int
    message: str


@frozen
class AgentFinished(Fact):
    """An agent ended its part; `percent` is the progress of the whole, 0..100."""

    agent: Agent
    percent: int
    message: str


@frozen
class AnalysisCompleted(Fact):
    """The result exists. The last fact of its topic."""

    action: Action
    confidence: Decimal


@frozen
class AnalysisFailed(Fact):
    """There will be no result. The last fact of its topic."""

    error: str
    agent: Agent | None


# What an agent does, for the sentences of its progress.
_PARTS: dict[Agent, str] = {
    Agent.TECHNICAL: "Technical analysis",
    Agent.SENTIMENT: "Sentiment analysis",
    Agent.NEWS: "News analysis",
    Agent.FUNDAMENTALS: "Fundamental analysis",
    Agent.BULL: "Bull case",
    Agent.BEAR: "Bear case",
    Agent.JUDGE: "Judgement of the debate",
    Agent.TRADER: "Trading plan",
    Agent.RISK: "Risk assessment",
}


@frozen
class Analysis:
    """One analysis. `done` counts the steps of its plan that were written down; progress never goes back."""

    id: AnalysisId
    user: UserId
    brief: AnalysisBrief
    engine: str
    created_at: datetime
    state: AnalysisState = AnalysisState.QUEUED
    agents: tuple[AgentProgress, ...] = ()
    done: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    decision: Decision | None = None
    actual_return: Decimal | None = None
    error: str | None = None
    version: int = 0

    @classmethod
    def begin(
        cls, id: AnalysisId, user: UserId, brief: AnalysisBrief, *, engine: str, at: datetime
    ) -> Change["Analysis"]:
        """Write down what was asked, before anything is done about it."""
        cast = dict.fromkeys(agent for _, agent in plan(brief.analysts, brief.depth) if agent)
        agents = tuple(AgentProgress(agent) for agent in cast)
        return Change(cls(id=id, user=user, brief=brief, engine=engine, created_at=at, agents=agents))

    @property
    def job(self) -> JobId:
        """The job that makes this analysis."""
        return JobId(self.id)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (AnalysisState.QUEUED, AnalysisState.RUNNING)

    @property
    def percent(self) -> int:
        """Progress of the whole, 0..100; 100 only once it is completed."""
        if self.state is AnalysisState.COMPLETED:
            return 100
        return min(99, 100 * self.done // len(plan(self.brief.analysts, self.brief.depth)))

    @property
    def current_agent(self) -> Agent | None:
        """The agent at work, the first of them where several are."""
        return next((each.agent for each in self.agents if each.state is AgentState.RUNNING), None)

    def start(self, *, at: datetime) -> Change["Analysis"]:
        """A runner took it up, for the first time or again."""
        self._demand_alive()
        return Change(evolve(self, state=AnalysisState.RUNNING, started_at=self.started_at or at))

    def agent_began(self, agent: Agent, *, at: datetime) -> Change["Analysis"]:
        """Say that an agent is at work; without effect when that is known."""
        self._demand_alive()
        if self._progress(agent).state is not AgentState.PENDING:
            return Change(self)
        moved = self._with(agent, state=AgentState.RUNNING, began_at=at)
        fact = AgentBegan(topic_of(self.id), at, agent, moved.percent, f"{_PARTS[agent]} started")
        return Change(moved, (fact,))

    def record(self, step: Step, *, at: datetime) -> Change["Analysis"]:
        """Count a step that was written down, and say so when it was the last one of its agent's part."""
        self._demand_alive()
        steps = plan(self.brief.analysts, self.brief.depth)
        agent = dict(steps)[step.key]
        moved = evolve(self, done=self.done + 1)
        if agent is None or [key for key, who in steps if who is agent][-1] != step.key:
            return Change(moved)
        began = moved._progress(agent).began_at or at
        moved = moved._with(agent, state=AgentState.COMPLETED, began_at=began, ended_at=at)
        fact = AgentFinished(topic_of(self.id), at, agent, moved.percent, f"{_PARTS[agent]} completed")
        return Change(moved, (fact,))

    def complete(self, decision: Decision, *, at: datetime) -> Change["Analysis"]:
        """End it with its decision."""
        self._demand_alive()
        moved = evolve(self, state=AnalysisState.COMPLETED, decision=decision, ended_at=at)
        fact = AnalysisCompleted(topic_of(self.id), at, decision.action, decision.confidence)
        return Change(moved, (fact,))

    def fail(self, error: str, *, at: datetime, cancelled: bool = False) -> Change["Analysis"]:
        """End it without a result; the agents at work share the error."""
        self._demand_alive()
        agents = tuple(
            evolve(each, state=AgentState.ERROR, ended_at=at, error=error) if each.state is AgentState.RUNNING else each
            for each in self.agents
        )
        state = AnalysisState.CANCELLED if cancelled else AnalysisState.FAILED
        moved = evolve(self, state=state, agents=agents, ended_at=at, error=error)
        return Change(moved, (AnalysisFailed(topic_of(self.id), at, error, self.current_agent),))

    def scored(self, returned: Decimal) -> Change["Analysis"]:
        """Keep what its decision returned, in percent; once. No fact: its topic has had its last one."""
        if self.decision is None or self.actual_return is not None:
            raise IllegalMove(f"Analysis {self.id} has no decision that is still to be scored.")
        return Change(evolve(self, actual_return=returned))

    def _demand_alive(self) -> None:
        if self.ended:
            raise IllegalMove(f"Analysis {self.id} is {self.state}; nothing more can happen to it.")

    def _progress(self, agent: Agent) -> AgentProgress:
        return next(each for each in self.agents if each.agent is agent)

    def _with(self, agent: Agent, **fields: object) -> "Analysis":
        agents = tuple(
            evolve(each, **fields) if each.agent is agent else each  # type: ignore[arg-type]
            for each in self.agents
        )
        return evolve(self, agents=agents)


@frozen
class Round:
    """One round of the debate, counted from 1: both arguments and the judge's ruling, as text."""

    number: int
    bull: str
    bear: str
    ruling: str


@frozen
class AgentUsage:
    """Which models an agent asked, and what that took."""

    agent: Agent
    models: tuple[str, ...]
    usage: Usage


@frozen
class AnalysisResult:
    """Everything a completed analysis has to say. `usage` holds the agents that asked language models, if any did."""

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


def conclude(analysis: Analysis, steps: Sequence[Step], *, at: datetime) -> AnalysisResult:
    """Put the steps of a finished analysis together. Raises IllegalMove when one of its plan is missing."""
    by_key = {step.key: step for step in steps}
    missing = [key for key, _ in plan(analysis.brief.analysts, analysis.brief.depth) if key not in by_key]
    if missing:
        raise IllegalMove(f"Analysis {analysis.id} cannot be concluded without {', '.join(missing)}.")
    said = by_key.values()
    collected = next(step for step in said if isinstance(step, Collected))
    decided = next(step for step in said if isinstance(step, Decided))
    rulings = {step.round: step.text for step in said if isinstance(step, Ruled)}
    cases = {(step.round, step.side): step.text for step in said if isinstance(step, Argued)}
    reports = {step.analyst: step for step in said if isinstance(step, Reported)}
    return AnalysisResult(
        id=analysis.id,
        user=analysis.user,
        brief=analysis.brief,
        engine=analysis.engine,
        decision=decided.decision,
        reports=tuple(reports[analyst] for analyst in analysis.brief.analysts),
        rounds=tuple(Round(n, cases[n, Side.BULL], cases[n, Side.BEAR], rulings[n]) for n in sorted(rulings)),
        verdict=decided.verdict,
        risk=next(step for step in said if isinstance(step, Assessed)),
        evidence=collected.evidence,
        sources=collected.sources,
        started_at=analysis.started_at or at,
        completed_at=at,
        usage=tuple(_used(steps, analysis.brief)),
    )


def _used(steps: Sequence[Step], brief: AnalysisBrief) -> Iterator[AgentUsage]:
    agents = dict(plan(brief.analysts, brief.depth))
    calls: dict[Agent, list[Call]] = {}
    for step in steps:
        if step.calls and (agent := agents[step.key]):
            calls.setdefault(agent, []).extend(step.calls)
    for agent in sorted(calls, key=list(Agent).index):
        models = dict.fromkeys(call.model for call in calls[agent])
        yield AgentUsage(agent, tuple(models), Usage.of(calls[agent]))
