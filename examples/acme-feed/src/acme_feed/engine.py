"""An engine that always says HOLD: two voices, a chair, and no language model."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal

from attrs import frozen

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
from tradecore_adapters.rows import Context

_ZERO = Decimal(0)
_FOR, _AGAINST, _CHAIR = "acme_optimist", "acme_sceptic", "acme_chair"
# The whole analysis: each step with its agent.
_STEPS: tuple[tuple[Step, str | None], ...] = (
    (Collected((), "0" * 64, ("Acme",)), None),
    (Argued(1, Side.BULL, (), "It may rise."), _FOR),
    (Argued(1, Side.BEAR, (), "It may fall."), _AGAINST),
    (Ruled(1, _ZERO, "Neither convinces."), _CHAIR),
    (Assessed(Volatility.LOW, None, _ZERO, Liquidity.HIGH, _ZERO, ()), _CHAIR),
    (Decided(Decision(Action.HOLD, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, "Acme always holds."), "Hold."), _CHAIR),
)


@frozen
class AcmeEngine:
    """Keeps the contract of `tradecore.ports.engine`."""

    name: str = "acme"

    def describe(self) -> EngineDescription:
        """Free of charge, and always available."""
        return EngineDescription("1", paid=False, agents=(_FOR, _AGAINST, _CHAIR))

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief as it is: there is nothing to choose."""
        return brief

    def label(self, brief: AnalysisBrief) -> str:
        """What results show."""
        return "Acme holds 1"

    def plan(self, brief: AnalysisBrief) -> Plan:
        """The same six steps for every brief."""
        agents = (PlannedAgent(_FOR, "For"), PlannedAgent(_AGAINST, "Against"), PlannedAgent(_CHAIR, "Chair"))
        return Plan(agents, tuple(PlannedStep(step.key, agent) for step, agent in _STEPS), seconds=0.1)

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """None: nothing is billed."""
        return None

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """The steps that earlier runs did not store."""
        for step, agent in _STEPS:
            if step.key not in known:
                if agent:
                    yield Began(step.key)
                yield step


@asynccontextmanager
async def open_engine(context: Context, options: None, rest: str) -> AsyncIterator[AcmeEngine]:
    """The row `acme`: TRADECORE_ENGINE=acme."""
    yield AcmeEngine()
