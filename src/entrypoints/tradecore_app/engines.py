"""Opens the engines of an installation: those of this package and those that other packages bring."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NoReturn

from attrs import frozen

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.plan import Plan
from tradecore.model.steps import Step
from tradecore.ports.engine import Began, Budget, Cost, Engine, EngineDescription
from tradecore.use_cases.engines import Engines
from tradecore_adapters.rows import Context
from tradecore_app.registry import COMMAND, open_row, rows
from tradecore_app.settings import Settings


@asynccontextmanager
async def open_engines(context: Context, settings: Settings, given: Engine | None = None) -> AsyncIterator[Engines]:
    """All engines, a `given` one first and as the default; those opened here are closed when the context ends.

    Commands of the operator come last, each by its own name.

    One that cannot be opened is listed with the reason. Raises Invalid where TRADECORE_ENGINE names it, or none.
    """
    async with AsyncExitStack() as stack:
        engines: list[Engine] = [] if given is None else [given]
        named = [f"{COMMAND}:{name}" for name in settings.commands.commands]
        for row in (*(row for row in rows("engine") if row != COMMAND), *named):
            name = row.rpartition(":")[2]
            if given is not None and given.name == name:
                continue
            try:
                engines.append(await stack.enter_async_context(open_row("engine", row, context, settings)))
            except Unavailable as error:
                engines.append(UnavailableEngine(name, str(error)))
        yield Engines(tuple(engines), settings.analyses.engine if given is None else given.name)


@frozen
class UnavailableEngine:
    """Stands for an engine that could not be opened; every use of it raises Invalid with the reason."""

    name: str
    reason: str

    def describe(self) -> EngineDescription:
        """See `Engine`."""
        return EngineDescription("", paid=None, agents=(), unavailable=self.reason)

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """See `Engine`."""
        self._refuse()

    def label(self, brief: AnalysisBrief) -> str:
        """See `Engine`."""
        self._refuse()

    def plan(self, brief: AnalysisBrief) -> Plan:
        """See `Engine`."""
        self._refuse()

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """See `Engine`."""
        self._refuse()

    def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """See `Engine`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Invalid.one("engine", f"The engine {self.name} is not available: {self.reason}")
