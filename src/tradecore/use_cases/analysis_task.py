"""The analysis task: run the engine, and store each step before the next one begins."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import evolve, field, frozen

from tradecore.engines.budget import Budget
from tradecore.engines.decision_calibration import calibrate_decision
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_results import AnalysisResult, build_result
from tradecore.model.caller_context import CallerContext
from tradecore.model.engine_records import EngineRecord
from tradecore.model.errors import OverBudget, Refusal, Stale, Unavailable
from tradecore.model.estimates import long_run_notice
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Job
from tradecore.model.ledger import book
from tradecore.model.model_memory import Cutoff, is_in_sample, unknown_cutoff
from tradecore.model.money import ZERO, Asset
from tradecore.model.recommendations import IssuePolicy, Recommendation
from tradecore.model.steps import Action, Collected, Decided, Decision, Step
from tradecore.model.usage import Usage
from tradecore.ports.ambient import Now
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.engine import Began, Engine
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.caller_context import read_caller_context
from tradecore.use_cases.comparisons import SharedEvidence
from tradecore.use_cases.engine_records import FindRecord, live_decision, no_record
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.issue import issue_recommendation
from tradecore.use_cases.retry import retry_while_unavailable
from tradecore.use_cases.run import JobClaim

_COMPARED = "It is part of a comparison, which issues no recommendation."
_SILENT = "It was launched by a schedule that issues no recommendations."


@frozen
class _Circumstances:
    """What decides whether a decision may be acted on, read outside of the transaction that stores it.

    `outdated` says why the day of the analysis is too old, empty when it is not; `record` is that of the engine.
    """

    outdated: str = ""
    record: EngineRecord | None = None


@frozen
class AnalysisTask:
    """Runs jobs of the kind analysis."""

    store: Store
    now: Now
    engines: Engines
    calendar: TradingCalendar
    issuing: IssuePolicy = field(factory=IssuePolicy)
    timeout: timedelta = timedelta(minutes=15)
    """How long one run may take, waits for rate-limited language models included."""
    lease_clock: Now | None = None
    """The clock of durations, which does not jump; by default `now`."""
    cutoff: Cutoff = unknown_cutoff
    """The training cutoffs of models."""
    find_record: FindRecord = no_record
    """The records of engines, which say how their decisions turned out."""
    price_setting: str = ""
    """The name of the setting for missing prices, for error messages."""
    shared_evidence: SharedEvidence | None = None
    """The snapshots of comparisons; None where none is ever launched."""

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        """How many steps are stored."""
        return (await uow.analyses.get(AnalysisId(job.id))).done

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Mark the analysis as running."""
        analysis = await uow.analyses.get(AnalysisId(job.id))
        await uow.analyses.put(analysis.start(at=self.now()))

    async def run(self, claim: JobClaim) -> None:
        """Run the remaining steps. Raises OverBudget after `timeout`; refusals of the engine pass through."""
        id = AnalysisId(claim.job.id)
        async with self.store.snapshot() as uow:
            analysis = await uow.analyses.get(id)
            times = await uow.measurements.run_times(analysis.engine, analysis.brief.shape)
            known = {step.key: step for step in await uow.analyses.steps(id)}
        engine = self.engines.select(analysis.brief)
        if not analysis.plan.steps:
            async with self.store.unit_of_work() as uow:
                await claim.verify(uow)
                analysis = await uow.analyses.put(analysis.with_plan(engine.plan(analysis.brief)))
        clock = self._clock(analysis)
        # It is announced once, by the first event: before any model is called.
        announced = any(agent.began_at for agent in analysis.agents)
        notice = "" if announced else long_run_notice(times.estimate(analysis.plan.seconds))
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                await self._think(claim, engine, analysis, known, clock, notice)
        except TimeoutError as error:
            raise OverBudget(f"The analysis was not done after {self.timeout.total_seconds():g} seconds.") from error

    def _clock(self, analysis: Analysis) -> Now:
        """The clock of one run: it starts at the present, or where an earlier run was, and never jumps."""
        steady = self.lease_clock or self.now
        times = [analysis.started_at, *(time for agent in analysis.agents for time in (agent.began_at, agent.ended_at))]
        offset = max(self.now(), *(time for time in times if time)) - steady()
        return lambda: steady() + offset

    async def _think(
        self,
        claim: JobClaim,
        engine: Engine,
        analysis: Analysis,
        known: Mapping[str, Step],
        clock: Now,
        notice: str,
    ) -> None:
        # A day that has begun only elsewhere has no session yet that could be evidence.
        brief = evolve(analysis.brief, as_of=min(analysis.brief.as_of, self.now().date()), analysis=analysis.id)
        if not any(isinstance(step, Collected) for step in known.values()):
            if analysis.comparison is not None and self.shared_evidence is not None:
                collected = await self.shared_evidence(analysis.comparison, brief)
                await self._store(claim, collected, clock)
                known = {**known, collected.key: collected}
            elif engine.cost(analysis.brief) is not None:
                brief = evolve(brief, caller=await self._caller(analysis))
        budget = Budget.of(engine.cost(analysis.brief), known.values(), self.price_setting)
        booked = Decimal(0)
        try:
            async with aclosing(engine.think(brief, analysis.plan, known, budget)) as outputs:
                async for output in outputs:
                    decided = isinstance(output, Decided)
                    circumstances = await self._circumstances(analysis) if decided else _Circumstances()
                    await self._store(claim, output, clock, circumstances, notice)
                    notice = "" if isinstance(output, Began) else notice
                    if isinstance(output, Step):
                        booked += Usage.of(output.calls).cost or 0
        finally:
            await self._book(claim, budget.spent - booked)

    async def _caller(self, analysis: Analysis) -> CallerContext:
        """What the engine may know about the caller; the account only where the day is recent enough to act on."""
        recent = not await self._outdated(analysis)
        async with self.store.snapshot() as uow:
            return await read_caller_context(uow, analysis, self.now().date(), with_portfolio=recent)

    async def _circumstances(self, analysis: Analysis) -> _Circumstances:
        return _Circumstances(await self._outdated(analysis), await self.find_record(analysis.engine, analysis.brief))

    async def _outdated(self, analysis: Analysis) -> str:
        """The sentence that says why the day of an analysis is too old to be acted on; empty when it is not."""
        brief = analysis.brief
        try:
            newest = await self.calendar.last_finished(brief.asset_type, self.now())
        except Unavailable as error:
            return f"It is not known whether the day {brief.as_of} is recent enough to act on: {error}"
        if brief.as_of >= newest:
            return ""
        return (
            f"The analysis is as of {brief.as_of}, before the last finished session of its market, {newest}; "
            "launch one as of a newer day to act on it."
        )

    @retry_while_unavailable
    async def _store(
        self,
        claim: JobClaim,
        output: Began | Step,
        clock: Now,
        circumstances: _Circumstances = _Circumstances(),
        notice: str = "",
    ) -> None:
        """Store an output of the engine. `circumstances` are for the last step, `notice` for the beginning of one.

        What was paid for is not thrown away for a store that is back in a minute.
        """
        async with self.store.unit_of_work() as uow:
            await claim.verify(uow)
            if isinstance(output, Began):
                current = await uow.analyses.get(AnalysisId(claim.job.id))
                await uow.analyses.put(
                    current.step_began(output.key, at=clock(), round=output.round, rounds=output.rounds, notice=notice)
                )
            else:
                await self._store_step(uow, claim, output, clock(), circumstances)

    async def _book(self, claim: JobClaim, unbooked: Decimal) -> None:
        """Book the cost of calls that led to no step: they are billed even when the analysis is cancelled."""
        if unbooked <= 0:
            return
        # Without a store there is nowhere to book it.
        with suppress(Refusal):
            async with self.store.unit_of_work() as uow:
                await uow.spending.book(AnalysisId(claim.job.id), claim.job.user, self.now().date(), unbooked)

    async def _store_step(
        self, uow: UnitOfWork, claim: JobClaim, step: Step, at: datetime, circumstances: _Circumstances
    ) -> None:
        """Store a step; with the last one, the result, the recommendation and the end of the job as well."""
        id = AnalysisId(claim.job.id)
        await uow.analyses.add_step(id, step, at=at)
        analysis = await uow.analyses.put((await uow.analyses.get(id)).record(step, at=at))
        if isinstance(step, Decided):
            await self._complete(uow, claim, analysis, step, at, circumstances)
        # Last, because all running analyses of a user write to these rows and wait for each other.
        if step.calls:
            agent = analysis.plan.agent_of(step.key) or ""
            await uow.spending.add_usage(claim.job.user, self.now().date(), agent, step.calls)
        if cost := Usage.of(step.calls).cost:
            await uow.spending.book(id, claim.job.user, self.now().date(), cost)

    async def _complete(
        self,
        uow: UnitOfWork,
        claim: JobClaim,
        analysis: Analysis,
        step: Decided,
        at: datetime,
        circumstances: _Circumstances,
    ) -> None:
        """Store the result and the decision, offer the recommendation, and end the job."""
        id, now = analysis.id, self.now()
        steps = await uow.analyses.steps(id)
        if lost := {*analysis.plan.keys} - {known.key for known in steps}:
            # A replica that took over lacks the last commits, for example: the next attempt goes on from what it has.
            raise Stale(f"Analysis {id} was decided, and its steps {', '.join(sorted(lost))} are not stored any more.")
        held = await _held(uow, analysis, step.decision)
        result = self._result(analysis, steps, step.decision, at, circumstances, held)
        await uow.analyses.add_result(result)
        if (live := live_decision(result, now.date())) is not None:
            await uow.engine_records.add(live)
        cost = Usage.of(call for known in steps for call in known.calls).cost
        analysis = await uow.analyses.put(
            analysis.complete(step.decision, at=at, in_sample=result.in_sample, cost=cost)
        )
        if not result.objection:
            evidence = next(known.digest for known in steps if isinstance(known, Collected))
            issued = Recommendation.issue(
                analysis, step.decision, at=now, valid_for=self.issuing.valid_for, evidence=evidence
            )
            await issue_recommendation(uow, issued)
        if step.decision.action is not Action.HOLD:
            await uow.scores.schedule_scoring(id, due=now)
        await self._end_job(uow, claim, analysis)

    def _result(
        self,
        analysis: Analysis,
        steps: Sequence[Step],
        decision: Decision,
        at: datetime,
        circumstances: _Circumstances,
        held: Decimal,
    ) -> AnalysisResult:
        """The result of all steps, with the calibration of its decision and what objects to acting on it."""
        models = {call.model for known in steps for call in known.calls}
        in_sample = is_in_sample(analysis.brief.as_of, self.now().date(), models, self.cutoff)
        result = evolve(build_result(analysis, steps, at=at), in_sample=in_sample)
        calibration = calibrate_decision(circumstances.record, result)
        if analysis.comparison is not None:
            objection = _COMPARED
        elif not analysis.issues:
            objection = _SILENT
        else:
            objection = self.issuing.objection(
                decision, outdated=circumstances.outdated, held=held, edge=calibration.edge
            )
        return evolve(result, objection=objection, calibration=calibration)

    async def _end_job(self, uow: UnitOfWork, claim: JobClaim, analysis: Analysis) -> None:
        """Complete the job, release the budget of the analysis, and measure how long its run took."""
        ended = (self.lease_clock or self.now)()
        seconds = (ended - (claim.job.started_at or ended)).total_seconds()
        await uow.spending.release(analysis.id)
        await uow.measurements.add_run_time(analysis.engine, analysis.brief.shape, seconds)
        job = await claim.verify(uow)
        await uow.jobs.put(job.complete(at=ended))

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Mark the analysis as failed or cancelled, and release its budget."""
        analysis = await uow.analyses.get(AnalysisId(job.id))
        await uow.spending.release(analysis.id)
        await uow.analyses.put(analysis.fail(error, at=self.now(), cancelled=cancelled))


async def _held(uow: UnitOfWork, analysis: Analysis, decision: Decision) -> Decimal:
    """The units that a SELL could sell; 0 for another decision, which sells nothing."""
    if decision.action is not Action.SELL:
        return ZERO
    asset = Asset(analysis.brief.symbol, analysis.brief.asset_type)
    return book(await uow.ledger.entries(analysis.user)).held(asset)
