"""An engine that is a command of the operator: one process per analysis, which speaks JSON lines."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import structlog
from attrs import evolve, field, frozen

from tradecore.engines.desk.collect import BARS, Sources, collect
from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.plan import ACTIVITIES
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.snapshot import check_prices
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, OverBudget, Unavailable
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import Agent, Collected, Proposed, Side, Step
from tradecore.model.usage import Call
from tradecore.ports.engine import Began, Budget, Cost, EngineDescription
from tradecore_adapters.engine.child_process import ChildFault, ChildProcess, open_child_process
from tradecore_adapters.engine.command_lines import (
    ArgumentLine,
    DecisionLine,
    Line,
    ProgressLine,
    ReportLine,
    RulingLine,
    UsageLine,
    read_line,
    task_of,
)
from tradecore_adapters.engine.command_steps import CommandSteps
from tradecore_adapters.engine.command_version import command_version
from tradecore_adapters.engine.recorded_lines import RecordedLines

_log = structlog.get_logger("tradecore.engine")
# Seconds of a run before any was measured.
_SECONDS = 30.0
_DEBATE = {"bull": f"argue:1:{Side.BULL}", "bear": f"argue:1:{Side.BEAR}", "judge": "rule:1"}


@frozen
class CommandEngine:
    """Keeps the contract of `tradecore.ports.engine` with a command.

    `environment` are the variables that it gets besides PATH and those of its private folder. `seconds` is how long a
    run may take, `dollars` what it may cost; None where it bills nothing. With `record`, what it writes is recorded;
    with `replay`, it is never started, and what was recorded is its answer.
    """

    name: str
    command: tuple[str, ...]
    sources: Sources
    environment: Mapping[str, str] = field(factory=dict, repr=False)
    seconds: float = 600.0
    dollars: Decimal | None = None
    record: Path | None = None
    replay: Path | None = None
    _compute_lock: ComputeLock = field(factory=ComputeLock, init=False, repr=False)

    def describe(self) -> EngineDescription:
        """What the command is; unavailable where there is no such program."""
        missing = ""
        if os.name != "posix":
            missing = "Commands as engines need a POSIX system."
        elif self.replay is None and shutil.which(self.command[0]) is None:
            missing = f"There is no program {self.command[0]}."
        return EngineDescription(self._version, paid=self.dollars is not None, agents=tuple(Agent), unavailable=missing)

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief as it is: the command chooses its models itself."""
        if missing := self.describe().unavailable:
            raise Invalid.one("engine", f"The engine {self.name} is not available: {missing}")
        if brief.risk_rounds:
            raise Invalid.one(
                "risk_rounds", f"The engine {self.name} has no debate about risk; ask for 0 rounds of it."
            )
        return brief

    def label(self, brief: AnalysisBrief) -> str:
        """The name with a hash of the command line and of the files that it names."""
        return f"command {self.name} {self._version}"

    def plan(self, brief: AnalysisBrief) -> Plan:
        """Reports, one round of debate, the plan, the risk and the decision, whatever the command gives of them."""
        steps = [PlannedStep("collect")]
        steps += [PlannedStep(f"report:{analyst}", Agent[analyst.name]) for analyst in brief.analysts]
        steps += [PlannedStep(_DEBATE["bull"], Agent.BULL), PlannedStep(_DEBATE["bear"], Agent.BEAR)]
        steps += [PlannedStep(_DEBATE["judge"], Agent.JUDGE), PlannedStep("propose", Agent.TRADER)]
        steps += [PlannedStep("assess", Agent.RISK), PlannedStep("decide", Agent.RISK)]
        agents = dict.fromkeys(Agent(step.agent) for step in steps if step.agent)
        return Plan(tuple(PlannedAgent(agent, ACTIVITIES[agent]) for agent in agents), tuple(steps), _SECONDS)

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """What a run may cost; None where the command bills nothing."""
        return None if self.dollars is None else Cost(self.dollars)

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """Run the command, and yield its steps as it writes them; what it does not give is filled in at the end.

        A run that was interrupted starts the command anew; its steps that are known are not yielded again.

        Raises: OverBudget for a command that takes too long or reports a higher cost; Unavailable for one that breaks
        the protocol or ends without a decision, and for prices that are not those of the known evidence; the errors of
        the sources.
        """
        collected = known.get("collect")
        if not isinstance(collected, Collected):
            collected = await collect(self.sources, brief, self._compute_lock, for_model=True)
            yield collected
        case = Case(brief, collected)
        bars = await self.sources.market.bars(brief.symbol, brief.asset_type, brief.as_of, BARS)
        bars = evolve(bars, bars=tuple(bar for bar in bars.bars if bar.day <= brief.as_of))
        check_prices(bars, collected)
        run = _Run(self, CommandSteps(self.name, case), plan, known)
        deadline = asyncio.get_running_loop().time() + self.seconds
        try:
            async with aclosing(run.outputs(task_of(brief, bars, collected))) as outputs:
                while output := await _next(outputs, deadline):
                    yield output
        except TimeoutError as error:
            raise OverBudget(f"The command {self.name} had not decided after {self.seconds:g} seconds.") from error
        except ChildFault as error:
            raise Unavailable(f"The command {self.name} {error}.", transient=False) from error

    async def lines(self, task: Mapping[str, Any], evidence: frozenset[str]) -> AsyncGenerator[Line, None]:
        """What the command writes about a task up to its decision, or what was recorded of it.

        Raises ChildFault, also for a line that cites something else than `evidence`; Unavailable where a record is
        missing or cannot be written.
        """
        if self.replay is not None:
            for recorded in await asyncio.to_thread(self._recorded(self.replay).read, task):
                yield read_line(recorded, evidence)
            return
        written: list[Mapping[str, Any]] = []
        async with open_child_process(self.command, self.environment) as child:
            try:
                child.send(task)
                child.end_input()
                async for message in child.messages():
                    written.append(message)
                    line = read_line(message, evidence)
                    decided = isinstance(line, DecisionLine)
                    if decided and self.record is not None:
                        # Whoever has the decision may ask for no more.
                        await asyncio.to_thread(self._recorded(self.record).write, task, written)
                    yield line
                    if decided:
                        break
                else:
                    await _refuse_end(child)
            except ChildFault as fault:
                _log.warning("command_failed", engine=self.name, fault=str(fault), stderr=self._masked(child.errors))
                raise

    def _masked(self, text: str) -> str:
        """A text without the values of the variables that the command got, which may be keys."""
        for value in self.environment.values():
            text = text.replace(value, "***") if value else text
        return text

    @property
    def _version(self) -> str:
        return command_version(self.command)

    def _recorded(self, folder: Path) -> RecordedLines:
        return RecordedLines(folder, self.name, self._version)


async def _refuse_end(child: ChildProcess) -> NoReturn:
    raise ChildFault(f"ended without a decision (exit status {await child.status()})")


async def _next(outputs: AsyncGenerator[Began | Step, None], deadline: float) -> Began | Step | None:
    """The next output, None at the end. Raises TimeoutError after `deadline`, a time of the event loop.

    Time that passes while an output is stored does not interrupt whoever stores it.
    """
    async with asyncio.timeout_at(deadline):
        return await anext(outputs, None)


@frozen
class _Run:
    """One run: turns lines into outputs. Steps that are `known` are not made again."""

    engine: CommandEngine
    steps: CommandSteps
    plan: Plan
    known: Mapping[str, Step]
    done: set[str] = field(factory=set)
    begun: set[str] = field(factory=set)
    calls: list[Call] = field(factory=list)

    async def outputs(self, task: Mapping[str, Any]) -> AsyncGenerator[Began | Step, None]:
        """The outputs of the whole run, the decision last."""
        evidence = frozenset(str(item.id) for item in self.steps.case.evidence)
        spent = Decimal(0)
        async with aclosing(self.engine.lines(task, evidence)) as lines:
            async for line in lines:
                if isinstance(line, UsageLine):
                    spent += line.cost
                    self._count(line, spent)
                elif isinstance(line, ProgressLine):
                    for began in self._began(self._key(line)):
                        yield began
                else:
                    made = self._decided(line) if isinstance(line, DecisionLine) else self._written(line)
                    # A long text takes a second, in which this process serves others.
                    for output in await asyncio.to_thread(tuple, made):
                        yield output

    def _written(self, line: ReportLine | ArgumentLine | RulingLine) -> Iterator[Began | Step]:
        """The step of a line. Raises ChildFault for the second one of a step."""
        key = self._key(line)
        if key in self.done:
            raise ChildFault(f"wrote {key} twice")
        yield from self._step(self.steps.of(line, self._take_calls()))

    def _decided(self, line: DecisionLine) -> Iterator[Began | Step]:
        """Everything up to the decision that was not written before."""
        for key in self.plan.keys[1:-3]:
            if key not in self.done:
                yield from self._step(self.steps.missing(key))
        # A decision keeps to the plan that an interrupted run has stored.
        known = self.known.get("propose")
        proposal = known if isinstance(known, Proposed) else self.steps.proposal(line, self._take_calls())
        yield from self._step(proposal)
        risk = self.steps.risk(line, proposal)
        yield from self._step(risk)
        yield from self._step(self.steps.decision(proposal, risk))

    def _key(self, line: Line) -> str:
        """The key of the step that a line is about. Raises ChildFault for one that the plan does not have."""
        if isinstance(line, ReportLine):
            key = f"report:{line.analyst}"
        elif isinstance(line, ArgumentLine):
            key = _DEBATE[line.side]
        elif isinstance(line, RulingLine):
            key = _DEBATE["judge"]
        else:
            assert isinstance(line, ProgressLine)
            key = {**_DEBATE, "trader": "propose", "risk": "assess"}.get(line.agent, f"report:{line.agent}")
        if key not in self.plan.keys:
            raise ChildFault(f"wrote about an analyst whom its task does not name: {key.partition(':')[2]}")
        return key

    def _began(self, key: str) -> Iterator[Began]:
        if not {key} & (self.begun | self.done | self.known.keys()):
            self.begun.add(key)
            yield Began(key)

    def _step(self, step: Step) -> Iterator[Began | Step]:
        """A step after its beginning; nothing for one that is known."""
        yield from self._began(step.key)
        self.done.add(step.key)
        if step.key not in self.known:
            yield step

    def _count(self, line: UsageLine, spent: Decimal) -> None:
        """Keep a call for the next step. Raises OverBudget for a cost that the operator did not allow."""
        cap = self.engine.dollars or Decimal(0)
        replayed = self.engine.replay is not None
        if not replayed and spent > cap:
            raise OverBudget(
                f"The command {self.engine.name} reports a cost of ${spent:f}, and ${cap:f} are allowed for an "
                "analysis."
            )
        cost = Decimal(0) if replayed else line.cost
        self.calls.append(Call(line.model, line.input_tokens, line.cached_tokens, line.output_tokens, cost))

    def _take_calls(self) -> tuple[Call, ...]:
        calls = tuple(self.calls)
        self.calls.clear()
        return calls
