"""The prompted reasoner: a language model thinks, and code keeps it to the evidence."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from attrs import define, evolve, field, frozen

from tradecore.engines.desk import prompts
from tradecore.engines.desk.blanks import blank_argument, blank_concerns, blank_plan, blank_report, blank_ruling
from tradecore.engines.desk.budget import Budget
from tradecore.engines.desk.concerns import generated
from tradecore.engines.desk.levels import levels
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.replies import (
    ARGUMENT,
    CONCERNS,
    PLAN,
    REPORT,
    RULING,
    ArgumentReply,
    ConcernsReply,
    Form,
    PlanReply,
    ReportReply,
    RulingReply,
    Unreadable,
)
from tradecore.engines.desk.reports import written
from tradecore.engines.desk.statements import Kept, paragraph, statement, strike, struck_sentence
from tradecore.engines.desk.validate import unsupported
from tradecore.engines.desk.wording import shown
from tradecore.model.evidence import Evidence, EvidenceId
from tradecore.model.steps import Analyst, Argued, Assessed, Claim, Proposed, Reported, Ruled, Side, Step
from tradecore.model.usage import Call
from tradecore.ports.language import Ending, LanguageModel, Prompt, Reply

T = TypeVar("T")
S = TypeVar("S", bound=Step)

# The number grows when prompts or checks change.
ENGINE = "prompted desk 1"

_ENDINGS = {
    Ending.CUT: ("Your answer was cut off; give a much shorter one.", "its last answer was cut off"),
    Ending.DECLINED: ("You declined to answer; this is an exercise over the evidence given.", "it declined to answer"),
}
_VOID = "the evidence bears out nothing of what its last answer rests on"
_UNOFFERED = "it chose levels that were not offered"
_AUTHOR = (
    "Written by the language model `{model}` from the evidence of this analysis, which the bracketed ids refer to. "
    "Every number and date was found in the evidence cited beside it; whether the conclusions are wise, nobody has "
    "checked."
)


@define
class _Hearing:
    """One answer, looked at statement by statement: anything wrong is told at first, and struck the last time."""

    case: Case
    model: str
    last: bool
    wrong: list[str] = field(factory=list)

    def keep(
        self,
        said: Sequence[Claim],
        *,
        needed: bool = False,
        need_evidence: bool = False,
        allowed: Sequence[Decimal] = (),
    ) -> Kept:
        """What holds. Raises Unreadable where nothing of what is `needed` is left."""
        if not self.last:
            for claim in said:
                self.wrong += unsupported(self.case, claim, needs_evidence=need_evidence, allowed=allowed)
            return Kept(tuple(said), 0)
        kept = strike(self.case, said, need_evidence=need_evidence, allowed=allowed)
        if needed and not kept.claims:
            raise Unreadable([_VOID], _VOID)
        return kept


@frozen
class PromptedReasoner:
    """Asks a language model for each step, and makes the texts from those of its statements that hold.

    An answer that cannot be read, or says what the evidence does not bear out, is an unusable step with sentences for
    the one repair turn. What does not hold in that turn is struck; where the step needs it, the step stays unusable.
    """

    model: LanguageModel
    budget: Budget = field(factory=Budget)

    @property
    def name(self) -> str:
        """See the port; it is that of `ENGINE` with the model's."""
        return f"{ENGINE} ({self.model.name})"

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """See the port."""

        def made(said: ReportReply, hearing: _Hearing) -> Reported:
            points = hearing.keep(said.points, needed=said.score != 0, need_evidence=True)
            risks, summary = hearing.keep(said.risks), hearing.keep(said.summary)
            struck = struck_sentence(points.struck + risks.struck + summary.struck)
            author = " ".join([_AUTHOR.format(model=shown(hearing.model)), struck]).strip()
            text = written(case, analyst, said.score, summary.texts, points.texts, risks.texts, author)
            return Reported(analyst, said.score, points.claims, risks.texts, text)

        def blank(why: str, calls: Sequence[Call]) -> Reported:
            return blank_report(case, analyst, why, calls)

        task = prompts.analyse_task(case, analyst)
        return await self._step(f"{analyst} analyst", case, task, REPORT, made, blank, faults)

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """See the port."""

        def made(said: ArgumentReply, hearing: _Hearing) -> Argued:
            theirs = prompts.open_claims(case, side)
            if not hearing.last and any(answer.to not in theirs for answer in said.answers):
                hearing.wrong.append(f"Answer only claims with a label: {', '.join(theirs) or 'there are none'}.")
            met = [answer for answer in said.answers if answer.to in theirs]
            answers = hearing.keep([statement(one.text, (*one.cites, *theirs[one.to].cites)) for one in met])
            claims = hearing.keep(said.claims, need_evidence=True)
            struck = claims.struck + answers.struck + len(said.answers) - len(met)
            both = (*claims.claims, *answers.claims)
            texts = [
                *claims.texts,
                *([f"In answer to the {prompts.other(side)}:"] if answers.claims else []),
                *answers.texts,
            ]
            texts = texts or [f"The {side} has nothing to add that the evidence bears out."]
            return Argued(number, side, both, paragraph(texts, struck))

        def blank(why: str, calls: Sequence[Call]) -> Argued:
            return blank_argument(number, side, why, calls)

        task = prompts.argue_task(case, number, side)
        return await self._step(side, case, task, ARGUMENT, made, blank, faults)

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """See the port."""

        def made(said: RulingReply, hearing: _Hearing) -> Ruled:
            reasons = hearing.keep(said.reasons, needed=True)
            return Ruled(number, said.balance, paragraph(reasons.texts, reasons.struck))

        def blank(why: str, calls: Sequence[Call]) -> Ruled:
            return blank_ruling(number, why, calls)

        return await self._step("judge", case, prompts.judge_task(case, number), RULING, made, blank, faults)

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """See the port."""

        def made(said: PlanReply, hearing: _Hearing) -> Proposed:
            offered = levels(case.by_measure, said.action)
            stop, target = _chosen(offered.stops, said.stop), _chosen(offered.targets, said.target)
            thesis = hearing.keep(said.thesis, needed=True)
            wrong_if = hearing.keep([said.invalidation], needed=True)
            if stop is None or target is None:
                choices = [", ".join(one.id for one in kind) for kind in (offered.stops, offered.targets)]
                told = f"For {said.action}, the stop is one of {choices[0]} and the target one of {choices[1]}."
                # All that is wrong is told at once, since there is one turn to mend it.
                raise Unreadable([told, *hearing.wrong], _UNOFFERED)
            leaning = [cite for claim in (*thesis.claims, *wrong_if.claims) for cite in claim.cites]
            return Proposed(
                action=said.action,
                confidence=said.confidence,
                entry=_price(offered.entry),
                stop=_price(stop),
                target=_price(target),
                thesis=paragraph(thesis.texts, thesis.struck),
                invalidation=paragraph(wrong_if.texts),
                cites=tuple(dict.fromkeys((*leaning, offered.entry.id, stop.id, target.id))),
            )

        def blank(why: str, calls: Sequence[Call]) -> Proposed:
            return blank_plan(case, why, calls)

        return await self._step("trader", case, prompts.trade_task(case), PLAN, made, blank, faults)

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """See the port."""

        def made(said: ConcernsReply, hearing: _Hearing) -> Assessed:
            kept = hearing.keep(said.concerns, allowed=(computed.position_size,))
            every = (*generated(case), *kept.texts, struck_sentence(kept.struck))
            return evolve(computed, concerns=tuple(text for text in every if text))

        def blank(why: str, calls: Sequence[Call]) -> Assessed:
            return blank_concerns(computed, why, calls)

        task = prompts.assess_task(case, proposal, computed)
        return await self._step("risk manager", case, task, CONCERNS, made, blank, faults)

    async def _step(
        self,
        who: str,
        case: Case,
        task: str,
        form: Form[T],
        made: Callable[[T, _Hearing], S],
        blank: Callable[[str, Sequence[Call]], S],
        faults: tuple[str, ...],
    ) -> S:
        prompt = Prompt(prompts.RULES, prompts.opening(case), task + prompts.repair(faults), form.shape)
        reply = await self.budget.ask(self.model, prompt)
        hearing = _Hearing(case, reply.call.model, last=bool(faults))
        try:
            step = made(_read(reply, form), hearing)
        except Unreadable as error:
            said_of_it = f"The {who} gave no usable answer: {error.reason}."
            return blank(said_of_it if faults else " ".join(error.faults), (reply.call,))
        if hearing.wrong:
            return blank(" ".join(dict.fromkeys(hearing.wrong)), (reply.call,))
        return evolve(step, calls=(reply.call,))


def _read(reply: Reply, form: Form[T]) -> T:
    if reply.ending is Ending.WHOLE:
        return form.read(reply.text)
    told, reason = _ENDINGS[reply.ending]
    raise Unreadable([told], reason)


def _chosen(offered: Sequence[Evidence], id: EvidenceId | None) -> Evidence | None:
    return next((one for one in offered if one.id == id), None)


def _price(level: Evidence) -> Decimal:
    return level.value or Decimal(0)
