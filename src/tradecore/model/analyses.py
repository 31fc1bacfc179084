"""Analyses: the brief, the progress of the agents, and the result."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, field, frozen

from tradecore.model.caller_context import CallerContext
from tradecore.model.change import Change, Fact
from tradecore.model.engine_records import DecisionCalibration
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.evidence import Evidence
from tradecore.model.ids import AnalysisId, ComparisonId, JobId, Topic, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan
from tradecore.model.steps import (
    Action,
    Analyst,
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
from tradecore.model.transitions import move
from tradecore.model.usage import Call, Usage

DEPTHS = range(1, 6)
# Rounds of the debate about risk.
RISK_ROUNDS = range(4)
# The engine and the provider of analyses by rules, which call no language model.
RULES = "rules"


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
class AnalysisBrief:
    """The request for an analysis as of a day: at least one analyst, each once, and `depth` debate rounds, 1..5.

    `risk_rounds` are those of a debate about the risk of the plan, 0..3; with 0, it is what the engine does anyway.

    Raises Invalid for anything else. `engine` names the engine, and `provider` that of its language model; what is None
    is chosen at launch. `caller` is what an engine may know about the caller; it is read for each run and never stored.
    `analysis` is the one that is made, for engines that keep files of it until it is done; it is given to each run, and
    None where a run is not repeated.
    """

    symbol: Symbol
    asset_type: AssetType
    as_of: date
    analysts: tuple[Analyst, ...]
    depth: int
    model: str
    provider: str | None = None
    engine: str | None = None
    risk_rounds: int = field(default=0, kw_only=True)
    caller: CallerContext | None = field(default=None, kw_only=True)
    analysis: AnalysisId | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.analysts or len(set(self.analysts)) < len(self.analysts):
            raise Invalid.one("analysts", f"Name each of {', '.join(Analyst)} at most once, and at least one.")
        if self.depth not in DEPTHS:
            raise Invalid.one(
                "depth", f"A debate of {self.depth} rounds cannot be held; {DEPTHS[0]} to {DEPTHS[-1]} can."
            )
        if self.risk_rounds not in RISK_ROUNDS:
            raise Invalid.one(
                "risk_rounds", f"A debate about risk has {RISK_ROUNDS[0]} to {RISK_ROUNDS[-1]} rounds, 0 for none."
            )

    @property
    def shape(self) -> str:
        """What the running time depends on, such as `4x2`, or `4x2x1` with a debate about risk.

        Estimates come from past runs of the same shape.
        """
        return f"{len(self.analysts)}x{self.depth}" + (f"x{self.risk_rounds}" if self.risk_rounds else "")


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
