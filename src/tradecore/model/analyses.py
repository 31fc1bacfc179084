"""Analyses: their states, the progress of their agents, and their decisions."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, field, frozen

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import AnalysisId, ComparisonId, JobId, Topic, TopicKind, UserId, topic_of
from tradecore.model.plan import Plan
from tradecore.model.steps import Action, Decision, Step
from tradecore.model.transitions import move


class AnalysisState(StrEnum):
    """The states of an analysis."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Running to running is a further step, or the next attempt after a worker was lost.
MOVES: dict[AnalysisState, frozenset[AnalysisState]] = {
    AnalysisState.QUEUED: frozenset({AnalysisState.RUNNING, AnalysisState.FAILED, AnalysisState.CANCELLED}),
    AnalysisState.RUNNING: frozenset(
        {AnalysisState.RUNNING, AnalysisState.COMPLETED, AnalysisState.FAILED, AnalysisState.CANCELLED}
    ),
    AnalysisState.COMPLETED: frozenset(),
    AnalysisState.FAILED: frozenset(),
    AnalysisState.CANCELLED: frozenset(),
}


class AgentState(StrEnum):
    """The states of an agent."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    ERROR = "error"


@frozen
class AgentProgress:
    """The progress of one agent."""

    agent: str
    state: AgentState = AgentState.PENDING
    began_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None


@frozen
class AgentBegan(Fact):
    """An agent started, or goes on with a further step. `percent` is the progress of the whole analysis, 0..100.

    `round` counts its turns of a debate from 1.
    """

    agent: str
    percent: int
    message: str
    round: int | None = None


@frozen
class AgentFinished(Fact):
    """An agent finished. `percent` is the progress of the whole analysis, 0..100."""

    agent: str
    percent: int
    message: str


@frozen
class AnalysisCompleted(Fact):
    """The analysis is completed and its result stored. The last fact of its topic."""

    action: Action
    confidence: Decimal


@frozen
class AnalysisFailed(Fact):
    """The analysis failed or was cancelled. The last fact of its topic."""

    error: str
    agent: str | None


@frozen
class Analysis:
    """An analysis. `done` counts the stored steps of its plan, so progress never goes back.

    `engine` is the label of its engine. `turn` is the key of the step that an agent began last. `actual_return` is in
    percent, None until its decision is scored; `return_so_far` is the return until the newest prices before that. A
    `hidden` one is left out of lists, an `in_sample` one of the track record. A recommendation may follow one that
    `issues` them and is not part of a `comparison`. `cost` is what language models cost in US dollars, None until it is
    completed and where it is not known. Analyses stored by older versions have an empty plan.
    """

    id: AnalysisId
    user: UserId
    brief: AnalysisBrief
    engine: str
    created_at: datetime
    plan: Plan = field(factory=Plan)
    state: AnalysisState = AnalysisState.QUEUED
    agents: tuple[AgentProgress, ...] = ()
    done: int = 0
    turn: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    decision: Decision | None = None
    actual_return: Decimal | None = None
    return_so_far: Decimal | None = None
    error: str | None = None
    hidden: bool = False
    in_sample: bool = False
    comparison: ComparisonId | None = None
    issues: bool = True
    cost: Decimal | None = None
    version: int = 0

    @classmethod
    def begin(
        cls,
        id: AnalysisId,
        user: UserId,
        brief: AnalysisBrief,
        *,
        engine: str,
        plan: Plan,
        at: datetime,
        comparison: ComparisonId | None = None,
        issues: bool = True,
    ) -> Change["Analysis"]:
        """A new analysis, queued, with all agents of its plan pending."""
        agents = tuple(AgentProgress(agent.name) for agent in plan.agents)
        return Change(
            cls(
                id=id,
                user=user,
                brief=brief,
                engine=engine,
                created_at=at,
                plan=plan,
                agents=agents,
                comparison=comparison,
                issues=issues,
            )
        )

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.ANALYSIS, self.id)

    @property
    def job(self) -> JobId:
        """The job that makes this analysis."""
        return JobId(self.id)

    @property
    def ended(self) -> bool:
        """Whether the state is terminal."""
        return not MOVES[self.state]

    @property
    def percent(self) -> int:
        """The progress of the whole, 0..100; 100 only once it is completed."""
        if self.state is AnalysisState.COMPLETED:
            return 100
        total = len(self.plan.steps)
        return min(99, 100 * self.done // total) if total else 0

    @property
    def current_agent(self) -> str | None:
        """The running agent: of a debate the one whose turn it is, else the first one where several run."""
        running = [progress.agent for progress in self.agents if progress.state is AgentState.RUNNING]
        speaker = self.plan.agent_of(self.turn) if self.turn else None
        if speaker in running and len(self.plan.keys_of(speaker)) > 1:
            return speaker
        return next(iter(running), None)

    def with_plan(self, plan: Plan) -> Change["Analysis"]:
        """The analysis with a plan, where an older version stored it without one."""
        return Change(self if self.plan.steps else evolve(self, plan=plan))

    def start(self, *, at: datetime) -> Change["Analysis"]:
        """Record that a worker started it, for the first time or again."""
        return Change(move(self, MOVES, AnalysisState.RUNNING, started_at=self.started_at or at))

    def step_began(
        self, key: str, *, at: datetime, round: int | None = None, rounds: int | None = None, notice: str = ""
    ) -> Change["Analysis"]:
        """Record that an agent began a step, its turn in round `round` of `rounds`; no change when it has before.

        A `notice` is appended to the message of the event. Raises KeyError for a step that is not in the plan, or that
        has no agent.
        """
        running = move(self, MOVES, AnalysisState.RUNNING)
        agent = self.plan.agent_of(key)
        if agent is None:
            raise KeyError(key)
        progress, activity = running._progress(agent), self.plan.activity(agent, key)
        pending = progress.state is AgentState.PENDING
        if progress.state is AgentState.COMPLETED or (
            not pending and (self.turn == key or len(self.plan.keys_of(agent)) == 1)
        ):
            return Change(self)
        moved = running._with(agent, state=AgentState.RUNNING, began_at=progress.began_at or at)
        message = f"{activity} {'started' if pending else 'continues'}"
        if round is not None:
            message = f"Round {round} of {rounds}: {activity[0].lower()}{activity[1:]}"
        if notice:
            message = f"{message}. {notice}"
        return Change(evolve(moved, turn=key), (AgentBegan(self.topic, at, agent, moved.percent, message, round),))

    def record(self, step: Step, *, at: datetime) -> Change["Analysis"]:
        """Count a stored step, and record when it was the last one of its agent.

        Raises KeyError for a step that is not in the plan.
        """
        agent = self.plan.agent_of(step.key)
        moved = move(self, MOVES, AnalysisState.RUNNING, done=self.done + 1)
        if agent is None or self.plan.keys_of(agent)[-1] != step.key:
            return Change(moved)
        began = moved._progress(agent).began_at or at
        moved = moved._with(agent, state=AgentState.COMPLETED, began_at=began, ended_at=at)
        message = f"{self.plan.activity(agent)} completed"
        return Change(moved, (AgentFinished(self.topic, at, agent, moved.percent, message),))

    def complete(
        self, decision: Decision, *, at: datetime, in_sample: bool = False, cost: Decimal | None = None
    ) -> Change["Analysis"]:
        """Complete it with its decision; `in_sample` when a model may have read what came after the day."""
        moved = move(
            self, MOVES, AnalysisState.COMPLETED, decision=decision, ended_at=at, in_sample=in_sample, cost=cost
        )
        fact = AnalysisCompleted(self.topic, at, decision.action, decision.confidence)
        return Change(moved, (fact,))

    def fail(self, error: str, *, at: datetime, cancelled: bool = False) -> Change["Analysis"]:
        """End it without a result, as failed or as cancelled. Running agents get the same error."""
        agents = tuple(
            evolve(progress, state=AgentState.ERROR, ended_at=at, error=error)
            if progress.state is AgentState.RUNNING
            else progress
            for progress in self.agents
        )
        state = AnalysisState.CANCELLED if cancelled else AnalysisState.FAILED
        moved = move(self, MOVES, state, agents=agents, ended_at=at, error=error)
        return Change(moved, (AnalysisFailed(self.topic, at, error, self.current_agent),))

    def score(self, return_percent: Decimal) -> Change["Analysis"]:
        """Store the return of its decision, in percent. There is no fact, since its topic has had its last one.

        Raises IllegalMove without a decision, and when a return is stored already.
        """
        if self.decision is None or self.actual_return is not None:
            raise IllegalMove(f"Analysis {self.id} has no decision, or its decision was scored before.")
        return Change(evolve(self, actual_return=return_percent))

    def follow(self, return_percent: Decimal) -> Change["Analysis"]:
        """Store the return of its decision until the newest prices, in percent.

        Raises IllegalMove without a decision, and once it is scored.
        """
        if self.decision is None or self.actual_return is not None:
            raise IllegalMove(f"Analysis {self.id} has no decision, or its decision was scored before.")
        return Change(evolve(self, return_so_far=return_percent))

    @property
    def shown_return(self) -> Decimal | None:
        """The return of its decision in percent: over its horizon once that has passed, else so far."""
        return self.return_so_far if self.actual_return is None else self.actual_return

    def hide(self) -> Change["Analysis"]:
        """Leave it out of lists, not out of metrics. Raises IllegalMove before it has ended."""
        if not self.ended:
            raise IllegalMove(f"Analysis {self.id} is {self.state}; cancel it before it is removed from lists.")
        return Change(evolve(self, hidden=True))

    def _progress(self, agent: str) -> AgentProgress:
        return next(progress for progress in self.agents if progress.agent == agent)

    def _with(self, agent: str, **fields: object) -> "Analysis":
        agents = tuple(
            evolve(progress, **fields) if progress.agent == agent else progress  # type: ignore[arg-type]
            for progress in self.agents
        )
        return evolve(self, agents=agents)
