"""The rule-based reasoner: a baseline that weighs the evidence by fixed rules, and says so."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from attrs import evolve, field, frozen

from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.concerns import concerns, warnings
from tradecore.engines.desk.debate import argument, ruling
from tradecore.engines.desk.levels import choose_levels
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.reports import rules_report
from tradecore.engines.desk.signals import Signal, sample_weight, signals, total_strength
from tradecore.engines.desk.wording import citation, format_number, join_words
from tradecore.model.evidence import Evidence
from tradecore.model.steps import Action, Analyst, Argued, Assessed, Proposed, Reported, Ruled, Side

# The weight of an analyst's score. An analyst without points has no weight.
_ANALYST_WEIGHTS = {
    Analyst.TECHNICAL: Decimal(1),
    Analyst.SENTIMENT: Decimal("0.5"),
    Analyst.NEWS: Decimal("0.6"),
    Analyst.FUNDAMENTALS: Decimal("0.8"),
}
# The share of the debate in the view; the rest is that of the reports.
_DEBATE_SHARE = Decimal("0.4")
# A weaker view is a HOLD.
THRESHOLD = Decimal("0.28")
_MAX_POINTS = 8
# The share of the confidence that is lost where all analysts are silent; of some, in proportion to their weights.
_SILENCE = Decimal("0.5")


@frozen
class RuleBasedReasoner:
    """A `Reasoner` that follows the rules of `measures` and argues both sides from them, without any outside call.

    The same case always gives the same step. A call computes for a few milliseconds, under a lock, and raises nothing.
    """

    _compute_lock: ComputeLock = field(factory=ComputeLock, init=False, repr=False)

    @property
    def name(self) -> str:
        """See `Reasoner`; the number grows when a rule changes."""
        return "rule-based desk 2"

    @property
    def risk_debate(self) -> None:
        """See `Reasoner`: the rules weigh the risk once."""
        return None

    async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
        """See `Reasoner`."""
        async with self._compute_lock:
            return _report(case, analyst)

    async def argue(self, case: Case, number: int, side: Side, faults: tuple[str, ...] = ()) -> Argued:
        """See `Reasoner`."""
        async with self._compute_lock:
            return argument(case, _ranked_signals(case), number, side)

    async def judge(self, case: Case, number: int, faults: tuple[str, ...] = ()) -> Ruled:
        """See `Reasoner`."""
        async with self._compute_lock:
            return ruling(case, _ranked_signals(case), number)

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        """See `Reasoner`."""
        async with self._compute_lock:
            return _plan(case)

    async def assess(
        self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
    ) -> Assessed:
        """See `Reasoner`."""
        async with self._compute_lock:
            return evolve(computed, concerns=concerns(case, proposal, computed))


def _report(case: Case, analyst: Analyst) -> Reported:
    ranked = signals(case, analyst)
    score = _two_decimals(_score(ranked) * sample_weight(case, analyst))
    risks = warnings(case, analyst)
    return Reported(
        analyst=analyst,
        score=score,
        points=tuple(signal.claim for signal in ranked if signal.side)[:_MAX_POINTS],
        risks=risks,
        markdown=rules_report(case, analyst, ranked, score, risks),
    )


def _plan(case: Case) -> Proposed:
    view = _view(case)
    action = Action.BUY if view >= THRESHOLD else Action.SELL if view <= -THRESHOLD else Action.HOLD
    ranked = _ranked_signals(case)
    own = Side.BEAR if action is Action.SELL else Side.BULL
    forward = [signal for signal in ranked if signal.side is own][:3]
    against = [signal for signal in ranked if signal.side and signal.side is not own][:2]
    entry, stop, target = choose_levels(case.by_measure, action)
    cites = (*tuple(dict.fromkeys(signal.evidence.id for signal in forward + against)), entry.id, stop.id, target.id)
    return Proposed(
        action=action,
        confidence=_confidence(case, action, view, ranked),
        entry=entry.value or Decimal(0),
        stop=stop.value or Decimal(0),
        target=target.value or Decimal(0),
        thesis=_thesis(case, action, forward, against, (entry, stop, target)),
        invalidation=_invalidation(case, action, ranked, stop, target),
        cites=cites,
    )


def _ranked_signals(case: Case) -> tuple[Signal, ...]:
    unordered = [signal for analyst in case.brief.analysts for signal in signals(case, analyst)]
    return tuple(sorted(unordered, key=lambda signal: (-signal.strength, int(signal.evidence.id[1:]))))


def _two_decimals(value: Decimal) -> Decimal:
    rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    return abs(rounded) if rounded == 0 else rounded


def _score(ranked: Sequence[Signal]) -> Decimal:
    """The score from -1 to 1: the difference of both sides, as a share of the most that the same measures can give."""
    if not ranked:
        return Decimal(0)
    bull = total_strength([signal for signal in ranked if signal.side is Side.BULL])
    bear = total_strength([signal for signal in ranked if signal.side is Side.BEAR])
    maximum = total_strength([evolve(signal, direction=Decimal(1)) for signal in ranked])
    # Real markets reach about half of that maximum.
    return max(Decimal(-1), min(Decimal(1), 2 * (bull - bear) / maximum))


def _view(case: Case) -> Decimal:
    """The view of the desk from reports and debate together, from -1 (bearish) to 1 (bullish)."""
    weighted = [(report.score, _ANALYST_WEIGHTS[report.analyst]) for report in case.reports if report.points]
    total = sum((weight for _, weight in weighted), Decimal(0))
    if not total:
        return Decimal(0)
    reports = sum((score * weight for score, weight in weighted), Decimal(0)) / total
    return (1 - _DEBATE_SHARE) * reports + _DEBATE_SHARE * case.rulings[-1].balance


def _confidence(case: Case, action: Action, view: Decimal, ranked: Sequence[Signal]) -> Decimal:
    """The confidence, 0..10, from the view's distance to the threshold, and agreement and amount of the evidence."""
    bull = total_strength([signal for signal in ranked if signal.side is Side.BULL])
    bear = total_strength([signal for signal in ranked if signal.side is Side.BEAR])
    total = bull + bear
    if action is Action.HOLD:
        # A HOLD is certain where much evidence cancels out, not where there is none.
        size = 3 + 3 * (1 - abs(view) / THRESHOLD)
    else:
        ahead = (abs(view) - THRESHOLD) / (1 - THRESHOLD)
        agreeing = (bull if action is Action.BUY else bear) / total if total else Decimal(0)
        size = 4 + 3 * min(Decimal(1), Decimal("1.5") * ahead) + 4 * max(Decimal(0), agreeing - Decimal("0.5"))
    history = case.by_measure["history"].value or Decimal(0)
    size *= Decimal("0.6") + Decimal("0.4") * min(Decimal(1), history / 200)
    every = sum((_ANALYST_WEIGHTS[report.analyst] for report in case.reports), Decimal(0))
    silent = sum((_ANALYST_WEIGHTS[report.analyst] for report in _silent(case)), Decimal(0))
    size *= 1 - _SILENCE * silent / every
    if not total:
        size = Decimal(0)
    return max(Decimal(0), min(Decimal("9.5"), size)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


def _silent(case: Case) -> list[Reported]:
    """The reports without points; the sentiment analyst's counts as heard where the news analyst leads."""
    heard = {report.analyst for report in case.reports if report.points}
    if Analyst.NEWS in heard:
        heard.add(Analyst.SENTIMENT)
    return [report for report in case.reports if report.analyst not in heard]


def _thesis(
    case: Case,
    action: Action,
    forward: Sequence[Signal],
    against: Sequence[Signal],
    chosen: tuple[Evidence, Evidence, Evidence],
) -> str:
    if action is Action.HOLD:
        return _stalemate(case, forward, against)
    entry, stop, target = (format_number(level.value or Decimal(0)) for level in chosen)
    cited = citation([level.id for level in chosen])
    verb = "Buy" if action is Action.BUY else "Sell"
    reasons = " ".join(signal.claim.text for signal in forward)
    counter = "Nothing of weight stands against it."
    if against:
        verbs = ("stands", "weighs") if len(against) == 1 else ("stand", "weigh")
        counter = f"Against it {verbs[0]} {_names(against)}, which {verbs[1]} less."
    return (
        f"{verb} {case.brief.symbol}. {reasons} {counter} "
        f"Enter near {entry}, stop at {stop}, target {target} {cited}. {_grounds(case, forward, against)}"
    )


def _grounds(case: Case, forward: Sequence[Signal], against: Sequence[Signal]) -> str:
    """The grounds of the confidence, in words."""
    ranked = _ranked_signals(case)
    own = total_strength([signal for signal in ranked if signal.side is forward[0].side])
    other = (
        total_strength([signal for signal in ranked if signal.side and signal.side is not forward[0].side])
        if against
        else Decimal(0)
    )
    share = own / (own + other)
    agreeing = (
        "Nearly all" if share > Decimal("0.85") else "Most" if share > Decimal("0.65") else "Somewhat more than half"
    )
    silent = len(_silent(case))
    missing = ("", ", with one report silent", ", with two reports silent", ", with three reports silent")[
        min(silent, 3)
    ]
    return f"{agreeing} of the evidence by weight agrees{missing}."


def _stalemate(case: Case, forward: Sequence[Signal], against: Sequence[Signal]) -> str:
    name = case.brief.symbol
    if not forward and not against:
        return f"There is no evidence to act on in {name}, so the desk holds."
    if not forward or not against:
        return f"What there is in {name}, {_names([*forward, *against])}, is too weak to act on."
    return (
        f"The evidence in {name} pulls both ways: {_names(forward[:1])} speaks for buying, {_names(against[:1])} "
        "against it. Neither side is ahead by enough."
    )


def _names(chosen: Sequence[Signal]) -> str:
    return join_words([f"{signal.name} {citation((signal.evidence.id,))}" for signal in chosen])


def _invalidation(case: Case, action: Action, ranked: Sequence[Signal], stop: Evidence, target: Evidence) -> str:
    price = format_number(stop.value or Decimal(0))
    if action is Action.HOLD:
        other = format_number(target.value or Decimal(0))
        low, high = (price, other) if (stop.value or 0) < (target.value or 0) else (other, price)
        return f"A close outside {low} to {high} would be reason to look again {citation((stop.id, target.id))}."
    word, back, own = ("below", "down", Side.BULL) if action is Action.BUY else ("above", "up", Side.BEAR)
    turn = next((signal for signal in ranked if signal.family == "turn" and signal.side is own), None)
    early = f"; an early warning is {turn.name} turning {back} again {citation((turn.evidence.id,))}" if turn else ""
    return f"A close {word} {price} proves it wrong {citation((stop.id,))}{early}."
