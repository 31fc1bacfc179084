"""The sandbox of `serve --demo`: a desk that can be watched, and symbols whose analyses end as they are called."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence, Set
from contextlib import aclosing
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, field, frozen

from tradecore.core import Tradecore
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.engine_records import EngineRecord
from tradecore.model.errors import Invalid
from tradecore.model.ids import JobId
from tradecore.model.jobs import Job, Kind
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bars, Listing, Quote, Symbol
from tradecore.model.plan import Plan
from tradecore.model.steps import Action, Decided, Proposed, Step
from tradecore.ports.ambient import Now
from tradecore.ports.engine import Began, Budget, Cost, Engine, EngineDescription
from tradecore.ports.market import SearchableMarket
from tradecore.use_cases.engine_records import FindRecord
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.run import ClaimJob, JobClaim
from tradecore_adapters.market.sample import SampleMarket


class Scenario(StrEnum):
    """The symbols whose analyses end in a certain way."""

    FAIL = "DEMO-FAIL"
    SLOW = "DEMO-SLOW"
    HOLD = "DEMO-HOLD"
    REVIEW = "DEMO-REVIEW"


# What a search shows for a scenario.
_NAMES: Mapping[Scenario, str] = {
    Scenario.FAIL: "Scenario: the analysis fails in the debate",
    Scenario.SLOW: "Scenario: the analysis takes 18 times as long",
    Scenario.HOLD: "Scenario: the decision is HOLD",
    Scenario.REVIEW: "Scenario: the decision needs review",
}
# At the default pace that is six minutes: longer than the five that an analysis usually takes at most.
SLOWNESS = 18
# The generated series that scenarios have the prices of.
_SERIES = Symbol("NVDA")
# What is added to the label of an engine here.
_PACED, _SCENARIO = ", paced to ", ", scenario "
_FAILS_AT = "argue:1:bull"
_REASONS: Mapping[Scenario, str] = {
    Scenario.HOLD: f"Every analysis of {Scenario.HOLD} ends with a HOLD.",
    Scenario.REVIEW: f"Every analysis of {Scenario.REVIEW} needs review, as if the output of the desk did not hold.",
}


def scenario_of(symbol: str) -> Scenario | None:
    """The scenario that a symbol stands for; None for all others."""
    return Scenario(symbol) if symbol in list(Scenario) else None


@frozen
class Sandbox:
    """What a demo server has in place of its adapters; `pace` is how long the rules engine takes, in seconds."""

    pace: float

    @property
    def description(self) -> str:
        """What is different here, for people."""
        pace = f"by rules takes about {self.pace:g} s (TRADECORE_DEMO_PACE)" if self.pace else "by rules is not paced"
        return f"Sandbox: an analysis {pace}; {', '.join(Scenario)} end as they are called."

    def market(self, market: SearchableMarket) -> SearchableMarket:
        """The market with the symbols of the scenarios."""
        return ScenarioMarket(market)

    def engines(self, engines: Engines) -> Engines:
        """The engines, the rules at this pace; scenarios are theirs, so that none costs anything."""
        rows = tuple(PacedEngine(row, self.pace) if row.name == RULES else row for row in engines.rows)
        return SandboxEngines(rows, engines.default)

    def records(self, find: FindRecord) -> FindRecord:
        """The records of engines as they are without a pace, which changes no decision; scenarios have none."""

        async def find_unpaced(engine: str, brief: AnalysisBrief) -> EngineRecord | None:
            return None if _SCENARIO in engine else await find(engine.partition(_PACED)[0], brief)

        return find_unpaced

    def core(self, core: Tradecore, now: Now) -> Tradecore:
        """The use cases, with analyses that stay queued for a moment; `now` is the clock of launches."""
        claim = core.claim_job
        # About the share of one step in the pace, so that the queue can be seen.
        queued = timedelta(seconds=min(1.0, self.pace / 10))
        delayed = DelayedClaim(claim.store, claim.now, claim.tasks, claim.lease, delay=queued, launch_clock=now)
        return evolve(core, claim_job=delayed)


@frozen
class SandboxEngines(Engines):
    """Engines of which the rules make the analyses of scenarios, whatever a launch names."""

    def select(self, brief: AnalysisBrief) -> Engine:
        """See `Engines`. Raises: Invalid about `engine`."""
        return self.get(RULES) if scenario_of(brief.symbol) else super().select(brief)


@frozen
class DelayedClaim(ClaimJob):
    """Claims jobs as ClaimJob does, but a new analysis not before it has been queued for `delay`."""

    delay: timedelta = field(kw_only=True)
    launch_clock: Now = field(kw_only=True)

    async def __call__(
        self, worker_id: str, *, running: Set[JobId] = frozenset(), only: JobId | None = None
    ) -> JobClaim | None:
        """See ClaimJob; None as well while the job that runs next has not waited long enough."""
        async with self.store.read() as uow:
            jobs = await uow.jobs.next(self.now(), only=None if only is None else (only,))
        if any(self._is_early(job) for job in jobs):
            return None
        return await super().__call__(worker_id, running=running, only=only)

    async def new_jobs(
        self, worker_id: str, *, limit: int, only: Sequence[JobId] | None = None
    ) -> dict[JobId, JobClaim]:
        """See ClaimJob; none, so that each job is claimed by itself."""
        return {}

    def _is_early(self, job: Job) -> bool:
        return job.kind is Kind.ANALYSIS and not job.attempt and self.launch_clock() - job.queued_at < self.delay


@frozen
class PacedEngine:
    """An engine that pauses before each step, so that a whole analysis takes `pace` seconds; it plays the scenarios."""

    engine: Engine
    pace: float

    @property
    def name(self) -> str:
        """The name of the engine."""
        return self.engine.name

    def describe(self) -> EngineDescription:
        """See `Engine`."""
        return self.engine.describe()

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """See `Engine`."""
        return self.engine.resolve(brief)

    def label(self, brief: AnalysisBrief) -> str:
        """The label of the engine, with the pace and the scenario, as how long it took is told by the label."""
        scenario = scenario_of(brief.symbol)
        paced = f"{_PACED}{self.pace:g} s" if self.pace else ""
        return self.engine.label(brief) + paced + (f"{_SCENARIO}{scenario}" if scenario else "")

    def plan(self, brief: AnalysisBrief) -> Plan:
        """The plan of the engine, with the time that it takes here."""
        plan = self.engine.plan(brief)
        return evolve(plan, seconds=plan.seconds + self._seconds(brief))

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """See `Engine`."""
        return self.engine.cost(brief)

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """See `Engine`. Raises: Invalid where the scenario is a failure."""
        scenario, pause = scenario_of(brief.symbol), self._seconds(brief) / len(plan.steps)
        async with aclosing(self.engine.think(brief, plan, known, budget)) as outputs:
            async for output in outputs:
                if isinstance(output, Step):
                    await asyncio.sleep(pause)
                    output = output if scenario is None else _played(scenario, output)
                yield output

    def _seconds(self, brief: AnalysisBrief) -> float:
        return self.pace * SLOWNESS if scenario_of(brief.symbol) is Scenario.SLOW else self.pace


def _played(scenario: Scenario, step: Step) -> Step:
    """A step as the scenario has it. Raises Invalid where the analysis fails."""
    if scenario is Scenario.FAIL and step.key == _FAILS_AT:
        raise Invalid(f"Every analysis of {scenario} fails here.")
    if scenario not in _REASONS:
        return step
    reason = _REASONS[scenario]
    if isinstance(step, Proposed):
        return evolve(step, action=Action.HOLD, thesis=reason, invalidation="")
    if not isinstance(step, Decided):
        return step
    hold = evolve(step.decision, action=Action.HOLD, position_size=Decimal(0), reasoning=reason, needs_review=None)
    if scenario is Scenario.HOLD:
        return Decided(hold, f"Recommend HOLD: {reason}")
    return Decided(
        evolve(hold, confidence=Decimal(0), needs_review=reason),
        "No verdict: the analysis needs review before anyone acts on it.",
    )


@frozen
class ScenarioMarket:
    """A market that also has the symbols of the scenarios, with generated prices."""

    market: SearchableMarket
    sample: SearchableMarket = field(factory=SampleMarket)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port."""
        if not scenario_of(symbol):
            return await self.market.bars(symbol, asset_type, as_of, count)
        _require_equity(symbol, asset_type)
        return evolve(await self.sample.bars(_SERIES, asset_type, as_of, count), symbol=symbol)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port."""
        if not scenario_of(symbol):
            return await self.market.quote(symbol, asset_type, at)
        _require_equity(symbol, asset_type)
        return evolve(await self.sample.quote(_SERIES, asset_type, at), symbol=symbol)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port."""
        if not scenario_of(symbol):
            return await self.market.corporate_actions(symbol, asset_type, since, until)
        _require_equity(symbol, asset_type)
        return evolve(await self.sample.corporate_actions(_SERIES, asset_type, since, until), symbol=symbol)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """See the port."""
        return await self.market.benchmark(asset_type)

    async def symbols(self) -> tuple[Symbol, ...]:
        """Those of the market and of the scenarios; empty where the market cannot list its own."""
        listed = await self.market.symbols()
        return tuple(sorted({*listed, *map(Symbol, Scenario)})) if listed else ()

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port; scenarios come first."""
        scenarios = (Listing(Symbol(name), _NAMES[name], AssetType.EQUITY) for name in Scenario)
        return (*matching(scenarios, query, limit), *await self.market.search(query, limit))[:limit]


def _require_equity(symbol: Symbol, asset_type: AssetType) -> None:
    if asset_type is not AssetType.EQUITY:
        raise Invalid.one("asset_type", f"{symbol} is of asset type {AssetType.EQUITY}, not {asset_type}.")
