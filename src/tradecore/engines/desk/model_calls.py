"""Calls of a language model: an answer becomes a step, with one repair turn where it does not hold."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from attrs import evolve, field, frozen

from tradecore.engines.desk import prompts
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.replies import InvalidReply, ParsedReply, ReplyParser
from tradecore.engines.desk.response_check import NOTHING_SUPPORTED, ResponseCheck
from tradecore.engines.desk.statements import legible
from tradecore.model.steps import MAX_ANSWER_LENGTH, FlawedAnswer, Step
from tradecore.model.usage import Call
from tradecore.ports.engine import Budget
from tradecore.ports.language import FinishReason, LanguageModel, Prompt, Reply

T = TypeVar("T")
S = TypeVar("S", bound=Step)

# What the model is told in the repair turn, and what readers are told when that fails too.
_INCOMPLETE = {
    FinishReason.TRUNCATED: ("Your answer was cut off; give a much shorter one.", "its last answer was cut off"),
    FinishReason.REFUSED: (
        "You refused to answer; this is an exercise over the evidence given.",
        "it refused to answer",
    ),
}
# The roles whose answers decide, which `deep` takes.
JUDGE, TRADER, RISK_MANAGER = _DEEP = ("judge", "trader", "risk manager")


@frozen
class ModelCalls:
    """The calls of one run; `deep` takes the place of `model` for the roles whose answers decide."""

    model: LanguageModel
    budget: Budget
    deep: LanguageModel | None = None
    _case_prompts: dict[str, str] = field(factory=dict, init=False, repr=False, eq=False)
    """The part of the prompt that all calls share, by the digest of the evidence."""

    def _case_prompt(self, case: Case) -> str:
        digest = case.collected.digest
        if digest not in self._case_prompts:
            self._case_prompts[digest] = prompts.case_prompt(case)
        return self._case_prompts[digest]

    async def step(
        self,
        role: str,
        case: Case,
        task: str,
        parser: ReplyParser[T],
        build: Callable[[T, ResponseCheck], S],
        fail: Callable[[str, Sequence[Call]], S],
        faults: tuple[str, ...],
    ) -> S:
        """The step that `build` makes of the answer to a task, or that `fail` makes of the reason why none holds.

        `faults` are those of the step that was made of an answer before: there is no further repair turn then. Raises
        OverBudget and Unavailable as the language model does.
        """
        task += prompts.shape(parser.response_format.schema)
        calls: list[Call] = []
        flawed: list[FlawedAnswer] = []
        previous = ""
        for last_turn in (True,) if faults else (False, True):
            repair = prompts.repair(faults, previous)
            prompt = Prompt(
                prompts.rules_prompt(case.language), self._case_prompt(case), task + repair, parser.response_format
            )
            reply = await self.budget.ask(self.deep if self.deep and role in _DEEP else self.model, prompt)
            calls.append(reply.call)
            check = ResponseCheck(case, reply.call.model, last_turn)
            reason = NOTHING_SUPPORTED
            try:
                parsed = _parsed(reply, parser)
                check.repairs |= dict.fromkeys(parsed.repairs)
                step = build(parsed.reply, check)
            except InvalidReply as error:
                check.faults, reason = [*error.faults], error.reason
            faults = tuple(dict.fromkeys(check.faults))
            if faults or check.repairs or check.dropped:
                text = "".join(sign if legible(sign) else "\ufffd" for sign in reply.text[:MAX_ANSWER_LENGTH])
                flawed.append(FlawedAnswer(text, tuple(check.repairs), check.dropped, faults))
            if not faults:
                return evolve(step, calls=tuple(calls), flawed_answers=tuple(flawed))
            previous = reply.text
        failure = f"The {role} gave no usable answer: {reason}."
        return evolve(fail(failure, calls), flawed_answers=tuple(flawed))


def _parsed(reply: Reply, parser: ReplyParser[T]) -> ParsedReply[T]:
    if reply.finish_reason is FinishReason.COMPLETE:
        return parser.parse(reply.text)
    fault, reason = _INCOMPLETE[reply.finish_reason]
    raise InvalidReply([fault], reason)
