"""The turns of TradingAgents as the steps of an analysis: its words are quoted, levels, sizes and risk are computed."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import define, evolve, field

from tradecore.engines.desk.grounding import ungrounded_numbers
from tradecore.engines.desk.levels import choose_levels
from tradecore.engines.desk.placeholders import held_for_review, placeholder, placeholder_report
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.wording import format_number
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.plan import Plan
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Proposed,
    Reported,
    RiskArgued,
    RiskVoice,
    Ruled,
    Side,
    Step,
)
from tradecore.model.usage import Call
from tradecore.ports.engine import Began
from tradecore.ports.language import FinishReason
from tradecore_adapters.engine.tradingagents.forms import (
    Form,
    PortfolioDecision,
    ResearchPlan,
    SentimentReport,
    TraderProposal,
    quoted,
    read_form,
)
from tradecore_adapters.engine.tradingagents.gateway import AnsweredCall
from tradecore_adapters.engine.tradingagents.verdict import confidence, decide

NAME = "TradingAgents"
ANALYSTS: Mapping[Analyst, tuple[str, str]] = {
    Analyst.TECHNICAL: ("market", "Market Analyst"),
    Analyst.SENTIMENT: ("social", "Sentiment Analyst"),
    Analyst.NEWS: ("news", "News Analyst"),
    Analyst.FUNDAMENTALS: ("fundamentals", "Fundamentals Analyst"),
}
"""The analysts of the framework by ours: the key that selects one, and the name of its node."""
_BY_NODE = {node: analyst for analyst, (_, node) in ANALYSTS.items()}
_SIDES = {"Bull Researcher": Side.BULL, "Bear Researcher": Side.BEAR}
_DEBATERS: Mapping[str, RiskVoice] = {f"{voice.capitalize()} Analyst": voice for voice in RiskVoice}
_MAX_REPORT, _MAX_TURN, _MAX_CONCERN = 40_000, 12_000, 1_500
# More rounds of the risk debate cost three calls each and change little.
_MAX_RISK_ROUNDS = 2
_CUT = {FinishReason.TRUNCATED: "was cut off at the limit of tokens", FinishReason.REFUSED: "was refused by the model"}


def risk_rounds(brief: AnalysisBrief) -> int:
    """The rounds of the debate about risk: as requested, else as many as those of the debate, at most two."""
    return brief.risk_rounds or min(brief.depth, _MAX_RISK_ROUNDS)


@define(eq=False)
class Turns:
    """The turns of one run, in the order of the plan. Steps that are known already are not told again."""

    case: Case
    plan: Plan
    known: Mapping[str, Step]
    _begun: set[str] = field(factory=set, init=False)
    _done: set[str] = field(factory=set, init=False)
    _calls: tuple[AnsweredCall, ...] = field(default=(), init=False)
    _rounds: dict[Side, int] = field(factory=lambda: dict.fromkeys(Side, 0), init=False)
    _voices: dict[str, int] = field(factory=lambda: dict.fromkeys(_DEBATERS, 0), init=False)
    _concerns: dict[str, str] = field(factory=dict, init=False)
    _ungrounded: int = field(default=0, init=False)
    _research: ResearchPlan | None = field(default=None, init=False)
    _trader: TraderProposal | None = field(default=None, init=False)

    @property
    def done(self) -> bool:
        """Whether the decision is made."""
        return "decide" in self._done

    def began(self, node: str) -> Iterator[Began | Step]:
        """A node began."""
        if node in _BY_NODE:
            yield from self._fill(f"report:{_BY_NODE[node]}")
            yield from self._begin(f"report:{_BY_NODE[node]}")
        elif node in _SIDES:
            number = self._rounds[_SIDES[node]] + 1
            yield from self._fill(f"argue:{number}:{_SIDES[node]}")
            yield from self._begin(f"argue:{number}:{_SIDES[node]}", number)
        elif node == "Research Manager":
            yield from self._fill(f"rule:{self.case.brief.depth}")
            yield from self._begin(f"rule:{self.case.brief.depth}", self.case.brief.depth)
        elif node == "Trader":
            yield from self._fill("propose")
            yield from self._begin("propose")
        elif node in _DEBATERS:
            number = self._voices[node] + 1
            yield from self._begin(f"risk:{number}:{_DEBATERS[node]}", number)
        elif node == "Portfolio Manager":
            yield from self._fill("assess")
            yield from self._begin("assess")
            yield from self._begin("decide")

    def ended(self, node: str, text: str, calls: tuple[AnsweredCall, ...]) -> Iterator[Began | Step]:
        """A node ended with a text; `calls` are those since the last end of a node."""
        self._calls += calls
        if node in _BY_NODE:
            if text.strip():
                yield from self._report(_BY_NODE[node], text)
        elif node in _SIDES:
            yield from self._argument(_SIDES[node], text)
        elif node == "Research Manager":
            yield from self._ruling(text)
        elif node == "Trader":
            yield from self._proposal(text)
        elif node in _DEBATERS:
            yield from self._view(node, text)
        elif node == "Portfolio Manager":
            yield from self._decision(text)

    def give_up(self, reason: str) -> Iterator[Began | Step]:
        """The rest of the plan without content, and a decision that needs review for this reason."""
        yield from self._fill("decide")
        yield from self._begin("decide")
        yield from self._step(evolve(held_for_review(self.case, reason), calls=self._take()))

    def _report(self, analyst: Analyst, text: str) -> Iterator[Began | Step]:
        form, cut, uncited = self._typed("SentimentReport"), self._cut(), self._count(text)
        score = form.score if isinstance(form, SentimentReport) else Decimal(0)
        markdown = quoted(text, _MAX_REPORT)
        failure = f"The report of the {analyst} analyst of {NAME} {cut}." if cut else ""
        yield from self._step(
            Reported(
                analyst, score, (), (), markdown, calls=self._take(), quoted=True, ungrounded=uncited, failure=failure
            )
        )

    def _argument(self, side: Side, text: str) -> Iterator[Began | Step]:
        self._rounds[side] = number = self._rounds[side] + 1
        cut, uncited = self._cut(), self._count(text)
        failure = f"The {side} of {NAME} gave no text." if not text.strip() else ""
        if cut:
            failure = f"An argument of the {side} of {NAME} {cut}."
        words = quoted(text, _MAX_TURN) or failure
        yield from self._step(
            Argued(number, side, (), words, calls=self._take(), quoted=True, ungrounded=uncited, failure=failure)
        )

    def _ruling(self, text: str) -> Iterator[Began | Step]:
        form, cut, uncited = self._typed("ResearchPlan"), self._cut(), self._count(text)
        self._research = form if isinstance(form, ResearchPlan) else None
        balance = self._research.rating.balance if self._research else Decimal(0)
        failure = f"The ruling of {NAME} {cut}." if cut else f"{NAME} gave no ruling." if not text.strip() else ""
        words = quoted(text, _MAX_TURN) or failure
        number = self.case.brief.depth
        yield from self._step(
            Ruled(number, balance, words, calls=self._take(), quoted=True, ungrounded=uncited, failure=failure)
        )

    def _proposal(self, text: str) -> Iterator[Began | Step]:
        form, cut, uncited = self._typed("TraderProposal"), self._cut(), self._count(text)
        self._trader = form if isinstance(form, TraderProposal) else None
        action = self._trader.rating.action if self._trader else Action.HOLD
        thesis = f"The trader of {NAME}: “{quoted(self._trader.reasoning if self._trader else text, _MAX_TURN)}”"
        if self._trader is None:
            thesis = f"The trader of {NAME} gave no typed plan, which counts as HOLD. {thesis}"
        elif self._trader.named:
            thesis = f"{thesis} It names {', '.join(self._trader.named)}; none of that is used."
        failure = f"The plan of the trader of {NAME} {cut}." if cut else ""
        proposal = self._plan_for(action, confidence(self._trader.rating if self._trader else None))
        yield from self._step(
            evolve(proposal, thesis=thesis, calls=self._take(), quoted=True, ungrounded=uncited, failure=failure)
        )

    def _view(self, node: str, text: str) -> Iterator[Began | Step]:
        self._voices[node] = number = self._voices[node] + 1
        cut, uncited = self._cut(), self._count(text)
        self._concerns[node] = quoted(" ".join(text.split()), _MAX_CONCERN)
        view = RiskArgued(number, _DEBATERS[node], (), quoted(text, _MAX_TURN), quoted=True, ungrounded=uncited)
        if view.key not in self.plan.keys:
            # A plan of an older version; the calls go with the assessment.
            return
        failure = f"The {node} of {NAME} gave no text." if not text.strip() else ""
        if cut:
            failure = f"A view of the {node} of {NAME} {cut}."
        yield from self._step(evolve(view, text=view.text or failure, failure=failure, calls=self._take()))

    def _decision(self, text: str) -> Iterator[Began | Step]:
        form, cut, uncited = self._typed("PortfolioDecision"), self._cut(), self._count(text)
        calls = self._take()
        if cut or not isinstance(form, PortfolioDecision) or any(step.voids for step in self.case.steps):
            voided = next((step.failure for step in self.case.steps if step.voids), "")
            reason = f"The decision of {NAME} {cut}." if cut else voided
            reason = reason or f"{NAME} gave no typed decision, and no rating is read out of prose."
            yield from self._step(evolve(self._assessed(self._plan_for(Action.HOLD, Decimal(0))), calls=calls))
            yield from self._step(evolve(held_for_review(self.case, reason), ungrounded=uncited))
            return
        others = [other.rating for other in (self._trader, self._research) if other is not None]
        certainty = confidence(form.rating, others)
        plan = self._plan_for(form.rating.action, certainty)
        assessed = self._assessed(plan)
        yield from self._step(assessed)
        yield from self._step(evolve(decide(self.case, form, plan, assessed, others), calls=calls, ungrounded=uncited))

    def _assessed(self, plan: Proposed) -> Assessed:
        concerns = [f"{node}, of {NAME}: “{words}”" for node, words in self._concerns.items() if words]
        if self._ungrounded:
            numbers = "One number" if self._ungrounded == 1 else f"{self._ungrounded} numbers"
            verb = "is" if self._ungrounded == 1 else "are"
            concerns.append(f"{numbers} in the texts of {NAME} {verb} not in the evidence of this analysis.")
        return evolve(assess(self.case.by_measure, plan), concerns=tuple(concerns), calls=self._take(), quoted=True)

    def _plan_for(self, action: Action, certainty: Decimal) -> Proposed:
        chosen = choose_levels(self.case.by_measure, action)
        entry, stop, target = (level.value or Decimal(0) for level in chosen)
        invalidation = f"The computed stop lies at {format_number(stop)}."
        cites = tuple(level.id for level in chosen)
        return Proposed(action, certainty, entry, stop, target, "", invalidation, cites)

    def _fill(self, until: str) -> Iterator[Began | Step]:
        """Stand-ins for the steps of the plan before one, where the framework passed them over."""
        for key in self.plan.keys[: self.plan.keys.index(until) if until in self.plan.keys else 0]:
            if key == "collect" or key in self._done:
                continue
            kind, *rest = key.split(":")
            yield from self._begin(key, int(rest[0]) if kind in ("argue", "rule", "risk") else None)
            if kind == "rule" and until != "decide":
                yield from self._step(Ruled(int(rest[0]), Decimal(0), f"{NAME} rules once, after the last round."))
            elif kind == "report":
                reason = f"The {rest[0]} analyst of {NAME} gave no report."
                yield from self._step(placeholder_report(self.case, Analyst(rest[0]), reason, self._take()))
            else:
                yield from self._step(placeholder(self.case, key))

    def _begin(self, key: str, number: int | None = None) -> Iterator[Began]:
        if key in self.known or key in self._begun or key not in self.plan.keys:
            return
        self._begun.add(key)
        rounds = risk_rounds(self.case.brief) if key.startswith("risk:") else self.case.brief.depth
        yield Began(key, number, rounds if number else None)

    def _step(self, step: Step) -> Iterator[Step]:
        if step.key in self._done or step.key not in self.plan.keys:
            return
        self._done.add(step.key)
        known = self.known.get(step.key)
        self.case = self.case.with_step(known or step)
        if known is None:
            yield step

    def _typed(self, name: str) -> Form | None:
        """The typed answer of the last call; a call after it means that the framework did not take it."""
        last = self._calls[-1] if self._calls else None
        return read_form(name, last.values) if last is not None and last.form == name else None

    def _cut(self) -> str:
        return _CUT.get(self._calls[-1].finish_reason, "") if self._calls else ""

    def _take(self) -> tuple[Call, ...]:
        calls, self._calls = self._calls, ()
        return tuple(answered.call for answered in calls)

    def _count(self, text: str) -> int:
        """How many numbers of a text no evidence holds."""
        evidence, brief = self.case.evidence, self.case.brief
        numbers = ungrounded_numbers(text, evidence, brief)
        self._ungrounded += len(numbers)
        return len(numbers)
