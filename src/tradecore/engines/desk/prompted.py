"""The prompted reasoner: a language model answers, and code keeps its answers to the evidence."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import Factory, evolve, field, frozen

from tradecore.engines.desk import prompts
from tradecore.engines.desk.answer_fitting import Repair
from tradecore.engines.desk.concerns import synthetic_data_warning
from tradecore.engines.desk.debate_claims import open_claims, other
from tradecore.engines.desk.level_choice import choose_level
from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.model_calls import JUDGE, RISK_MANAGER, TRADER, ModelCalls
from tradecore.engines.desk.placeholders import (
    placeholder_argument,
    placeholder_concerns,
    placeholder_plan,
    placeholder_report,
    placeholder_ruling,
)
from tradecore.engines.desk.prompted_risk import PromptedRiskDebate
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.replies import (
    ARGUMENT,
    CONCERNS,
    PLAN,
    REPORT,
    RULING,
    ArgumentReply,
    ConcernsReply,
    InvalidReply,
    PlanReply,
    Rebuttal,
    ReportReply,
    RulingReply,
)
from tradecore.engines.desk.reports import model_report
from tradecore.engines.desk.response_check import Need, ResponseCheck
from tradecore.engines.desk.statements import (
    drop_unsupported,
    dropped_sentence,
    paragraph,
    statement,
)
from tradecore.engines.desk.validate import position_numbers
from tradecore.engines.desk.wording import model_label
from tradecore.model.evidence import Evidence
from tradecore.model.steps import (
    Analyst,
    Argued,
    Assessed,
    Claim,
    Proposed,
    Reported,
    Ruled,
    Side,
)
from tradecore.model.usage import Call
from tradecore.ports.engine import Budget
from tradecore.ports.language import LanguageModel

# The number grows when prompts or checks change.
ENGINE = "prompted desk 3"

_LEVELS_NOT_OFFERED = "it chose levels that were not offered"
_AUTHOR = (
    "Written by the language model `{model}` from the evidence of this analysis, which the bracketed ids refer to. "
    "Its {checked} were compared with the evidence cited beside them; whether the conclusions are wise was not checked."
)
_CHECKED, _CHECKED_NUMBERS = (
    "numbers, dates and words of direction",
    "numbers and dates (words of direction are checked in English only)",
)


def prompted_label(model: LanguageModel, deep: LanguageModel | None = None) -> str:
    """`ENGINE` with the names of the models."""
    names = (model.name,) if deep is None else (model.name, deep.name)
    return f"{ENGINE} ({' and '.join(dict.fromkeys(names))})"


@frozen
class PromptedReasoner:
    """Asks a language model for each step, and writes the texts from those of its statements that are supported.

    Statements that the evidence does not support are dropped. Where too little is left, and where an answer cannot be
    read, there is one repair turn, which shows the model its answer and what was wrong with it. An answer that is not
    usable after that gives a failed step.

    `deep` takes the place of `model` for the judge, the trader and the risk manager.
    """

    model: LanguageModel
    budget: Budget
    deep: LanguageModel | None = None
    _calls: ModelCalls = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda self: ModelCalls(self.model, self.budget, self.deep), takes_self=True),
    )

    @property
    def name(self) -> str:
        """See `prompted_label`."""
        return prompted_label(self.model, self.deep)

    @property
    def risk_debate(self) -> PromptedRiskDebate:
        """See `Reasoner`."""
        return PromptedRiskDebate(self._calls)

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """See `Reasoner`."""

        def build(reply: ReportReply, check: ResponseCheck) -> Reported:
            points = check.keep(reply.points, Need.REQUIRED if reply.score else Need.OPTIONAL, needs_evidence=True)
            risks, summary = check.keep(reply.risks), check.keep(reply.summary)
            dropped = dropped_sentence(points.dropped + risks.dropped + summary.dropped)
            checked = _CHECKED if case.language.is_english else _CHECKED_NUMBERS
            author = " ".join([_AUTHOR.format(model=model_label(check.model), checked=checked), dropped]).strip()
            text = model_report(case, analyst, reply.score, summary.texts, points.texts, risks.texts, author)
            return Reported(analyst, reply.score, points.claims, risks.texts, text)

        def fail(reason: str, calls: Sequence[Call]) -> Reported:
            return placeholder_report(case, analyst, reason, calls)

        task = prompts.analyse_task(case, analyst)
        return await self._calls.step(f"{analyst} analyst", case, task, REPORT, build, fail, faults)

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """See `Reasoner`."""

        def build(reply: ArgumentReply, check: ResponseCheck) -> Argued:
            answerable = {row.label: row.claim for row in open_claims(case, side, number)}
            if answerable and not check.last_turn and any(answer.to not in answerable for answer in reply.rebuttals):
                check.faults.append(f"Answer only claims with a label: {', '.join(answerable)}.")
            addressed = [answer for answer in reply.rebuttals if answer.to in answerable]
            rebuttals = check.keep([_rebuttal(case, answer, answerable[answer.to]) for answer in addressed])
            claims = check.keep(reply.claims, Need.WANTED if reply.claims else Need.OPTIONAL, needs_evidence=True)
            dropped = claims.dropped + rebuttals.dropped + len(reply.rebuttals) - len(addressed)
            texts = [
                *claims.texts,
                *([f"In answer to the {other(side)}:"] if rebuttals.claims else []),
                *rebuttals.texts,
            ]
            texts = texts or [f"The {side} has nothing to add that the evidence supports."]
            return Argued(number, side, (*claims.claims, *rebuttals.claims), paragraph(texts, dropped))

        def fail(reason: str, calls: Sequence[Call]) -> Argued:
            return placeholder_argument(number, side, reason, calls)

        task = prompts.argue_task(case, number, side)
        return await self._calls.step(side, case, task, ARGUMENT, build, fail, faults)

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """See `Reasoner`."""

        def build(reply: RulingReply, check: ResponseCheck) -> Ruled:
            reasons = check.keep(reply.reasons, Need.REQUIRED)
            return Ruled(number, reply.balance, paragraph(reasons.texts, reasons.dropped))

        def fail(reason: str, calls: Sequence[Call]) -> Ruled:
            return placeholder_ruling(number, reason, calls)

        return await self._calls.step(JUDGE, case, prompts.judge_task(case, number), RULING, build, fail, faults)

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """See `Reasoner`."""

        def build(reply: PlanReply, check: ResponseCheck) -> Proposed:
            offered = levels(case.by_measure, reply.action)
            stop_choice, target_choice = (
                choose_level(offered.stops, reply.stop),
                choose_level(offered.targets, reply.target),
            )
            thesis = check.keep(reply.thesis, Need.REQUIRED)
            invalidation = check.keep([reply.invalidation], Need.REQUIRED)
            if stop_choice is None or target_choice is None:
                stops, targets = (", ".join(level.id for level in side) for side in (offered.stops, offered.targets))
                fault = f"For {reply.action}, the stop is one of {stops} and the target one of {targets}."
                # All faults are reported together, since there is one turn to repair them.
                raise InvalidReply([fault, *check.faults], _LEVELS_NOT_OFFERED)
            if not (stop_choice.by_id and target_choice.by_id):
                check.repairs[Repair.LEVELS] = None
            stop, target = stop_choice.level, target_choice.level
            if reply.intent and not _is_held(case):
                raise InvalidReply(
                    [f"Nothing is held, so there is nothing to {reply.intent}; answer {reply.action} or HOLD."],
                    f"it wanted to {reply.intent} what is not held",
                )
            cites = [cite for claim in (*thesis.claims, *invalidation.claims) for cite in claim.cites]
            return Proposed(
                intent=reply.intent,
                action=reply.action,
                confidence=reply.confidence,
                entry=_price(offered.entry),
                stop=_price(stop),
                target=_price(target),
                thesis=paragraph(thesis.texts, thesis.dropped),
                invalidation=paragraph(invalidation.texts),
                cites=tuple(dict.fromkeys((*cites, offered.entry.id, stop.id, target.id))),
            )

        def fail(reason: str, calls: Sequence[Call]) -> Proposed:
            return placeholder_plan(case, reason, calls)

        return await self._calls.step(TRADER, case, prompts.trade_task(case), PLAN, build, fail, faults)

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """See `Reasoner`."""

        def build(reply: ConcernsReply, check: ResponseCheck) -> Assessed:
            need = Need.WANTED if reply.concerns else Need.OPTIONAL
            concerns = check.keep(reply.concerns, need, allowed=position_numbers(case, computed.position_size))
            texts = (*synthetic_data_warning(case), *concerns.texts, dropped_sentence(concerns.dropped))
            return evolve(computed, concerns=tuple(text for text in texts if text))

        def fail(reason: str, calls: Sequence[Call]) -> Assessed:
            return placeholder_concerns(computed, reason, calls)

        task = prompts.assess_task(case, proposal, computed)
        return await self._calls.step(RISK_MANAGER, case, task, CONCERNS, build, fail, faults)


def _rebuttal(case: Case, answer: Rebuttal, claim: Claim) -> Claim:
    """An answer with its own citations; those of the claim that it answers are added where it needs them."""
    own = statement(answer.text, answer.cites)
    if drop_unsupported(case, [own], needs_evidence=False).dropped:
        own = statement(answer.text, (*answer.cites, *claim.cites))
    return evolve(own, answers=answer.to)


def _is_held(case: Case) -> bool:
    position = case.by_measure.get("portfolio.position")
    return position is not None and bool(position.value)


def _price(level: Evidence) -> Decimal:
    return level.value or Decimal(0)
