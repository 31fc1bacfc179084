"""Evaluating a language model: decisions of the desk on cases that are the same everywhere, by name and masked."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Refusal
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action, Analyst, Argued, Decided, Decision, Reported, Step
from tradecore.model.track_record import TradeOutcome
from tradecore.model.usage import Usage
from tradecore.ports.market import Market
from tradecore.use_cases.score import Scorer

# The name of an asset whose own name is hidden, and its close on the day of the case.
MASK, _MASKED_CLOSE = Symbol("ASSET"), Decimal(100)
_PLACES = Decimal("0.0001")


@frozen
class EvaluationCase:
    """A decision for a model to make: a symbol as of a day."""

    symbol: Symbol
    as_of: date


@frozen
class CaseMarket:
    """A market that knows one symbol, as of one day; `masked`, under the name MASK and with its prices scaled.

    Scaled prices close at 100 on the day. The relative moves are those of the real ones, and the value traded stays.
    """

    market: Market
    case: EvaluationCase
    masked: bool

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The bars of the case, whatever the symbol is called. Refusals of the market pass through."""
        bars = await self.market.bars(self.case.symbol, asset_type, as_of, count)
        if not self.masked:
            return bars
        scale = await self.scale(asset_type)
        hidden = PriceSource("daily prices of one asset, scaled", bars.source.synthetic)
        return Bars(MASK, hidden, tuple(_scaled(bar, scale) for bar in bars.bars))

    async def scale(self, asset_type: AssetType) -> Decimal:
        """The factor between real and shown prices."""
        if not self.masked:
            return Decimal(1)
        newest = await self.market.bars(self.case.symbol, asset_type, self.case.as_of, 1)
        return _MASKED_CLOSE / newest.last.close

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """None: a benchmark would name the market."""
        return None

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """Those of the case, under the name that is shown."""
        actions = await self.market.corporate_actions(self.case.symbol, asset_type, since, until)
        return evolve(actions, symbol=MASK) if self.masked else actions

    async def symbols(self) -> tuple[Symbol, ...]:
        """The one symbol."""
        return (MASK if self.masked else self.case.symbol,)


def _scaled(bar: Bar, scale: Decimal) -> Bar:
    first, high, low, close = ((value * scale).quantize(_PLACES) for value in (bar.open, bar.high, bar.low, bar.close))
    return Bar(bar.day, first, high, low, close, None if bar.volume is None else bar.volume / scale)


@frozen
class CaseResult:
    """What a model made of one case. `error` is the sentence of a refusal that ended it, empty otherwise.

    `steps` are those by the model, `unusable` the ones of them without a usable answer, `repaired` its answers whose
    form was put right, `kept` and `dropped` count statements, `seconds` is the time it took. `outcome` is what the
    decision returned over the horizon, in real prices; None for a HOLD.
    """

    case: EvaluationCase
    masked: bool
    steps: int
    unusable: int
    repaired: int
    kept: int
    dropped: int
    usage: Usage
    seconds: float
    decision: Decision | None = None
    outcome: TradeOutcome | None = None
    error: str = ""


@frozen
class EvaluateModel:
    """Run cases through the desk with one model, and score its decisions. `clock` gives seconds and never goes back."""

    market: Market
    router: ModelRouter
    scorer: Scorer
    clock: Callable[[], float]
    today: date

    async def __call__(
        self, cases: Sequence[EvaluationCase], *, provider: str, model: str, depth: int = 1, masked: bool = False
    ) -> AsyncIterator[CaseResult]:
        """The result of each case, one after the other.

        A refusal of a model ends its case. Raises Invalid about `provider` or `model`.
        """
        for case in cases:
            yield await self._run(case, provider, model, depth, masked)

    async def _run(self, case: EvaluationCase, provider: str, model: str, depth: int, masked: bool) -> CaseResult:
        market = CaseMarket(self.market, case, masked)
        desk = Desk(Sources(market), self.router)
        brief = desk.resolve(
            AnalysisBrief(
                MASK if masked else case.symbol,
                AssetType.EQUITY,
                case.as_of,
                (Analyst.TECHNICAL,),
                depth,
                model,
                provider,
            )
        )
        steps: list[Step] = []
        error, start = "", self.clock()
        try:
            thinking = desk.think(brief, desk.plan(brief), {}, Budget.of(desk.cost(brief), ()))
            # One by one: what was answered before a refusal counts.
            async for output in thinking:
                if isinstance(output, Step):
                    steps.append(output)  # noqa: PERF401
        except Refusal as refusal:
            error = str(refusal)
        seconds = self.clock() - start
        answered = [step for step in steps if step.calls or step.failure]
        decision = next((step.decision for step in steps if isinstance(step, Decided)), None)
        outcome = None
        if decision is not None and decision.action is not Action.HOLD:
            outcome = await self._outcome(case, decision, await market.scale(AssetType.EQUITY))
        return CaseResult(
            case=case,
            masked=masked,
            steps=len(answered),
            unusable=sum(bool(step.failure) for step in answered),
            repaired=sum(bool(answer.repairs) for step in steps for answer in step.flawed_answers),
            kept=sum(_statements(step) for step in answered if not step.failure),
            dropped=sum(answer.dropped for step in steps for answer in step.flawed_answers),
            usage=Usage.of(call for step in steps for call in step.calls),
            seconds=seconds,
            decision=decision,
            outcome=outcome,
            error=error,
        )

    async def _outcome(self, case: EvaluationCase, decision: Decision, scale: Decimal) -> TradeOutcome | None:
        real = evolve(
            decision, entry=decision.entry / scale, stop=decision.stop / scale, target=decision.target / scale
        )
        brief = AnalysisBrief(case.symbol, AssetType.EQUITY, case.as_of, (Analyst.TECHNICAL,), 1, "")
        ends = await self.scorer.ends(AssetType.EQUITY, case.as_of)
        return await self.scorer(brief, real, ends, today=self.today)


def _statements(step: Step) -> int:
    """The statements of a step that cite evidence."""
    if isinstance(step, Reported):
        return len(step.points)
    return len(step.claims) if isinstance(step, Argued) else 1
