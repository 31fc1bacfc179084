"""An engine that always says HOLD and has other agents than the desk: two debaters whose words are quoted, a chair."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from decimal import Decimal

from attrs import field, frozen

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import (
    Action,
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    Liquidity,
    Ruled,
    Side,
    Step,
    Volatility,
)
from tradecore.ports.engine import Began, Budget, Cost, EngineDescription

ZERO = Decimal(0)
BOLD, CAREFUL, CHAIR = "bold_debater", "careful_debater", "chair"
_STEPS: tuple[tuple[Step, str | None], ...] = (
    (Collected((), "0" * 64, ("nothing at all",)), None),
    (Argued(1, Side.BULL, (), "I would have paid 12.5 for it.", quoted=True, ungrounded=1), BOLD),
    (Argued(1, Side.BEAR, (), "I would not.", quoted=True), CAREFUL),
    (Ruled(1, ZERO, "Neither convinces."), CHAIR),
    (Assessed(Volatility.LOW, None, ZERO, Liquidity.HIGH, ZERO, ()), CHAIR),
    (Decided(Decision(Action.HOLD, Decimal(3), ZERO, ZERO, ZERO, ZERO, "It always holds."), "Hold."), CHAIR),
)


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@frozen
class HoldEngine:
    """`stored` is set once the first argument is stored; the ruling waits for `gate`."""

    name: str = "hold"
    stored: asyncio.Event = field(factory=asyncio.Event, eq=False)
    gate: asyncio.Event = field(factory=_set_event, eq=False)

    def describe(self) -> EngineDescription:
        return EngineDescription("7", paid=False, agents=(BOLD, CAREFUL, CHAIR))

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        return brief

    def label(self, brief: AnalysisBrief) -> str:
        return "engine that holds 7"

    def plan(self, brief: AnalysisBrief) -> Plan:
        agents = (
            PlannedAgent(BOLD, "Bold view"),
            PlannedAgent(CAREFUL, "Careful view"),
            PlannedAgent(CHAIR, "Chairing"),
        )
        return Plan(agents, tuple(PlannedStep(step.key, agent) for step, agent in _STEPS), 0.1)

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        return None

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        for step, agent in _STEPS:
            if step.key in known:
                continue
            if agent:
                yield Began(step.key)
            if step.key == "rule:1":
                self.stored.set()
                await self.gate.wait()
            yield step
